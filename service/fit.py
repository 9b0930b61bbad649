"""Makes reader.json: `python -m service.fit DATA...` over BEIR folders with answers.jsonl.

What a user has is a small corpus and questions of which some have no answer in it. So that is
made here many times over: a few articles, an excerpt of each, indexed by the product itself;
questions answered in the excerpts, questions of the same articles answered elsewhere, questions
marked impossible, and questions about other things. Some are put in lower case without a question
mark, as people type. Whole articles are held back for choosing the threshold and for the report.
"""

import argparse
import hashlib
import json
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from indexer.build import build_index
from indexer.embed import Embedder, SentenceTransformerEmbedder
from indexer.generation import Generation, current
from indexer.settings import IndexSettings
from indexer.types import Filters
from service.candidates import candidates
from service.interpret import Interpreter
from service.read import (
    JUDGE_FEATURES,
    SENTENCE_FEATURES,
    WEIGHTS,
    Candidate,
    Floats,
    Idf,
    judge_features,
    sentence_features,
)
from service.retrieve import Retriever
from service.settings import ServiceSettings

ARTICLES = 5
EXCERPT_CHARS = 4000
FALSE_REFUSALS = 0.03  # of the held-back answerable questions, at the threshold
MOST = {"answerable": 30, "elsewhere": 14, "impossible": 10, "other": 6}  # of each, a corpus
WEIGHT_OF = {"answerable": 1.0, "elsewhere": 1.0, "impossible": 0.35, "other": 0.5}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the texts that answer it, within one paragraph; none when impossible."""

    text: str
    paragraph: str
    answers: tuple[str, ...]
    impossible: bool


@dataclass(frozen=True, slots=True)
class Collection:
    """Articles as lists of (paragraph id, text), their titles, and the questions by paragraph."""

    articles: dict[str, list[tuple[str, str]]]
    titles: dict[str, str]
    questions: dict[str, list[Asked]]


@dataclass(frozen=True, slots=True)
class Example:
    """A question asked of a small corpus, what was read for it, and which sentences are right."""

    kind: str
    question: str
    candidates: list[Candidate]
    features: Floats
    right: NDArray[np.bool_]
    idf: Idf


def load(folder: Path) -> Collection:
    """A BEIR folder with answers.jsonl; long documents are taken as paragraphs."""
    articles: dict[str, list[tuple[str, str]]] = defaultdict(list)
    titles: dict[str, str] = {}
    by_document: dict[str, list[tuple[str, str]]] = {}
    for record in _lines(folder / "corpus.jsonl"):
        article = (record.get("metadata") or {}).get("article", record["_id"])
        titles[article] = record["title"]
        parts = [p for p in re.split(r"\n\n+", record["text"]) if p.strip()]
        named = [(f"{record['_id']}/{n}", part) for n, part in enumerate(parts)]
        articles[article] += named
        by_document[record["_id"]] = named
    texts = {record["_id"]: record["text"] for record in _lines(folder / "queries.jsonl")}
    rows = (folder / "qrels" / "test.tsv").read_text().splitlines()[1:]
    gold = {row.split("\t")[0]: row.split("\t")[1] for row in rows}
    questions: dict[str, list[Asked]] = defaultdict(list)
    for record in _lines(folder / "answers.jsonl"):
        answers = tuple(a.strip() for a in record["answers"] if a.strip())
        document = record.get("corpus_id") or gold[record["_id"]]
        for paragraph, text in by_document[document]:
            if not answers or any(answer in text for answer in answers):
                asked = Asked(texts[record["_id"]], paragraph, answers, not answers)
                questions[paragraph].append(asked)
                break
    return Collection(dict(articles), titles, dict(questions))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def part_of(article: str) -> str:
    """train, valid or test: by a hash of the article's name, so that it never changes."""
    drawn = int(hashlib.sha256(article.encode()).hexdigest(), 16) % 10
    return "train" if drawn < 6 else "valid" if drawn < 8 else "test"


