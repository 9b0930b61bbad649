"""The measures against hand-computed cases, and the counts of answers on a tiny corpus."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.errors import CorpusError
from indexer.generation import Generation, current
from indexer.settings import IndexSettings
from service.evaluate import (
    evaluate_beir,
    evaluate_quotes,
    rank_documents,
    read_jsonl,
    read_qrels,
    score_runs,
)
from service.outcome import Outcome, Sample, is_verbatim
from service.pipeline import Engine
from service.settings import ServiceSettings
from service.training import part_of
from service.types import Question

SEEDS = Path(__file__).parents[2] / "seeds"
HARBOUR = "The harbour office opens at nine on weekdays."
CORPUS = [
    {"_id": "d1", "title": "Harbour", "text": f"{HARBOUR} Its door is painted in bright blue."},
    {"_id": "d2", "title": "Ferry", "text": "The ferry to the island leaves at seven o'clock."},
    {"_id": "d3", "title": "Library", "text": "The library lends every book for three weeks."},
]
QUERIES = [
    {"_id": "q1", "text": "When does the harbour office open?"},
    {"_id": "q2", "text": "When does the ferry to the island leave?"},
    {"_id": "q3", "text": "Who composed the opera?"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t2\n"
ANSWERS = [
    {"_id": "q1", "answers": ["at ten", "at noon"]},  # which the corpus does not say
    {"_id": "q2", "answers": ["at seven o'clock", "at 7"]},
    {"_id": "q3", "answers": []},
]
EngineAt = Callable[[float], Engine]


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    """A JSON Lines file."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A BEIR folder with answers."""
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(QRELS)
    write_lines(tmp_path / "corpus.jsonl", CORPUS)
    write_lines(tmp_path / "queries.jsonl", QUERIES)
    write_lines(tmp_path / "answers.jsonl", ANSWERS)
    return tmp_path


@pytest.fixture(scope="module")
def engine_at(
    tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder
) -> EngineAt:
    """Engines over the tiny corpus: threshold 0 answers everything, 1 refuses everything."""
    folder = tmp_path_factory.mktemp("tiny")
    write_lines(folder / "corpus.jsonl", CORPUS)
    build_index(folder / "corpus.jsonl", folder / "index", IndexSettings(), embedder)
    generation = Generation(current(folder / "index"))
    return lambda threshold: Engine(generation, embedder, ServiceSettings(threshold=threshold))


def test_graded_relevance_is_measured_as_by_hand() -> None:
    qrels = {"q": {"a": 2, "b": 1, "c": 0, "d": 1}}
    run = {"q": {"x": 0.9, "b": 0.8, "a": 0.7, "c": 0.6}}
    # gains by rank: x 0, b 1, a 2, c 0; never found: d
    # DCG   = 0/log2(2) + 1/log2(3) + 2/log2(4) = 0.63093 + 1        = 1.63093
    # ideal = 2/log2(2) + 1/log2(3) + 1/log2(4) = 2 + 0.63093 + 0.5  = 3.13093
    # nDCG = 1.63093/3.13093 = 0.5209; recall = 2 of 3; first relevant at rank 2
    assert score_runs(qrels, {"": run}).figures() == {
        "queries": 1,
        "nDCG@10": 0.5209,
        "recall@10": 0.6667,
        "recall@100": 0.6667,
        "MRR@10": 0.5,
    }


def test_measures_stop_at_their_depth() -> None:
    run = {"q": {f"d{i:02}": 20.0 - i for i in range(20)}}
    # relevant at ranks 6 and 16: DCG@10 = 1/log2(7) = 0.35621, ideal = 1 + 1/log2(3) = 1.63093
    found = score_runs({"q": {"d05": 1, "d15": 1}}, {"": run}).figures()
    assert (found["nDCG@10"], found["MRR@10"]) == (0.2184, 0.1667)
    assert (found["recall@10"], found["recall@100"]) == (0.5, 1.0)
    # relevant at rank 11 alone: beyond ten, within a hundred
    late = score_runs({"q": {"d10": 1}}, {"": run}).figures()
    assert (late["nDCG@10"], late["MRR@10"]) == (0.0, 0.0)
    assert (late["recall@10"], late["recall@100"]) == (0.0, 1.0)


def test_a_query_without_hits_counts_as_nothing_found() -> None:
    qrels = {"found": {"a": 1}, "empty": {"a": 1}, "absent": {"a": 1}, "also": {"b": 1}}
    run: dict[str, dict[str, float]] = {"found": {"a": 1.0}, "empty": {}, "also": {"b": 0.1}}
    # two of four queries are perfect, so that each mean is 2/4
    assert score_runs(qrels, {"": run}).figures() == {
        "queries": 4,
        "nDCG@10": 0.5,
        "recall@10": 0.5,
        "recall@100": 0.5,
        "MRR@10": 0.5,
    }


