"""Makes large.json: `python -m service.fit_large SETS...`, over the sets that `service.fit` takes.

The first reader's weights are those fitted on the other sets, as it would meet a set it has never
seen. What the larger reader then reads says whether one of the first three sentences is right.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.embed import SentenceTransformerEmbedder
from indexer.settings import IndexSettings
from service.candidates import in_context
from service.cross import Scorer
from service.fit import (
    SHOWN,
    Example,
    HeldOut,
    Weights,
    by_size,
    choose_threshold,
    examples,
    examples_among_all,
    figures,
    fit_judge,
)
from service.fit import fit as fit_first
from service.large import (
    JUDGE_FEATURES,
    WEIGHTS,
    judge_features,
    large_encoder,
    mixed_scores,
    worth_reading,
)
from service.read import Floats


@dataclass(frozen=True, slots=True)
class Reread:
    """What the larger reader made of an example: its features, and which sentences are right."""

    group: str
    answerable: bool
    row: Floats
    right: list[bool]


def reread(found: Sequence[Example], encoder: Scorer) -> list[Reread]:
    """Each example read again, after a first reader that never saw its set."""
    read = []
    for group in dict.fromkeys(one.group for one in found):
        weights = fit_first([one for one in found if one.group != group])
        read += [_reread(one, weights, encoder) for one in found if one.group == group]
    return read


def _reread(one: Example, weights: Weights, encoder: Scorer) -> Reread:
    scores = np.asarray(one.features @ weights.rank)
    order = np.argsort(-scores, kind="stable")
    best = np.array(worth_reading(order.tolist(), scores))
    given = encoder.scores(one.question, [in_context(one.candidates[i]) for i in best])
    mixed = mixed_scores(scores[best], given)
    order[: len(best)] = best[np.argsort(-mixed, kind="stable")]
    row = judge_features(weights.probability(one), mixed, given, one.crowd)
    return Reread(one.group, one.answerable, row, [bool(one.right[i]) for i in order])


def fit(read: Sequence[Reread]) -> tuple[Floats, float]:
    """Weights and bias of the likelihood that one of the first three sentences is right."""
    right = np.array([any(one.right[:SHOWN]) for one in read])
    return fit_judge(np.array([one.row for one in read]), right)


def held_out(read: Sequence[Reread]) -> list[HeldOut]:
    """Each example judged by weights fitted on the other sets."""
    judged = []
    for group in dict.fromkeys(one.group for one in read):
        judge, bias = fit([one for one in read if one.group != group])
        for one in read:
            if one.group == group:
                likely = float(1 / (1 + np.exp(-(one.row @ judge + bias))))
                right = one.right
                shown, five, crowd = any(right[:SHOWN]), any(right[:5]), float(one.row[-1])
                judged.append(HeldOut(one.answerable, right[0], shown, five, likely, crowd))
    return judged


def save(
    read: Sequence[Reread], false_refusals: float, path: Path
) -> tuple[dict[str, float], dict[str, float]]:
    """Writes large.json; returns the figures of the sets left out: over their own documents, and
    over those of all."""
    few, many = by_size(held_out(read))
    threshold = choose_threshold(few, false_refusals)
    judge, bias = fit(read)
    saved = {
        "judge": dict(zip(JUDGE_FEATURES, judge.round(5).tolist(), strict=True)),
        "bias": round(bias, 5),
        "threshold": round(threshold, 4),
    }
    path.write_text(json.dumps(saved, indent=1) + "\n")
    return figures(few, threshold), figures(many, threshold)


def main() -> None:
    """Fits, prints figures of the sets left out, and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path, nargs="+", help="folders, each a set")
    parser.add_argument("--base", type=Path, required=True, help="the larger base model's folder")
    parser.add_argument("--pages", type=Path, help="the manual's pages, for sets with pages.txt")
    parser.add_argument("--scratch", type=Path, default=Path(".fit"), help="where indexes are kept")
    parser.add_argument("--false-refusals", type=float, default=0.05)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    embedder = SentenceTransformerEmbedder(IndexSettings().model)
    found = [
        one
        for folder in arguments.sets
        for one in examples(folder, arguments.scratch, embedder, arguments.pages)
    ]
    found += examples_among_all(arguments.sets, arguments.scratch, embedder, arguments.pages)
    read = reread(found, large_encoder(arguments.base, embedder.dtype))
    few, many = save(read, arguments.false_refusals, arguments.out)
    print(json.dumps(few))
    print("over the documents of all:", json.dumps(many))


if __name__ == "__main__":
    main()