def small_corpora(
    collection: Collection, part: str, count: int, seed: int
) -> Iterator[tuple[dict[str, list[tuple[str, str]]], list[tuple[str, Asked]]]]:
    """Excerpts of some articles, and (kind, question) to ask of them."""
    dice = random.Random(seed)  # noqa: S311 - sampling, no secret
    articles = sorted(a for a in collection.articles if part_of(a) == part)
    everything = [
        q
        for a in articles
        for p, _ in collection.articles[a]
        for q in collection.questions.get(p, ())
    ]
    for _ in range(count):
        picked = dice.sample(articles, min(ARTICLES, len(articles)))
        excerpts = {a: _excerpt(collection.articles[a], dice) for a in picked}
        inside = {p for paragraphs in excerpts.values() for p, _ in paragraphs}
        text = "\n".join(t for paragraphs in excerpts.values() for _, t in paragraphs)
        of_these = [
            q
            for a in picked
            for p, _ in collection.articles[a]
            for q in collection.questions.get(p, ())
        ]
        pools = {
            "answerable": [q for q in of_these if q.paragraph in inside and not q.impossible],
            "impossible": [q for q in of_these if q.paragraph in inside and q.impossible],
            "elsewhere": [
                q
                for q in of_these
                if q.paragraph not in inside
                and not q.impossible
                and not any(a in text for a in q.answers)
            ],
            "other": [q for q in everything if not any(a in text for a in q.answers)],
        }
        asked = []
        for kind, most in MOST.items():
            chosen = dice.sample(pools[kind], min(most, len(pools[kind])))
            asked += [(kind, _as_typed(question, dice)) for question in chosen]
        yield excerpts, asked


def _excerpt(paragraphs: list[tuple[str, str]], dice: random.Random) -> list[tuple[str, str]]:
    start = dice.randrange(len(paragraphs))
    taken: list[tuple[str, str]] = []
    size = 0
    for paragraph in paragraphs[start:] + paragraphs[:start]:
        if taken and size + len(paragraph[1]) > EXCERPT_CHARS:
            break
        taken.append(paragraph)
        size += len(paragraph[1])
    return taken


def _as_typed(question: Asked, dice: random.Random) -> Asked:
    if dice.random() < 0.3:
        return replace(question, text=question.text.lower().rstrip("?"))
    return question


def examples(
    collection: Collection, part: str, count: int, seed: int, index: Path, embedder: Embedder
) -> list[Example]:
    """Builds small corpora with the product's own build and asks through its own retrieval."""
    found = []
    corpora = small_corpora(collection, part, count, seed)
    for excerpts, asked in tqdm(corpora, total=count, desc=part, disable=None):
        with tempfile.TemporaryDirectory() as folder:
            _write_corpus(Path(folder), excerpts, collection.titles)
            build_index(Path(folder), index, IndexSettings(keep=100), embedder)
        generation = Generation(current(index))
        ask = _asker(generation, embedder)
        found += [example for kind, question in asked if (example := ask(kind, question))]
    return found


def _write_corpus(
    folder: Path, excerpts: dict[str, list[tuple[str, str]]], titles: dict[str, str]
) -> None:
    with (folder / "corpus.jsonl").open("w", encoding="utf-8") as file:
        for article, paragraphs in excerpts.items():
            text = "\n\n".join(text for _, text in paragraphs)
            record = {"_id": article, "title": titles[article], "text": text}
            file.write(json.dumps(record) + "\n")


def _asker(generation: Generation, embedder: Embedder) -> Callable[[str, Asked], Example | None]:
    retriever = Retriever(generation, embedder)
    interpreter = Interpreter(generation.store.glossary())
    passages = ServiceSettings().passages

    def ask(kind: str, question: Asked) -> Example | None:
        text = interpreter.interpret(question.text)
        vector = retriever.embed(text)
        hits = retriever.search(text, vector, passages, Filters())
        found = candidates(generation, hits, vector)
        if not found.read:
            return None
        right = [
            kind == "answerable" and any(answer in one.text for answer in question.answers)
            for one in found.read
        ]
        features = sentence_features(text, found.read, generation.idf)
        return Example(kind, text, found.read, features, np.array(right), generation.idf)

    return ask


