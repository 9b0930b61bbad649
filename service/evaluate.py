"""`make eval`: retrieval and answers scored through the same code that the service runs.

Two kinds of test sets: a BEIR folder (corpus.jsonl, queries.jsonl, qrels/test.tsv, optional
answers.jsonl), and questions with gold quotes (questions.jsonl beside a corpus folder).
"""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import RR, R, nDCG
from tqdm import tqdm

from indexer.errors import CorpusError
from indexer.types import Filters
from service.pipeline import Engine
from service.retrieve import document_scores
from service.types import Answer, Question, Turn

MEASURES = {"nDCG@10": nDCG @ 10, "recall@10": R @ 10, "recall@100": R @ 100, "MRR@10": RR @ 10}
DEPTH = 100  # documents ranked for a query
PASSAGES_A_DOCUMENT = 5  # passages fetched for each of them, so that 100 documents are reached

Figures = dict[str, float]


def evaluate_beir(engine: Engine, folder: Path, limit: int | None = None) -> Figures:
    """Scores a BEIR folder whose corpus is what `engine` serves.

    With `limit`, only the first so many judged queries count. Raises CorpusError for a folder
    that lacks a file or whose judgements name no document of the index.
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
    queries = {query: texts[query] for query in list(qrels)[:limit]}
    judged = {query: qrels[query] for query in queries}
    figures = score_run(judged, rank_documents(engine, queries))
    gold_file = folder / "answers.jsonl"
    if gold_file.is_file():
        gold = {str(row["_id"]): row.get("answers", []) for row in read_jsonl(gold_file, ("_id",))}
        figures |= score_answers(engine, {q: t for q, t in texts.items() if q in gold}, gold, limit)
    return figures


def rank_documents(engine: Engine, queries: dict[str, str]) -> dict[str, dict[str, float]]:
    """For each query the best documents, by their passages' scores (see document_scores)."""
    run: dict[str, dict[str, float]] = {}
    for query, text in tqdm(queries.items(), desc="retrieving", unit="query", disable=None):
        _, hits = engine.search(text, DEPTH * PASSAGES_A_DOCUMENT, Filters())
        run[query] = dict(islice(document_scores(hits).items(), DEPTH))
    return run


def score_run(qrels: dict[str, dict[str, int]], run: dict[str, dict[str, float]]) -> Figures:
    """The measures of a run, averaged over all judged queries (one without hits counts 0).

    Equal scores keep the order they are listed in: left to itself, each measure breaks ties in
    its own way.
    """
    ranked = {
        query: {document: -float(rank) for rank, document in enumerate(_best_first(scores))}
        for query, scores in run.items()
    }
    found = ir_measures.calc_aggregate(MEASURES.values(), qrels, ranked)
    return {"queries": len(qrels)} | {
        name: round(float(found[measure]), 4) for name, measure in MEASURES.items()
    }


def score_answers(
    engine: Engine, texts: dict[str, str], gold: dict[str, list[str]], limit: int | None
) -> Figures:
    """How often the first, and any, answer sentence contains a gold answer; and refusals.

    Counted over the questions that have one, as shown to a user: a refusal shows no sentence.
    Questions whose gold list is empty are unanswerable and should be refused.
    """
    first = anywhere = falsely = asked = refused = unanswerable = 0
    for query, text in tqdm(list(texts.items())[:limit], desc="answering", disable=None):
        answer = engine.ask(Question(text))
        if not gold[query]:
            unanswerable += 1
            refused += answer.status == "not_found"
            continue
        hits = [_holds(one.quote, gold[query]) for one in answer.citations]
        asked += 1
        first += bool(hits and hits[0])
        anywhere += any(hits)
        falsely += answer.status == "not_found"
    figures = {
        "questions": float(asked),
        "first_sentence": share(first, asked),
        "any_sentence": share(anywhere, asked),
        "falsely_refused": share(falsely, asked),
    }
    if unanswerable:
        figures["refused"] = share(refused, unanswerable)
    return figures


def evaluate_quotes(engine: Engine, questions: Path) -> Figures:
    """Scores questions with gold quotes: cited first, cited at all, refused, verbatim.

    `warned` is the share of unanswerable questions that were either refused or answered with the
    reserve of "partial".

    A citation is right when its quote contains a gold quote or lies within one, white space
    aside.
    """
    rows = list(read_jsonl(questions, ("question", "quotes")))
    first = anywhere = falsely = refused = warned = verbatim = cited = 0
    answerable = [row for row in rows if row["quotes"]]
    for row in tqdm(rows, desc="asking", disable=None):
        answer = engine.ask(to_question(row))
        shown = answer.citations + answer.nearest
        cited += len(shown)
        verbatim += sum(is_verbatim(engine, answer))
        if not row["quotes"]:
            refused += answer.status == "not_found"
            warned += answer.status != "answered"
            continue
        hits = [quotes_gold(one.quote, row["quotes"]) for one in answer.citations]
        first += bool(hits and hits[0])
        anywhere += any(hits)
        falsely += answer.status == "not_found"
    return {
        "questions": float(len(answerable)),
        "unanswerable": float(len(rows) - len(answerable)),
        "cited_first": share(first, len(answerable)),
        "cited_at_all": share(anywhere, len(answerable)),
        "refused": share(refused, len(rows) - len(answerable)),
        "warned": share(warned, len(rows) - len(answerable)),
        "falsely_refused": share(falsely, len(answerable)),
        "verbatim": share(verbatim, cited),
    }


def is_verbatim(engine: Engine, answer: Answer) -> list[bool]:
    """For each citation whether its quote stands in its document exactly where it says."""
    found = []
    for one in answer.citations + answer.nearest:
        document = engine.generation.store.document(one.document_id)
        found.append(document is not None and document.text[one.start : one.end] == one.quote)
    return found


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


def share(part: int, whole: int) -> float:
    """`part` of `whole` to four decimals; 0 of nothing."""
    return round(part / whole, 4) if whole else 0.0
