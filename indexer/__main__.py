"""The command line: `python -m indexer build | report | info | list | rollback | check | ...`."""

import argparse
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from indexer import manifest as gen
from indexer.disk import megabytes, size_of
from indexer.errors import RagError
from indexer.fresh import installed, made_with, why_stale
from indexer.hashes import FileHashes
from indexer.load.registry import corpus_files
from indexer.publish import generations, rollback, writing
from indexer.report_data import Report
from indexer.report_text import table
from indexer.settings import IndexSettings, read_settings

# What needs a model or vectors is imported where it is used: loading torch takes seconds, and most
# runs of `build` find that there is nothing to do.

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
    except KeyboardInterrupt as stop:
        print("\nstopped; what was embedded is kept for the next run", file=sys.stderr)
        return 143 if isinstance(stop, _Terminated) else 130


class _Terminated(KeyboardInterrupt):
    """SIGTERM, which is to end a build as tidily as Ctrl-C does."""


@contextmanager
def _tidy_when_terminated() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="indexer", description="Builds and inspects an index.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="documents → an index generation, published whole")
    build.add_argument("--corpus", type=Path, required=True)
    build.add_argument("--if-stale", action="store_true", help="build only what changed: always so")
    build.add_argument("--wait", action="store_true", help="wait while another build is writing")
    build.add_argument("--force", action="store_true", help="build though nothing has changed")
    build.add_argument(
        "--verify", action="store_true", help="read every file again to know whether it changed"
    )
    build.add_argument("--keep", type=int, metavar="N", help="generations kept (RAG_KEEP, 2)")
    build.add_argument(
        "--strict", action="store_true", help=f"exit with {INCOMPLETE} unless all was read, whole"
    )
    build.set_defaults(run=_build)
    report = commands.add_parser("report", help="what became of every file of the last build")
    report.set_defaults(run=_report)
    commands.add_parser("info", help="what the index holds").set_defaults(run=_info)
    commands.add_parser("list", help="generations; * is served").set_defaults(run=_list)
    back = commands.add_parser("rollback", help="serve again what was served before")
    back.set_defaults(run=_rollback)
    commands.add_parser(
        "check", help="verify checksums and every passage and sentence"
    ).set_defaults(run=_check)
    search = commands.add_parser("search", help="nearest passages by the keyword index alone")
    search.add_argument("query")
    search.set_defaults(run=_search)
    for command in commands.choices.values():
        command.add_argument("--index", type=Path, required=True)
    return parser


def _build(arguments: argparse.Namespace) -> int:
    with _tidy_when_terminated():
        return _build_if_stale(arguments)


def _build_if_stale(arguments: argparse.Namespace) -> int:
    kept = {} if arguments.keep is None else {"keep": arguments.keep}
    settings = read_settings(IndexSettings, **kept)
    reason = _why_build(arguments, settings)
    if reason is None:
        return _up_to_date(arguments)

    def waiting() -> None:
        print(f"waiting for the build that is writing to {arguments.index}", flush=True)

    with writing(arguments.index, waiting if arguments.wait else None) as waited:
        if waited and _why_build(arguments, settings) is None:  # the other has done this one's work
            return _up_to_date(arguments)
        from indexer.build import build_locked  # noqa: PLC0415
        from indexer.embed import SentenceTransformerEmbedder  # noqa: PLC0415

        print(f"building: {reason}", flush=True)
        embedder = SentenceTransformerEmbedder(settings.model, settings.dtype)
        result = build_locked(arguments.corpus, arguments.index, settings, embedder)
    manifest = result.manifest
    print(
        f"indexed {manifest.documents} documents, {manifest.passages} passages, "
        f"{manifest.sentences} sentences ({result.embedded} texts embedded, "
        f"{len(manifest.skipped)} files or records not read) → {arguments.index} "
        f"{manifest.generation}"
    )
    folder = arguments.index / gen.GENERATIONS / manifest.generation
    _print_report(folder)
    return _exit_code(folder) if arguments.strict else 0


def _exit_code(folder: Path) -> int:
    return 0 if Report.load(folder).complete else INCOMPLETE


def _report(arguments: argparse.Namespace) -> int:
    _print_report(gen.current(arguments.index))
    return 0


def _up_to_date(arguments: argparse.Namespace) -> int:
    print(f"index up to date: {arguments.index}")
    return _exit_code(gen.current(arguments.index)) if arguments.strict else 0


def _why_build(arguments: argparse.Namespace, settings: IndexSettings) -> str | None:
    corpus, index, verify = arguments.corpus, arguments.index, arguments.verify
    files = corpus_files(corpus, leave_out=index)
    if arguments.force:
        return "--force"

    def made(hashes: FileHashes) -> dict[str, str]:
        return made_with(settings, installed(settings, hashes))

    return why_stale(corpus, files, index, made, verify)


def _print_report(folder: Path) -> None:
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    print(table(Report.load(folder), folder, width))


def _info(arguments: argparse.Namespace) -> int:
    folder = gen.current(arguments.index)
    gen.Manifest.load(folder)  # what is no manifest is an error, not something to print
    print((folder / gen.MANIFEST).read_text("utf-8"))
    return 0


def _list(arguments: argparse.Namespace) -> int:
    served = gen.current(arguments.index)
    for folder in generations(arguments.index):
        try:
            told = _told(gen.Manifest.load(folder))
        except RagError as error:
            told = f"{folder.name}  {error.message}"
        print(f"{'*' if folder == served else ' '} {told}  {megabytes(size_of(folder))}")
    return 0


def _rollback(arguments: argparse.Namespace) -> int:
    gen.current(arguments.index)  # where there is no index, none is begun by locking it
    with writing(arguments.index):
        now, before = rollback(arguments.index)
    print(f"serving {_told(now)}")
    print(f"instead of {_told(before)}; make index builds anew if the documents differ from these")
    return 0


def _told(manifest: gen.Manifest) -> str:
    return (
        f"{manifest.generation}  built {manifest.created_at}  {manifest.documents} documents  "
        f"{manifest.passages} passages  {manifest.sentences} sentences"
    )


def _check(arguments: argparse.Namespace) -> int:
    from indexer.check import check  # noqa: PLC0415

    folder = gen.current(arguments.index)
    for line in list(check(folder)):  # all or nothing: no good news before bad
        print(line)
    print(f"sound: {folder.name}")
    return 0


def _search(arguments: argparse.Namespace) -> int:
    from indexer.generation import Generation  # noqa: PLC0415
    from indexer.sparse import terms  # noqa: PLC0415

    found = Generation(gen.current(arguments.index))
    hits = found.sparse.search(terms(arguments.query), 5)
    for passage, (_, score) in zip(
        found.store.passages([row for row, _ in hits]), hits, strict=True
    ):
        print(f"{score:6.2f}  {passage.id}  {passage.text[:80]!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
