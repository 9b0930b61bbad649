"""The tools as the protocol's own client calls them, over stdio and over HTTP."""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, MCPError, StdioServerParameters, types
from mcp.client.stdio import stdio_client

from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.settings import IndexSettings
from service.app import create_app
from service.mcp_server import mcp_server
from service.observe import Metrics, configure_logging
from service.pipeline import Engine
from service.settings import ServiceSettings
from service.source import EngineSource
from tests.conftest import READER

ROOT = Path(__file__).parents[2]
FLAGSHIP = "why do councils distrust ICBs?"
GOLD = "only nine out of 91 Integrated Care Board members are councillors"
UNANSWERABLE = "who won the 2018 world cup"
KNOWN_HOST = "documents.example.org"
PATIENCE_S = 120  # for a cold start on a slow, busy machine


@pytest.fixture(autouse=True)
def _log() -> Iterator[None]:
    """Each test logs to its own stderr, and later ones not to one that a test here has closed."""
    configure_logging()
    yield
    configure_logging()


class Connection:
    """A client that is connected, called from tests that are not asynchronous."""

    def __init__(self, portal: BlockingPortal, client: Client) -> None:
        self._portal, self._client = portal, client

    def tools(self) -> dict[str, types.Tool]:
        """What the server offers, by name."""
        return {tool.name: tool for tool in self._portal.call(self._client.list_tools).tools}

    def result(self, name: str, **arguments: Any) -> types.CallToolResult:
        """What comes of a call."""
        result: types.CallToolResult = self._portal.call(self._client.call_tool, name, arguments)
        return result

    def call(self, name: str, **arguments: Any) -> dict[str, Any]:
        """The structured result of a call that goes well; the client checks it by the schema."""
        result = self.result(name, **arguments)
        assert not result.is_error, result.content
        found: dict[str, Any] = result.structured_content
        return found


@contextmanager
def connected(client: Client) -> Iterator[Connection]:
    """A connection that is closed afterwards."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(client):
        yield Connection(portal, client)


@pytest.fixture(scope="module")
def address(seed_index: Path) -> Iterator[str]:
    """A real server of the app over the seed articles."""
    app = create_app(seed_index, ServiceSettings(mcp_hosts=f"other.example.org, {KNOWN_HOST}"))
    server = uvicorn.Server(uvicorn.Config(app, port=0, ws="none", log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + PATIENCE_S
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(PATIENCE_S)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server of stdio writes what is not protocol."""
    return tmp_path_factory.mktemp("mcp") / "log"


@pytest.fixture(scope="module")
def strays() -> list[object]:
    """What came to the client of stdio that it did not ask for: above all, what is no message."""
    return []


@pytest.fixture(scope="module", params=["stdio", "http", "http of before 2026"])
def server(
    request: pytest.FixtureRequest, seed_index: Path, log: Path, strays: list[object]
) -> Iterator[Connection]:
    """A connection by each transport, and by each age of the protocol."""

    async def stray(message: object) -> None:
        strays.append(message)

    if request.param == "stdio":
        arguments = ["-m", "service", "mcp", "--index", str(seed_index)]
        command = StdioServerParameters(
            command=sys.executable, args=arguments, cwd=ROOT, env=READER
        )
        with log.open("w") as errors:
            transport = stdio_client(command, errlog=errors)
            with connected(Client(transport, mode="legacy", message_handler=stray)) as connection:
                yield connection
    else:
        address = request.getfixturevalue("address")
        mode = "auto" if request.param == "http" else "legacy"
        with connected(Client(f"{address}/mcp", mode=mode)) as connection:
            yield connection


def text_content(result: types.CallToolResult) -> str:
    """The one text that a result has besides its structure."""
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    return content.text


def test_three_tools_are_offered_that_change_nothing_and_say_what_they_take_and_give(
    server: Connection,
) -> None:
    tools = server.tools()
    assert set(tools) == {"search", "fetch", "ask"}
    for tool in tools.values():
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.annotations.idempotent_hint
        assert not tool.annotations.destructive_hint
        assert not tool.annotations.open_world_hint
        assert tool.description is not None
        assert "verbatim" in tool.description
        assert all(field.get("description") for field in tool.input_schema["properties"].values())
        assert tool.output_schema is not None
        assert tool.output_schema["type"] == "object"
    assert "not_found" in str(tools["ask"].description)
    assert tools["search"].input_schema["required"] == ["query"]


def test_what_a_search_finds_can_be_fetched(server: Connection) -> None:
    found = server.call("search", query="pooled budgets", top_k=3, author=["Blair McPherson"])
    assert len(found["results"]) == 3
    for one in found["results"]:
        assert server.call("fetch", id=one["id"])["text"] == one["text"]


def test_the_text_of_a_result_is_its_structure_as_json(server: Connection) -> None:
    """As clients of before structured results read it."""
    result = server.result("search", query="pooled budgets")
    assert json.loads(text_content(result)) == result.structured_content


def test_an_answer_is_the_response_of_the_http_api(server: Connection, address: str) -> None:
    answer = server.call("ask", question=FLAGSHIP)
    response = httpx.post(f"{address}/v1/query", json={"question": FLAGSHIP}).json()
    assert any(GOLD in one["quote"] for one in answer["citations"][:2])
    assert set(answer.pop("timings_ms")) == set(response.pop("timings_ms"))
    assert answer == response


