"""Request ids, one JSON line a request without the question, and metrics that count."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.observe import configure_logging

SECRET = "why does Mrs Ermintrude Quibble distrust the council?"


@pytest.fixture
def client(seed_index: Path) -> Iterator[TestClient]:
    """An app that nobody has asked anything yet."""
    with TestClient(create_app(seed_index), raise_server_exceptions=False) as client:
        yield client


def watch() -> None:
    """Logs to the stderr of the test that runs: fixtures were set up with another."""
    configure_logging()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was logged since the last look, each line an object."""
    captured = capsys.readouterr()
    assert captured.out == ""
    return [json.loads(line) for line in captured.err.splitlines()]


def count(client: TestClient, sample: str) -> float:
    """The value of one sample of /metrics; 0 when it is not there yet."""
    found = re.search(rf"^{re.escape(sample)} (\S+)$", client.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


@pytest.mark.parametrize("given", ["abc-1", "A.b_c-9", "x" * 64, "7"])
def test_a_harmless_request_id_is_kept(client: TestClient, given: str) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": given}).headers["x-request-id"] == given


@pytest.mark.parametrize(
    "given", [b"", b"x" * 65, b"a b", b"a\nb", b"a\r\nSet-Cookie: c=d", b"\xe9", b'"}', b"a\n"]
)
def test_a_hostile_request_id_is_replaced(client: TestClient, given: bytes) -> None:
    response = client.get("/healthz", headers={b"X-Request-ID": given})
    assert re.fullmatch("[0-9a-f]{32}", response.headers["x-request-id"])
    assert "set-cookie" not in response.headers


def test_each_request_gets_an_id_of_its_own(client: TestClient) -> None:
    ids = {client.get("/healthz").headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/v1/query", 405),
        ("POST", "/v1/query", 422),
        ("GET", "/v1/documents/nope", 404),
    ],
)
def test_errors_have_the_request_id_too(
    client: TestClient, method: str, path: str, status: int
) -> None:
    response = client.request(method, path, headers={"X-Request-ID": "mine"})
    assert response.status_code == status
    assert response.headers["x-request-id"] == response.json()["request_id"] == "mine"


def test_a_request_is_one_line_of_json(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    watch()
    response = client.post("/v1/query", json={"question": SECRET}, headers={"X-Request-ID": "r1"})
    assert response.status_code == 200
    (line,) = lines(capsys)
    assert line["event"] == "request"
    assert (line["method"], line["route"], line["status"]) == ("POST", "/v1/query", 200)
    assert line["request_id"] == "r1"
    assert line["ms"] > 0
    assert (line["level"], line["timestamp"][:2]) == ("info", "20")


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", "/v1/documents/nope", "/v1/documents/{document_id", 404),
        ("GET", "/v1/query", "/v1/query", 405),
        ("POST", "/v1/search", "/v1/search", 422),
        ("GET", "/v1/nothing", "none", 404),
        ("GET", "/healthz", "/healthz", 200),
    ],
)
def test_every_api_request_is_logged_by_its_route(
    client: TestClient,
    capsys: pytest.CaptureFixture[str],
    method: str,
    path: str,
    route: str,
    status: int,
) -> None:
    watch()
    client.request(method, path)
    (line,) = lines(capsys)
    assert line["route"].startswith(route)
    assert line["status"] == status


def test_a_refused_large_body_is_logged_and_counted(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    watch()
    assert client.post("/v1/query", content=b"x" * 600_000).status_code == 413
    (line,) = lines(capsys)
    assert line["status"] == 413
    assert count(client, 'rag_requests_total{method="POST",route="none",status="413"}') == 1


def test_paths_that_are_not_the_apis_are_not_logged(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    watch()
    client.get("/favicon.ico")
    client.get("/healthz")
    assert [line["route"] for line in lines(capsys)] == ["/healthz"]


@pytest.mark.parametrize(
    "body",
    [
        {"question": SECRET},
        {"question": SECRET, "top_k": 0},
        {"question": SECRET, "mode": "llm"},
        {"question": SECRET * 100},
        {"question": "who said that?", "history": [{"role": "user", "content": SECRET}]},
    ],
)
def test_the_question_is_never_logged(
    client: TestClient,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    body: dict[str, Any],
) -> None:
    watch()
    caplog.set_level(logging.INFO)
    client.post("/v1/query", json=body)
    client.post("/v1/search", json={"query": SECRET})
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 2
    assert "Quibble" not in captured.err + captured.out + caplog.text


def test_requests_and_answers_are_counted(client: TestClient) -> None:
    asked = 'rag_requests_total{method="POST",route="/v1/query",status="200"}'
    refused = 'rag_requests_total{method="POST",route="/v1/query",status="422"}'
    unknown = 'rag_answers_total{status="not_found"}'
    took = 'rag_request_seconds_count{route="/v1/query"}'
    assert [count(client, sample) for sample in (asked, refused, unknown, took)] == [0, 0, 0, 0]
    for question in ("who won the 2018 world cup", "who won the 1966 world cup", ""):
        client.post("/v1/query", json={"question": question})
    assert [count(client, sample) for sample in (asked, refused, unknown, took)] == [2, 1, 2, 3]


def test_apps_do_not_share_their_counts(client: TestClient, seed_index: Path) -> None:
    client.get("/healthz")
    healthy = 'rag_requests_total{method="GET",route="/healthz",status="200"}'
    assert count(client, healthy) == 1
    assert count(TestClient(create_app(seed_index)), healthy) == 0


def test_the_size_of_the_index_is_a_metric(client: TestClient) -> None:
    passages = client.get("/v1/index").json()["passages"]
    assert count(client, "rag_index_passages") == passages
