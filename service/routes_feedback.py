"""POST /v1/feedback: whether an answer was useful, and why."""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from service.feedback import Feedback, keep
from service.schemas import FilterText, QuestionText

v1_feedback = APIRouter(prefix="/v1")


class FeedbackIn(BaseModel):
    """A reader's word on one answer."""

    model_config = ConfigDict(extra="forbid")

    question: QuestionText
    answer: str = Field(default="", max_length=50_000)
    status: Literal["answered", "partial", "not_found"]
    generation: FilterText = ""
    useful: bool
    reason: str = Field(default="", max_length=2000)


@v1_feedback.post("/feedback", status_code=204)
def feedback(body: FeedbackIn, request: Request) -> None:
    """Keeps what a reader says of an answer, for whoever runs the service to read."""
    keep(request.app.state.source.index, Feedback(**body.model_dump()))
