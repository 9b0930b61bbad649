"""What operators see: a JSON line and a request id for each request, and Prometheus metrics."""

import logging
import re
import sys
import time
import uuid

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WATCHED = ("/v1/", "/mcp", "/healthz", "/readyz", "/metrics")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_REQUEST_ID = re.compile(r"[\w.-]{1,64}")


def configure_logging() -> None:
    """Structured logs, one JSON object a line, on stderr; question texts are never logged."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )


class Metrics:
    """The service's own metrics, in a registry of their own so that apps do not share counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "rag_requests_total", "Requests", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "rag_request_seconds", "Time to answer a request", ["route"], registry=self.registry
        )
        self.answers = Counter(
            "rag_answers_total", "Questions by outcome", ["status"], registry=self.registry
        )
        self._passages = Gauge("rag_index_passages", "Passages served", registry=self.registry)
        self._behind = Gauge(
            "rag_index_behind",
            "1 while the published index cannot be opened and the one before is served",
            registry=self.registry,
        )

    def serves(self, passages: int, behind: bool = False) -> None:
        """Sets what is known of the index that answers."""
        self._passages.set(passages)
        self._behind.set(behind)


class ObserveMiddleware:
    """Gives every API request an id, times it, counts it and logs it.

    Plain ASGI, so that streamed responses pass through untouched. An id that the client sends in
    X-Request-ID is kept when it is harmless to log.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._log = structlog.get_logger()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_id)
            finally:
                self._record(scope, status, time.perf_counter() - started)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        if not scope["path"].startswith(WATCHED):  # the page's own files: of no interest here
            return
        # none: refused before a route was found, as there is no such path or the body is too large
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._metrics.requests.labels(method, route, status).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        self._log.info(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
        )
