"""POST /v1/query/stream: the answer in events, errors as what they can still be."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from indexer.generation import STORE, current
from service.app import create_app
from service.language_model import Gone
from service.problems import MEDIA_TYPE
from service.settings import ServiceSettings
from service.types import Event, Interpreted, Question
from tests.service.texts import says

PATH = "/v1/query/stream"
FLAGSHIP = {"question": "why do councils distrust ICBs?"}
NINE = "Only nine out of 91 ICB members are councillors."
HALF = "Just over half of councils say the extra time spent with health colleagues is justified."


@pytest.fixture(scope="module")
def client(seed_index: Path) -> Iterator[TestClient]:
    """The app over the seed articles."""
    with TestClient(create_app(seed_index)) as client:
        yield client


@pytest.fixture(scope="module")
def writing(seed_index: Path) -> Iterator[TestClient]:
    """The same with a language model that knows two sentences."""
    settings = ServiceSettings(threshold=0.0)
    with TestClient(create_app(seed_index, settings, says(f"{NINE} [1] {HALF} [1]"))) as client:
        yield client


def events(client: TestClient, body: dict[str, Any], query: str = "") -> list[tuple[str, Any]]:
    """Name and data of each event of an answer."""
    response = client.post(PATH + query, json=body)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    found = []
    for block in response.text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if line[0] != ":")
        if fields:
            assert set(fields) == {"event", "data"}
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def untimed(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without the time it took."""
    return answer | {"timings_ms": None}


def test_events_are_named_and_the_last_is_the_whole_response(client: TestClient) -> None:
    found = events(client, FLAGSHIP)
    names = [name for name, _ in found]
    assert names[0] == "interpreted"
    assert names[1] == "citations"
    assert set(names[2:-1]) == {"token"}
    assert names[-1] == "answer"
    whole = client.post("/v1/query", json=FLAGSHIP).json()
    assert untimed(found[-1][1]) == untimed(whole)
    assert found[0][1] == {"interpreted_question": whole["interpreted_question"]}
    assert found[1][1] == {"citations": whole["citations"]}
    assert "".join(data["text"] for name, data in found if name == "token") == whole["answer"]


def test_what_a_model_writes_comes_sentence_by_sentence(writing: TestClient) -> None:
    found = events(writing, FLAGSHIP)
    assert [name for name, _ in found] == [
        *("interpreted", "citations", "token", "citations", "token", "answer")
    ]
    assert [data["text"] for name, data in found if name == "token"] == [
        f"{NINE} [1]",
        f" {HALF} [2]",
    ]
    assert found[-1][1]["mode"] == "llm"


def test_words_that_are_not_checked_come_only_to_those_who_ask_for_them(
    writing: TestClient,
) -> None:
    found = events(writing, FLAGSHIP, "?unchecked=true")
    begun = [data["unchecked"] for name, data in found if name == "unchecked"]
    assert begun[0] == NINE[:1]
    assert NINE in begun
    first = next(n for n, (name, _) in enumerate(found) if name == "citations")
    assert {name for name, _ in found[1:first]} == {"unchecked"}
    checked = [(name, data) for name, data in found if name != "unchecked"]
    assert [name for name, _ in checked] == [
        *("interpreted", "citations", "token", "citations", "token", "answer")
    ]
    assert "unchecked" not in checked[-1][1]


def test_a_refusal_is_two_events(client: TestClient) -> None:
    found = events(client, {"question": "who won the 2018 world cup"})
    assert [name for name, _ in found] == ["interpreted", "answer"]
    assert found[-1][1]["status"] == "not_found"


def test_a_line_break_in_a_quote_is_no_end_of_an_event(client: TestClient) -> None:
    found = events(client, {"question": "did anybody say that it would be very easy?"})
    quotes = [one["quote"] for name, data in found if name == "answer" for one in data["citations"]]
    assert any("\n" in quote for quote in quotes)


def test_answers_are_counted(seed_index: Path) -> None:
    with TestClient(create_app(seed_index)) as client:
        events(client, FLAGSHIP)
        assert 'rag_answers_total{status="answered"} 1.0' in client.get("/metrics").text


def assert_problem(response: Any, status: int) -> dict[str, Any]:
    """A problem document, and no stream."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == MEDIA_TYPE
    body: dict[str, Any] = response.json()
    assert body["request_id"] == response.headers["x-request-id"]
    return body


@pytest.mark.parametrize(
    "body", [{}, {"question": " "}, {"question": "x" * 2001}, {"question": "why?", "colour": "red"}]
)
def test_a_wrong_request_is_a_problem_and_no_event(
    client: TestClient, body: dict[str, Any]
) -> None:
    problem = assert_problem(client.post(PATH, json=body), 422)
    assert problem["detail"][0]["loc"][0] == "body"
    assert problem["hint"].startswith("Correct '")


def test_mode_llm_without_a_language_model_is_a_conflict(client: TestClient) -> None:
    problem = assert_problem(client.post(PATH, json=FLAGSHIP | {"mode": "llm"}), 409)
    assert problem["title"] == "No language model is configured"


def test_without_an_index_it_is_not_ready(tmp_path: Path) -> None:
    with TestClient(create_app(tmp_path)) as client:
        assert "no index" in assert_problem(client.post(PATH, json=FLAGSHIP), 503)["detail"]


def test_an_error_after_the_first_event_is_an_event(seed_index: Path, tmp_path: Path) -> None:
    """The documents are changed behind the passages' back, without a change of the file's size."""
    index = tmp_path / "index"
    shutil.copytree(seed_index, index)
    with sqlite3.connect(current(index) / STORE) as database:
        database.execute("UPDATE documents SET text = replace(text, 'council', 'COUNCIL')")
    database.close()
    with TestClient(create_app(index, ServiceSettings(threshold=0.0))) as client:
        found = events(client, FLAGSHIP)
    assert [name for name, _ in found] == ["interpreted", "error"]
    problem = found[-1][1]
    assert problem["status"] == 503
    assert problem["title"] == "The index is not ready"
    assert "at its place" in problem["detail"]
    assert problem["hint"]
    assert problem["instance"] == PATH
    assert problem["request_id"]


class Stumbles:
    """A source whose engine answers nothing but an error that nobody expected."""

    problem = None

    def __init__(self, generation: object) -> None:
        self.generation = generation

    def engine(self) -> "Stumbles":
        """Itself."""
        return self

    def stream(self, question: Question, gone: Gone) -> Iterator[Event]:
        """One event, and the error."""
        yield Interpreted(question.text)
        raise RuntimeError("a secret")


def test_an_error_that_nobody_expected_hides_its_text_and_is_logged(
    seed_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = create_app(seed_index)
    with TestClient(app) as client:
        app.state.source = Stumbles(app.state.source.engine().generation)
        name, problem = events(client, FLAGSHIP)[-1]
    assert (name, problem["status"]) == ("error", 500)
    assert "secret" not in str(problem)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (logged,) = [line for line in lines if line["event"] == "unexpected error"]
    assert "a secret" in logged["exception"]
    assert logged["request_id"] == problem["request_id"]