def test_what_the_documents_do_not_say_is_said_so(server: Connection) -> None:
    answer = server.call("ask", question=UNANSWERABLE)
    assert answer["status"] == "not_found"
    assert answer["citations"] == answer["sentences"] == []
    assert answer["reason"]


@pytest.mark.parametrize(
    ("tool", "arguments", "wrong"),
    [
        ("ask", {"question": ""}, "question: "),
        ("ask", {}, "question: "),
        ("ask", {"question": "why?", "top_k": 0}, "top_k: "),
        ("search", {"query": "\t"}, "query: "),
        ("search", {"query": "x", "published_from": "soon"}, "published_from: "),
        ("search", {"query": "x", "publisher": "LGC"}, "publisher: "),
        ("search", {"query": "x", "colour": "red"}, "colour: "),
        (
            "ask",
            {"question": "why?", "published_from": "2020-01-01", "published_to": "2019-01-01"},
            "published_from is after published_to",
        ),
        ("fetch", {"id": ""}, "id: "),
        ("fetch", {"id": "nope"}, "There is no document or passage 'nope'"),
        ("fetch", {"id": "nope", "start": -1}, "start: "),
        ("fetch", {"id": "nope", "length": 50_001}, "length: "),
    ],
)
def test_what_is_wrong_with_a_call_is_its_result_with_a_hint(
    server: Connection, tool: str, arguments: dict[str, Any], wrong: str
) -> None:
    result = server.result(tool, **arguments)
    assert result.is_error
    assert result.structured_content is None
    error, hint = text_content(result).splitlines()
    assert error.startswith("error: ")
    assert wrong in error
    assert hint.startswith("hint: ")
    assert len(hint) > len("hint: ")


def test_everything_wrong_with_a_call_is_said_at_once(server: Connection) -> None:
    said = text_content(server.result("search", query="x", top_k="many", colour="red"))
    assert "top_k: " in said
    assert "colour: " in said


def test_a_tool_that_there_is_not_is_an_error_of_the_protocol(server: Connection) -> None:
    with pytest.raises(MCPError, match="There is no tool 'delete'"):
        server.result("delete", id="x")


@pytest.mark.parametrize("server", ["stdio"], indirect=True)
def test_stdout_has_nothing_but_the_protocol_and_the_log_no_question(
    server: Connection, strays: list[object], log: Path
) -> None:
    server.call("ask", question=FLAGSHIP)
    server.result("ask", question="")
    assert strays == []
    assert "councils" not in log.read_text()


def rpc(address: str, method: str = "POST", **headers: str) -> httpx.Response:
    """A request that only lists the tools, with headers of its own."""
    sent = {"Accept": "application/json, text/event-stream"} | headers
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    return httpx.request(method, f"{address}/mcp", json=body, headers=sent)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:1", KNOWN_HOST])
def test_a_host_that_is_this_machine_or_set_is_answered(address: str, host: str) -> None:
    assert len(rpc(address, Host=host).json()["result"]["tools"]) == 3
    assert rpc(address, Host=host, Origin=f"http://{host}").status_code == 200


@pytest.mark.parametrize("host", ["evil.example.org", "localhost.example.org:8000"])
def test_a_host_or_page_from_elsewhere_is_refused(address: str, host: str) -> None:
    assert rpc(address, Host=host).status_code == 421
    assert rpc(address, Origin=f"http://{host}").status_code == 403


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_there_is_no_stream_to_listen_to_and_no_session_to_end(address: str, method: str) -> None:
    response = rpc(address, method)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


def test_a_body_that_is_too_large_is_refused(address: str) -> None:
    assert httpx.post(f"{address}/mcp", content=b" " * (512 * 1024 + 1)).status_code == 413


def test_calls_are_counted(address: str) -> None:
    def counted(sample: str) -> float:
        lines = httpx.get(f"{address}/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(sample))

    samples = (
        'rag_requests_total{method="POST",route="/mcp",status="200"}',
        'rag_answers_total{status="not_found"}',
    )
    before = [counted(sample) for sample in samples]
    with connected(Client(f"{address}/mcp")) as server:
        server.call("ask", question=UNANSWERABLE)
    after = [counted(sample) for sample in samples]
    assert after[0] > before[0]
    assert after[1] == before[1] + 1


def test_a_missing_index_is_said_and_each_one_published_is_taken_up(
    tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    tools = mcp_server(EngineSource(index, ServiceSettings()), Metrics())
    with connected(Client(tools)) as server:
        said = text_content(server.result("search", query="harbour"))
        assert "There is no index" in said
        assert "make index" in said
        for number in (1, 2):
            text = f"The harbour office number {number} opens at nine."
            (corpus / f"{number}.txt").write_text(text)
            build_index(corpus, index, IndexSettings(), embedder)
            assert len(server.call("search", query="harbour")["results"]) == number


class Broken(EngineSource):
    """A source that fails in a way that nobody foresaw."""

    def engine(self) -> Engine:
        raise RuntimeError("the password is swordfish")


def test_an_unforeseen_error_keeps_its_words_to_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging()
    tools = mcp_server(Broken(tmp_path, ServiceSettings()), Metrics())
    with connected(Client(tools)) as server:
        result = server.result("search", query="harbour")
    assert "swordfish" in capsys.readouterr().err
    assert result.is_error
    assert "did not expect" in text_content(result)
    assert "swordfish" not in text_content(result)
