"""`report.html`: the report as one page that needs nothing else and runs nothing.

Whatever a file says of itself may be hostile: all text goes through `_text`, none of it becomes an
address or an attribute's name, and the page's own policy forbids scripts and requests of any kind.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from indexer.metadata import FIELDS
from indexer.report_data import HTML, JSON, FileReport, Report, Said, shown, within

MAX_FILES = 5000  # a page of more is slow; those that were read well come last
SAID = 20  # reasons or warnings shown of one file
_STYLE = Path(__file__).with_name("report.css").read_text("utf-8")


def save_page(report: Report, folder: Path) -> None:
    """Writes `report.html` into a generation's folder."""
    (folder / HTML).write_text(page(report), "utf-8")


def page(report: Report) -> str:
    """The whole page."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en-GB">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            "<title>What was read</title>",
            f"<style>{_STYLE}</style>",
            "</head>",
            "<body>",
            *_top(report),
            *_panels(report),
            *_near_copies(report),
            *_sections(report),
            "</body>",
            "</html>",
            "",
        ]
    )


def _text(text: str) -> str:
    """Text as HTML; a name that is written from right to left turns nothing else round."""
    return f"<bdi>{escape(shown(text))}</bdi>"


def _name(source: str) -> str:
    """A file's name, with its folder set back."""
    folder, slash, name = shown(source).rpartition("/")
    return f'<bdi class="name"><span>{escape(folder + slash)}</span>{escape(name)}</bdi>'


def _time(created_at: str) -> str:
    made = datetime.fromisoformat(created_at)
    return f"{made.day} {made:%B %Y, %H:%M} UTC"


def _top(report: Report) -> Iterator[str]:
    total = report.summary
    yield "<h1>What was read</h1>"
    yield f'<p class="soft">{_text(report.corpus)} · index {_text(report.generation)} · '
    yield f"{_time(report.created_at)}</p>"
    colours = {"read": "good", "partly read": "fair", "not read": "poor"}
    figures = [
        (number, f"{_plural(number, 'file')} {status}", colours[status] if number else "soft")
        for status, number in report.by_status.items()
    ]
    figures += [
        (total[name], _plural(total[name], name.removesuffix("s")), "")
        for name in ("pages", "passages", "sentences")
        if total[name]
    ]
    yield '<ul class="figures">'
    for number, label, colour in figures:
        yield f'<li><b class="{colour}">{number:,}</b>{label}</li>'
    yield "</ul>"


def _panels(report: Report) -> Iterator[str]:
    total = report.summary
    yield '<div class="panels">'
    yield '<div class="panel"><h3>Formats</h3><table><thead><tr><th>format</th>'
    yield '<th class="n">read</th><th class="n">partly</th><th class="n">not read</th></tr></thead>'
    for name, counts in sorted(report.by_format.items(), key=lambda one: -sum(one[1].values())):
        cells = "".join(f'<td class="n">{number or "–"}</td>' for number in counts.values())
        yield f"<tr><td>{_text(name)}</td>{cells}</tr>"
    yield "</table></div>"
    yield '<div class="panel"><h3>Metadata found</h3><table>'
    for name, share in report.coverage.items():
        yield f'<tr><td>{name}</td><td class="wide">{_bar(share)}</td>'
        yield f'<td class="n">{share:.0f}%</td></tr>'
    yield "</table></div>"
    length = max(1, total["characters"] + total["removed"])
    rows = [
        ("documents", f"{total['documents']:,}"),
        ("characters", f"{total['characters']:,}"),
        ("set aside as boilerplate", f"{(total['furniture'] + total['removed']) / length:.1%}"),
        ("texts embedded", f"{report.texts['embedded']:,}"),
        ("texts taken from the cache", f"{report.texts['from_cache']:,}"),
        *((f"seconds: {name}", f"{value:,.1f}") for name, value in report.seconds.items()),
    ]
    yield '<div class="panel"><h3>The build</h3><table>'
    for label, value in rows:
        yield f'<tr><td>{escape(label)}</td><td class="n">{value}</td></tr>'
    yield "</table></div></div>"


def _bar(share: float) -> str:
    return f'<svg aria-hidden="true"><rect width="{share:.1f}%" height="8"/></svg>'


def _near_copies(report: Report) -> Iterator[str]:
    if report.near_copies:
        yield "<h2>Near-copies</h2><ul>"
        for pair in report.near_copies:
            yield f"<li>{_text(pair.document)} is nearly the same as {_text(pair.copy_of)} "
            yield f"({pair.share:.0%})</li>"
        yield "</ul>"


