"""The command line: `python -m service ask | mcp | eval | feedback | bench`."""

import argparse
import json
import sys
import textwrap
from dataclasses import asdict
from pathlib import Path
from typing import Any

from indexer.build import build_index, up_to_date
from indexer.embed import SentenceTransformerEmbedder
from indexer.errors import RagError
from indexer.settings import IndexSettings, read_settings
from service.bench import bench, show
from service.claims import evaluate_claims
from service.dialogues import evaluate_dialogues
from service.evaluate import evaluate_beir, evaluate_quotes
from service.evaluation_report import save_report, shown
from service.feedback import kept
from service.language_model import open_chat_model
from service.mcp_server import serve_stdio
from service.outcome import Outcome, Sample, latency
from service.pipeline import Engine
from service.question_sets import gathered
from service.settings import ServiceSettings
from service.source import EngineSource
from service.types import Answer, Citation, Question


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; a RagError becomes two lines on stderr and exit code 1."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except RagError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="service", description="Answers questions, with quotes.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    ask = commands.add_parser("ask", help="one question, answered and cited here")
    ask.add_argument("question")
    ask.add_argument("--index", type=Path, required=True)
    ask.add_argument("--json", action="store_true", help="print the response of /v1/query")
    ask.set_defaults(run=_ask)
    tools = commands.add_parser("mcp", help="tools for a language model, on stdin and stdout")
    tools.add_argument("--index", type=Path, required=True)
    tools.set_defaults(run=_mcp)
    score = commands.add_parser("eval", help="score retrieval and answers; the last line is JSON")
    asked = score.add_mutually_exclusive_group()
    asked.add_argument("data", type=Path, nargs="?", help="a BEIR folder; without it, the seeds")
    asked.add_argument("--questions", type=Path, help="others over the seeds than questions.jsonl")
    asked.add_argument(
        "--sets", type=Path, nargs="+", help="question sets, over the documents of all sets beside"
    )
    asked.add_argument("--claims", type=Path, help="claims that a support check should tell apart")
    score.add_argument("--seeds", type=Path, default=Path("seeds"))
    score.add_argument("--scratch", type=Path, default=Path(".eval"), help="where indexes are kept")
    score.add_argument("--limit", type=int, help="only the first so many queries")
    score.add_argument(
        "--held-back", action="store_true", help="only queries over articles nothing is learnt from"
    )
    score.set_defaults(run=_eval)
    said = commands.add_parser("feedback", help="what readers said of answers, as JSON lines")
    said.add_argument("--index", type=Path, required=True)
    said.set_defaults(run=_feedback)
    timed = commands.add_parser("bench", help="times of building and asking, as ratios")
    timed.add_argument("--seeds", type=Path, default=Path("seeds"))
    timed.add_argument("--corpus", type=Path, help="build this instead of the seeds' corpus")
    timed.set_defaults(run=_bench)
    return parser


def _ask(arguments: argparse.Namespace) -> int:
    if not arguments.question.strip():
        raise RagError("There is no question.", 'Ask one: make ask Q="why do councils …?"')
    if any("\ud800" <= char <= "\udfff" for char in arguments.question):
        raise RagError("The question is not UTF-8.", "Set the terminal to UTF-8 and ask again.")
    settings = read_settings(ServiceSettings)
    engine = EngineSource(arguments.index, settings, open_chat_model(settings)).engine()
    answer = engine.ask(Question(arguments.question.strip()))
    if arguments.json:
        print(json.dumps(asdict(answer), ensure_ascii=False, indent=2))
    else:
        print("\n".join(render(answer)))
    return 0


def _mcp(arguments: argparse.Namespace) -> int:
    settings = read_settings(ServiceSettings)
    serve_stdio(EngineSource(arguments.index, settings, open_chat_model(settings)))
    return 0


def render(answer: Answer) -> list[str]:
    """An answer as lines for a terminal."""
    lines = []
    if answer.interpreted_question != answer.question:
        lines.append(f"Understood as: {answer.interpreted_question}")
    if answer.nearest:
        lines += ["The documents don't say.", answer.reason or "", "", "Closest passages:"]
    elif answer.reason:
        lines.append(answer.reason)
    if answer.note:
        lines.append(answer.note)
    if answer.mode == "llm":
        lines += [textwrap.fill(answer.answer, 100), ""]
    for citation in answer.citations or answer.nearest:
        quote = f"{citation.speaker}: {citation.quote}" if citation.speaker else citation.quote
        lines.append(textwrap.fill(f"[{citation.id}] {quote}", 100, subsequent_indent="    "))
        lines.append(f"    — {where(citation)}")
        if citation.also_in:
            lines.append(f"    also in: {elsewhere(citation)}")
    lines += [one.text for one in answer.disagreements]
    if answer.citations:
        lines.append(f"confidence {answer.confidence:.2f}, {answer.timings_ms['total']:.0f} ms")
    return lines


