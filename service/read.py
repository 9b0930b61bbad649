"""Reader: which sentences answer the question, and how likely it is that the best ones do.

The seam is `Reader`. `FeatureReader` is linear in features of words and cosines: a conditional
logit ranks the sentences, a logistic regression then judges the first among its rivals. Its
weights are in reader.json, made by `python -m service.fit`. Knows nothing of indexes.
"""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.sparse import content_terms
from service.words import KINDS, fits, kind_of, names

Floats = NDArray[np.float64]
Idf = Callable[[str], float]
"""How telling a term is: its inverse document frequency in the corpus."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a reader knows of the documents as a whole: `idf`, and how many passages they have.

    Among many passages more look by chance as if they answered: the same score means less there.
    """

    idf: Idf
    passages: int

    @property
    def crowd(self) -> float:
        """How many passages, on a scale from which a likelihood can be judged: 0 for a hundred."""
        return math.log(max(self.passages, 1) / 100)


WEIGHTS = Path(__file__).with_name("reader.json")
BEHIND = 30.0  # what sentences are worse by that another reader did not read


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence that may answer, with what surrounds it.

    The cosines are those of the question with the sentence alone, with "title. previous sentence
    sentence", and with the whole passage. `passage_score` is the passage's retrieval score as a
    share of the best passage's. `said_*` are the mean support (see service.support) that the
    question's words have in the sentence, in its window and in its passage; `unsaid_*` how telling
    the word is that lacks most there. `cross` is the cross-encoder's log-odds. `published` is the
    document's date.
    """

    text: str
    title: str
    before: str
    after: str
    passage: str
    passage_score: float
    cos_sentence: float
    cos_window: float
    cos_passage: float
    said_sentence: float
    said_window: float
    said_passage: float
    unsaid_window: float
    unsaid_passage: float
    cross: float = 0.0
    published: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Positions of candidates, best first; scores; how likely one of the first three answers."""

    order: list[int]
    scores: Floats
    probability: float

    def reread(self, given: Floats, probability: float) -> "Reading":
        """The best len(given) candidates by the scores that another reader gives them, in order.

        All others keep their order behind these, and are so much worse that they are never quoted.
        """
        best, rest = self.order[: len(given)], self.order[len(given) :]
        scores = self.scores - self.scores[best[0]] + given.min() - BEHIND
        scores[best] = given
        order = [best[int(i)] for i in np.argsort(-given, kind="stable")]
        return Reading(order + rest, scores, probability)

    def share(self, position: int) -> float:
        """How a candidate compares with the first, 0..1: the ratio of their likelihoods."""
        return float(np.exp(self.scores[position] - self.scores[self.order[0]]))


class Reader(Protocol):
    """Judges sentences. Below `threshold` the reader takes its own first choice for wrong."""

    threshold: float

    def read(self, question: str, candidates: Sequence[Candidate], corpus: Corpus) -> Reading:
        """Orders the candidates and says how likely one of the first three answers."""
        ...


