"""Every error as application/problem+json (RFC 9457), with what to do in `hint`."""

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from indexer.errors import IndexBroken, IndexMissing, ModelError, RagError
from service.errors import FeedbackLost, NoChatModel, NoOriginal, UnknownDocument, UnknownModel

MEDIA_TYPE = "application/problem+json"

_STATUS: dict[type[RagError], tuple[int, str]] = {
    UnknownDocument: (404, "No such document"),
    NoOriginal: (404, "No such file"),
    UnknownModel: (404, "No such model"),
    NoChatModel: (409, "No language model is configured"),
    FeedbackLost: (503, "Nothing was kept"),
    IndexMissing: (503, "The index is not ready"),
    IndexBroken: (503, "The index is not ready"),
    ModelError: (503, "The embedding model is not ready"),
}


def problem(
    request: Request, status: int, title: str, detail: object, hint: str | None = None
) -> JSONResponse:
    """A problem document. `detail` keeps FastAPI's key: a text, or a list of field errors."""
    body = _body(request, status, title, detail, hint)
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE)


def as_problem(request: Request, error: Exception) -> dict[str, Any]:
    """What a problem document says of an error, for where no response can be made of it."""
    if isinstance(error, RagError):
        status, title = _STATUS.get(type(error), (500, "The request failed"))
        return _body(request, status, title, error.message, error.hint)
    return _body(request, 500, *_UNEXPECTED)


_UNEXPECTED = (
    "Something went wrong here",
    "The service met an error that it did not expect.",
    "Look for this request_id in the service's log.",
)


def _body(
    request: Request, status: int, title: str, detail: object, hint: str | None
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "request_id": getattr(request.state, "request_id", None),
    }
    return body | ({"hint": hint} if hint else {})


def install(app: FastAPI) -> None:
    """Registers the handlers on an app."""

    async def rag_error(request: Request, error: Exception) -> JSONResponse:
        body = as_problem(request, error)
        return JSONResponse(body, status_code=body["status"], media_type=MEDIA_TYPE)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        detail = [
            {"loc": list(item["loc"]), "msg": item["msg"], "type": item["type"]}
            for item in error.errors()
        ]
        where = ".".join(str(part) for part in detail[0]["loc"] if part != "body")
        hint = f"Correct {where!r}: {detail[0]['msg']}. The request's form is described at /docs."
        if not where or detail[0]["type"] == "json_invalid":
            hint = "Send a JSON object as application/json. Its form is described at /docs."
        return problem(request, 422, "The request is not valid", detail, hint)

    async def http_error(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        response = problem(request, error.status_code, str(error.detail), str(error.detail))
        response.headers.update(error.headers or {})
        return response

    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        # this runs outside ObserveMiddleware, which otherwise sees to the id
        request_id = str(getattr(request.state, "request_id", ""))
        structlog.get_logger().error("unexpected error", request_id=request_id, exc_info=error)
        response = problem(request, 500, *_UNEXPECTED)
        response.headers["X-Request-ID"] = request_id
        return response

    app.add_exception_handler(RagError, rag_error)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(Exception, unexpected)


class BodyLimit:
    """Refuses request bodies that announce or reach more than `limit` bytes, before reading on."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        chunks: list[bytes] = []
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return  # the client has gone
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            more = message.get("more_body", False)
            if size > self._limit:
                detail = f"The body is larger than {self._limit // 1024} kB."
                response = problem(
                    Request(scope), 413, "The request is too large", detail, "Shorten the history."
                )
                await response(scope, receive, send)
                return
        body = b"".join(chunks)
        given = False

        async def replay() -> dict[str, object]:
            nonlocal given
            if given:
                return dict(await receive())
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)
