"""The command line: asking and scoring, and errors in two lines."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from indexer.generation import Generation
from indexer.manifest import current
from service.__main__ import main, render
from service.app import create_app
from service.evaluation_report import MEANINGS
from service.pipeline import Engine
from service.settings import ServiceSettings
from service.types import Question

SURVEY = "how many people answered the LGC survey?"
UNANSWERABLE = "who won the 2018 world cup"
Captured = pytest.CaptureFixture[str]


def plain(text: str) -> str:
    """Text without the line breaks of a terminal."""
    return " ".join(text.split())


def assert_two_lines(captured: Captured, wrong: str) -> None:
    """An error, what to do, and nothing else."""
    out, err = captured.readouterr()
    error, hint = err.splitlines()
    assert error.startswith("error: ")
    assert wrong in error
    assert hint.startswith("hint: ")
    assert len(hint) > len("hint: ")
    assert out == ""


def test_asking_prints_the_quote_and_where_it_stands(
    seed_index: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_SERVICE_THRESHOLD", "0")
    assert main(["ask", SURVEY, "--index", str(seed_index)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "[1] In total, 43 people responded" in plain(out)
    place = next(line for line in out.splitlines() if line.startswith("    — "))
    assert "The government has set an impossible task" in place
    assert "000_b347db09de5167aa.txt" in place


def test_the_place_printed_is_that_of_the_quote(
    seed_index: Path, engine: Engine, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_SERVICE_THRESHOLD", "0")
    main(["ask", SURVEY, "--index", str(seed_index)])
    out = capsys.readouterr().out.splitlines()
    start, end = next(line for line in out if line.startswith("    — ")).split()[-1].split("–")
    document = engine.generation.store.document(engine.generation.store.document_ids[0])
    assert document is not None
    assert plain(document.text[int(start) : int(end)]) in plain(" ".join(out))


def test_what_the_documents_do_not_say_is_said_with_the_closest(
    seed_index: Path, capsys: Captured
) -> None:
    assert main(["ask", UNANSWERABLE, "--index", str(seed_index)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "The documents don't say."
    assert "Closest passages:" in lines
    assert any(line.startswith("[1] ") for line in lines)
    assert not any(line.startswith("confidence") for line in lines)


def test_small_talk_gets_its_reply_alone(engine: Engine) -> None:
    answer = engine.ask(Question("hello"))
    assert render(answer) == [answer.reason]


def test_the_tools_use_the_language_model_that_is_named(
    seed_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("RAG_SERVICE_LLM", "nobody:nothing")
    assert main(["mcp", "--index", str(seed_index)]) == 1
    assert "nobody:nothing" in capsys.readouterr().err


def test_the_question_as_understood_is_shown_when_it_differs(engine: Engine) -> None:
    changed = render(engine.ask(Question("what are ICBs?")))
    assert changed[0] == "Understood as: what are ICBs (Integrated Care Boards)?"
    assert not render(engine.ask(Question(SURVEY)))[0].startswith("Understood as")


@pytest.mark.parametrize("question", [SURVEY, UNANSWERABLE])
def test_json_is_the_response_of_the_http_api(
    seed_index: Path, capsys: Captured, question: str
) -> None:
    assert main(["ask", question, "--index", str(seed_index), "--json"]) == 0
    printed: dict[str, Any] = json.loads(capsys.readouterr().out)
    with TestClient(create_app(seed_index, ServiceSettings())) as client:
        served = client.post("/v1/query", json={"question": question}).json()
    assert set(printed.pop("timings_ms")) == set(served.pop("timings_ms"))
    assert printed == served


def test_a_missing_index_is_an_error_in_two_lines(tmp_path: Path, capsys: Captured) -> None:
    assert main(["ask", SURVEY, "--index", str(tmp_path / "none")]) == 1
    assert_two_lines(capsys, "There is no index")


@pytest.mark.parametrize("question", ["", "  \n"])
def test_an_empty_question_is_an_error_in_two_lines(
    seed_index: Path, capsys: Captured, question: str
) -> None:
    assert main(["ask", question, "--index", str(seed_index)]) == 1
    assert_two_lines(capsys, "no question")


def test_a_question_that_is_not_utf_8_is_an_error_in_two_lines(
    seed_index: Path, capsys: Captured
) -> None:
    """As Python hands over bytes of another encoding."""
    assert main(["ask", "caf\udce9 hours?", "--index", str(seed_index)]) == 1
    assert_two_lines(capsys, "UTF-8")


def test_a_wrong_setting_is_an_error_in_two_lines(
    seed_index: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_SERVICE_TRESHOLD", "0.5")
    assert main(["ask", SURVEY, "--index", str(seed_index)]) == 1
    assert_two_lines(capsys, "RAG_SERVICE_TRESHOLD")


@pytest.mark.parametrize("arguments", [[], ["ask"], ["ask", "x"], ["guess", "x"]])
def test_wrong_arguments_print_the_usage(arguments: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "usage: service" in capsys.readouterr().err


def write_beir(folder: Path) -> None:
    """A test set of two documents and one query with its answer."""
    (folder / "qrels").mkdir(parents=True)
    corpus = [
        {"_id": "d1", "title": "Harbour", "text": "The harbour office opens at nine."},
        {"_id": "d2", "title": "Ferry", "text": "The ferry leaves at seven each morning."},
    ]
    lines = "".join(json.dumps(row) + "\n" for row in corpus)
    (folder / "corpus.jsonl").write_text(lines)
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "When does the ferry leave?"}\n')
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td2\t1\n")
    (folder / "answers.jsonl").write_text('{"_id": "q1", "answers": ["at seven"]}\n')


def test_scoring_a_folder_ends_with_one_line_of_json(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_SERVICE_THRESHOLD", "0")
    write_beir(tmp_path / "tiny")
    arguments = ["eval", str(tmp_path / "tiny"), "--scratch", str(tmp_path / "scratch")]
    assert main(arguments) == 0
    first = capsys.readouterr().out.splitlines()[-1]
    figures = json.loads(first)
    assert figures["data"] == "tiny"
    measures = ("nDCG@10", "recall@10", "recall@100", "MRR@10", "first_sentence", "any_sentence")
    assert {name: figures[name] for name in measures} == dict.fromkeys(measures, 1.0)
    assert set(figures["ci95"]) == set(figures) - {"data", "queries", "questions", "ci95"}
    report = json.loads((tmp_path / "scratch" / "report" / "tiny" / "report.json").read_text())
    assert next(iter(report.pop("latency_ms"))) == "total"
    assert report == figures
    built = (tmp_path / "scratch" / "tiny" / "CURRENT").read_text()
    assert main(arguments) == 0  # again, over the index made before
    assert capsys.readouterr().out.splitlines()[-1] == first
    assert (tmp_path / "scratch" / "tiny" / "CURRENT").read_text() == built


def test_scoring_a_broken_folder_is_an_error_in_two_lines(tmp_path: Path, capsys: Captured) -> None:
    write_beir(tmp_path / "tiny")
    (tmp_path / "tiny" / "qrels" / "test.tsv").write_text("query-id\nq1\n")
    scratch = str(tmp_path / "scratch")
    assert main(["eval", str(tmp_path / "tiny"), "--scratch", scratch]) == 1
    assert_two_lines(capsys, "test.tsv line 2")
    assert main(["eval", str(tmp_path / "none"), "--scratch", scratch]) == 1
    assert_two_lines(capsys, "none")


def test_other_questions_over_the_seeds_can_be_scored(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_SERVICE_THRESHOLD", "0")
    quote = "only nine out of 91 Integrated Care Board members are councillors"
    asked = {"question": "how many ICB members are councillors?", "quotes": [quote]}
    (tmp_path / "mine.jsonl").write_text(json.dumps(asked) + "\n")
    scratch = str(tmp_path / "scratch")
    arguments = ["eval", "--questions", str(tmp_path / "mine.jsonl"), "--scratch", scratch]
    assert main(arguments) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (figures["data"], figures["questions"], figures["cited_at_all"]) == ("mine", 1, 1)


def test_sets_are_asked_over_the_documents_of_all_sets_beside_them(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_SERVICE_THRESHOLD", "0")
    for name, said in (("ferry", "The ferry leaves at seven."), ("train", "The train was full.")):
        (tmp_path / name / "corpus").mkdir(parents=True)
        (tmp_path / name / "corpus" / f"{name}.txt").write_text(f"{said} It rained all day.\n")
        asked = {"question": f"What of the {name}?", "quotes": [said], "variants": ["it?"]}
        (tmp_path / name / "questions.jsonl").write_text(json.dumps(asked) + "\n")
    sets = [str(tmp_path / name) for name in ("ferry", "train")]
    scratch = tmp_path / "scratch"
    for wanted in (sets, sets[:1]):
        assert main(["eval", "--sets", *wanted, "--scratch", str(scratch)]) == 0
        figures = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert (figures["data"], figures["questions"]) == ("sets", len(wanted))
        assert figures["cited_at_all"] == 1.0
    assert Generation(current(scratch / "sets")).manifest.documents == 2


def test_the_seeds_dialogues_are_scored_with_their_questions(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_SERVICE_THRESHOLD", "0")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "ferry.txt").write_text("The ferry leaves at seven each morning.\n")
    asked = {"question": "When does the ferry leave?", "quotes": ["at seven"]}
    (tmp_path / "questions.jsonl").write_text(json.dumps(asked) + "\n")
    talk = {"turns": ["What is there?", "and when does the ferry leave?"], "quotes": ["at seven"]}
    (tmp_path / "dialogues.jsonl").write_text(json.dumps(talk) + "\n")
    scratch = str(tmp_path / "scratch")
    assert main(["eval", "--seeds", str(tmp_path), "--scratch", scratch]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (figures["data"], figures["questions"], figures["dialogues"]) == ("seeds", 1, 1)
    assert figures["cited_first"] == figures["dialogue_first"] == 1.0
    assert not set(figures) - {"data", "ci95"} - set(MEANINGS)