def _sections(report: Report) -> Iterator[str]:
    files = report.sorted_files()
    listed = files[:MAX_FILES]
    not_read = [file for file in listed if file.status == "not read"]
    partly = [file for file in listed if file.status == "partly read"]
    noted = [file for file in listed if file.status == "read" and file.warned]
    rest = [file for file in listed if file.status == "read" and not file.warned]
    yield from _refused(not_read)
    yield from _table("Partly read", "fair", partly)
    yield from _table("Read, with warnings", "", noted)
    yield from _table("Read", "", rest)
    if len(files) > len(listed):
        left = len(files) - len(listed)
        yield f'<p class="soft">{left:,} more files are in {JSON}, beside this page.</p>'


def _refused(files: Sequence[FileReport]) -> Iterator[str]:
    if not files:
        return
    yield f'<h2 class="poor">Not read</h2>{_count(files)}<table class="files plain">'
    yield "<thead><tr><th>file</th><th>reason</th></tr></thead><tbody>"
    for file in files:
        said = _said(file, file.reasons, file.refused)
        yield f"<tr><td>{_name(file.source)}</td>"
        yield f'<td class="said">{said}</td></tr>'
    yield "</tbody></table>"


def _table(title: str, colour: str, files: Sequence[FileReport]) -> Iterator[str]:
    if not files:
        return
    heads = ("pages", "passages", "sentences", "characters", "boilerplate")
    yield f'<h2 class="{colour}">{title}</h2>{_count(files)}'
    yield '<table class="files"><thead><tr><th>file</th>'
    yield '<th class="n">format</th>'
    yield "".join(f'<th class="n">{head}</th>' for head in heads)
    yield "<th>metadata missing</th></tr></thead><tbody>"
    for file in files:
        yield from _row(file)
    yield "</tbody></table>"


def _row(file: FileReport) -> Iterator[str]:
    yield f"<tr><td>{_name(file.source)}"
    if file.reasons:
        yield f'<div class="poor">{_said(file, file.reasons, file.refused)}</div>'
    if file.warnings:
        yield f'<div class="fair">{_said(file, file.warnings, file.warned)}</div>'
    yield from _details(file)
    yield f'</td><td class="n">{_text(file.format)}</td>'
    for name in ("pages", "passages", "sentences", "characters"):
        yield _cell(getattr(file, name), name)
    share = f"{file.boilerplate:.0%}" if file.documents else ""
    yield f'<td class="n" data-unit="boilerplate">{share}</td>'
    yield f'<td class="missing">{", ".join(file.missing)}</td></tr>'


def _cell(number: int, name: str) -> str:
    """A number, or nothing where there are no such things; on a phone its unit stands behind."""
    unit = _plural(number, name.removesuffix("s"))
    return f'<td class="n" data-unit="{unit}">{f"{number:,}" if number else ""}</td>'


def _details(file: FileReport) -> Iterator[str]:
    """Each value with where it was found; of many documents, how many have each."""
    if file.documents > 1:
        yield f"<details><summary>{file.documents:,} documents</summary><dl>"
        for name in FIELDS:
            yield f"<dt>{name}</dt><dd>{file.known[name]:,} of {file.documents:,}</dd>"
        yield "</dl></details>"
    elif file.documents:
        title = file.metadata.get("title")
        heading = _text(title.value) if title else "no title"
        yield f"<details><summary>{heading}</summary><dl>"
        for name, found in file.metadata.items():
            where = f' <span class="soft">({_text(found.found)})</span>' if found.found else ""
            yield f"<dt>{_text(name)}</dt><dd>{_text(found.value)}{where}</dd>"
        if file.missing:
            yield f'<dt>not found</dt><dd class="soft">{", ".join(file.missing)}</dd>'
        yield "</dl></details>"
    else:
        yield '<div class="soft">metadata of other files</div>'


def _said(file: FileReport, said: Sequence[Said], total: int) -> str:
    if total == 1:
        return _text(within(said[0], file))
    items = [f"<li>{_text(within(one, file))}</li>" for one in said[:SAID]]
    if total > SAID:
        items.append(f"<li>and {total - SAID:,} more</li>")
    return f'<ul class="said">{"".join(items)}</ul>'


def _count(files: Iterable[FileReport]) -> str:
    number = sum(1 for _ in files)
    return f'<p class="soft">{number:,} {_plural(number, "file")}</p>'


def _plural(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"
