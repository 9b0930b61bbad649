"""Answerer: which sentences make the answer, one after the other.

The seam is `Answerer`. The extractive one only ever picks, so that each sentence is a verbatim
quote; `service/write.py` has the one that lets a language model write.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from indexer.sparse import content_terms
from indexer.twins import differ_in_figures
from service.candidates import Candidates
from service.disagree import differ
from service.read import Reading
from service.types import Unchecked

MAX_SENTENCES = 5
USUAL_SENTENCES = 3
USUAL_SHARE = 0.02  # of the first sentence's probability, to be added up to USUAL_SENTENCES
EXTRA_SHARE = 0.05  # the same, beyond that
SAME = 0.6  # share of content words in common from which a sentence adds nothing


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence of an answer and the positions of the candidates that it rests on.

    `whole` says that it is quoted together with the one before, on which it leans.
    """

    text: str
    evidence: tuple[int, ...]
    supported: bool = True
    whole: bool = False


class Answerer(Protocol):
    """Makes the sentences of an answer."""

    def write(
        self, question: str, found: Candidates, reading: Reading, most: int
    ) -> Iterator[Sequence[Written] | Unchecked]:
        """Sentences in the order they are to be read, in batches as they become known.

        Between them, what is being written and cannot be checked before it ends.

        They rest on at most `most` candidates together. None at all means that the candidates do
        not answer the question. Raises ModelFailed when a model that was to write them cannot.
        """
        ...


class ExtractiveAnswerer:
    """The best sentence, and those nearly as good that add something, or contradict it."""

    def write(
        self, question: str, found: Candidates, reading: Reading, most: int
    ) -> Iterator[Sequence[Written]]:
        """See Answerer."""
        chosen: list[int] = []
        for position in reading.order:
            if len(chosen) == min(most, MAX_SENTENCES):
                break
            share = reading.share(position)
            if share < (USUAL_SHARE if len(chosen) < USUAL_SENTENCES else EXTRA_SHARE):
                break
            if not any(_adds_nothing(found, position, c) for c in chosen):
                chosen.append(position)
        if chosen:
            shown = _with_rival(chosen, found, reading, min(most, MAX_SENTENCES))
            yield _quotes(found, shown)


def _with_rival(
    chosen: Sequence[int], found: Candidates, reading: Reading, most: int
) -> Sequence[int]:
    """The same with the best sentence that contradicts the first, where there is one."""
    for position in reading.order if most > 1 else ():
        if differ(found, chosen[0], position):
            kept = [one for one in chosen if one != position][: most - 1]
            return sorted([*kept, position], key=reading.order.index)
    return chosen


def _adds_nothing(found: Candidates, position: int, chosen: int) -> bool:
    """Whether a candidate is quoted with one chosen before, or says the same."""
    (passage, quoted), (other, before) = found.quoted(position), found.quoted(chosen)
    overlap = quoted.start < before.end and before.start < quoted.end
    if overlap and passage.document_id == other.document_id:
        return True
    return _same(found.read[position].text, found.read[chosen].text)


def _quotes(found: Candidates, shown: Sequence[int]) -> list[Written]:
    """A quote for each, with the sentence that it leans on: where both are shown, in one quote, in
    the place of the better."""
    places = [found.places[position] for position in shown]
    leaning: dict[int, int] = {}  # what is leant on → what leans on it
    for position in shown:
        passage, before = found.places[position][0], found.leant_on(position, across=True)
        if before is not None and (passage, before) in places:
            leaning[shown[places.index((passage, before))]] = position
    quoted = dict.fromkeys(leaning.get(position, position) for position in shown)
    together = leaning.values()
    wholes = {one: one in together or found.leant_on(one) is not None for one in quoted}
    return [Written(found.quote(one, w), (one,), whole=w) for one, w in wholes.items()]


def _same(one: str, other: str) -> bool:
    if differ_in_figures(one, other):  # two accounts of one thing that disagree: show both
        return False
    first, second = set(content_terms(one)), set(content_terms(other))
    return len(first & second) > SAME * len(first | second)