def test_equal_scores_keep_the_order_they_are_listed_in() -> None:
    first = score_runs({"q": {"b": 1}}, {"": {"q": {"b": 1.0, "a": 1.0}}}).figures()
    second = score_runs({"q": {"b": 1}}, {"": {"q": {"a": 1.0, "b": 1.0}}}).figures()
    # at rank 2: nDCG = (1/log2(3)) / (1/log2(2)) = 0.6309
    assert (first["nDCG@10"], first["MRR@10"]) == (1.0, 1.0)
    assert (second["nDCG@10"], second["MRR@10"]) == (0.6309, 0.5)


def answers_of(engine: Engine, folder: Path, limit: int | None = None) -> Sample[Outcome]:
    """What the folder's questions got."""
    _, answers = evaluate_beir(engine, folder, limit)
    assert answers is not None
    return answers


def test_a_tiny_folder_is_scored_as_counted_by_hand(folder: Path, engine_at: EngineAt) -> None:
    retrieval, answers = evaluate_beir(engine_at(0.0), folder)
    # both judged queries find their document first
    assert retrieval.figures() == {
        "queries": 2,
        "nDCG@10": 1.0,
        "recall@10": 1.0,
        "recall@100": 1.0,
        "MRR@10": 1.0,
        "nDCG@10 without cosine": 1.0,
        "nDCG@10 without bm25": 1.0,
    }
    # of the two with answers, q2's alone stands in the corpus; with threshold 0 nothing is refused
    assert answers is not None
    figures = answers.figures()
    exact = {
        "questions": 2,
        "first_sentence": 0.5,
        "any_sentence": 0.5,
        "falsely_refused": 0.0,
        "refused": 0.0,
        "verbatim": 1.0,
        "sentence_mrr": 0.5,
        "coverage": 1.0,
        "risk": 0.6667,  # q1's answer is nowhere and q3 has none
        "risk_full_coverage": 0.6667,
        "aurc_least": 0.3889,  # (0 + 1/2 + 2/3) / 3
    }
    assert {name: figures[name] for name in exact} == exact
    assert set(figures) - set(exact) == {"warned", "aurc", "auroc", "ece"}
    assert (len(answers.strata[0]), len(answers.strata[1])) == (2, 1)


def test_refusals_are_counted(folder: Path, engine_at: EngineAt) -> None:
    figures = answers_of(engine_at(1.0), folder).figures()
    assert (figures["first_sentence"], figures["any_sentence"]) == (0.0, 0.0)
    assert (figures["falsely_refused"], figures["refused"]) == (1.0, 1.0)
    assert (figures["coverage"], figures["risk"], figures["sentence_mrr"]) == (0.0, 0.0, 0.5)


def test_a_limit_takes_the_first_queries(folder: Path, engine_at: EngineAt) -> None:
    retrieval, answers = evaluate_beir(engine_at(0.0), folder, limit=1)
    assert answers is not None
    figures = retrieval.figures() | answers.figures()
    assert (figures["queries"], figures["questions"]) == (1, 1)
    assert figures["first_sentence"] == 0.0  # q1's
    # the only unanswerable one is not among them
    assert not {"refused", "warned", "auroc"} & set(figures)


def test_only_what_nothing_was_learnt_from_can_be_scored(folder: Path, engine_at: EngineAt) -> None:
    articles = {"d1": "1", "d2": "8", "d3": "1"}
    assert [part_of(article) for article in articles.values()] == ["train", "test", "train"]
    rows = [row | {"metadata": {"article": articles[str(row["_id"])]}} for row in CORPUS]
    write_lines(folder / "corpus.jsonl", rows)
    retrieval, answers = evaluate_beir(engine_at(0.0), folder, unseen=True)
    assert answers is not None
    figures = retrieval.figures() | answers.figures()
    assert (figures["queries"], figures["questions"]) == (1, 1)
    assert figures["first_sentence"] == 1.0  # q2's


def test_without_answers_only_retrieval_is_scored(folder: Path, engine_at: EngineAt) -> None:
    (folder / "answers.jsonl").unlink()
    assert evaluate_beir(engine_at(0.0), folder)[1] is None


def test_what_a_part_is_worth_is_seen_by_leaving_it_out() -> None:
    best, worse = {"q": {"a": 1.0, "b": 0.5}}, {"q": {"b": 1.0, "a": 0.5}}
    found = score_runs({"q": {"a": 1}}, {"": best, "bm25": worse, "cosine": best}).figures()
    assert found["nDCG@10"] == found["nDCG@10 without cosine"] == 1.0
    assert found["nDCG@10 without bm25"] == 0.6309  # at rank 2


def test_a_run_ranks_documents_once_each(engine_at: EngineAt) -> None:
    runs = rank_documents(engine_at(0.0), {"q": "When does the harbour office open?"})
    assert set(runs) == {"", "cosine", "bm25"}  # the small reader takes no part
    for run in runs.values():
        assert set(run["q"]) == {"d1", "d2", "d3"}
    assert max(runs[""]["q"], key=lambda document: runs[""]["q"][document]) == "d1"


