"""The endpoints about the corpus, over the seed articles and over a hostile report."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from indexer.manifest import current
from indexer.report_data import JSON
from service.app import create_app
from tests.indexer.reports import hostile_report


@pytest.fixture(scope="module")
def client(seed_index: Path) -> Iterator[TestClient]:
    """The app over the seed articles."""
    with TestClient(create_app(seed_index)) as client:
        yield client


def test_facets_say_what_can_be_filtered_by_and_each_finds_its_documents(
    client: TestClient,
) -> None:
    facets = client.get("/v1/facets").json()
    assert facets["documents"] == 5
    assert facets["published"] == {"from": "2017-03-02", "to": "2018"}
    assert [one["value"] for one in facets["year"]] == ["2018", "2017"]
    for field in ("publisher", "author"):
        assert facets[field]
        known = sum(one["documents"] for one in facets[field])
        assert known + facets["unstated"][field] == 5
        for one in facets[field]:
            found = client.get("/v1/documents", params={field: one["value"]}).json()
            assert found["total"] == one["documents"]


def test_documents_are_listed_newest_first_and_undated_ones_last(client: TestClient) -> None:
    newest = client.get("/v1/documents", params={"order": "newest"}).json()["documents"]
    assert [one["published"] for one in newest] == ["2018", "2017-03-02", None, None, None]
    assert client.get("/v1/documents", params={"order": "oldest"}).status_code == 422


def test_the_report_is_that_of_the_open_generation(client: TestClient, seed_index: Path) -> None:
    saved = json.loads((current(seed_index) / JSON).read_text())
    assert client.get("/v1/report").json() == saved
    assert client.get("/v1/report", params={"status": "not read"}).json()["files"] == []
    assert len(client.get("/v1/report", params={"limit": 2}).json()["files"]) == 2
    assert client.get("/v1/report", params={"status": "eaten"}).status_code == 422


def test_a_report_of_hostile_files_is_sound_json_with_the_unread_first(
    seed_index: Path, tmp_path: Path
) -> None:
    index = shutil.copytree(seed_index, tmp_path / "index")
    hostile_report(tmp_path / "hostile")
    raw = json.loads((tmp_path / "hostile" / JSON).read_text())
    raw["files"][0]["warnings"] = [{"source": "a", "text": "half \udc80"}]
    with TestClient(create_app(index)) as client:
        (current(index) / JSON).write_text(json.dumps(raw), "utf-8")
        told = client.get("/v1/report")
    assert told.headers["content-type"] == "application/json"
    statuses = [one["status"] for one in told.json()["files"]]
    assert statuses == sorted(statuses)  # not read, partly read, read
    assert "half ?" in told.text
