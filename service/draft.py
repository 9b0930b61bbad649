"""An answer while it is being made: its sentences, their citations, and the events they give."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from indexer.store import Store
from indexer.types import Filters
from service.answer import Written
from service.candidates import Candidates
from service.cite import cite
from service.disagree import disagreements
from service.read import Reading
from service.twins import also_in
from service.types import AnswerSentence, Citation, Cited, Disagreement, Token

NEAREST = 3
UNSUPPORTED = "(not found in the documents)"


class Draft:
    """Collects what an answerer writes. What has been given out is never taken back.

    `by_model` says whether a language model wrote any of it, if only in a document's own words;
    `note` why it wrote no more.
    """

    def __init__(self, store: Store, found: Candidates, reading: Reading, filters: Filters) -> None:
        self.citations: list[Citation] = []
        self.sentences: list[AnswerSentence] = []
        self.text = ""
        self.by_model = False
        self.note: str | None = None
        self._store, self._found, self._reading, self._filters = store, found, reading, filters
        self._ids: dict[int, int] = {}  # of candidates' citations

    def add(self, batch: Sequence[Written]) -> Iterator[Cited | Token]:
        """Adds sentences; a citation is given out before the text that refers to it."""
        positions = dict.fromkeys(place for written in batch for place in written.evidence)
        if new := [position for position in positions if position not in self._ids]:
            whole = {written.evidence[0] for written in batch if written.whole}
            self.citations += self.cite(new, len(self.citations) + 1, whole)
            self._ids |= {place: len(self._ids) + n for n, place in enumerate(new, start=1)}
            yield Cited(list(self.citations))
        for written in batch:
            ids = [self._ids[position] for position in written.evidence]
            self.sentences.append(AnswerSentence(written.text, ids, written.supported))
            marks = "".join(f"[{one}]" for one in ids) if written.supported else UNSUPPORTED
            piece = f"{' ' if self.text else ''}{written.text} {marks}"
            self.text += piece
            yield Token(piece)

    def disagreements(self) -> list[Disagreement]:
        """Which of the citations contradict each other."""
        return disagreements(self._found, self._ids)

    def nearest(self) -> list[Citation]:
        """Where there is no answer: the best sentence of each of the best passages, to look at."""
        firsts: dict[str, int] = {}
        for position in self._reading.order if not self.sentences else ():
            firsts.setdefault(self._found.places[position][0].id, position)
        return self.cite(list(firsts.values())[:NEAREST])

    def has(self, position: int) -> bool:
        """Whether a candidate is cited already."""
        return position in self._ids

    def _score(self, position: int, whole: bool) -> float:
        """How likely a quote answers: with what it leans on, as likely as the better of both."""
        passage = self._found.places[position][0]
        before = self._found.leant_on(position, across=True) if whole else None
        both = [position]
        if before is not None and (passage, before) in self._found.places:
            both.append(self._found.places.index((passage, before)))
        return max(self._reading.share(one) for one in both) * self._reading.probability

    def cite(
        self, positions: Sequence[int], first_id: int = 1, whole: Container[int] = ()
    ) -> list[Citation]:
        """Citations of candidates, numbered from `first_id`, with where else they are said.

        Those of `whole` with the sentences that they lean on.
        """
        quotes = [
            (*self._found.quoted(one, one in whole), self._score(one, one in whole))
            for one in positions
        ]
        numbers = [self._found.numbers[one] for one in positions]
        others = also_in(self._store, numbers, self._filters)
        return [
            replace(citation, also_in=places, also_in_more=more)
            for citation, (places, more) in zip(
                cite(self._store, quotes, first_id), others, strict=True
            )
        ]
