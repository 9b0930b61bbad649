"""Hits → the sentences that may answer, with what surrounds each: what a Reader reads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.embed import Vectors
from indexer.generation import Generation
from indexer.types import Hit, Passage, Sentence
from service.read import Candidate

MIN_WORDS = 4  # shorter ones are labels ("Survey Respondent"), not statements


@dataclass(frozen=True, slots=True)
class Candidates:
    """`read[i]` is what the reader sees of the sentence at `places[i]`."""

    read: list[Candidate]
    places: list[tuple[Passage, Sentence]]


def candidates(generation: Generation, hits: Sequence[Hit], vector: Vectors) -> Candidates:
    """Every sentence of the hits that could stand as an answer, in order of the hits."""
    store = generation.store
    titles = store.headers([hit.passage.document_id for hit in hits])
    first = store.first_sentences([hit.row for hit in hits])
    found = Candidates([], [])
    for hit, start in zip(hits, first, strict=True):
        passage = hit.passage
        rows = slice(start, start + len(passage.sentences))
        alone = generation.sentence_vectors[rows].astype(np.float32) @ vector
        within = generation.window_vectors[rows].astype(np.float32) @ vector
        quotes = [passage.quote(sentence) for sentence in passage.sentences]
        for i, sentence in enumerate(passage.sentences):
            if len(re.findall(r"\w+", quotes[i])) < MIN_WORDS:
                continue
            found.read.append(
                Candidate(
                    text=quotes[i],
                    title=titles[passage.document_id].title or "",
                    before=quotes[i - 1] if i else "",
                    after=quotes[i + 1] if i + 1 < len(quotes) else "",
                    passage=passage.text,
                    passage_score=hit.score / hits[0].score if hits[0].score else 0.0,
                    cos_sentence=float(alone[i]),
                    cos_window=float(within[i]),
                    cos_passage=hit.via["cosine"],
                )
            )
            found.places.append((passage, sentence))
    return found
