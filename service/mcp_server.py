"""The Model Context Protocol: a language model's search, fetch and ask, over stdio and at /mcp."""

import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import anyio
import structlog
from anyio.to_thread import run_sync
from fastapi import FastAPI
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Match, Route
from starlette.types import Scope

from indexer.errors import RagError
from service import VERSION
from service.mcp_tools import (
    FETCHED,
    AskArguments,
    FetchArguments,
    Fetched,
    Results,
    SearchArguments,
    ask,
    fetch,
    search,
)
from service.observe import Metrics, configure_logging
from service.pipeline import Engine
from service.settings import ServiceSettings
from service.source import EngineSource
from service.types import Answer

PATH = "/mcp"

INSTRUCTIONS = (
    "A collection of documents that answers with verbatim quotes. Use `ask` for a question, "
    "`search` to explore a topic, `fetch` to read on. Whatever is quoted stands in its document "
    "word for word at the place given. When `ask` says not_found, the documents do not say: "
    "tell the user so."
)
_SEARCH = (
    "Find passages in the document collection, by meaning and by keywords, best first. Use it to "
    "explore a topic or to gather evidence from several documents; for the answer to one question "
    "use `ask`. Each `text` is verbatim from the document. Give an `id` to `fetch` to read it."
)
_FETCH = (
    "Read a document, or a passage of one, by an id that `search` or `ask` gave. The text is "
    f"verbatim, at most {FETCHED} characters unless `length` asks for more; `left` says how many "
    "follow in the document: call again with `start` set to `end` to read on. To see what stands "
    "around a passage, fetch its `document_id` with a `start` a little before the passage's."
)
_ASK = (
    "Answer one question from the document collection with sentences quoted verbatim, each with "
    "its document, page and character offsets to cite. Use it first for any question that the "
    "documents may answer. `status` is 'answered', 'partial' (it is uncertain that the sentences "
    "answer the question: check them) or 'not_found': the documents do not say, `reason` says why, "
    "and the passages under `nearest` may be on the topic but are not an answer. Where sources "
    "contradict each other, `disagreements` says in what: tell the user."
)


@dataclass(frozen=True, slots=True)
class _Tool:
    """A function that a model may call, what it takes, and what it gives."""

    run: Callable[[Engine, Any], object]
    title: str
    description: str
    arguments: type[BaseModel]
    result: TypeAdapter[Any]

    def described(self, name: str) -> types.Tool:
        """The tool as clients list it."""
        return types.Tool(
            name=name,
            title=self.title,
            description=self.description,
            input_schema=self.arguments.model_json_schema(),
            output_schema=self.result.json_schema(mode="serialization"),
            annotations=types.ToolAnnotations(
                title=self.title,
                read_only_hint=True,
                destructive_hint=False,
                idempotent_hint=True,
                open_world_hint=False,
            ),
        )


TOOLS = {
    "search": _Tool(search, "Search the documents", _SEARCH, SearchArguments, TypeAdapter(Results)),
    "fetch": _Tool(fetch, "Read a document", _FETCH, FetchArguments, TypeAdapter(Fetched)),
    "ask": _Tool(ask, "Ask the documents", _ASK, AskArguments, TypeAdapter(Answer)),
}


def mcp_server(source: EngineSource, metrics: Metrics) -> Server[Any]:
    """The server of the three tools, for any transport.

    Each call takes the engine that is served at the time. What goes wrong is the call's result.
    """

    async def listed(_: object, __: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[tool.described(name) for name, tool in TOOLS.items()])

    async def called(_: object, wanted: types.CallToolRequestParams) -> types.CallToolResult:
        if wanted.name not in TOOLS:
            raise MCPError(types.INVALID_PARAMS, f"There is no tool {wanted.name!r}.")
        return await run_sync(_call, wanted.name, wanted.arguments or {}, source, metrics)

    return Server(
        "chapter-and-verse",
        title="Chapter & Verse",
        version=VERSION,
        instructions=INSTRUCTIONS,
        on_list_tools=listed,
        on_call_tool=called,
    )


def _call(
    name: str, arguments: dict[str, Any], source: EngineSource, metrics: Metrics
) -> types.CallToolResult:
    tool = TOOLS[name]
    try:
        asked = tool.arguments.model_validate(arguments)
        found = tool.run(source.engine(), asked)
    except ValidationError as error:
        faults = [f"{_place(one['loc'])}: {one['msg']}" for one in error.errors()]
        return _failed("; ".join(faults) + ".", f"Correct the arguments of {name}.")
    except RagError as error:
        return _failed(error.message, error.hint)
    except Exception as error:  # its words may be anything: they are for the log alone
        structlog.get_logger().error("unexpected error", tool=name, exc_info=error)
        message = "The service met an error that it did not expect."
        return _failed(message, "Look in the service's log.")
    if isinstance(found, Answer):
        metrics.answers.labels(found.status).inc()
    return types.CallToolResult(
        content=[types.TextContent(text=tool.result.dump_json(found).decode())],
        structured_content=tool.result.dump_python(found, mode="json"),
    )


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "arguments"


def _failed(message: str, hint: str) -> types.CallToolResult:
    text = f"error: {message}\nhint: {hint}"
    return types.CallToolResult(content=[types.TextContent(text=text)], is_error=True)


def install(app: FastAPI, settings: ServiceSettings) -> None:
    """Answers at /mcp on an app, while the `run()` of what is put into its state is entered.

    No session is kept: each request is answered by itself, in JSON. A request that calls the
    service by a name it does not know, or comes from a page elsewhere, is refused, so that no web
    page whose name was made to lead here can read the documents (DNS rebinding).
    """
    more = [name.strip() for name in settings.mcp_hosts.split(",") if name.strip()]
    names = ["127.0.0.1", "localhost", "[::1]", *more]
    hosts = [name + port for name in names for port in ("", ":*")]
    origins = [f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts]
    app.state.mcp = StreamableHTTPSessionManager(
        mcp_server(app.state.source, app.state.metrics),
        json_response=True,
        stateless=True,
        security_settings=TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins),
        max_request_body_size=settings.max_body_kb * 1024,
    )
    app.router.routes += [
        _Route(PATH, StreamableHTTPASGIApp(app.state.mcp), methods=["POST"]),
        _Route(PATH, _refused, methods=["GET", "DELETE"]),
    ]


class _Route(Route):
    """A route that a request names, as it does FastAPI's own: what is counted is counted by it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        return match, {**found, "route": self}


def _refused(request: Request) -> NoReturn:
    """There is no stream to listen to, whose connection would keep a server from stopping."""
    raise HTTPException(405, "Only POST is answered here.", {"Allow": "POST"})


def serve_stdio(source: EngineSource) -> None:
    """Serves one client on standard input and output until it closes them."""
    configure_logging()
    # reading stdin cannot be interrupted: Ctrl-C would otherwise wait for a line of it
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    anyio.run(_serve_stdio, mcp_server(source, Metrics()), source)


async def _serve_stdio(server: Server[Any], source: EngineSource) -> None:
    # from here on whatever is printed goes to stderr: stdout has nothing but the protocol
    async with stdio_server() as (incoming, outgoing):
        source.warm()
        await server.run(incoming, outgoing, server.create_initialization_options())
