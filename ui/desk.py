"""What happens when the page's controls are used."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import gradio as gr

from ui import export, filters, overview, render
from ui.client import ServiceClient, ServiceError
from ui.dates import WrongDate, in_words
from ui.layout import Parts
from ui.sources import sources_panel
from ui.types import Answer, Draft, Facets, Filters, Problem, Report, Turn

LONGEST = 2000  # characters of a question
NEWEST = 10
PAUSE = 0.2  # seconds at least between two states of a sentence that is being written
UNREAD = 200  # files that were not read, shown at most
Shown = dict[Any, Any]
_Picked = list[str] | None  # what Gradio gives for a list of which several may be picked


def complaint(question: str) -> str:
    """What is wrong with a question as typed, in words; nothing when it can be asked."""
    if not question:
        return "Type a question first."
    if len(question) > LONGEST:
        return (
            f"That question has {len(question):,} characters; the most is {LONGEST:,}. "
            "Please shorten it."
        )
    return ""


@dataclass(frozen=True, slots=True)
class Desk:
    """The functions behind the controls. The conversation itself is passed in and out, for each
    reader has one and all of them share this."""

    parts: Parts
    client: ServiceClient

    def arrive(self, request: gr.Request) -> Shown:
        """What the filters can be set to; and the question that the address holds, asked."""
        question, typed = filters.from_link(str(request.query_params))
        facets = self.facets()
        shown = self.filtered(typed, facets)
        if facets == Facets() and not typed:
            shown[self.parts.bar] = ""
        if question := _clean(question):
            shown |= {self.parts.question: question, **self.asked(question, typed, [])}
        return shown

    def begin(
        self,
        typed: str,
        turns: list[Turn],
        publisher: _Picked,
        author: _Picked,
        start: str,
        end: str,
        event: gr.EventData,
    ) -> Shown:
        """Show that a question is under way, unless one is already or this one cannot be."""
        if _under_way(turns):
            return {self.parts.notice: gr.skip()}
        wanted = _typed(publisher, author, start, end)
        data = event._data or {}
        if "question" in data:  # asked again in other words, or without the filters
            again = _clean(str(data["question"]))
            if not data.get("unfiltered"):
                return self.asked(again, wanted, turns)
            return self.filtered(Filters()) | self.asked(again, Filters(), turns)
        if event.target in self.parts.example_buttons:
            return self.asked(str(event.target.value), wanted, turns)
        shown = self.asked(_clean(typed), wanted, turns)
        if self.parts.turns in shown:
            shown[self.parts.question] = ""
        return shown

    def asked(self, question: str, typed: Filters, turns: list[Turn]) -> Shown:
        """The page with the question under way, or with what is wrong with it."""
        try:
            wrong, wanted = complaint(question), filters.checked(typed)
        except WrongDate as error:
            wrong, wanted = str(error), Filters()
        if wrong:
            return {self.parts.notice: render.notice(wrong)}
        return self.shown([*turns, Turn(question, filters=wanted)])

    async def answer(self, turns: list[Turn]) -> AsyncIterator[Shown]:
        """Put the question that is under way to the service, and show what comes as it comes."""
        if not _under_way(turns):
            yield {self.parts.notice: gr.skip()}
            return
        *earlier, turn = turns
        next_at = 0.0  # when more of an unfinished sentence may be shown
        async for came in self.coming(turn, earlier):
            if isinstance(came, Answer | Problem):
                yield self.shown([*earlier, replace(turn, outcome=came)])
            elif not came.unchecked or time.monotonic() >= next_at:
                next_at = time.monotonic() + PAUSE if came.unchecked else 0.0
                yield self.said([*earlier, replace(turn, draft=came)])

    async def answer_at_once(self, turns: list[Turn]) -> Shown:
        """The same, shown when the whole of it has come."""
        return [shown async for shown in self.answer(turns)][-1]

    def give_back(self, typed: str, turns: list[Turn]) -> object:
        """A question that got no answer is put back to be sent again, unless one is there."""
        failed = bool(turns) and isinstance(turns[-1].outcome, Problem)
        # To return `typed` would undo what has been typed since it was read.
        return turns[-1].question if failed and not typed.strip() else gr.skip()

    def refilter(self, publisher: _Picked, author: _Picked, start: str, end: str) -> Shown:
        """Show as chips what the filters are set to, or what is wrong with a date."""
        typed = _typed(publisher, author, start, end)
        try:
            wanted = filters.checked(typed)
        except WrongDate as error:
            return {self.parts.notice: render.notice(str(error))}
        return {self.parts.bar: filters.bar(wanted), self.parts.notice: ""}

    def drop(
        self, publisher: _Picked, author: _Picked, start: str, end: str, event: gr.EventData
    ) -> Shown:
        """Take away the filter whose chip was pressed."""
        data = event._data or {}
        field, value = str(data.get("field", "")), str(data.get("value", ""))
        return self.filtered(filters.without(_typed(publisher, author, start, end), field, value))

    def save(self, turns: list[Turn], event: gr.EventData) -> dict[str, str]:
        """The conversation as the kind of file whose button was pressed."""
        kind = str((event._data or {}).get("kind", ""))
        return export.saved(turns, kind, date.today())

    def look(self) -> str:
        """What the documents are. A report that is missing leaves the rest to be seen."""
        try:
            facets, newest = self.client.facets(), self.client.newest(NEWEST)
        except ServiceError as error:
            return overview.sorry(Problem(error.message, error.hint))
        try:
            report: Report | Problem = self.client.unread(UNREAD)
        except ServiceError as error:
            report = Problem(error.message, error.hint)
        return overview.overview(facets, newest, report)

    def count_documents(self) -> str:
        """The line in the head of the page: what is searched, or that the service is down."""
        try:
            return render.index_line(self.client.index())
        except ServiceError:
            return render.index_line(None)

    def facets(self) -> Facets:
        """What can be filtered by; nothing when the service does not say."""
        try:
            return self.client.facets()
        except ServiceError:
            return Facets()

    def start_again(self) -> Shown:
        """The page as it was before the first question."""
        return self.shown([])

    async def coming(self, turn: Turn, earlier: Sequence[Turn]) -> AsyncIterator[Draft | Problem]:
        """What comes of a question, at last its answer or why there is none."""
        history = render.history(earlier)
        try:
            async for came in self.client.stream(turn.question, history, filters=turn.filters):
                yield came
        except ServiceError as error:
            yield Problem(error.message, error.hint)

    def filtered(self, typed: Filters, facets: Facets | None = None) -> Shown:
        """The controls of the filters set to these; with `facets`, what they offer too."""
        picked = {"publisher": list(typed.publisher), "author": list(typed.author)}
        dates = (typed.published_from, typed.published_to)
        shown: Shown = {
            self.parts.publisher: picked["publisher"],
            self.parts.author: picked["author"],
            self.parts.start: in_words(dates[0]),
            self.parts.end: in_words(dates[1]),
            self.parts.bar: gr.skip(),
            **self.refilter(picked["publisher"], picked["author"], *dates),
        }
        if facets is not None:
            for part, field in ((self.parts.publisher, "publisher"), (self.parts.author, "author")):
                offered = filters.choices(getattr(facets, field), picked[field])
                shown[part] = gr.Dropdown(offered, value=picked[field], multiselect=True)
        return shown

    def shown(self, turns: list[Turn]) -> Shown:
        """Everything on the page that follows from the conversation so far."""
        return self.said(turns) | {
            self.parts.progress: f'<p role="status">{render.progress(turns)}</p>',
            self.parts.notice: "",
            self.parts.send: gr.Button(interactive=not _under_way(turns)),
            self.parts.examples: gr.Row(visible=not turns),
            self.parts.saving: render.saving(turns),
            self.parts.clear: gr.Button(visible=bool(turns)),
            self.parts.turns: turns,
        }

    def said(self, turns: list[Turn]) -> Shown:
        """The conversation with its sources."""
        return {
            self.parts.conversation: render.conversation(turns),
            self.parts.sources: sources_panel(turns),
        }


def _typed(publisher: _Picked, author: _Picked, start: str, end: str) -> Filters:
    return Filters(tuple(publisher or ()), tuple(author or ()), _clean(start), _clean(end))


def _under_way(turns: Sequence[Turn]) -> bool:
    return bool(turns) and turns[-1].outcome is None


def _clean(typed: str) -> str:
    """Without the blanks round it, and without half characters, which cannot be sent."""
    return typed.encode("utf-8", "replace").decode("utf-8").strip()
