"""`make eval`: retrieval and answers scored through the same code that the service runs.

Two kinds of test sets: a BEIR folder (corpus.jsonl, queries.jsonl, qrels/test.tsv, optional
answers.jsonl), and questions with gold quotes (questions.jsonl beside a corpus folder).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import RR, R, nDCG
from tqdm import tqdm

from indexer.errors import CorpusError
from indexer.types import Filters
from service.metrics import Figures, mean
from service.outcome import (
    Outcome,
    Sample,
    answer_figures,
    answerable_first,
    confidence_figures,
    outcome,
)
from service.pipeline import Engine
from service.retrieve import DOCUMENT_LEGS, document_scores
from service.training import held_back
from service.types import Question, Turn

Run = dict[str, dict[str, float]]
"""For each query the documents found, with scores."""
MEASURES = {"nDCG@10": nDCG @ 10, "recall@10": R @ 10, "recall@100": R @ 100, "MRR@10": RR @ 10}
LEFT_OUT = "nDCG@10 without "  # a part of the documents' scores
DEPTH = 100  # documents ranked for a query
PASSAGES_A_DOCUMENT = 5  # passages fetched for each of them, so that 100 documents are reached


def evaluate_beir(
    engine: Engine, folder: Path, limit: int | None = None, unseen: bool = False
) -> tuple[Sample[Figures], Sample[Outcome] | None]:
    """Scores a BEIR folder whose corpus is what `engine` serves: its retrieval, and its answers
    when they are known.

    With `limit`, only the first so many judged queries count; when `unseen`, only those over
    articles that training holds back. Raises CorpusError for a folder that lacks a file or whose
    judgements name no document of the index.
    """
    qrels = read_qrels(folder / "qrels" / "test.tsv")
    known = set(engine.generation.store.document_ids)
    if not any(document in known for judged in qrels.values() for document in judged):
        raise CorpusError(
            f"No judgement in {folder} names a document of the index.",
            "Index that folder's own corpus.jsonl: make eval DATA=… does.",
        )
    texts = {
        str(row["_id"]): str(row["text"])
        for row in read_jsonl(folder / "queries.jsonl", ("_id", "text"))
    }
    if unknown := [query for query in qrels if query not in texts]:
        raise CorpusError(
            f"{folder / 'queries.jsonl'} has no query {unknown[0]!r}, which is judged.",
            "Add it there, or take it out of qrels/test.tsv.",
        )
    counted = held_back(folder) if unseen else set(texts)
    queries = {query: texts[query] for query in [q for q in qrels if q in counted][:limit]}
    judged = {query: qrels[query] for query in queries}
    retrieval = score_runs(judged, rank_documents(engine, queries))
    gold_file = folder / "answers.jsonl"
    if not gold_file.is_file():
        return retrieval, None
    gold = {str(row["_id"]): row.get("answers", []) for row in read_jsonl(gold_file, ("_id",))}
    asked = {query: text for query, text in texts.items() if query in gold and query in counted}
    return retrieval, score_answers(engine, asked, gold, limit)


def rank_documents(engine: Engine, queries: dict[str, str]) -> dict[str, Run]:
    """For each query the best documents, by their passages' scores (see document_scores): under ""
    by all of them, and under each part of them by the others."""
    parts = DOCUMENT_LEGS if engine.reads == "large" else DOCUMENT_LEGS[:-1]
    runs: dict[str, Run] = {part: {} for part in ("", *parts)}
    for query, text in tqdm(queries.items(), desc="retrieving", unit="query", disable=None):
        _, hits = engine.search(text, DEPTH * PASSAGES_A_DOCUMENT, Filters())
        for part, run in runs.items():
            run[query] = dict(islice(document_scores(hits, part).items(), DEPTH))
    return runs


def score_runs(qrels: dict[str, dict[str, int]], runs: Mapping[str, Run]) -> Sample[Figures]:
    """The measures of the run under "", and nDCG@10 of those that leave a part out."""
    rows = score_run(qrels, runs[""])
    for part in filter(None, runs):
        for row, other in zip(rows, score_run(qrels, runs[part]), strict=True):
            row[LEFT_OUT + part] = other["nDCG@10"]
    return Sample({"queries": len(rows)}, [rows], _averages)


def score_run(qrels: dict[str, dict[str, int]], run: Run) -> list[Figures]:
    """The measures of a run for each judged query; one without hits has 0.

    Equal scores keep the order they are listed in: left to itself, each measure breaks ties in
    its own way.
    """
    ranked = {
        query: {document: -float(rank) for rank, document in enumerate(_best_first(scores))}
        for query, scores in run.items()
    }
    scored: dict[str, dict[Any, float]] = {query: {} for query in qrels}
    for one in ir_measures.iter_calc(MEASURES.values(), qrels, ranked):
        scored[one.query_id][one.measure] = one.value
    return [{name: of[measure] for name, measure in MEASURES.items()} for of in scored.values()]


def _averages(rows: Sequence[Figures]) -> Figures:
    return {name: mean([row[name] for row in rows]) for name in (rows[0] if rows else MEASURES)}


def score_answers(
    engine: Engine, texts: dict[str, str], gold: dict[str, list[str]], limit: int | None
) -> Sample[Outcome]:
    """What the questions got whose gold answers are known; those that have none should be refused.

    Counted as shown to a user: a refusal shows no sentence.
    """
    outcomes = [
        outcome(engine, Question(text), bool(gold[query]), partial(_holds, answers=gold[query]))
        for query, text in tqdm(list(texts.items())[:limit], desc="answering", disable=None)
    ]
    strata = answerable_first(outcomes)
    return Sample({"questions": float(len(strata[0]))}, strata, _beir_figures)


def _beir_figures(outcomes: Sequence[Outcome]) -> Figures:
    figures = answer_figures(outcomes, "first_sentence", "any_sentence")
    if all(one.answerable for one in outcomes):
        del figures["refused"], figures["warned"]
    return figures | confidence_figures(outcomes)


def evaluate_quotes(engine: Engine, *files: Path) -> Sample[Outcome]:
    """What questions with gold quotes got: cited first, cited at all, refused, verbatim.

    `warned` is the share of unanswerable questions that were either refused or answered with the
    reserve of "partial".

    A citation is right when its quote contains a gold quote or lies within one, white space
    aside.
    """
    rows = [row for file in files for row in read_jsonl(file, ("question", "quotes"))]
    outcomes = [
        outcome(
            engine, to_question(row), bool(row["quotes"]), partial(quotes_gold, gold=row["quotes"])
        )
        for row in tqdm(rows, desc="asking", disable=None)
    ]
    strata = answerable_first(outcomes)
    counts = {
        name: float(len(rows))
        for name, rows in zip(("questions", "unanswerable"), strata, strict=True)
    }
    return Sample(counts, strata, _quote_figures)


def _quote_figures(outcomes: Sequence[Outcome]) -> Figures:
    return answer_figures(outcomes, "cited_first", "cited_at_all") | confidence_figures(outcomes)


def read_jsonl(path: Path, keys: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """The records of a JSON Lines file, each with all of `keys`; blank lines are left out.

    Raises CorpusError naming the line that is wrong.
    """
    if not path.is_file():
        raise CorpusError(f"There is no {path}.", "Name a folder that holds it: make eval DATA=…")
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                raise CorpusError(
                    f"{path} line {number} is not JSON ({error}).", "Correct that line."
                ) from error
            if not isinstance(record, dict) or any(key not in record for key in keys):
                raise CorpusError(
                    f"{path} line {number} is not an object with {' and '.join(keys) or 'keys'}.",
                    "Correct that line.",
                )
            yield record


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Relevance judgements in BEIR's TSV: query-id, corpus-id, score, with a header."""
    if not path.is_file():
        raise CorpusError(f"There is no {path}.", "Name a BEIR folder: make eval DATA=…")
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if number == 1 or not line.strip():
            continue
        try:
            query, document, score = line.split("\t")
            qrels.setdefault(query, {})[document] = int(score)
        except ValueError as error:
            raise CorpusError(
                f"{path} line {number} is not query-id, corpus-id and score with tabs between.",
                "Correct that line.",
            ) from error
    return qrels


def _best_first(scores: dict[str, float]) -> list[str]:
    return sorted(scores, key=lambda document: -scores[document])


def to_question(row: dict[str, Any]) -> Question:
    """A record of questions.jsonl as a question, with its history where it is a follow-up."""
    turns = tuple(Turn(turn["role"], turn["content"]) for turn in row.get("history", ()))
    return Question(row["question"], history=turns)


def _holds(quote: str, answers: Sequence[str]) -> bool:
    return any(answer and _plain(answer) in _plain(quote) for answer in answers)


def quotes_gold(quote: str, gold: Sequence[str]) -> bool:
    """Whether a quote contains a gold quote or lies within one, white space aside."""
    return any(_plain(one) in _plain(quote) or _plain(quote) in _plain(one) for one in gold)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
