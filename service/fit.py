"""Makes reader.json: `make fit` over sets of questions with gold quotes.

Each set is a folder with corpus/ and questions.jsonl, like seeds/: people's questions over a few
documents, a good part of them not answered there. All goes through the product's own build and
retrieval, over its own documents and, some of it, over those of all sets at once. Figures come from
leaving each set out in turn, the threshold from those asked over their own documents; the weights
that are written are fitted on all.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from indexer.build import build_index, up_to_date
from indexer.embed import Embedder, SentenceTransformerEmbedder
from indexer.errors import CorpusError
from indexer.generation import Generation, current
from indexer.settings import IndexSettings
from service.evaluate import quotes_gold
from service.pipeline import Engine
from service.question_sets import Phrasing, corpus_of, gathered, phrasings
from service.read import (
    JUDGE_FEATURES,
    SENTENCE_FEATURES,
    WEIGHTS,
    Candidate,
    FeatureReader,
    Floats,
    judge_features,
    sentence_features,
)
from service.settings import ServiceSettings

RIDGE = 1e-2  # of the ranking's weights
INVERSE_RIDGE = 0.3  # of the judge's, as scikit-learn counts it
FEW = 0.0  # crowd of a set's own documents, at most: a hundred passages
EVERY = 2  # way of asking is asked over all documents at once
SHOWN = 3  # an answer's usual length: a question counts as answered when one of these is right


@dataclass(frozen=True, slots=True)
class Example:
    """A question of a set, what was read for it, and which sentences are right."""

    group: str
    question: str
    answerable: bool
    candidates: list[Candidate]
    features: Floats
    right: NDArray[np.bool_]
    crowd: float = 0.0


@dataclass(frozen=True, slots=True)
class Weights:
    """What reader.json holds, the threshold aside."""

    rank: Floats
    judge: Floats
    bias: float

    def probability(self, example: Example) -> float:
        """How likely one of the first three sentences is right."""
        row = _judged(example, self.rank)
        return float(1 / (1 + np.exp(-(row @ self.judge + self.bias))))


def examples(
    folder: Path,
    scratch: Path,
    embedder: Embedder,
    pages: Path | None = None,
    reranked: int | None = None,
) -> list[Example]:
    """The examples of one set, asked over its documents.

    Its index is kept in `scratch` for the next time. `reranked` is how many sentences the
    cross-encoder reads, the service's default unless given.
    """
    corpus, index = corpus_of(folder, pages, scratch), scratch / folder.name
    if corpus is None:
        print(f"{folder.name}: left out, its documents are kept elsewhere (--pages)")
        return []
    engine = _engine_over(corpus, index, embedder, reranked)
    return [one for phrasing in phrasings(folder) for one in _example(folder, phrasing, engine)]


def examples_among_all(
    folders: Sequence[Path], scratch: Path, embedder: Embedder, pages: Path | None = None
) -> list[Example]:
    """Every EVERYth way of asking, over the documents of all sets beside these at once."""
    corpus = gathered(folders, scratch / "all-corpus", pages)
    engine = _engine_over(corpus, scratch / "all", embedder)
    return [
        one
        for folder in folders
        if not (folder / "pages.txt").exists() or pages is not None
        for phrasing in list(phrasings(folder))[::EVERY]
        for one in _example(folder, phrasing, engine)
    ]


def _engine_over(
    corpus: Path, index: Path, embedder: Embedder, reranked: int | None = None
) -> Engine:
    settings = IndexSettings()
    if not up_to_date(corpus, index, settings, embedder):
        build_index(corpus, index, settings, embedder)
    asking = ServiceSettings(reader="small")
    if reranked is not None:
        asking = asking.model_copy(update={"reranked": reranked})
    return Engine(Generation(current(index)), embedder, asking)


def _example(folder: Path, phrasing: Phrasing, engine: Engine) -> list[Example]:
    """One, or none when nothing is found."""
    text, sentences = engine.candidates(phrasing.question)
    if not sentences.read:
        return []
    quotes = [passage.quote(sentence) for passage, sentence in sentences.places]
    right = np.array([quotes_gold(quote, phrasing.quotes) for quote in quotes])
    features = sentence_features(text, sentences.read, engine.corpus.idf)
    answerable, crowd = bool(phrasing.quotes), engine.corpus.crowd
    return [Example(folder.name, text, answerable, sentences.read, features, right, crowd)]


def fit(found: Sequence[Example]) -> Weights:
    """Fits ranking and judge."""
    rank = fit_rank(found)
    rows = np.array([_judged(one, rank) for one in found])
    right = np.array([bool(_ranked(one, rank)[:SHOWN].any()) for one in found])
    return Weights(rank, *fit_judge(rows, right))


def fit_judge(rows: Floats, right: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Weights and bias of a logistic regression; while fitting, features have unit deviation."""
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    model = LogisticRegression(C=INVERSE_RIDGE, max_iter=3000).fit((rows - mean) / scale, right)
    judge: Floats = model.coef_[0] / scale
    return judge, float(model.intercept_[0] - judge @ mean)


def _ranked(example: Example, rank: Floats) -> NDArray[np.bool_]:
    """Which candidates are right, best first."""
    return example.right[np.argsort(-(example.features @ rank), kind="stable")]


def _judged(example: Example, rank: Floats) -> Floats:
    scores = np.asarray(example.features @ rank)
    return judge_features(
        example.question, example.candidates, example.features, scores, example.crowd
    )


