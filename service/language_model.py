"""The language model that a user plugs in: opened from two settings, and read with a time limit."""

import os
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from indexer.errors import ModelError
from service.errors import ModelFailed
from service.settings import ServiceSettings

MOST_TOKENS = 400  # of an answer of five sentences
LONGEST = 4  # times the wait for one piece that the whole may take
_DONE = object()


def open_chat_model(settings: ServiceSettings) -> BaseChatModel | None:
    """The model that the settings name; None when they name none.

    Raises ModelError when its name or provider is not known, no key for it is set, or there is an
    address but no name.
    """
    if not settings.llm:
        if settings.llm_url:
            raise ModelError(
                "RAG_SERVICE_LLM_URL is set, but no language model is named.",
                "Name one that the server has in RAG_SERVICE_LLM.",
            )
        return None
    name = settings.llm
    options: dict[str, Any] = {"temperature": 0, "max_tokens": MOST_TOKENS}
    if settings.llm_url:
        options |= {"base_url": settings.llm_url}
        if name.split(":")[0] != "openai":
            name = f"openai:{name}"  # servers of one's own speak OpenAI's protocol
        if not os.environ.get("OPENAI_API_KEY"):
            options |= {"api_key": "none"}  # they ask for no key, but the client does
    if name.startswith("openai:"):
        options |= {"max_retries": 0, "timeout": settings.llm_seconds}
    try:
        model: BaseChatModel = init_chat_model(name, **options)
    except Exception as error:
        # providers raise what they like: a missing package, key or name
        raise ModelError(
            f"The language model {settings.llm!r} cannot be used: {_line(error)}",
            "Name it as provider:model in RAG_SERVICE_LLM, or set RAG_SERVICE_LLM_URL for a server "
            "of your own; install the provider's LangChain package and set its key.",
        ) from error
    return model


def pieces(model: BaseChatModel, messages: Sequence[BaseMessage], seconds: float) -> Iterator[str]:
    """What the model writes, as it comes.

    Raises ModelFailed, with what happened in words, when it does not begin or go on within
    `seconds`, takes LONGEST times that, or breaks off.
    """
    found: queue.Queue[object] = queue.Queue()
    stop = threading.Event()

    def read() -> None:
        try:
            for chunk in model.stream(list(messages)):
                if stop.is_set():
                    return
                found.put(chunk.text)
            found.put(_DONE)
        except Exception as error:
            found.put(error)

    # a thread, because only some providers can be given a limit, and none a limit on silence
    threading.Thread(target=read, daemon=True, name="language-model").start()
    left = seconds * LONGEST
    try:
        while True:
            before = time.monotonic()
            try:
                piece = found.get(timeout=min(seconds, max(left, 0)))
            except queue.Empty:
                if left < seconds:
                    raise _failed(f"did not finish within {LONGEST * seconds:g} s") from None
                raise _failed(f"did not go on within {seconds:g} s") from None
            left -= time.monotonic() - before
            if piece is _DONE:
                return
            if isinstance(piece, Exception):
                raise _failed(_why(piece)) from piece
            yield str(piece)
    finally:
        stop.set()


def _failed(what: str) -> ModelFailed:
    return ModelFailed(f"The language model {what}: these are quotes instead.", "")


def _why(error: Exception) -> str:
    """What went wrong in words, by what providers' clients have in common."""
    status = getattr(error, "status_code", None) or getattr(
        getattr(error, "response", None), "status_code", None
    )
    name = type(error).__name__.lower()
    if status in (401, 403):
        return "refused the key"
    if status == 429:
        return "takes no more requests for now"
    if status in (400, 413) and "context" in str(error).lower():
        return "cannot take so long a text"
    if status:
        return f"answered with error {status}"
    if "timeout" in name:
        return "did not answer in time"
    return "cannot be reached, or broke off"


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
