"""The command line: `python -m indexer build | report | info | check | search`."""

import argparse
import shutil
import sys
from pathlib import Path

from indexer import build as builder
from indexer import generation as gen
from indexer.embed import SentenceTransformerEmbedder
from indexer.errors import RagError
from indexer.report_data import Report
from indexer.report_text import table
from indexer.settings import IndexSettings, read_settings
from indexer.sparse import terms

INCOMPLETE = 2
"""What `build --strict` exits with when a file was not read, or not the whole of it."""


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; a RagError becomes two lines on stderr and exit code 1."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except RagError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; what was embedded is kept for the next run", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="indexer", description="Builds and inspects an index.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="documents → an index generation, published whole")
    build.add_argument("--corpus", type=Path, required=True)
    build.add_argument("--if-stale", action="store_true", help="do nothing when up to date")
    build.add_argument(
        "--strict", action="store_true", help=f"exit with {INCOMPLETE} unless all was read, whole"
    )
    build.set_defaults(run=_build)
    report = commands.add_parser("report", help="what became of every file of the last build")
    report.set_defaults(run=_report)
    commands.add_parser("info", help="what the index holds").set_defaults(run=_info)
    commands.add_parser("check", help="verify every checksum").set_defaults(run=_check)
    search = commands.add_parser("search", help="nearest passages by the keyword index alone")
    search.add_argument("query")
    search.set_defaults(run=_search)
    for command in commands.choices.values():
        command.add_argument("--index", type=Path, required=True)
    return parser


def _build(arguments: argparse.Namespace) -> int:
    settings = read_settings(IndexSettings)
    embedder = SentenceTransformerEmbedder(settings.model, settings.dtype)
    corpus, index = arguments.corpus, arguments.index
    if arguments.if_stale and builder.up_to_date(corpus, index, settings, embedder):
        print(f"index up to date: {index}")
        return _exit_code(gen.current(index)) if arguments.strict else 0
    result = builder.build_index(corpus, index, settings, embedder)
    manifest = result.manifest
    print(
        f"indexed {manifest.documents} documents, {manifest.passages} passages, "
        f"{manifest.sentences} sentences ({result.embedded} texts embedded, "
        f"{len(manifest.skipped)} files or records not read) → {index} {manifest.generation}"
    )
    folder = index / "generations" / manifest.generation
    _print_report(folder)
    return _exit_code(folder) if arguments.strict else 0


def _exit_code(folder: Path) -> int:
    return 0 if Report.load(folder).complete else INCOMPLETE


def _report(arguments: argparse.Namespace) -> int:
    _print_report(gen.current(arguments.index))
    return 0


def _print_report(folder: Path) -> None:
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    print(table(Report.load(folder), folder, width))


def _info(arguments: argparse.Namespace) -> int:
    folder = gen.current(arguments.index)
    gen.Manifest.load(folder)  # what is no manifest is an error, not something to print
    print((folder / gen.MANIFEST).read_text("utf-8"))
    return 0


def _check(arguments: argparse.Namespace) -> int:
    folder = gen.current(arguments.index)
    gen.check_files(folder, gen.Manifest.load(folder), hashes=True)
    gen.Generation(folder)
    print(f"sound: {folder.name}")
    return 0


def _search(arguments: argparse.Namespace) -> int:
    found = gen.Generation(gen.current(arguments.index))
    hits = found.sparse.search(terms(arguments.query), 5)
    for passage, (_, score) in zip(
        found.store.passages([row for row, _ in hits]), hits, strict=True
    ):
        print(f"{score:6.2f}  {passage.id}  {passage.text[:80]!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