def fit_rank(found: Sequence[Example]) -> Floats:
    """Weights that make the right sentences likely among a question's candidates.

    Conditional logit (McFadden 1974): the log of the right ones' share of the softmax, with a
    small ridge, by L-BFGS; features are scaled to unit deviation while fitting.
    """
    scale = np.concatenate([one.features for one in found]).std(axis=0) + 1e-6
    tables = [
        (torch.tensor(one.features / scale), torch.tensor(one.right))
        for one in found
        if one.right.any()
    ]
    weights = torch.zeros(len(scale), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=80, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        shares = []
        for features, right in tables:
            scores = features @ weights
            shares.append(torch.logsumexp(scores, 0) - torch.logsumexp(scores[right], 0))
        total = torch.stack(shares).mean() + RIDGE * (weights**2).sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return np.asarray(weights.detach().numpy() / scale)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What was said of a question by weights that never saw its set."""

    answerable: bool
    first: bool
    shown: bool
    five: bool
    probability: float
    crowd: float


def leave_one_out(found: Sequence[Example]) -> list[HeldOut]:
    """Each example judged by weights fitted on the other sets."""
    judged = []
    for group in dict.fromkeys(one.group for one in found):
        weights = fit([one for one in found if one.group != group])
        for one in found:
            if one.group == group:
                right = _ranked(one, weights.rank)
                judged.append(
                    HeldOut(
                        one.answerable,
                        bool(right[0]),
                        bool(right[:SHOWN].any()),
                        bool(right[:5].any()),
                        weights.probability(one),
                        one.crowd,
                    )
                )
    return judged


def by_size(judged: Sequence[HeldOut]) -> tuple[list[HeldOut], list[HeldOut]]:
    """Those asked over their set's own few documents, and those asked over the ones of all sets."""
    few = [one for one in judged if one.crowd <= FEW]
    return few, [one for one in judged if one.crowd > FEW]


def figures(judged: Sequence[HeldOut], threshold: float) -> dict[str, float]:
    """What the README reports of the sets left out."""
    answerable = [one for one in judged if one.answerable]
    others = [one for one in judged if not one.answerable]
    truth = [one.answerable for one in judged]
    return {
        "questions": len(answerable),
        "unanswerable": len(others),
        "first": _mean([one.first for one in answerable]),
        "among_three": _mean([one.shown for one in answerable]),
        "among_five": _mean([one.five for one in answerable]),
        "auroc": round(float(roc_auc_score(truth, [one.probability for one in judged])), 4),
        "threshold": round(threshold, 4),
        "refused": _mean([one.probability < threshold for one in others]),
        "falsely_refused": _mean([one.probability < threshold for one in answerable]),
        "calibration_error": _calibration_error(judged),
    }


def _calibration_error(judged: Sequence[HeldOut], bins: int = 10) -> float:
    """Expected calibration error (Guo et al. 2017) of "one of the first three is right"."""
    total = 0.0
    for low in np.arange(bins) / bins:
        those = [one for one in judged if low <= one.probability < low + 1 / bins]
        if those:
            gap = np.mean([one.probability for one in those]) - np.mean([o.shown for o in those])
            total += abs(float(gap)) * len(those) / len(judged)
    return round(total, 4)


def _mean(values: Sequence[bool]) -> float:
    return round(float(np.mean(values)), 4) if values else 0.0


def choose_threshold(judged: Sequence[HeldOut], false_refusals: float) -> float:
    """The probability below which that share of the answerable questions falls."""
    answerable = [one.probability for one in judged if one.answerable]
    return float(np.quantile(answerable, false_refusals))


def main() -> None:
    """Fits, prints figures of the sets left out, and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path, nargs="+", help="folders, each a set")
    parser.add_argument("--pages", type=Path, help="the manual's pages, for sets with pages.txt")
    parser.add_argument("--scratch", type=Path, default=Path(".fit"), help="where indexes are kept")
    parser.add_argument("--false-refusals", type=float, default=0.05)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    if len(arguments.sets) < 2:
        raise CorpusError("Each set is judged by the others.", "Name two sets or more.")
    embedder = SentenceTransformerEmbedder(IndexSettings().model)
    found = [
        one
        for folder in arguments.sets
        for one in examples(folder, arguments.scratch, embedder, arguments.pages)
    ]
    found += examples_among_all(arguments.sets, arguments.scratch, embedder, arguments.pages)
    few, many = by_size(leave_one_out(found))
    threshold = choose_threshold(few, arguments.false_refusals)
    save(fit(found), threshold, arguments.out)
    print(json.dumps(figures(few, threshold)))
    print("over the documents of all:", json.dumps(figures(many, threshold)))


def save(weights: Weights, threshold: float, path: Path) -> None:
    """Writes reader.json and reads it back, so that what is written is what a reader takes."""
    saved = {
        "rank": dict(zip(SENTENCE_FEATURES, weights.rank.round(5).tolist(), strict=True)),
        "judge": dict(zip(JUDGE_FEATURES, weights.judge.round(5).tolist(), strict=True)),
        "bias": round(weights.bias, 5),
        "threshold": round(threshold, 4),
    }
    path.write_text(json.dumps(saved, indent=1) + "\n")
    FeatureReader(path)


if __name__ == "__main__":
    main()
