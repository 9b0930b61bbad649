"""The one way from the page to the answering service: a small HTTP client."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from ui.types import (
    Answer,
    Document,
    DocumentPage,
    Facets,
    Filters,
    IndexInfo,
    Listed,
    Message,
    Report,
)

Reply = TypeVar("Reply", bound=BaseModel)


class ServiceError(Exception):
    """The service gave no usable reply: `message` says what happened, `hint` what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ServiceClient:
    """Asks the service at `base_url`; every failure is a `ServiceError` in plain words."""

    def __init__(self, base_url: str, timeout: float = 60.0) -> None:
        self.base_url = base_url.rstrip("/")
        self.timeout = timeout
        # Reading the certificates takes longer than asking: once, not for every question.
        self._ssl = ssl.create_default_context()

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
        body: dict[str, Any] = {"question": question, "history": list(history)}
        if filters:
            body["filters"] = filters.body()
        if top_k is not None:
            body["top_k"] = top_k
        return self._ask("POST", "/v1/query", Answer, body)

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

    def _ask(
        self, method: str, path: str, reply: type[Reply], body: dict[str, Any] | None = None
    ) -> Reply:
        response = self._send(method, path, body)
        if response.is_error:
            raise _refusal(response)
        try:
            return reply.model_validate_json(response.content)
        except ValidationError as error:
            raise ServiceError(
                f"The reply from {self.base_url} could not be read.",
                "Is that address an answering service, and of the same version as this page?",
            ) from error

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> httpx.Response:
        try:
            # A proxy meant for the web must not see the questions: the environment is ignored.
            with httpx.Client(verify=self._ssl, timeout=self.timeout, trust_env=False) as http:
                return http.request(method, self.base_url + path, json=body)
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


def _refusal(response: httpx.Response) -> ServiceError:
    """What the service said was wrong (RFC 9457), or the bare status if it said nothing."""
    try:
        problem = response.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        problem = {}
    message = _detail(problem.get("detail")) or _detail(problem.get("title"))
    return ServiceError(
        message or f"The answering service failed (HTTP {response.status_code}).",
        _detail(problem.get("hint")) or ("" if message else "Try again in a moment."),
    )


def _detail(value: object) -> str:
    """`value` as words: FastAPI's own validation puts a list of errors under `detail`."""
    if isinstance(value, list):
        said = (item.get("msg") for item in value if isinstance(item, dict))
        return " ".join(str(line) for line in said if line)
    return value if isinstance(value, str) else ""
