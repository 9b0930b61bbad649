"""The nouns of the service; the HTTP responses are these dataclasses as JSON."""

from dataclasses import dataclass, field
from typing import Literal

from indexer.types import Filters

Mode = Literal["auto", "extractive", "llm"]
Status = Literal["answered", "partial", "not_found"]
ReasonCode = Literal[
    "uncertain",
    "nothing_on_topic",
    "detail_not_said",
    "outside_filters",
    "ambiguous_acronym",
    "small_talk",
]
"""What `reason` says: of a partial answer "uncertain", of one that is not found why not."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the text, how many citations at most, which documents, what came before."""

    text: str
    top_k: int = 5
    mode: Mode = "auto"
    filters: Filters = field(default_factory=Filters)
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class AlsoIn:
    """Another document that says the same: `document.text[start:end] == quote`, always.

    Its words may differ from the citation's in spelling, punctuation and small words.
    """

    document_id: str
    passage_id: str
    title: str
    publisher: str | None
    published: str | None
    source: str
    page: int | None
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote stands: `document.text[start:end] == quote`, always.

    `context` is the passage around the quote; `score` is 0..1: for a citation how likely its
    sentence answers, relative to the answer's confidence. `also_in` has other documents that say
    the same, `also_in_more` how many there are beyond those. `speaker` is who says it, where it is
    part of a quotation whose speaker is named elsewhere.
    """

    id: int
    document_id: str
    passage_id: str
    title: str
    author: str | None
    publisher: str | None
    published: str | None
    source: str
    url: str | None
    page: int | None
    heading: str | None
    quote: str
    start: int
    end: int
    context: str
    score: float
    also_in: list[AlsoIn] = field(default_factory=list)
    also_in_more: int = 0
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence of the answer and the ids of the citations it rests on."""

    text: str
    citations: list[int]
    supported: bool = True


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two citations, by their ids, that say different things of the same.

    `said` is what each says, "31%" and "43%"; where one denies the other it is "not" for that and
    "" for the other. `text` has it in words.
    """

    citations: list[int]
    said: list[str]
    text: str


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """Which index generation an answer came from, and its size."""

    generation: str
    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole response. `nearest` is filled only when the documents do not say.

    `reason` has in words why it is not a sure answer, `reason_code` the same for programs.
    `mode` says whether a language model wrote any of it; `note` what became of that when it was
    wanted and something went wrong.
    """

    question: str
    interpreted_question: str
    status: Status
    answer: str
    sentences: list[AnswerSentence]
    citations: list[Citation]
    confidence: float
    reason: str | None
    nearest: list[Citation]
    index: IndexInfo
    timings_ms: dict[str, float]
    mode: Literal["extractive", "llm"] = "extractive"
    note: str | None = None
    reason_code: ReasonCode | None = None
    disagreements: list[Disagreement] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Interpreted:
    """The first of an answer's events: the question as it was understood."""

    interpreted_question: str


@dataclass(frozen=True, slots=True)
class Cited:
    """All citations so far: what the text that follows refers to is among them."""

    citations: list[Citation]


@dataclass(frozen=True, slots=True)
class Token:
    """The next piece of the answer's text: together they are `Answer.answer`."""

    text: str


@dataclass(frozen=True, slots=True)
class Unchecked:
    """The sentence that a language model has begun, as far as it has come.

    It is not part of the answer: what is kept of it comes as a Token, and the next Unchecked stands
    in its place.
    """

    unchecked: str


Event = Interpreted | Cited | Token | Unchecked | Answer
"""What comes of a question, in this order; several Cited and Token; the Answer is the last."""
