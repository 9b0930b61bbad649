"""Swapping generations: nothing waits long, nothing fails, what is not used any more is closed."""

import gc
import json
import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.errors import IndexBroken, IndexMissing
from indexer.generation import STORE, Generation, current, open_current
from indexer.hold import sole_hold
from indexer.settings import IndexSettings
from service import source as module
from service.app import create_app
from service.pipeline import Engine
from service.settings import ServiceSettings
from service.source import EngineSource
from service.types import Question

QUESTION = "When does the harbour office open?"
PATIENCE_S = 60

Publish = Callable[[], str]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def publish(index: Path, tmp_path: Path, embedder: SentenceTransformerEmbedder) -> Publish:
    """Publishes a generation with one document more each time; its name."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()

    def build() -> str:
        number = len(list(corpus.iterdir()))
        text = "The harbour office opens at nine on weekdays."
        (corpus / f"{number}.txt").write_text(text)
        return build_index(corpus, index, IndexSettings(), embedder).manifest.generation

    return build


def being_ready(generation: str) -> dict[str, str]:
    """What /readyz says while a generation serves."""
    return {"status": "ready", "generation": generation, "reader": "small"}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No request waits for an opening, and what failed is tried again at once."""
    monkeypatch.setattr(module, "PATIENCE_S", 0)
    monkeypatch.setattr(module, "RETRY_S", 0)


def named(source: EngineSource) -> str:
    return source.engine().generation.manifest.generation


def eventually(found: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_engine_is_opened_once_and_again_when_the_index_changes(
    index: Path, publish: Publish
) -> None:
    publish()
    source = EngineSource(index, ServiceSettings())
    before = source.engine()
    assert source.engine() is source.refresh() is before
    publish()
    after = source.refresh()
    assert after is source.engine() is not before
    assert (before.generation.manifest.documents, after.generation.manifest.documents) == (1, 2)
    assert before.ask(Question(QUESTION)).index.documents == 1


def test_a_new_generation_is_found_by_asking(index: Path, publish: Publish) -> None:
    publish()
    source = EngineSource(index, ServiceSettings())
    named(source)
    new = publish()
    eventually(lambda: named(source) == new)


@pytest.mark.usefixtures("impatient")
def test_requests_are_answered_from_the_old_one_while_the_new_one_is_opened(
    index: Path, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = publish()
    source = EngineSource(index, ServiceSettings())
    named(source)
    new = publish()
    may_open, opening = threading.Event(), []

    def slowly(index: Path) -> Generation:
        opening.append(1)
        assert may_open.wait(PATIENCE_S)
        return open_current(index)

    monkeypatch.setattr(module, "open_current", slowly)
    assert [named(source) for _ in range(20)] == [old] * 20
    assert source.engine().ask(Question(QUESTION)).index.generation == old
    may_open.set()
    eventually(lambda: named(source) == new)
    assert len(opening) == 1


def test_a_fresh_process_opens_for_its_first_request_and_once_for_all(
    index: Path, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = publish()
    source = EngineSource(index, ServiceSettings())
    opened: list[Path] = []

    def counted(index: Path) -> Generation:
        opened.append(index)
        return open_current(index)

    monkeypatch.setattr(module, "open_current", counted)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(named(source))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert (found, len(opened)) == ([new] * 8, 1)


@pytest.mark.usefixtures("impatient")
def test_a_generation_that_cannot_be_opened_is_logged_once_and_the_old_one_serves(
    index: Path, publish: Publish, capsys: pytest.CaptureFixture[str]
) -> None:
    old = publish()
    with TestClient(create_app(index)) as client:
        assert client.get("/readyz").json() == being_ready(old)
        new = publish()
        store = current(index) / STORE
        content = store.read_bytes()
        store.write_bytes(content[:-1])
        eventually(lambda: "problem" in client.get("/readyz").json())
        for _ in range(5):
            ready = client.get("/readyz")
            assert (ready.status_code, ready.json()["generation"]) == (200, old)
            assert STORE in ready.json()["problem"]
            answer = client.post("/v1/query", json={"question": QUESTION}).json()
            assert answer["index"]["generation"] == old
        assert "rag_index_behind 1.0" in client.get("/metrics").text
        store.write_bytes(content)
        eventually(lambda: client.get("/readyz").json() == being_ready(new))
        assert "rag_index_behind 0.0" in client.get("/metrics").text
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    told = [line for line in lines if line["event"].startswith("index")]
    assert [(line["event"], line["generation"]) for line in told] == [
        ("index not swapped", new),
        ("index swapped", new),
    ]
    assert STORE in told[0]["error"]
    assert told[0]["hint"]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("pointer", [None, "", "gone", "../.."])
def test_a_pointer_that_is_lost_or_wrong_does_not_stop_who_serves(
    index: Path, publish: Publish, pointer: str | None
) -> None:
    old = publish()
    source = EngineSource(index, ServiceSettings())
    named(source)
    path = index / "CURRENT"
    path.unlink()
    if pointer is not None:
        path.write_text(pointer)
    assert named(source) == old
    assert source.problem
    path.write_text(old)
    assert named(source) == old
    assert source.problem is None


@pytest.mark.usefixtures("impatient")
def test_an_error_that_nobody_expected_does_not_stop_who_serves(
    index: Path, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = publish()
    source = EngineSource(index, ServiceSettings())
    named(source)
    new = publish()
    with monkeypatch.context() as patch:

        def fail(index: Path) -> Generation:
            raise MemoryError("no memory")

        patch.setattr(module, "open_current", fail)
        assert named(source) == old
        eventually(lambda: source.problem is not None)
        assert "no memory" in str(source.problem)
    eventually(lambda: named(source) == new)


def test_what_failed_is_not_tried_again_by_every_request(
    index: Path, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish()
    source = EngineSource(index, ServiceSettings())
    named(source)
    publish()
    tried: list[Path] = []

    def fail(index: Path) -> Generation:
        tried.append(index)
        raise IndexBroken("broken", "mend it")

    monkeypatch.setattr(module, "open_current", fail)
    for _ in range(50):
        named(source)
    assert len(tried) == 1


def test_no_index_and_a_lost_generation_are_told_apart(seed_index: Path, tmp_path: Path) -> None:
    source = EngineSource(tmp_path / "index", ServiceSettings())
    with pytest.raises(IndexMissing):
        source.engine()
    shutil.copytree(seed_index, tmp_path / "index")
    (tmp_path / "index" / "CURRENT").write_text("no-such-generation")
    with pytest.raises(IndexBroken, match="no-such-generation"):
        source.engine()


def in_use(folder: Path) -> list[str]:
    """The files of a folder that this process has open or mapped."""
    gc.collect()
    found = [
        line for line in Path("/proc/self/maps").read_text().splitlines() if str(folder) in line
    ]
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
        except OSError:  # that of the listing itself
            continue
        found += [target] if target.startswith(str(folder)) else []
    return found


@pytest.mark.skipif(not Path("/proc/self/maps").is_file(), reason="needs Linux's /proc")
def test_the_old_generation_is_closed_when_its_last_request_is_done(
    index: Path, publish: Publish
) -> None:
    publish()
    folder = current(index)
    source = EngineSource(index, ServiceSettings())
    request: Engine | None = source.engine()
    publish()
    source.refresh()
    assert in_use(folder)
    with sole_hold(folder) as unused:
        assert not unused
    assert request
    assert request.ask(Question(QUESTION)).index.generation == folder.name
    del request
    assert in_use(folder) == []
    with sole_hold(folder) as unused:
        assert unused
