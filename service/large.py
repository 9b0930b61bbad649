"""A larger Reader on top of the first: it reads the first one's best sentences once more, unless
that one is sure.

Its cross-encoder (`cross.py`) is the same kind of network on a base model of 109 million weights,
all-mpnet-base-v2, which is not packaged for Python: `service.fetch` gets it. How likely an answer
is right is judged anew from both readers; weights and threshold are in large.json, made by
`python -m service.fit_large`.
"""

import json
import math
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from indexer.embed import find_model
from indexer.errors import ModelError
from service.candidates import in_context
from service.cross import CrossEncoder, Scorer
from service.read import Candidate, Corpus, Floats, Reader, Reading

LEARNT = Path(__file__).with_name("large.safetensors")
WEIGHTS = Path(__file__).with_name("large.json")
HUB_NAME = "sentence-transformers/all-mpnet-base-v2"
FETCHED = Path(sys.prefix, "share", "chapter-and-verse", "all-mpnet-base-v2")
"""Where `service.fetch` puts the base model: it goes when the environment goes."""

READ = 8  # of the first reader's best sentences, at most
WITHIN = 4.0  # of the best one's score: what is further behind hardly ever turns out to be first
SURE_MARGIN = 1.1  # by which the first reader's best is ahead, where it is
SURE_ABOVE = 0.8  # so likely right: reading once more hardly ever changes the first sentence then
FIRST_SHARE = 0.8  # of the first reader's scores in what they are ordered by
JUDGE_FEATURES = ("first", "best", "margin", "any", "crowd")


def large_base(setting: str) -> Path | None:
    """The folder of the larger base model that a setting means; None to do without.

    Raises ModelError when a model is named that cannot be had.
    """
    if setting == "small":
        return None
    if setting == "auto":
        return FETCHED if FETCHED.is_dir() else None
    try:
        return find_model(setting)
    except ModelError as error:
        raise ModelError(error.message, _HINT) from error


@cache
def large_encoder(base: Path, dtype: str) -> CrossEncoder:
    """The larger network of this process. Raises ModelError when `base` is another model."""
    try:
        return CrossEncoder.changed(dtype, base, LEARNT)
    except ModelError as error:
        raise ModelError(error.message, _HINT) from error


_HINT = (
    f"Name a folder with {HUB_NAME}, or that hub id, in RAG_SERVICE_READER; auto takes the one "
    "that `make large` fetches, small does without."
)


class LargeReader:
    """See the module's text."""

    def __init__(self, first: Reader, encoder: Scorer, weights: Path = WEIGHTS) -> None:
        saved = json.loads(weights.read_text(encoding="utf-8"))
        self.threshold = float(saved["threshold"])
        self._judge = np.array([saved["judge"][name] for name in JUDGE_FEATURES])
        self._bias = float(saved["bias"])
        self._first, self._encoder = first, encoder

    def read(self, question: str, candidates: Sequence[Candidate], corpus: Corpus) -> Reading:
        """See Reader."""
        reading = self._first.read(question, candidates, corpus)
        best = worth_reading(reading.order, reading.scores)
        if not best or sure(reading):
            return reading
        given = self._encoder.scores(question, [in_context(candidates[i]) for i in best])
        mixed = mixed_scores(reading.scores[best], given)
        row = judge_features(reading.probability, mixed, given, corpus.crowd)
        logit = float(row @ self._judge) + self._bias
        return reading.reread(mixed, 1.0 / (1.0 + math.exp(-logit)))


def worth_reading(order: Sequence[int], scores: Floats) -> list[int]:
    """Which candidates the larger reader reads, by the first reader's order and scores."""
    return [i for i in order[:READ] if scores[order[0]] - scores[i] <= WITHIN]


def sure(reading: Reading) -> bool:
    """Whether the first reader is: then its reading stands."""
    first, *others = reading.scores[reading.order[:2]]
    ahead = all(first - other >= SURE_MARGIN for other in others)
    return ahead and reading.probability > SURE_ABOVE


def mixed_scores(first: Floats, given: Floats) -> Floats:
    """What the best sentences are ordered by, from the first reader's scores of them, best first,
    and the cross-encoder's log-odds."""
    return np.asarray(given + FIRST_SHARE * (first - first[0]))


def judge_features(first: float, mixed: Floats, given: Floats, crowd: float) -> Floats:
    """What says whether one of the first three sentences answers, shape (len(JUDGE_FEATURES),).

    The first reader's probability as log-odds, the best score, what the second is behind it,
    the log-odds that any sentence answers at all by the cross-encoder (`given`), and how many
    passages there were to choose from (`Corpus.crowd`).
    """
    held = min(max(first, 1e-6), 1 - 1e-6)
    second, top = np.sort(np.append(mixed, mixed.min() - 5.0))[-2:]
    return np.array(
        [
            math.log(held / (1 - held)),
            top,
            min(top - second, 5.0),
            float(np.logaddexp.reduce(given)),
            crowd,
        ]
    )
