"""`python -m ui`: the page alone against a service elsewhere, or the page and the API in one."""

from __future__ import annotations

import argparse
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import uvicorn
from fastapi import FastAPI, HTTPException, Request

from ui.page import let_go, mount

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class _Refused(Exception):
    """The page cannot be served: what happened, and what to do about it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class _Server(uvicorn.Server):
    """Says where it is once it really is there, and stops though pages are open."""

    def __init__(self, app: FastAPI, greeting: str) -> None:
        super().__init__(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5))
        self._app, self._greeting = app, greeting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self._greeting, flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        let_go(self._app)
        await super().shutdown(sockets)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until interrupted. What cannot be served is said in two lines: what, and what next."""
    wanted = _parser().parse_args(argv)
    port = wanted.port if wanted.port is not None else (8000 if wanted.index else 7860)
    try:
        # Before anything slow: a port that is taken should not be found out after loading.
        listening = _listen(wanted.host, port)
        with listening:
            address = _address(wanted.host, listening.getsockname()[1])
            if wanted.index:
                app = _api(wanted.index)
                greeting = f"Page: {address}/   API: {address}/v1/query   docs at /docs"
            else:
                app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
                greeting = f"Page: {address}/   Service: {wanted.service}"
            _serve(mount(app, wanted.service or address), listening, greeting)
    except Exception as error:
        if not (hasattr(error, "message") and hasattr(error, "hint")):
            raise
        print(error.message, error.hint, sep="\n", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ui", description=__doc__)
    over = parser.add_mutually_exclusive_group(required=True)
    over.add_argument("--service", metavar="URL", help="an answering service that runs elsewhere")
    over.add_argument("--index", metavar="DIR", type=Path, help="an index to serve, API and page")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, help="port to listen on (7860, or 8000 with --index)")
    return parser


def _api(index: Path) -> FastAPI:
    # Here, not above: the page alone need not wait for the models' libraries to load.
    from service.app import create_app  # noqa: PLC0415

    app: FastAPI = create_app(index)
    app.state.reader = "source/"
    app.state.source.engine()  # a missing or broken index is said now, not at the first question
    # The page is mounted at "/" and would answer for every address the API does not know.
    app.add_api_route("/v1/{path:path}", _unknown, methods=_METHODS, include_in_schema=False)
    return app


def _unknown(request: Request) -> None:
    asked = f"{request.method} {request.url.path}"
    raise HTTPException(404, f"There is no {asked} here: see /docs for what there is.")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    # A port whose last server has just stopped is free; one that is being served is not.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()
    except (OSError, OverflowError) as error:
        listening.close()
        raise _Refused(
            f"Cannot listen on {host} port {port}: {getattr(error, 'strerror', None) or error}.",
            "Stop what is using that port, or choose another with `--port`.",
        ) from error
    return listening


def _address(host: str, port: int) -> str:
    """How this machine's own browser reaches the server: “every address” is not an address."""
    with suppress(ValueError):
        if ip_address(host).is_unspecified:
            host = "::1" if ":" in host else "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _serve(app: FastAPI, listening: socket.socket, greeting: str) -> None:
    with suppress(KeyboardInterrupt):
        _Server(app, greeting).run(sockets=[listening])


if __name__ == "__main__":
    sys.exit(main())
