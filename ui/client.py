"""The one way from the page to the answering service: a small HTTP client."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from anyio.to_thread import run_sync
from pydantic import BaseModel, ValidationError

from ui.events import Events
from ui.types import (
    Answer,
    Document,
    DocumentPage,
    Draft,
    Facets,
    Filters,
    IndexInfo,
    Listed,
    Message,
    Report,
    Words,
)

Reply = TypeVar("Reply", bound=BaseModel)


class ServiceError(Exception):
    """The service gave no usable reply: `message` says what happened, `hint` what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class _Added(Draft):
    """What an event adds to an answer, under the names that it has there, but for `text`."""

    text: Words = ""


class ServiceClient:
    """Asks the service at `base_url`; every failure is a `ServiceError` in plain words."""

    def __init__(self, base_url: str, timeout: float = 60.0) -> None:
        self.base_url = base_url.rstrip("/")
        self.timeout = timeout
        self._how: dict[str, Any] = {
            # Reading the certificates takes longer than asking: once, not for every question.
            "verify": ssl.create_default_context(),
            "timeout": timeout,
            # A proxy meant for the web must not see the questions: the environment is ignored.
            "trust_env": False,
        }

    def query(
        self,
        question: str,
        history: Sequence[Message] = (),
        *,
        filters: Filters | None = None,
        top_k: int | None = None,
    ) -> Answer:
        """The cited answer to `question` from the documents that pass the `filters`, understood
        in the light of `history`."""
        body = _asked(question, history, filters)
        if top_k is not None:
            body["top_k"] = top_k
        return self._ask("POST", "/v1/query", Answer, body)

    async def stream(
        self,
        question: str,
        history: Sequence[Message] = (),
        *,
        filters: Filters | None = None,
    ) -> AsyncIterator[Draft]:
        """The same answer as it comes: drafts, each with more of it, and the `Answer` last."""
        body = _asked(question, history, filters)
        path = f"{self.base_url}/v1/query/stream?unchecked=true"
        with self._failures():
            async with (
                httpx.AsyncClient(**self._how) as http,
                http.stream("POST", path, json=body) as response,
            ):
                if response.status_code != 404:
                    if response.is_error:
                        raise _problem(await response.aread(), response.status_code)
                    async for draft in _drafts(response):
                        yield draft
                    return
        # It is too old to stream.
        yield await run_sync(partial(self.query, question, history, filters=filters))

    def index(self) -> IndexInfo:
        """What is being searched: how many documents and passages, built when."""
        return self._ask("GET", "/v1/index", IndexInfo)

    def facets(self) -> Facets:
        """What can be filtered by, and how many documents have each value."""
        return self._ask("GET", "/v1/facets", Facets)

    def newest(self, most: int) -> tuple[Listed, ...]:
        """The documents published last, newest first; then those that do not say when."""
        path = f"/v1/documents?order=newest&limit={most}"
        return self._ask("GET", path, DocumentPage).documents

    def unread(self, most: int) -> Report:
        """How many files were read, and which were not, or not the whole of them."""
        path = f"/v1/report?status=not%20read&status=partly%20read&limit={most}"
        return self._ask("GET", path, Report)

    def document(self, document_id: str) -> Document:
        """One document's full text and what is known about it."""
        return self._ask("GET", f"/v1/documents/{quote(document_id, safe='')}", Document)

    def feedback(self, given: dict[str, Any]) -> None:
        """Has what a reader says of an answer kept."""
        self._send("POST", "/v1/feedback", given)

    def _ask(
        self, method: str, path: str, reply: type[Reply], body: dict[str, Any] | None = None
    ) -> Reply:
        with self._failures():
            return reply.model_validate_json(self._send(method, path, body))

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> bytes:
        with self._failures(), httpx.Client(**self._how) as http:
            response = http.request(method, self.base_url + path, json=body)
        if response.is_error:
            raise _problem(response.content, response.status_code)
        return response.content

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Puts what may go wrong with a reply in plain words."""
        try:
            yield
        except httpx.ReadTimeout as error:
            raise ServiceError(
                f"The answering service gave no answer within {self.timeout:g} seconds.",
                "Try again, or ask a narrower question.",
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ServiceError(
                f"The answering service at {self.base_url} does not reply.",
                "Is it running? Start it with `make serve`.",
            ) from error
        except ValidationError as error:
            raise ServiceError(
                f"The reply from {self.base_url} could not be read.",
                "Is that address an answering service, and of the same version as this page?",
            ) from error


def _asked(question: str, history: Sequence[Message], filters: Filters | None) -> dict[str, Any]:
    asked: dict[str, Any] = {"question": question, "history": list(history)}
    return asked | ({"filters": filters.body()} if filters else {})


async def _drafts(response: httpx.Response) -> AsyncIterator[Draft]:
    come, draft = Events(), Draft()
    with suppress(httpx.ReadError, httpx.RemoteProtocolError):  # what breaks off ends either way
        async for chunk in response.aiter_bytes():
            for name, data in come.take(chunk):
                if name == "answer":
                    yield Answer.model_validate_json(data)
                    return
                if name == "error":
                    raise _problem(data)
                added = _Added.model_validate_json(data)
                draft = Draft(
                    interpreted_question=added.interpreted_question or draft.interpreted_question,
                    answer=draft.answer + added.text,
                    citations=added.citations or draft.citations,
                    unchecked=added.unchecked,
                )
                yield draft
    raise ServiceError("The answering service broke off in the middle of its answer.", "Ask again.")


def _problem(content: str | bytes, status: int = 0) -> ServiceError:
    """What the service said was wrong (RFC 9457), or the bare status if it said nothing."""
    try:
        problem = json.loads(content)
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        problem = {}
    message = _detail(problem.get("detail")) or _detail(problem.get("title"))
    failed = f" (HTTP {status})" if status else ""
    return ServiceError(
        message or f"The answering service failed{failed}.",
        _detail(problem.get("hint")) or ("" if message else "Try again in a moment."),
    )


def _detail(value: object) -> str:
    """`value` as words: FastAPI's own validation puts a list of errors under `detail`."""
    if isinstance(value, list):
        said = (item.get("msg") for item in value if isinstance(item, dict))
        return " ".join(str(line) for line in said if line)
    return value if isinstance(value, str) else ""
