"""Hits → the sentences that may answer, with what surrounds each: what a Reader reads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from indexer.embed import Embedder, Vectors
from indexer.generation import Generation
from indexer.types import Document, Hit, Passage, Sentence
from service.cite import speaker_of
from service.cross import with_context
from service.interpret import Interpreter
from service.lists import in_its_list
from service.read import Candidate
from service.speaker import is_by
from service.support import Support, together
from service.twins import firsts
from service.whole import cross_encoder

MIN_WORDS = 4  # shorter ones are labels ("Survey Respondent"), not statements
WITHIN = 0.9  # behind the most promising sentence: the cross-encoder reads no others (see log),
LEAST = 4  # except so many
MOST_LEANT_ON = 400  # characters of a sentence that is quoted for another's sake
_LEANS = re.compile(
    r"^(?:(?:But|And|Yet|So|Still|However|Perhaps|[A-Z]\w+ly),? )?"
    r"(?:[Tt](?:his|hese)\b(?! (?:years?|months?|weeks?|days?)\b)"
    r"|[Tt]hat (?:is|was|would|will|could|means|makes)\b"
    r"|[Tt]hose (?:are|were|have|had|will|would)\b"
    r"|(?:[Tt]hey|[Hh]e|[Ss]he|[Tt]heir|[Hh]is|[Hh]er)\b"
    r"|[Ii]ts? (?!(?:is|was|has|had|would|will|may|might|can|could|should|must|seems|appears|takes|"
    r"follows|turns|remains)\b))"
)


@dataclass(frozen=True, slots=True)
class Candidates:
    """`read[i]` is what the reader sees of the sentence at `places[i]`, by its number."""

    read: list[Candidate]
    places: list[tuple[Passage, Sentence]]
    numbers: list[int] = field(default_factory=list)

    def quote(self, position: int, whole: bool = False) -> str:
        """What is quoted for a sentence, as it stands in its document."""
        passage, quoted = self.quoted(position, whole)
        return passage.quote(quoted)

    def quoted(self, position: int, whole: bool = False) -> tuple[Passage, Sentence]:
        """Where that stands: a list is not torn apart, and `whole` adds what it leans on."""
        passage, sentence = self.places[position]
        quoted = in_its_list(passage, sentence)
        before = self.leant_on(position, across=True) if whole else None
        return passage, joined(before, quoted) if before else quoted

    def leant_on(self, position: int, across: bool = False) -> Sentence | None:
        """The sentence before, where one needs it to be understood: "This …", "He said …".

        One that ends another paragraph is taken only with `across`: it may be about something else.
        """
        passage, sentence = self.places[position]
        place = passage.sentences.index(sentence)
        before = passage.sentences[place - 1] if place else None
        if before is None or not _LEANS.search(passage.quote(sentence)):
            return None
        said = passage.quote(before)
        between = passage.text[before.end - passage.start : sentence.start - passage.start]
        apart = bool(between.strip(None if across else " ")) or len(said) > MOST_LEANT_ON
        # one that leans itself explains nothing
        return None if apart or _LEANS.search(said) else before

    def only(self, positions: Sequence[int]) -> "Candidates":
        """Those at these positions."""
        return Candidates(
            [self.read[i] for i in positions],
            [self.places[i] for i in positions],
            [self.numbers[i] for i in positions],
        )


class CandidateFinder:
    """Prepares the sentences of hits for a reader, over one index."""

    def __init__(
        self, generation: Generation, embedder: Embedder, interpreter: Interpreter, reranked: int
    ) -> None:
        """`reranked` is how many sentences the cross-encoder reads for a question."""
        self._reranked = reranked
        self._generation = generation
        self._embedder = embedder
        self._spell = interpreter.spell
        self._cross = cross_encoder(embedder.dtype)

    def find(
        self, question: str, vector: Vectors, hits: Sequence[Hit], speaker: str | None = None
    ) -> Candidates:
        """Every sentence of the hits that could stand as an answer, in order of the hits.

        With `speaker`, only those that he or she says. What several of them say is there once,
        where it is most promising. `vector` is the question's by the reading model. Question and
        texts are compared with their acronyms spelt out.
        """
        support = Support(self._spell(question), self._generation, self._embedder)
        documents = self._generation.store.headers([hit.passage.document_id for hit in hits])
        first = self._generation.store.first_sentences([hit.row for hit in hits])
        found = Candidates([], [])
        for hit, row in zip(hits, first, strict=True):
            share = hit.score / hits[0].score if hits[0].score else 0.0
            self._add(found, hit, row, documents[hit.passage.document_id], share, vector, support)
        if speaker is not None:
            found = found.only([i for i in range(len(found.read)) if self._by(speaker, found, i)])
        return self._with_cross(self._spell(question), self._folded(found))

    def _by(self, speaker: str, found: Candidates, position: int) -> bool:
        passage, sentence = found.places[position]
        named = speaker_of(self._generation.store, passage.document_id, sentence)
        return is_by(speaker, named, passage.quote(sentence))

    def _folded(self, found: Candidates) -> Candidates:
        """One of each group of twins: copies would crowd out others, and rival each other."""
        canonical = self._generation.store.canonical(found.numbers)
        groups = [canonical[number] for number in found.numbers]
        return found.only(sorted(firsts(most_promising(found.read), groups)))

    def _with_cross(self, question: str, found: Candidates) -> Candidates:
        """The same, with the cross-encoder's score where a sentence is promising without it."""
        best = worth_reading(found.read, self._reranked)
        scored = self._cross.scores(question, [in_context(found.read[i]) for i in best])
        scores = np.full(len(found.read), scored.min(initial=0.0) - 1.0)
        scores[best] = scored
        read = [
            replace(one, cross=float(score)) for one, score in zip(found.read, scores, strict=True)
        ]
        return replace(found, read=read)

    def _add(
        self,
        found: Candidates,
        hit: Hit,
        row: int,
        document: Document,
        share: float,
        vector: Vectors,
        support: Support,
    ) -> None:
        """Adds the sentences of one passage; its first sentence has number `row` in the index."""
        rows = range(row, row + len(hit.passage.sentences))
        alone = self._generation.sentence_vectors[rows].astype(np.float32) @ vector
        within = self._generation.windows.scores(vector, rows)
        title = document.title or ""
        texts = [self._spell(hit.passage.quote(one)) for one in hit.passage.sentences]
        said = [support.of(text) for text in texts]
        by_title = support.of(self._spell(title))
        by_passage = together(by_title, *said)
        for i, sentence in enumerate(hit.passage.sentences):
            if not _is_statement(texts[i]):
                continue
            by_window = together(by_title, said[i], said[max(0, i - 1)])
            found.read.append(
                Candidate(
                    text=texts[i],
                    title=title,
                    before=texts[i - 1] if i else "",
                    after=texts[i + 1] if i + 1 < len(texts) else "",
                    passage=" ".join(texts),
                    passage_score=share,
                    cos_sentence=float(alone[i]),
                    cos_window=float(within[i]),
                    cos_passage=hit.via["cosine"],
                    said_sentence=support.mean(said[i]),
                    said_window=support.mean(by_window),
                    said_passage=support.mean(by_passage),
                    unsaid_window=support.weakest(by_window),
                    unsaid_passage=support.weakest(by_passage),
                    published=document.field("published") or "",
                )
            )
            found.places.append((hit.passage, sentence))
            found.numbers.append(row + i)


