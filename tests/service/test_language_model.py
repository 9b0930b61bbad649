"""The user's language model: opened from settings, read with limits, its errors put in words."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel, FakeListChatModel
from langchain_core.messages import HumanMessage
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from indexer.errors import ModelError
from service.errors import ModelFailed
from service.language_model import MOST_TOKENS, Gone, open_chat_model, pieces
from service.settings import ServiceSettings
from tests.service.texts import requests, requests_end, says

URL = "http://127.0.0.1:1/v1"
HELLO = [HumanMessage("Hello")]


def opened(**settings: Any) -> ChatOpenAI:
    """The model of these settings."""
    model = open_chat_model(ServiceSettings(**settings))
    assert isinstance(model, ChatOpenAI)
    return model


def test_without_settings_there_is_no_model() -> None:
    assert open_chat_model(ServiceSettings()) is None


@pytest.mark.parametrize("name", ["smollm2", "openai:smollm2"])
def test_a_server_of_ones_own_is_asked_in_openais_protocol_and_needs_no_key(name: str) -> None:
    model = opened(llm=name, llm_url=URL, llm_seconds=7)
    assert (model.model_name, model.openai_api_base) == ("smollm2", URL)
    assert (model.request_timeout, model.max_retries) == (7, 0)
    assert (model.temperature, model.max_tokens) == (0, MOST_TOKENS)


def test_a_name_with_a_colon_of_its_own_is_kept() -> None:
    assert opened(llm="llama3:8b", llm_url=URL).model_name == "llama3:8b"


def test_the_key_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sesame")
    for settings in ({"llm": "openai:gpt-4o"}, {"llm": "gpt-4o", "llm_url": URL}):
        assert opened(**settings).openai_api_key == SecretStr("sesame")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nonsense:model", "nonsense:model"),
        ("nonsense", "nonsense"),
        ("anthropic:claude-x", "langchain-anthropic"),  # a package that is not installed here
        ("openai:gpt-4o", "OPENAI_API_KEY"),
    ],
)
def test_a_model_that_cannot_be_opened_is_an_error_that_names_the_setting(
    name: str, reason: str
) -> None:
    with pytest.raises(ModelError, match=f"'{name}' cannot be used") as caught:
        open_chat_model(ServiceSettings(llm=name))
    assert reason in caught.value.message
    assert "\n" not in caught.value.message
    assert "RAG_SERVICE_LLM" in caught.value.hint


def test_an_address_without_a_name_is_an_error() -> None:
    with pytest.raises(ModelError, match="RAG_SERVICE_LLM_URL") as caught:
        open_chat_model(ServiceSettings(llm_url=URL))
    assert "RAG_SERVICE_LLM" in caught.value.hint


def read(model: BaseChatModel, seconds: float = 30) -> str:
    """All that a model writes."""
    return "".join(pieces(model, HELLO, seconds))


def test_the_pieces_are_what_the_model_writes() -> None:
    assert list(pieces(says("Yes, 9."), HELLO, 30)) == list("Yes, 9.")


def test_silence_has_a_limit() -> None:
    model = FakeListChatModel(responses=["Yes."], sleep=0.5)
    with pytest.raises(ModelFailed, match=r"did not go on within 0\.05 s"):
        read(model, 0.05)


def test_so_has_the_whole() -> None:
    model = FakeListChatModel(responses=["Yes. " * 1000], sleep=0.02)
    with pytest.raises(ModelFailed, match="did not"):
        read(model, 0.15)
    assert requests_end()


def test_what_came_before_the_silence_is_given_out() -> None:
    model = FakeListChatModel(responses=["Yes."], error_on_chunk_number=3)
    found = pieces(model, HELLO, 30)
    assert "".join(islice(found, 3)) == "Yes"
    with pytest.raises(ModelFailed, match="broke off"):
        next(found)


def test_the_model_is_not_read_on_when_nobody_wants_more() -> None:
    model = FakeListChatModel(responses=["Yes. " * 10_000], sleep=0.01)
    found = pieces(model, HELLO, 30)
    assert next(found) == "Y"
    assert requests()
    found.close()  # type: ignore[attr-defined]
    assert requests_end()


def test_nor_while_it_is_silent_when_nobody_waits_any_more() -> None:
    model = FakeListChatModel(responses=["Yes."], sleep=3600)
    gone: Gone = Future()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(next, pieces(model, HELLO, 3600, gone=gone))
        while not requests():
            time.sleep(0.01)
        gone.set_result(None)
        with pytest.raises(ModelFailed, match="not waited for"):
            asked.result(60)
    assert requests_end()


@contextmanager
def server(status: int, message: str) -> Iterator[str]:
    """The address of a server that answers every request with this error."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps({"error": {"message": message, "type": "error"}}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}/v1"
        serving.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        (401, "Incorrect API key sk-secret", "refused the key"),
        (403, "Forbidden", "refused the key"),
        (429, "Rate limit reached", "takes no more requests for now"),
        (400, "This model's maximum context length is 8 tokens", "cannot take so long a text"),
        (413, "the request exceeds the available context size", "cannot take so long a text"),
        (400, "Bad request", "answered with error 400"),
        (404, "No such model", "answered with error 404"),
        (500, "Oh", "answered with error 500"),
    ],
)
def test_an_error_of_the_server_is_told_in_words(status: int, said: str, told: str) -> None:
    with server(status, said) as url, pytest.raises(ModelFailed) as caught:
        read(opened(llm="smollm2", llm_url=url))
    assert caught.value.message == f"The language model {told}: these are quotes instead."


def test_a_server_that_is_not_there_is_told_in_words() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(ModelFailed, match="cannot be reached"):
        read(opened(llm="smollm2", llm_url=f"http://127.0.0.1:{port}/v1"))


def test_a_server_that_says_nothing_is_told_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with pytest.raises(ModelFailed, match="did not"):
            read(opened(llm="smollm2", llm_url=url, llm_seconds=0.2), 0.2)
        assert requests_end()