class FeatureReader:
    """See the module's text."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        saved = json.loads(weights.read_text(encoding="utf-8"))
        if list(saved["rank"]) != list(SENTENCE_FEATURES) or list(saved["judge"]) != list(
            JUDGE_FEATURES
        ):
            raise ValueError(f"{weights} was made for other features: run python -m service.fit")
        self.rank: Floats = np.array(list(saved["rank"].values()))
        self.judge: Floats = np.array(list(saved["judge"].values()))
        self.bias = float(saved["bias"])
        self.threshold = float(saved["threshold"])

    def read(self, question: str, candidates: Sequence[Candidate], corpus: Corpus) -> Reading:
        """See Reader."""
        if not candidates:
            return Reading([], np.zeros(0), 0.0)
        features = sentence_features(question, candidates, corpus.idf)
        scores: Floats = features @ self.rank
        row = judge_features(question, candidates, features, scores, corpus.crowd)
        logit = float(row @ self.judge) + self.bias
        order = [int(i) for i in np.argsort(-scores, kind="stable")]
        return Reading(order, scores, 1.0 / (1.0 + math.exp(-logit)))


SENTENCE_FEATURES = (
    "cos_sentence",
    "cos_window",
    "cos_passage",
    "cover_sentence",
    "cover_window",
    "cover_passage",
    "bm25",
    "passage_score",
    "names_missing_window",
    "names_missing_passage",
    "log_length",
    "is_question",
    "said_sentence",
    "said_window",
    "said_passage",
    "unsaid_window",
    "unsaid_passage",
    "cross",
    "cross_below_best",
    *(f"fits_{kind}" for kind in KINDS),
)


def sentence_features(question: str, candidates: Sequence[Candidate], idf: Idf) -> Floats:
    """Shape (len(candidates), len(SENTENCE_FEATURES))."""
    wanted, named, kind = (
        list(dict.fromkeys(content_terms(question))),
        names(question),
        kind_of(question),
    )
    own = [content_terms(candidate.text) for candidate in candidates]
    mean_length = float(np.mean([len(words) for words in own]))
    bm25 = [_bm25(wanted, words, idf, mean_length) for words in own]
    best = max(bm25) or 1.0
    best_cross = max(candidate.cross for candidate in candidates)
    rows = []
    for c, words, score in zip(candidates, own, bm25, strict=True):
        window = set(words) | set(content_terms(f"{c.title} {c.before} {c.after}"))
        passage = window | set(content_terms(c.passage))
        fit = 0.0 if kind == "other" else 1.0 if fits(question, kind, c.text) else -1.0
        rows.append(
            [
                c.cos_sentence,
                c.cos_window,
                c.cos_passage,
                _coverage(wanted, set(words), idf),
                _coverage(wanted, window, idf),
                _coverage(wanted, passage, idf),
                score / best,
                c.passage_score,
                len(named - window) / max(1, len(named)),
                len(named - passage) / max(1, len(named)),
                math.log1p(len(c.text.split())),
                float(c.text.rstrip().endswith("?")),
                c.said_sentence,
                c.said_window,
                c.said_passage,
                c.unsaid_window,
                c.unsaid_passage,
                c.cross,
                c.cross - best_cross,
                *(fit if kind == one else 0.0 for one in KINDS),
            ]
        )
    return np.array(rows, dtype=np.float64)


_JUDGED = (
    "cos_sentence",
    "cos_window",
    "cover_window",
    "said_window",
    "unsaid_window",
    "cross",
    "cross_below_best",
)
JUDGE_FEATURES = (
    *_JUDGED,
    "score",
    "margin",
    "share",
    "z_cos_window",
    "max_cos_sentence",
    "misfit",
    *(f"is_{kind}" for kind in (*KINDS, "other")),
    "wanted",
    "any",
    "crowd",
)


def judge_features(
    question: str,
    candidates: Sequence[Candidate],
    features: Floats,
    scores: Floats,
    crowd: float,
) -> Floats:
    """Features of the first sentence among its rivals, shape (len(JUDGE_FEATURES),).

    `features` and `scores` are those of all candidates. "misfit" says that a number, date, name or
    place was asked for and the first sentence has none; "any" is the log-odds that any sentence
    answers by the cross-encoder.
    """
    order = np.argsort(-scores, kind="stable")
    top = int(order[0])
    kind = kind_of(question)
    concrete = kind not in ("other", "why")
    cosines = features[:, SENTENCE_FEATURES.index("cos_window")]
    extra = [
        float(scores[top]),
        float(scores[top] - scores[order[1]]) if len(order) > 1 else 5.0,
        float(1.0 / np.exp(scores - scores[top]).sum()),
        float((cosines[top] - cosines.mean()) / (cosines.std() + 1e-6)),
        float(features[:, SENTENCE_FEATURES.index("cos_sentence")].max()),
        float(concrete and not fits(question, kind, candidates[top].text)),
        *(float(kind == one) for one in (*KINDS, "other")),
        float(len(set(content_terms(question)))),
        float(np.logaddexp.reduce(features[:, SENTENCE_FEATURES.index("cross")])),
        crowd,
    ]
    judged = [features[top, SENTENCE_FEATURES.index(name)] for name in _JUDGED]
    return np.array([*judged, *extra])


def _coverage(wanted: Sequence[str], have: set[str], idf: Idf) -> float:
    """The share of the wanted terms' idf that `have` holds; 1.0 when nothing is wanted."""
    total = sum(idf(term) for term in wanted)
    return sum(idf(term) for term in wanted if term in have) / total if total > 0 else 1.0


def _bm25(wanted: Sequence[str], have: Sequence[str], idf: Idf, mean_length: float) -> float:
    """Okapi BM25 of one sentence, k1 0.9 and b 0.4 (Robertson and Zaragoza 2009, eq. 3.15)."""
    norm = 0.9 * (0.6 + 0.4 * len(have) / max(mean_length, 1.0))
    counts = {term: have.count(term) for term in wanted}
    return sum(idf(term) * n * 1.9 / (n + norm) for term, n in counts.items() if n)
