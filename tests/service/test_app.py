"""The application: what it serves, and that it is ready exactly when a sound index is there."""

import json
import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.errors import ModelError
from indexer.generation import MANIFEST, STORE, current
from indexer.settings import IndexSettings
from service.app import create_app
from service.settings import ServiceSettings
from tests.service.texts import says

QUESTION = {"question": "When does the harbour office open?"}


@pytest.fixture
def index(seed_index: Path, tmp_path: Path) -> Path:
    """A copy of the seed index that may be spoilt."""
    copy = tmp_path / "index"
    shutil.copytree(seed_index, copy)
    return copy


def assert_not_ready(client: TestClient, reason: str) -> None:
    """Alive, not ready, and both say why."""
    assert client.get("/healthz").json() == {"status": "ok"}
    for response in (client.get("/readyz"), client.post("/v1/query", json=QUESTION)):
        assert response.status_code == 503
        assert response.headers["content-type"] == "application/problem+json"
        assert reason in response.json()["detail"]
        assert response.json()["hint"]


def test_an_app_becomes_ready_when_an_index_is_published(
    tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "a.txt").write_text("The harbour office opens at nine on weekdays.")
    with TestClient(create_app(index)) as client:
        assert_not_ready(client, "There is no index")
        assert "rag_index_passages 0.0" in client.get("/metrics").text
        built = build_index(corpus, index, IndexSettings(), embedder).manifest
        ready = {"status": "ready", "generation": built.generation, "reader": "small"}
        assert client.get("/readyz").json() == ready
        answer = client.post("/v1/query", json=QUESTION).json()
        assert answer["index"]["generation"] == built.generation
        assert "rag_index_passages 1.0" in client.get("/metrics").text


def test_starting_without_an_index_is_logged_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with TestClient(create_app(tmp_path / "index")):
        pass
    line = json.loads(capsys.readouterr().err.splitlines()[0])
    assert (line["event"], line["level"]) == ("not ready", "error")
    assert "There is no index" in line["error"]
    assert line["hint"]


def test_a_truncated_file_makes_the_app_not_ready(index: Path) -> None:
    store = current(index) / STORE
    store.write_bytes(store.read_bytes()[:-1])
    with TestClient(create_app(index)) as client:
        assert_not_ready(client, f"{STORE} has")


def test_a_lost_file_makes_the_app_not_ready(index: Path) -> None:
    (current(index) / "passages.faiss").unlink()
    with TestClient(create_app(index)) as client:
        assert_not_ready(client, "lost its file passages.faiss")


def test_an_overwritten_store_makes_the_app_not_ready(index: Path) -> None:
    store = current(index) / STORE
    store.write_bytes(b"x" * store.stat().st_size)
    with TestClient(create_app(index)) as client:
        assert_not_ready(client, "cannot be read")


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"format": 99}'])
def test_a_spoilt_manifest_makes_the_app_not_ready(index: Path, text: str) -> None:
    (current(index) / MANIFEST).write_text(text)
    with TestClient(create_app(index)) as client:
        assert_not_ready(client, "99" if "99" in text else "cannot be read")


def test_another_models_index_makes_the_app_not_ready(index: Path) -> None:
    manifest = current(index) / MANIFEST
    raw = json.loads(manifest.read_text())
    raw["model"]["digest"] = "f" * 64
    manifest.write_text(json.dumps(raw))
    with TestClient(create_app(index)) as client:
        assert_not_ready(client, "ffffffffffff")
        assert client.get("/readyz").json()["title"] == "The embedding model is not ready"


def test_an_app_is_ready_again_when_the_index_is_mended(index: Path) -> None:
    pointer = index / "CURRENT"
    published = pointer.read_text()
    pointer.write_text("gone")
    with TestClient(create_app(index)) as client:
        assert_not_ready(client, "'gone' is gone")
        pointer.write_text(published)
        assert client.get("/readyz").status_code == 200


def test_a_chat_model_given_to_the_app_is_used(seed_index: Path) -> None:
    model = says("No one said it would be very easy. [1]")
    app = create_app(seed_index, ServiceSettings(threshold=0.0), model)
    body = {"question": "did anybody think that it would be very easy?", "mode": "llm"}
    with TestClient(app) as client:
        answer = client.post("/v1/query", json=body).json()
        plain = client.post("/v1/query", json=body | {"mode": "extractive"}).json()
    assert (answer["mode"], answer["note"]) == ("llm", None)
    assert answer["answer"] == "No one said it would be very easy. [1]"
    assert answer["citations"][0]["quote"] == "No one said it would be\nvery easy."
    assert plain["mode"] == "extractive"


def test_a_chat_model_is_opened_from_the_settings(seed_index: Path) -> None:
    settings = ServiceSettings(threshold=0.0, llm="smollm2", llm_url="http://127.0.0.1:1/v1")
    with TestClient(create_app(seed_index, settings)) as client:
        answer = client.post("/v1/query", json=QUESTION).json()
    assert answer["mode"] == "extractive"
    assert "cannot be reached" in answer["note"]
    assert answer["citations"]


def test_a_chat_model_that_cannot_be_opened_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nonsense:model"):
        create_app(tmp_path, ServiceSettings(llm="nonsense:model"))


def test_settings_given_to_the_app_are_used(seed_index: Path) -> None:
    app = create_app(seed_index, ServiceSettings(threshold=1.0, max_body_kb=1))
    with TestClient(app) as client:
        asked = {"question": "how many people answered the LGC survey?"}
        assert client.post("/v1/query", json=asked).json()["status"] == "not_found"
        assert client.post("/v1/query", json={"question": "x" * 1100}).status_code == 413
