"""The client against a real HTTP server: what it sends, and what it makes of the replies."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.ui.pages import all_of
from ui.client import ServiceClient, ServiceError
from ui.types import Answer, Draft, Filters

ANSWERED = {
    "question": "q",
    "status": "answered",
    "answer": "Nine of 91. [1]",
    "sentences": [{"text": "Nine of 91.", "citations": [1], "supported": True}],
    "citations": [{"id": 1, "quote": "Nine of 91.", "author": None, "a_new_field": {"deep": 1}}],
    "confidence": 0.8,
    "reason": None,
    "a_new_field": "ignored",
}


class Service:
    """A small service that replies as told and remembers what it was asked."""

    def __init__(self) -> None:
        self.status, self.body, self.delay = 200, json.dumps(ANSWERED), 0.0
        self.kind = "application/json"
        self.gone, self.unsent = "", 0  # a path there is none of; bytes promised and never sent
        self.asked: list[tuple[str, str, Any]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._reply(None)

            def do_POST(self) -> None:
                size = int(self.headers["content-length"])
                self._reply(json.loads(self.rfile.read(size)))

            def _reply(self, body: Any) -> None:
                service.asked.append((self.command, self.path, body))
                time.sleep(service.delay)
                content = service.body.encode()
                self.send_response(404 if self.path == service.gone else service.status)
                self.send_header("content-type", service.kind)
                self.send_header("content-length", str(len(content) + service.unsent))
                self.end_headers()
                with suppress(BrokenPipeError):  # who gave up waiting has hung up
                    self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                """Tests are read by people; the requests are in `asked`."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def problem(self, status: int, **problem: Any) -> None:
        self.status, self.body = status, json.dumps(problem)
        self.kind = "application/problem+json"


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    thread = threading.Thread(target=running.server.serve_forever, args=(0.01,))
    thread.start()
    yield running
    running.server.shutdown()
    running.server.server_close()
    thread.join()


def error_of(client: ServiceClient) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        client.query("q")
    return caught.value


def streamed(service: Service, *events: Any) -> tuple[list[Draft], ServiceError | None]:
    """What the client makes of these events, and the error that it ends in, if it does."""
    service.body = "".join(f"event: {name}\ndata: {json.dumps(said)}\n\n" for name, said in events)
    found: list[Draft] = []

    async def ask() -> None:
        async for draft in ServiceClient(service.url).stream("q", filters=Filters(("LGC",))):
            found.append(draft)

    try:
        asyncio.run(ask())
    except ServiceError as error:
        return found, error
    return found, None


def test_a_question_is_sent_with_its_history_and_the_answer_read(service: Service) -> None:
    answer = ServiceClient(service.url).query(
        "and now?", [{"role": "user", "content": "before"}], top_k=3
    )
    assert service.asked == [
        (
            "POST",
            "/v1/query",
            {
                "question": "and now?",
                "history": [{"role": "user", "content": "before"}],
                "top_k": 3,
            },
        )
    ]
    assert answer.citations[0].quote == "Nine of 91."
    assert answer.confidence == 0.8


def test_fields_may_be_new_missing_or_null(service: Service) -> None:
    answer = ServiceClient(service.url).query("q")
    assert answer.citations[0].author == answer.citations[0].title == answer.reason == ""
    assert answer.nearest == ()


def test_what_is_left_unsaid_is_left_to_the_service(service: Service) -> None:
    ServiceClient(service.url).query("q")
    assert service.asked[0][2] == {"question": "q", "history": []}


def test_filters_are_sent_as_the_service_takes_them(service: Service) -> None:
    filters = Filters(("LGC",), (), "2018-01-01")
    ServiceClient(service.url).query("q", filters=filters)
    assert service.asked[0][2]["filters"] == {
        "publisher": ["LGC"],
        "author": [],
        "published_from": "2018-01-01",
        "published_to": None,
    }


def test_what_can_be_filtered_by_is_asked_for(service: Service) -> None:
    service.body = '{"publisher": [{"value": "LGC", "documents": 2, "extra": 1}], "year": []}'
    assert ServiceClient(service.url).facets().publisher[0].value == "LGC"
    assert service.asked[0][1] == "/v1/facets"


INTERPRETED = ("interpreted", {"interpreted_question": "q (Q)?"})
CITED = ("citations", {"citations": ANSWERED["citations"]})
STREAM = "/v1/query/stream?unchecked=true"
TOKEN = ("token", {"text": "Nine of 91. [1]", "new": 1})


def test_an_answer_comes_in_drafts_and_at_last_as_the_whole(service: Service) -> None:
    later = ("token", {"text": " And ten. [1]"})
    whole = ("answer", ANSWERED)
    begun = ("unchecked", {"unchecked": "And ten or"})
    come, _ = streamed(
        service, INTERPRETED, CITED, TOKEN, ("news", {"deep": {}}), begun, later, whole
    )
    *drafts, answer = come
    assert isinstance(answer, Answer)
    assert answer == Answer.model_validate(ANSWERED)
    assert {draft.interpreted_question for draft in drafts} == {"q (Q)?"}
    assert [len(draft.citations) for draft in drafts] == [0, 1, 1, 1, 1, 1]
    assert [draft.unchecked for draft in drafts] == ["", "", "", "", "And ten or", ""]
    assert [draft.answer for draft in drafts][-2:] == [
        "Nine of 91. [1]",
        "Nine of 91. [1] And ten. [1]",
    ]
    _, path, body = service.asked[0]
    assert (path, body["filters"]["publisher"]) == (STREAM, ["LGC"])