def joined(before: Sentence, sentence: Sentence) -> Sentence:
    """Two neighbours as one."""
    return Sentence(before.start, sentence.end)


def worth_reading(read: Sequence[Candidate], most: int) -> list[int]:
    """Positions of the candidates that a cross-encoder should read, `most` at most."""
    best = most_promising(read)[:most]
    return [
        i
        for n, i in enumerate(best)
        if n < LEAST or _promise(read[best[0]]) - _promise(read[i]) <= WITHIN
    ]


def most_promising(read: Sequence[Candidate]) -> list[int]:
    """Positions of candidates in the order in which a cross-encoder should read them."""
    return [int(i) for i in np.argsort([-_promise(one) for one in read], kind="stable")]


def _promise(candidate: Candidate) -> float:
    """How promising a sentence is without a cross-encoder, 5 at most.

    Where it stands counts as much as what it says: among many documents, what tells whether it is
    about the thing in question is often said only elsewhere in its passage or document.
    """
    return (
        candidate.cos_sentence
        + candidate.cos_window
        + candidate.said_window
        + candidate.said_passage
        + candidate.passage_score
    )


def _is_statement(text: str) -> bool:
    return len(re.findall(r"\w+", text)) >= MIN_WORDS


def in_context(candidate: Candidate) -> str:
    """A sentence as a cross-encoder reads it."""
    return with_context(candidate.text, candidate.title, candidate.before)
