"""The files that documents were read from: handed out as they were read, or not at all."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.settings import IndexSettings
from service.app import create_app
from service.settings import ServiceSettings
from tests.indexer.zips import zipped
from tests.pdf_samples import at, draw

PDF, TEXT, OLD = "harbour “1”.pdf", "plan.txt", "old.zip/harbour.txt"
RECORDS = ("r", "r/original", "s")
SAID = "The harbour walls are sound."


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("originals") / "corpus"
    folder.mkdir()
    draw(folder / PDF, lambda canvas: at(canvas, 60, 90, SAID))
    (folder / TEXT).write_text("The plan is to wait.")
    (folder / "old.zip").write_bytes(zipped({"harbour.txt": "An old harbour."}))
    (folder / "records.jsonl").write_text(
        "\n".join(f'{{"_id": "{name}", "text": "Record {name}."}}' for name in RECORDS)
    )
    return folder


@pytest.fixture(scope="module")
def index(corpus: Path, embedder: SentenceTransformerEmbedder) -> Path:
    build_index(corpus, corpus.parent / "index", IndexSettings(), embedder)
    return corpus.parent / "index"


@pytest.fixture(scope="module")
def client(index: Path) -> Iterator[TestClient]:
    with TestClient(create_app(index)) as client:
        yield client


def address(client: TestClient, source: str) -> str:
    """Where the document of this source is to be had."""
    listed = client.get("/v1/documents").json()["documents"]
    (identity,) = [one["id"] for one in listed if one["source"] == source]
    return str(client.build_request("GET", f"/v1/documents/{identity}").url)


def is_refused(told: Response) -> bool:
    return (
        told.status_code == 404
        and told.headers["content-type"] == "application/problem+json"
        and bool(told.json()["hint"])
    )


def test_a_pdf_is_shown_and_any_other_file_is_saved(client: TestClient, corpus: Path) -> None:
    for source, kind, shown in (
        (PDF, "application/pdf", "inline; filename*=UTF-8''harbour%20%E2%80%9C1%E2%80%9D.pdf"),
        (TEXT, "application/octet-stream", "attachment; filename*=UTF-8''plan.txt"),
    ):
        assert client.get(address(client, source)).json()["original"] is True
        told = client.get(address(client, source) + "/original")
        assert told.content == (corpus / source).read_bytes()
        assert told.headers["content-type"] == kind
        assert told.headers["content-disposition"] == shown
        assert told.headers["x-content-type-options"] == "nosniff"
        assert int(told.headers["content-length"]) == len(told.content)


@pytest.mark.parametrize("source", [OLD, "records.jsonl#s"])
def test_what_was_read_from_inside_a_file_has_none(client: TestClient, source: str) -> None:
    assert client.get(address(client, source)).json()["original"] is False
    assert is_refused(client.get(address(client, source) + "/original"))


def test_an_id_may_end_like_the_address_of_a_file(client: TestClient) -> None:
    assert client.get("/v1/documents/r").json()["text"] == "Record r."
    assert client.get("/v1/documents/r/original").json()["text"] == "Record r/original."
    assert is_refused(client.get("/v1/documents/nothing/original"))


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"wait", b"move"))


def link_out(path: Path) -> None:
    outside = path.parent.parent / "secret.txt"
    outside.write_text("Not of the folder.")
    path.unlink()
    path.symlink_to(outside)


def turn_into_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def turn_into_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.fixture
def restored(corpus: Path) -> Iterator[Path]:
    """A file of the corpus that may be spoilt: it is put back as it was."""
    path, aside = corpus / TEXT, corpus.parent / "aside"
    path.rename(aside)
    path.write_bytes(aside.read_bytes())
    yield path
    if path.is_dir():
        path.rmdir()
    aside.replace(path)


@pytest.mark.parametrize(
    "spoil", [change, link_out, turn_into_a_pipe, turn_into_a_folder, Path.unlink]
)
def test_a_file_that_is_no_longer_what_was_read_is_not_handed_out(
    client: TestClient, restored: Path, spoil: Callable[[Path], None]
) -> None:
    assert client.get(address(client, TEXT) + "/original").status_code == 200
    spoil(restored)
    assert is_refused(client.get(address(client, TEXT) + "/original"))


def test_a_path_that_leads_out_of_the_folder_gives_nothing(client: TestClient, index: Path) -> None:
    (index.parent / "private.txt").write_text("private")
    for path in ("../private.txt", "..%2Fprivate.txt", "%2Fetc%2Fpasswd", "../../private.txt"):
        told = client.get(f"/v1/documents/{path}/original")
        assert told.status_code == 404
        assert "private" not in told.text.replace("private.txt", "")


def test_an_index_of_one_file_hands_out_that_file(
    tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    (tmp_path / "one.txt").write_text(SAID)
    build_index(tmp_path / "one.txt", tmp_path / "index", IndexSettings(), embedder)
    with TestClient(create_app(tmp_path / "index")) as client:
        told = client.get(address(client, "one.txt") + "/original")
    assert hashlib.sha256(told.content).digest() == hashlib.sha256(SAID.encode()).digest()


def test_files_are_not_handed_out_where_that_is_switched_off(index: Path) -> None:
    with TestClient(create_app(index, ServiceSettings(originals=False))) as client:
        assert client.get(address(client, TEXT)).json()["original"] is False
        told = client.get(address(client, TEXT) + "/original")
    assert is_refused(told)
    assert "RAG_SERVICE_ORIGINALS" in told.json()["hint"]
