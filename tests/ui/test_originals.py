"""Files passed on from a service elsewhere: PDFs to be shown, all else to be saved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient

from tests.ui.pages import Running
from ui.client import ServiceClient
from ui.reader import add_reader

NAMED = "inline; filename*=UTF-8''a.pdf"
SAVED = "attachment; filename*=UTF-8''a.html"


@pytest.fixture
def elsewhere() -> Iterator[Running]:
    app = FastAPI()

    @app.get("/v1/documents/{document_id}/original")
    def original(document_id: str) -> Response:
        kind, shown = {
            "pdf": ("application/pdf", NAMED),
            "saved": ("application/octet-stream", SAVED),
            "html": ("text/html", "inline"),
            "bare": ("text/html", ""),
        }[document_id]
        return Response(b"%PDF <script>" * 9999, 200, {"Content-Disposition": shown}, kind)

    running = Running(app)
    yield running
    running.stop()


@pytest.fixture
def reader(elsewhere: Running) -> Iterator[TestClient]:
    app = FastAPI()
    add_reader(app, ServiceClient(elsewhere.url), "/")
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize(
    ("document", "kind", "shown"),
    [
        ("pdf", "application/pdf", NAMED),
        ("saved", "application/octet-stream", SAVED),
        # whatever the service makes of it, nothing but a PDF is shown in the page's name
        ("html", "application/octet-stream", "attachment"),
        ("bare", "application/octet-stream", "attachment"),
    ],
)
def test_only_a_pdf_is_shown(reader: TestClient, document: str, kind: str, shown: str) -> None:
    told = reader.get(f"/source/{document}?original=true")
    assert told.content == b"%PDF <script>" * 9999
    assert told.headers["content-type"] == kind
    assert told.headers["content-disposition"] == shown
    assert told.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("running", [True, False])
def test_a_file_that_is_not_to_be_had_is_told_in_words(
    reader: TestClient, elsewhere: Running, running: bool
) -> None:
    if not running:
        elsewhere.stop()
    told = reader.get("/source/a/b?original=true")
    assert told.status_code == 502
    assert "not to be had" in told.text
    assert "default-src 'none'" in told.headers["content-security-policy"]
