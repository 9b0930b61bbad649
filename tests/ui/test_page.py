"""How the page is mounted, and what it serves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.ui.pages import QUOTE, Running, in_a_loop
from ui.page import mount


@pytest.fixture
def mounted(service: Running) -> Iterator[TestClient]:
    app = FastAPI()

    @app.get("/v1/index")
    @app.get("/healthz")
    @app.get("/metrics")
    def own() -> str:
        return "the api's own"

    with TestClient(in_a_loop(mount, app, service.url)) as client:
        yield client


@pytest.mark.parametrize("path", ["/v1/index", "/healthz", "/metrics"])
def test_the_routes_of_the_api_come_before_the_page(mounted: TestClient, path: str) -> None:
    assert mounted.get(path).json() == "the api's own"


def test_the_api_keeps_its_own_description(mounted: TestClient) -> None:
    assert "swagger" in mounted.get("/docs").text
    assert set(mounted.get("/openapi.json").json()["paths"]) == {
        "/v1/index",
        "/healthz",
        "/metrics",
    }


def test_the_page_loads_nothing_from_elsewhere(mounted: TestClient) -> None:
    html = mounted.get("/").text
    assert "Chapter &amp; Verse" in html or "Chapter & Verse" in html
    fetched = re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="([^"]*)"', html)
    assert fetched
    assert not [one for one in fetched if one.startswith(("http:", "https:", "//"))]
    assert "googleapis" not in html + mounted.get("/theme.css").text


def test_a_source_opens_at_its_quote_and_runs_no_script_but_its_own(mounted: TestClient) -> None:
    page = mounted.get("/source/d", params={"start": 7, "end": 7 + len(QUOTE)})
    assert f'<mark id="quote">{QUOTE}</mark>' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_source_that_is_gone_says_so(mounted: TestClient) -> None:
    page = mounted.get("/source/gone")
    assert page.status_code == 502
    assert "No such document." in page.text