def test_a_service_too_old_to_stream_is_asked_for_the_whole(service: Service) -> None:
    service.gone = STREAM
    (answer,) = asyncio.run(all_of(ServiceClient(service.url).stream("q")))
    assert answer == Answer.model_validate(ANSWERED)
    assert [path for _, path, _ in service.asked] == [STREAM, "/v1/query"]
    assert service.asked[0][2] == service.asked[1][2]


@pytest.mark.parametrize("unsent", [0, 9], ids=["ended", "cut off"])
def test_an_answer_that_breaks_off_is_told(service: Service, unsent: int) -> None:
    service.unsent = unsent
    drafts, error = streamed(service, INTERPRETED, CITED, TOKEN)
    assert drafts[-1].answer == "Nine of 91. [1]"
    assert error is not None
    assert "broke off" in error.message
    assert error.hint


def test_an_error_in_mid_answer_is_told_in_the_words_of_the_service(service: Service) -> None:
    problem = {"status": 404, "detail": "No index.", "hint": "Run `make index`."}
    drafts, error = streamed(service, INTERPRETED, ("error", problem))
    assert len(drafts) == 1
    assert error is not None
    assert (error.message, error.hint) == ("No index.", "Run `make index`.")
    assert len(service.asked) == 1, "nothing is asked twice"


def test_an_answer_refused_from_the_start_is_told_as_ever(service: Service) -> None:
    service.status = 503
    drafts, error = streamed(service)
    assert (drafts, error and error.message) == ([], "The answering service failed (HTTP 503).")


def test_an_event_that_makes_no_sense_is_an_error_not_a_crash(service: Service) -> None:
    _, error = streamed(service, INTERPRETED, ("answer", {"status": "perhaps"}))
    assert error is not None
    assert "could not be read" in error.message


@pytest.mark.parametrize("body", ["{}", '{"generation": null, "documents": null, "extra": 1}'])
def test_an_index_may_say_little(service: Service, body: str) -> None:
    service.body = body
    assert ServiceClient(service.url).index().documents is None


def test_the_newest_documents_and_what_was_not_read_are_asked_for(service: Service) -> None:
    service.body = '{"documents": [{"id": "a", "title": null}], "total": 9}'
    assert ServiceClient(service.url).newest(3)[0].id == "a"
    service.body = '{"by_status": {"read": 1}, "files": [{"source": "a", "reasons": []}]}'
    assert ServiceClient(service.url).unread(7).files[0].source == "a"
    assert [path for _, path, _ in service.asked] == [
        "/v1/documents?order=newest&limit=3",
        "/v1/report?status=not%20read&status=partly%20read&limit=7",
    ]


def test_a_slash_at_the_end_of_the_address_does_no_harm(service: Service) -> None:
    service.body = '{"documents": 5}'
    assert ServiceClient(service.url + "/").index().documents == 5
    assert service.asked[0][1] == "/v1/index"


def test_a_document_is_asked_for_by_its_escaped_id(service: Service) -> None:
    service.body = '{"id": "a/b?", "text": "All of it.", "title": "T"}'
    assert ServiceClient(service.url).document("a/b?").text == "All of it."
    assert service.asked[0][1] == "/v1/documents/a%2Fb%3F"


def test_a_problem_is_told_in_the_words_of_the_service(service: Service) -> None:
    service.problem(503, title="Service Unavailable", detail="No index.", hint="Run `make index`.")
    error = error_of(ServiceClient(service.url))
    assert (error.message, error.hint) == ("No index.", "Run `make index`.")


def test_a_problem_with_only_a_title_is_told_by_it(service: Service) -> None:
    service.problem(413, title="Too large")
    assert error_of(ServiceClient(service.url)).message == "Too large"


def test_a_list_of_validation_errors_is_told_in_one_line(service: Service) -> None:
    service.problem(422, detail=[{"msg": "Too long.", "loc": ["body"]}, {"msg": "Too odd."}, 3])
    assert error_of(ServiceClient(service.url)).message == "Too long. Too odd."


@pytest.mark.parametrize("body", ["<html>Bad gateway</html>", "[]", '"no"', "{}", ""])
def test_an_error_without_words_is_told_by_its_number(service: Service, body: str) -> None:
    service.status, service.body = 502, body
    error = error_of(ServiceClient(service.url))
    assert error.message == "The answering service failed (HTTP 502)."
    assert error.hint


@pytest.mark.parametrize("body", ["<html>", "[]", '{"status": "perhaps"}', '{"answer": "x"}'])
def test_a_reply_that_is_no_answer_is_an_error_not_a_crash(service: Service, body: str) -> None:
    service.body = body
    assert "could not be read" in error_of(ServiceClient(service.url)).message


def test_a_slow_service_is_given_up_on(service: Service) -> None:
    service.delay = 0.5
    error = error_of(ServiceClient(service.url, timeout=0.05))
    assert error.message == "The answering service gave no answer within 0.05 seconds."


def test_a_service_that_is_down_is_named_with_what_to_do() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    error = error_of(ServiceClient(url))
    assert error.message == f"The answering service at {url} does not reply."
    assert error.hint == "Is it running? Start it with `make serve`."


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1", "http://", "http://[::1"])
def test_an_address_that_is_none_is_told_like_a_service_that_is_down(url: str) -> None:
    assert "does not reply" in error_of(ServiceClient(url)).message


def test_a_proxy_for_the_web_never_sees_a_question(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert ServiceClient(service.url).query("q").status == "answered"
