"""The same answers for clients that speak OpenAI's protocol: /v1/chat/completions, /v1/models.

The last message is the question, those before it the history; settings of a language model, such
as `temperature`, mean nothing here and are accepted. Citations travel as `url_citation`
annotations, whose offsets are those of their marks in the text.
"""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import quote as percent

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, TypeAdapter, field_validator

from service.errors import UnknownModel
from service.language_model import Gone
from service.problems import as_problem
from service.routes import counted, engine_of
from service.routes_stream import listened
from service.schemas import FiltersIn, QuestionText
from service.types import Answer, Citation, Event, Mode, Question, Token, Turn

MODELS: dict[str, Mode] = {
    "chapter-and-verse": "auto",
    "chapter-and-verse-extractive": "extractive",
}
"""Model names and the mode of answering that each means."""

NOT_SAID = "The documents don't say."

_QUESTION: TypeAdapter[str] = TypeAdapter(QuestionText)

openai_api = APIRouter(prefix="/v1")


class PartIn(BaseModel):
    """A part of a message; parts that are no text are passed over."""

    type: str
    text: str = Field(default="", max_length=20_000)


class MessageIn(BaseModel):
    """One message. Those that are neither the user's nor the assistant's are passed over."""

    role: str
    content: Annotated[str, Field(max_length=20_000)] | list[PartIn] | None = None

    @property
    def text(self) -> str:
        """Its text."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class ChatIn(BaseModel):
    """What of a chat completion request matters here; `top_k` and `filters` are our own."""

    model: str
    messages: list[MessageIn] = Field(min_length=1, max_length=200)
    stream: bool = False
    top_k: int = Field(default=5, ge=1, le=50)
    filters: FiltersIn = FiltersIn()

    @field_validator("messages")
    @classmethod
    def _end_with_a_question(cls, messages: list[MessageIn]) -> list[MessageIn]:
        if messages[-1].role != "user":
            raise ValueError("the last message must be the user's")
        _QUESTION.validate_python(messages[-1].text)
        return messages

    def value(self) -> Question:
        """The question as the pipeline takes it. Raises UnknownModel."""
        mode = MODELS.get(self.model)
        if mode is None:
            raise UnknownModel(
                f"There is no model {self.model!r}.", f"Ask for one of {', '.join(MODELS)}."
            )
        turns = tuple(
            Turn("user" if message.role == "user" else "assistant", message.text)
            for message in self.messages[:-1]
            if message.role in ("user", "assistant")
        )
        text = self.messages[-1].text.strip()
        return Question(text, self.top_k, mode, self.filters.value(), turns)


@openai_api.get("/models")
def models() -> dict[str, Any]:
    """The names by which a client may ask."""
    return {"object": "list", "data": [_model(name) for name in MODELS]}


@openai_api.get("/models/{name}")
def model(name: str) -> dict[str, Any]:
    """One of them."""
    if name not in MODELS:
        raise UnknownModel(f"There is no model {name!r}.", "GET /v1/models lists them.")
    return _model(name)


@openai_api.post("/chat/completions", response_model=None)
def chat_completions(body: ChatIn, request: Request) -> dict[str, Any] | StreamingResponse:
    """Answers the last message from the documents, with its citations as annotations."""
    gone = Gone()
    events = counted(engine_of(request).stream(body.value(), gone), request)
    frame = {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "created": int(time.time()),
        "model": body.model,
    }
    if body.stream:
        chunks = listened(_chunks(frame, events, request), gone)
        return StreamingResponse(chunks, media_type="text/event-stream", headers=_UNBUFFERED)
    *_, answer = events
    assert isinstance(answer, Answer)
    message = {
        "role": "assistant",
        "content": content_of(answer),
        "refusal": None,
        "annotations": annotations(answer, request),
    }
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return frame | {"object": "chat.completion", "choices": [choice]}


def _chunks(frame: dict[str, Any], events: Iterator[Event], request: Request) -> Iterator[str]:
    def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _data(frame | {"object": "chat.completion.chunk", "choices": [choice]})

    yield chunk({"role": "assistant", "content": ""})
    try:
        for event in events:
            if isinstance(event, Token):
                yield chunk({"content": event.text})
            elif isinstance(event, Answer):
                if rest := content_of(event)[len(event.answer) :]:
                    yield chunk({"content": rest})
                yield chunk({"annotations": annotations(event, request)})
    except Exception as error:  # the status has gone out: the error has to be in the stream
        structlog.get_logger().error("stream broke off", exc_info=error)
        found = as_problem(request, error)
        yield _data(
            {"error": {"message": found["detail"], "type": "error", "code": found["status"]}}
        )
        return
    yield chunk({}, "stop")
    yield "data: [DONE]\n\n"


_UNBUFFERED = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


def content_of(answer: Answer) -> str:
    """An answer as one text: that of its sentences, then what there is to say about it."""
    speakers = [f"[{one.id}] {one.speaker}" for one in answer.citations if one.speaker]
    behind = [f"Quoted there: {', '.join(speakers)}."] if speakers else []
    behind += [one.text for one in answer.disagreements]
    behind += [answer.note] if answer.note else []
    if answer.nearest:  # else the reason says all there is to say, as the reply to a greeting does
        behind = [NOT_SAID, answer.reason or ""]
    elif answer.reason:
        behind.append(answer.reason)
    said = [answer.answer] if answer.answer else []
    return "\n\n".join([*said, *filter(None, behind)])


def annotations(answer: Answer, request: Request) -> list[dict[str, Any]]:
    """One for each mark in the text: where it stands, and the page that it leads to."""
    by_id = {citation.id: citation for citation in answer.citations}
    found, at = [], 0
    for sentence in answer.sentences:
        # not by the look of a mark: a quote may hold "[1]" itself
        at = answer.answer.index(sentence.text, at) + len(sentence.text)
        for number in sentence.citations:
            start = answer.answer.index(f"[{number}]", at)
            at = start + len(f"[{number}]")
            leads = {
                "start_index": start,
                "end_index": at,
                "title": by_id[number].title,
                "url": _address(by_id[number], request),
            }
            found.append({"type": "url_citation", "url_citation": leads})
    return found


def _address(citation: Citation, request: Request) -> str:
    """Where a citation can be looked at: in the reader beside the page, where there is one."""
    document = percent(citation.document_id, safe="")
    if request.app.state.reader:
        place = f"?start={citation.start}&end={citation.end}#quote"
        return f"{request.base_url}{request.app.state.reader}{document}{place}"
    return f"{request.base_url}v1/documents/{document}"


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "chapter-and-verse"}


def _data(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