def where(citation: Citation) -> str:
    """A citation's place in one line: title, publisher, date, page, file and characters."""
    page = f"page {citation.page}" if citation.page else None
    title = citation.title if citation.title != citation.source else None
    known = [title, citation.publisher, citation.published, page]
    place = f"{citation.source} {citation.start}–{citation.end}"
    return ", ".join([part for part in known if part] + [place])


def elsewhere(citation: Citation) -> str:
    """The other documents that say the same, in one line."""
    named = [
        ", ".join(
            dict.fromkeys(
                part for part in (one.title, one.publisher, one.published, one.source) if part
            )
        )
        for one in citation.also_in
    ]
    more = [f"{citation.also_in_more} more"] if citation.also_in_more else []
    return "; ".join(named + more)


def _feedback(arguments: argparse.Namespace) -> int:
    for row in kept(arguments.index):
        print(json.dumps(row, ensure_ascii=False))
    return 0


def _eval(arguments: argparse.Namespace) -> int:
    name, samples, outcomes = _scored(arguments)
    figures = {name: value for one in samples for name, value in one.figures().items()}
    intervals = {name: ends for one in samples for name, ends in one.intervals().items()}
    for measure, value in figures.items():
        print(f"{measure:>24}  {value:<9g}{shown(intervals.get(measure))}".rstrip())
    for stage, (p50, p95) in latency(outcomes).items():
        print(f"{stage:>24}  {p50:.0f} ms at p50, {p95:.0f} ms at p95")
    page = save_report(arguments.scratch / "report" / name, name, figures, intervals, outcomes)
    print(f"{'report':>24}  {page}")
    print(json.dumps({"data": name, **figures, "ci95": intervals}))
    return 0


def _scored(arguments: argparse.Namespace) -> tuple[str, list[Sample[Any]], list[Outcome]]:
    """The name of what `eval` is asked to score, what was found, and of this the answers."""
    data: Path | None = arguments.data
    if arguments.claims:
        claims = evaluate_claims(arguments.claims, arguments.scratch, _indexed)
        return arguments.claims.stem, [claims], []
    if arguments.sets:
        corpus = gathered(arguments.sets, arguments.scratch / "sets-corpus")
        engine = _indexed(corpus, arguments.scratch / "sets")
        asked = evaluate_quotes(engine, *(one / "questions.jsonl" for one in arguments.sets))
        return "sets", [asked], asked.rows
    if data is not None:
        name = data.resolve().name
        engine = _indexed(data / "corpus.jsonl", arguments.scratch / name)
        retrieval, answered = evaluate_beir(engine, data, arguments.limit, arguments.held_back)
        if answered is None:
            return name, [retrieval], []
        return name, [retrieval, answered], answered.rows
    engine = _indexed(arguments.seeds / "corpus", arguments.scratch / "seeds")
    answers = evaluate_quotes(engine, arguments.questions or arguments.seeds / "questions.jsonl")
    if arguments.questions:
        return arguments.questions.stem, [answers], answers.rows
    dialogues = evaluate_dialogues(engine, arguments.seeds / "dialogues.jsonl")
    return "seeds", [answers, dialogues], answers.rows


def _bench(arguments: argparse.Namespace) -> int:
    settings = read_settings(IndexSettings)
    embedder = SentenceTransformerEmbedder(settings.model, settings.dtype)
    corpus = arguments.corpus or arguments.seeds / "corpus"
    asking = read_settings(ServiceSettings)
    model = open_chat_model(asking)
    show(bench(corpus, arguments.seeds / "questions.jsonl", embedder, asking, model))
    return 0


def _indexed(corpus: Path, index: Path) -> Engine:
    """An engine over `corpus`, indexed by the product's own build unless that is up to date."""
    settings = read_settings(IndexSettings)
    embedder = SentenceTransformerEmbedder(settings.model, settings.dtype)
    if not up_to_date(corpus, index, settings, embedder):
        build_index(corpus, index, settings, embedder)
    return EngineSource(index, read_settings(ServiceSettings)).engine()


if __name__ == "__main__":
    sys.exit(main())
