"""Every error is a problem document (RFC 9457) that says what is wrong and what to do."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.problems import MEDIA_TYPE

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def client(seed_index: Path) -> Iterator[TestClient]:
    """The app over the seed articles, as a server runs it: an exception is a response."""
    with TestClient(create_app(seed_index), raise_server_exceptions=False) as client:
        yield client


def assert_problem(response: Any, status: int) -> dict[str, Any]:
    """A complete problem document with the id that the header has too."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == MEDIA_TYPE
    body: dict[str, Any] = response.json()
    assert body["title"]
    assert body["status"] == status
    assert body["detail"]
    assert body["request_id"] == response.headers["x-request-id"]
    return body


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "question"),
        ({"question": ""}, "question"),
        ({"question": " \n\t "}, "question"),
        ({"question": "x" * 2001}, "question"),
        ({"question": 3}, "question"),
        ({"question": None}, "question"),
        ({"question": ["why?"]}, "question"),
        ({"question": "why?", "top_k": 0}, "top_k"),
        ({"question": "why?", "top_k": 51}, "top_k"),
        ({"question": "why?", "top_k": "x"}, "top_k"),
        ({"question": "why?", "mode": "creative"}, "mode"),
        ({"question": "why?", "colour": "red"}, "colour"),
        ({"question": "why?", "filters": {"topic": ["x"]}}, "filters.topic"),
        ({"question": "why?", "filters": {"publisher": "LGC"}}, "filters.publisher"),
        ({"question": "why?", "filters": {"published_from": "soon"}}, "filters.published_from"),
        ({"question": "why?", "filters": {"published_to": "2018-02-30"}}, "filters.published_to"),
        ({"question": "why?", "history": [{"role": "system", "content": ""}]}, "history.0.role"),
        ({"question": "why?", "history": [{"role": "user"}]}, "history.0.content"),
        (
            {
                "question": "why?",
                "filters": {"published_from": "2020-01-01", "published_to": "2019-01-01"},
            },
            "filters",
        ),
    ],
)
def test_a_wrong_field_is_named_with_what_is_wrong(
    client: TestClient, body: dict[str, Any], field: str
) -> None:
    problem = assert_problem(client.post("/v1/query", json=body), 422)
    assert problem["detail"][0]["loc"] == ["body", *_parts(field)]
    assert problem["detail"][0]["msg"]
    assert problem["hint"].startswith(f"Correct '{field}'")


def _parts(field: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in field.split(".")]


@pytest.mark.parametrize(
    "body",
    [
        rb'{"question": "\ud800"}',
        rb'{"question": "why \udfff do councils"}',
        rb'{"question": "why?", "mode": "\ud800"}',
        rb'{"question": "why?", "\ud800": 1}',
        rb'{"question": "why?", "filters": {"publisher": ["\ud800"]}}',
        rb'{"question": "why?", "filters": {"author": ["\ud800"]}}',
        rb'{"question": "why?", "filters": {"document_id": ["\ud800"]}}',
        rb'{"question": "and it?", "history": [{"role": "user", "content": "\ud800"}]}',
    ],
)
def test_half_a_character_is_refused(client: TestClient, body: bytes) -> None:
    problem = assert_problem(client.post("/v1/query", content=body, headers=JSON), 422)
    assert "unicode" in str(problem["detail"])


@pytest.mark.parametrize("path", ["/v1/query", "/v1/search"])
@pytest.mark.parametrize(
    "body", [b"", b"why?", b"[]", b'"why?"', b"{", b"\xff\xfe", b"null", b'{"question": NaN}']
)
def test_a_body_that_is_no_json_object_is_refused(
    client: TestClient, path: str, body: bytes
) -> None:
    problem = assert_problem(client.post(path, content=body, headers=JSON), 422)
    assert problem["hint"]


def test_json_nested_without_end_is_refused(client: TestClient) -> None:
    assert_problem(client.post("/v1/query", content=b"[" * 100_000, headers=JSON), 400)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_refused_with_the_right_one(client: TestClient, kind: str) -> None:
    headers = {"Content-Type": kind}
    response = client.post("/v1/query", content=b'{"question": "why?"}', headers=headers)
    assert "application/json" in assert_problem(response, 422)["hint"]


def test_a_body_that_is_too_large_is_refused(client: TestClient) -> None:
    body = {"question": "why?", "history": [{"role": "user", "content": "x" * 600_000}]}
    problem = assert_problem(client.post("/v1/query", json=body), 413)
    assert "512 kB" in problem["detail"]
    assert problem["hint"]


def test_a_large_body_sent_in_pieces_is_refused(client: TestClient) -> None:
    pieces = (b"x" * 10_000 for _ in range(100))  # its length is not announced
    assert_problem(client.post("/v1/query", content=pieces, headers=JSON), 413)


def test_a_body_sent_in_pieces_is_read_whole(client: TestClient) -> None:
    pieces = iter([b'{"question": "how many peo', b'ple answered the LGC survey?"}'])
    response = client.post("/v1/query", content=pieces, headers=JSON)
    assert response.status_code == 200
    assert response.json()["question"] == "how many people answered the LGC survey?"


def test_a_wrong_method_says_which_is_right(client: TestClient) -> None:
    response = client.get("/v1/query")
    assert_problem(response, 405)
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("path", ["/nothing", "/v1/nothing", "/v1", "/v1/documents/"])
def test_an_unknown_path_is_not_found(client: TestClient, path: str) -> None:
    assert_problem(client.get(path, follow_redirects=False), 404)


@pytest.mark.parametrize("identity", ["nope", "a/b", "%00", "%ff", "..%2f..%2fetc", "'; --"])
def test_an_unknown_document_is_not_found(client: TestClient, identity: str) -> None:
    problem = assert_problem(client.get(f"/v1/documents/{identity}"), 404)
    assert problem["title"] == "No such document"
    assert problem["hint"] == "GET /v1/documents lists them."


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=x",
        "offset=-1",
        "colour=red",
        "published_from=soon",
        "published_from=2020-01-01&published_to=2019-01-01",
    ],
)
def test_a_wrong_page_of_documents_is_refused(client: TestClient, query: str) -> None:
    assert assert_problem(client.get(f"/v1/documents?{query}"), 422)["hint"]


@pytest.mark.parametrize("body", [{"query": ""}, {"query": "x", "top_k": 51}, {"question": "x"}])
def test_a_wrong_search_is_refused(client: TestClient, body: dict[str, Any]) -> None:
    assert assert_problem(client.post("/v1/search", json=body), 422)["hint"]


def test_mode_llm_without_a_language_model_is_a_conflict(client: TestClient) -> None:
    body = {"question": "why?", "mode": "llm"}
    problem = assert_problem(client.post("/v1/query", json=body), 409)
    assert problem["title"] == "No language model is configured"
    assert "extractive" in problem["hint"]


def test_an_error_that_nobody_expected_hides_its_text_and_is_logged(
    seed_index: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    app = create_app(seed_index)

    @app.get("/v1/broken")
    def broken() -> None:
        raise RuntimeError("a secret")

    with TestClient(app, raise_server_exceptions=False) as client:
        problem = assert_problem(client.get("/v1/broken"), 500)
    assert "secret" not in str(problem)
    logged = capsys.readouterr().err
    assert f'"request_id": "{problem["request_id"]}"' in logged
    assert "a secret" in logged
