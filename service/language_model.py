"""The language model that a user plugs in: opened from two settings, and read with a time limit."""

import asyncio
import os
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from functools import cache
from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from indexer.errors import ModelError
from service.errors import ModelFailed
from service.settings import ServiceSettings

MOST_TOKENS = 400  # of an answer of five sentences
LONGEST = 4  # times the wait for one piece that the whole may take
Gone = Future[None]
"""Done as soon as nobody waits for an answer any more."""


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


def pieces(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    seconds: float,
    longest: float = LONGEST,
    gone: Gone | None = None,
) -> Iterator[str]:
    """What the model writes, as it comes.

    Raises ModelFailed, with what happened in words, when it does not begin or go on within
    `seconds`, takes `longest` times that, or breaks off; and when nobody waits for it any more.
    The request to it ends then, and when this is closed.
    """
    found: queue.Queue[str | ModelFailed | None] = queue.Queue()  # None: that was all

    async def read() -> None:
        try:
            async for chunk in model.astream(list(messages)):
                found.put(chunk.text)
            found.put(None)
        except Exception as error:
            found.put(_failed(_why(error)))

    # the limits are kept here, because only some providers can be given one, and none on silence
    reading = asyncio.run_coroutine_threadsafe(read(), _loop())
    if gone:
        gone.add_done_callback(lambda _: found.put(_failed("is not waited for any more")))
    left = seconds * longest
    try:
        while True:
            before = time.monotonic()
            try:
                piece = found.get(timeout=min(seconds, max(left, 0)))
            except queue.Empty:
                silent, whole = (
                    f"go on within {seconds:g} s",
                    f"finish within {longest * seconds:g} s",
                )
                piece = _failed(f"did not {whole if left < seconds else silent}")
            if piece is None:
                return
            if isinstance(piece, ModelFailed):
                raise piece
            left -= time.monotonic() - before
            yield piece
    finally:
        reading.cancel()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The loop in which models are read: requests in it can be ended while a model is silent.

    There is one, because providers' clients keep connections, which belong to their loop.
    """
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True, name="language-model").start()
    return loop


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