def test_quotes_are_scored_as_counted_by_hand(tmp_path: Path, engine_at: EngineAt) -> None:
    rows = [
        {"question": "When does the harbour office open?", "quotes": ["opens  at\nnine"]},
        {"question": "When does the ferry to the island leave?", "quotes": ["at midnight"]},
        {"question": "Who composed the opera?", "quotes": []},
    ]
    write_lines(tmp_path / "questions.jsonl", rows)
    answering = evaluate_quotes(engine_at(0.0), tmp_path / "questions.jsonl").figures()
    refusing = evaluate_quotes(engine_at(1.0), tmp_path / "questions.jsonl").figures()
    assert 0.0 <= answering["warned"] <= refusing["warned"] == 1.0
    same = {"questions": 2, "unanswerable": 1, "verbatim": 1.0, "sentence_mrr": 0.5}
    right = {"cited_first": 0.5, "cited_at_all": 0.5, "refused": 0.0, "falsely_refused": 0.0}
    wrong = {"cited_first": 0.0, "cited_at_all": 0.0, "refused": 1.0, "falsely_refused": 1.0}
    assert same.items() | right.items() <= answering.items()
    assert same.items() | wrong.items() <= refusing.items()
    judged = ("risk_full_coverage", "aurc", "auroc", "ece")  # which no threshold moves
    assert [answering[name] for name in judged] == [refusing[name] for name in judged]


def test_without_unanswerable_questions_none_is_refused(
    tmp_path: Path, engine_at: EngineAt
) -> None:
    rows = [{"question": "When does the harbour office open?", "quotes": ["opens at nine"]}]
    write_lines(tmp_path / "questions.jsonl", rows)
    figures = evaluate_quotes(engine_at(0.0), tmp_path / "questions.jsonl").figures()
    assert (figures["unanswerable"], figures["refused"], figures["warned"]) == (0, 0, 0)
    assert "auroc" not in figures


def test_every_quote_given_for_seed_questions_is_verbatim(tmp_path: Path, engine: Engine) -> None:
    """Every fifth of them; `make eval` asks them all."""
    rows = list(read_jsonl(SEEDS / "questions.jsonl"))[::5]
    write_lines(tmp_path / "questions.jsonl", rows)
    figures = evaluate_quotes(engine, tmp_path / "questions.jsonl").figures()
    assert figures["verbatim"] == 1.0
    assert figures["questions"] == len([row for row in rows if row["quotes"]]) > 10
    assert figures["unanswerable"] == len([row for row in rows if not row["quotes"]]) > 0


def test_a_wrong_offset_or_document_is_not_verbatim(engine_at: EngineAt) -> None:
    engine = engine_at(0.0)
    answer = engine.ask(Question("When does the harbour office open?", top_k=1))
    (right,) = answer.citations
    assert right.quote == HARBOUR
    wrong = [
        replace(right, start=right.start + 1),
        replace(right, end=right.end - 1),
        replace(right, quote=right.quote.replace("nine", "ten")),
        replace(right, document_id="d2"),
        replace(right, document_id="gone"),
    ]
    assert is_verbatim(engine, answer) == [True]
    assert is_verbatim(engine, replace(answer, citations=[right, *wrong])) == [True] + [False] * 5
    assert is_verbatim(engine, replace(answer, citations=[], nearest=wrong[:1])) == [False]


@pytest.mark.parametrize("name", ["qrels/test.tsv", "queries.jsonl"])
def test_a_missing_file_is_named(folder: Path, engine_at: EngineAt, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(CorpusError, match=Path(name).name):
        evaluate_beir(engine_at(0.0), folder)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("queries.jsonl", '{"_id": "q1", "text": "x"}\nnot json\n'),
        ("queries.jsonl", '{"_id": "q1", "text": "x"}\n["q2", "y"]\n'),
        ("queries.jsonl", '{"_id": "q1", "text": "x"}\n{"_id": "q2"}\n'),
        ("queries.jsonl", '{"_id": "q1", "text": "x"}\n{"_id": "q2", "text": "\udcff"}\n'),
        ("answers.jsonl", '{"_id": "q1", "answers": []}\n{"answers": ["x"]}\n'),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1 d1 1\n"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\thigh\n"),
    ],
)
def test_a_wrong_line_is_named(folder: Path, engine_at: EngineAt, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(CorpusError, match=rf"{Path(name).name} line 2 ") as caught:
        evaluate_beir(engine_at(0.0), folder)
    assert caught.value.hint


def test_a_judged_query_that_is_not_there_is_named(folder: Path, engine_at: EngineAt) -> None:
    (folder / "qrels" / "test.tsv").write_text(QRELS + "q9\td1\t1\n")
    with pytest.raises(CorpusError, match=r"queries.jsonl has no query 'q9'"):
        evaluate_beir(engine_at(0.0), folder)


def test_judgements_of_another_corpus_are_refused(folder: Path, engine: Engine) -> None:
    with pytest.raises(CorpusError, match="names a document of the index"):
        evaluate_beir(engine, folder)


def test_blank_lines_are_left_out(folder: Path) -> None:
    (folder / "queries.jsonl").write_text('\n{"_id": "q1"}\n\n')
    assert list(read_jsonl(folder / "queries.jsonl")) == [{"_id": "q1"}]
    (folder / "qrels" / "test.tsv").write_text(QRELS + "\n")
    assert read_qrels(folder / "qrels" / "test.tsv") == {"q1": {"d1": 1}, "q2": {"d2": 2}}