def fit_rank(examples: Sequence[Example]) -> Floats:
    """Weights that make the right sentences likely among a question's candidates.

    Conditional logit (McFadden 1974): the log of the right ones' share of the softmax, with a
    small ridge, by L-BFGS; features are scaled to unit deviation while fitting.
    """
    scale = np.concatenate([one.features for one in examples]).std(axis=0) + 1e-6
    tables = [
        (torch.tensor(one.features / scale), torch.tensor(one.right))
        for one in examples
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
        total = torch.stack(shares).mean() + 1e-3 * (weights**2).sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return np.asarray(weights.detach().numpy() / scale)


def judge_table(examples: Sequence[Example], rank: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Features of each example's first sentence, and whether it is right."""
    rows, right = [], []
    for one in examples:
        scores = one.features @ rank
        rows.append(judge_features(one.question, one.candidates, one.features, scores, one.idf))
        right.append(bool(one.right[int(np.argmax(scores))]))
    return np.array(rows), np.array(right)


def fit_judge(examples: Sequence[Example], rank: Floats) -> tuple[Floats, float]:
    """Weights and bias of the logistic regression that tells right first sentences from wrong."""
    rows, right = judge_table(examples, rank)
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    model = LogisticRegression(C=0.05, max_iter=2000)
    model.fit((rows - mean) / scale, right, sample_weight=[WEIGHT_OF[e.kind] for e in examples])
    weights: Floats = model.coef_[0] / scale
    return weights, float(model.intercept_[0] - weights @ mean)


def report(
    name: str, examples: Sequence[Example], rank: Floats, judge: Floats, bias: float, least: float
) -> dict[str, float]:
    """Share right first and among five, refused by kind, and AUROC against each kind."""
    rows, right = judge_table(examples, rank)
    sure = 1 / (1 + np.exp(-(rows @ judge + bias)))
    kinds = np.array([one.kind for one in examples])
    answerable = kinds == "answerable"
    five = [bool(e.right[np.argsort(-(e.features @ rank))[:5]].any()) for e in examples]
    figures = {
        "questions": float(len(examples)),
        "first": float(right[answerable].mean()),
        "five": float(np.array(five)[answerable].mean()),
        "falsely refused": float((sure[answerable] < least).mean()),
    }
    for kind in ("elsewhere", "other", "impossible"):
        those = kinds == kind
        if those.any():
            both = answerable | those
            figures[f"refused {kind}"] = float((sure[those] < least).mean())
            figures[f"auroc {kind}"] = float(roc_auc_score(answerable[both], sure[both]))
    print(name, {key: round(value, 3) for key, value in figures.items()})
    return figures


def main() -> None:
    """Fits, prints figures on articles held back, and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--index", type=Path, default=Path(".fit"), help="scratch, kept as a cache")
    parser.add_argument("--corpora", type=int, default=20, help="small corpora from each folder")
    arguments = parser.parse_args()
    embedder = SentenceTransformerEmbedder(IndexSettings().model)
    parts: dict[str, list[Example]] = {"train": [], "valid": [], "test": []}
    for folder in arguments.data:
        collection = load(folder)
        for seed, (part, found) in enumerate(parts.items()):
            count = arguments.corpora if part == "train" else max(2, arguments.corpora // 2)
            index = arguments.index / folder.name
            more = examples(collection, part, count, seed, index, embedder)
            found += more
    rank = fit_rank(parts["train"])
    judge, bias = fit_judge(parts["train"], rank)
    rows, _ = judge_table([e for e in parts["valid"] if e.kind == "answerable"], rank)
    sure = 1 / (1 + np.exp(-(rows @ judge + bias)))
    least = float(np.quantile(sure, FALSE_REFUSALS))
    for name, found in parts.items():
        report(name, found, rank, judge, bias, least)
    saved = {
        "rank": dict(zip(SENTENCE_FEATURES, rank.round(5).tolist(), strict=True)),
        "judge": dict(zip(JUDGE_FEATURES, judge.round(5).tolist(), strict=True)),
        "bias": round(bias, 5),
        "threshold": round(least, 4),
    }
    WEIGHTS.write_text(json.dumps(saved, indent=1) + "\n")


if __name__ == "__main__":
    main()
