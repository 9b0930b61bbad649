"""Question sets to learn from: BEIR folders with answers.jsonl, as articles of paragraphs."""

import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.sparse import content_terms


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


def load(folder: Path) -> Collection:
    """A BEIR folder with answers.jsonl; long documents are taken as paragraphs."""
    articles: dict[str, list[tuple[str, str]]] = defaultdict(list)
    titles: dict[str, str] = {}
    by_document: dict[str, list[tuple[str, str]]] = {}
    for record in _lines(folder / "corpus.jsonl"):
        article = _article(record)
        titles[article] = record["title"]
        parts = [p for p in re.split(r"\n\n+", record["text"]) if p.strip()]
        named = [(f"{record['_id']}/{n}", part) for n, part in enumerate(parts)]
        articles[article] += named
        by_document[record["_id"]] = named
    texts = {record["_id"]: record["text"] for record in _lines(folder / "queries.jsonl")}
    gold = _judged(folder)
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


def held_back(folder: Path) -> set[str]:
    """Ids of a folder's queries over articles that nothing is learnt from."""
    kept = {
        record["_id"]
        for record in _lines(folder / "corpus.jsonl")
        if part_of(_article(record)) == "test"
    }
    about = _judged(folder)
    if (folder / "answers.jsonl").is_file():
        about |= {
            record["_id"]: record["corpus_id"]
            for record in _lines(folder / "answers.jsonl")
            if "corpus_id" in record
        }
    return {query for query, document in about.items() if document in kept}


def _article(record: dict[str, Any]) -> str:
    return str((record.get("metadata") or {}).get("article", record["_id"]))


def _judged(folder: Path) -> dict[str, str]:
    """A document for each query that has one."""
    rows = (folder / "qrels" / "test.tsv").read_text().splitlines()[1:]
    return {row.split("\t")[0]: row.split("\t")[1] for row in rows}


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def part_of(article: str) -> str:
    """train, valid or test: by a hash of the article's name, so that it never changes."""
    drawn = int(hashlib.sha256(article.encode()).hexdigest(), 16) % 10
    return "train" if drawn < 6 else "valid" if drawn < 8 else "test"


def as_typed(question: str, answer: str, dice: random.Random) -> str:
    """The question as people type, and now and then without a word that the answer shares."""
    words = question.split()
    shared = set(content_terms(answer))
    if dice.random() < 0.4:
        again = [i for i, word in enumerate(words) if shared & set(content_terms(word))]
        if again and len(words) > 4:
            del words[dice.choice(again)]
    text = " ".join(words)
    return text.lower().rstrip("?") if dice.random() < 0.4 else text
