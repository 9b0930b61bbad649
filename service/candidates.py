"""Hits → the sentences that may answer, with what surrounds each: what a Reader reads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.embed import Embedder
from indexer.generation import Generation
from indexer.types import Hit, Passage, Sentence
from service.read import Candidate
from service.support import Support, together

MIN_WORDS = 4  # shorter ones are labels ("Survey Respondent"), not statements


@dataclass(frozen=True, slots=True)
class Candidates:
    """`read[i]` is what the reader sees of the sentence at `places[i]`."""

    read: list[Candidate]
    places: list[tuple[Passage, Sentence]]


def candidates(
    generation: Generation, embedder: Embedder, question: str, hits: Sequence[Hit]
) -> Candidates:
    """Every sentence of the hits that could stand as an answer to `question`, in order of hits."""
    vector = embedder.reading().embed_query(question)
    support = Support(question, generation, embedder)
    titles = generation.store.headers([hit.passage.document_id for hit in hits])
    first = generation.store.first_sentences([hit.row for hit in hits])
    found = Candidates([], [])
    for hit, start in zip(hits, first, strict=True):
        rows = slice(start, start + len(hit.passage.sentences))
        alone = generation.sentence_vectors[rows].astype(np.float32) @ vector
        within = generation.window_vectors[rows].astype(np.float32) @ vector
        title = titles[hit.passage.document_id].title or ""
        share = hit.score / hits[0].score if hits[0].score else 0.0
        quotes = [hit.passage.quote(sentence) for sentence in hit.passage.sentences]
        said = [support.of(quote) for quote in quotes]
        by_title = support.of(title)
        by_passage = together(by_title, *said)
        for i, sentence in enumerate(hit.passage.sentences):
            if len(re.findall(r"\w+", quotes[i])) < MIN_WORDS:
                continue
            by_window = together(by_title, said[i], said[max(0, i - 1)])
            found.read.append(
                Candidate(
                    text=quotes[i],
                    title=title,
                    before=quotes[i - 1] if i else "",
                    after=quotes[i + 1] if i + 1 < len(quotes) else "",
                    passage=hit.passage.text,
                    passage_score=share,
                    cos_sentence=float(alone[i]),
                    cos_window=float(within[i]),
                    cos_passage=hit.via["cosine"],
                    said_sentence=support.mean(said[i]),
                    said_window=support.mean(by_window),
                    said_passage=support.mean(by_passage),
                    unsaid_window=support.weakest(by_window),
                    unsaid_passage=support.weakest(by_passage),
                )
            )
            found.places.append((hit.passage, sentence))
    return found
