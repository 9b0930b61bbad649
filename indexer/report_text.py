"""The report as lines of text: what needs a person's eye, and where to find the rest."""

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from indexer.report_data import HTML, FileReport, Report, shown, within

MAX_LINES = 40
INDENT = "  "


def table(report: Report, folder: Path, width: int | None = None) -> str:
    """At most MAX_LINES lines, none wider than `width` where it is given (a name may be)."""
    last = ["", f"see {HTML}: {shown(str(folder / HTML))}"]
    lines = list(_summary(report, width))
    not_read, warned = _entries(report, "reasons"), _entries(report, "warnings")
    room = MAX_LINES - len(lines) - len(last)
    # warnings get what is left, but never less than a quarter
    for title, entries, share in (
        ("Not read", not_read, room - min(room // 4, 2 + len(warned)) * bool(warned)),
        ("Warnings", warned, room),
    ):
        if entries:
            listed = _listed(title, entries, min(share, room), width)
            lines += listed
            room -= len(listed)
    return "\n".join([*lines, *last])


def _summary(report: Report, width: int | None) -> Iterator[str]:
    total, seconds = report.summary, report.seconds
    read = ", ".join(f"{number:,} {status}" for status, number in report.by_status.items())
    formats = sorted(report.by_format.items(), key=lambda one: -sum(one[1].values()))
    length = total["characters"] + total["removed"]
    aside = (total["furniture"] + total["removed"]) / max(length, 1)
    rows = {
        "Files": f"{total['files']:,}: {read}",
        "Formats": ", ".join(f"{shown(name)} {sum(n.values()):,}" for name, n in formats),
        "Text": f"{total['pages']:,} pages, {total['passages']:,} passages, "
        f"{total['sentences']:,} sentences; {aside:.1%} set aside as boilerplate",
        "Metadata": ", ".join(f"{name} {share:.0f}%" for name, share in report.coverage.items()),
        "Embedded": f"{report.texts['embedded']:,} texts; "
        f"{report.texts['from_cache']:,} taken from the cache",
        "Seconds": ", ".join(f"{name} {value:.1f}" for name, value in seconds.items()),
    }
    rows = {name: text for name, text in rows.items() if text}
    if report.near_copies:
        rows["Near-copies"] = f"{len(report.near_copies):,} documents nearly the same as another"
    wide = max(map(len, rows)) + 2
    for name, text in rows.items():
        yield from _wrapped(f"{name:<{wide}}", text, width)


def _entries(report: Report, kind: str) -> list[tuple[str, str]]:
    """File and text of every reason, or every warning, worst files first."""
    files: Sequence[FileReport] = report.sorted_files()
    return [
        (shown(file.source), shown(within(said, file)))
        for file in files
        for said in getattr(file, kind)
    ]


def _listed(title: str, entries: list[tuple[str, str]], room: int, width: int | None) -> list[str]:
    """The entries under their title in at most `room` lines; where there are more, by text."""
    lines = list(_lines(entries, width))
    if len(lines) > room - 2:
        lines = list(_lines(_grouped(entries), width))
    if len(lines) > room - 2:
        lines = [*lines[: room - 3], f"{INDENT}… and more"]
    return ["", title, *lines]


def _grouped(entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """One entry for all files of which the same is said, the most frequent first."""
    names: dict[str, list[str]] = {}
    for name, text in entries:
        names.setdefault(text, []).append(name)
    return [
        (found[0] if len(found) == 1 else f"{found[0]} and {len(found) - 1:,} more", text)
        for text, found in sorted(names.items(), key=lambda one: -len(one[1]))
    ]


def _lines(entries: list[tuple[str, str]], width: int | None) -> Iterator[str]:
    """Names in one column and texts in the next, where that leaves the texts enough room."""
    longest = max(_columns(name) for name, _ in entries)
    column = min(longest, 48, width // 2 if width else 48)
    for name, text in entries:
        start = INDENT + name + " " * (column - _columns(name) + 2)
        if _columns(name) > column:
            yield INDENT + name
            start = " " * (len(INDENT) + column + 2)
        yield from _wrapped(start, text, width)


def _wrapped(start: str, text: str, width: int | None) -> Iterator[str]:
    """`text` after `start`, its further lines under the first."""
    indent = _columns(start)
    if width is None or width - indent < 16:
        yield start + text
        return
    for number, line in enumerate(textwrap.wrap(text, width - indent)):
        yield (" " * indent if number else start) + line


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "FW" else 1
        for one in text
    )
