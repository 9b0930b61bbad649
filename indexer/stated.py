"""What lines of a text state about it: bylines, date lines, copyright notices, signatures.

Only lines near the top are read, and of those at the end the ones with a label: a name or a date in
prose is no statement about the document. Where two lines contradict each other nothing is taken.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer import stated_patterns as shapes
from indexer.dates import read_date
from indexer.metadata import Facts, telling
from indexer.types import Block

FIRST_PAGES = 2  # dates and names at the top of later ones are those of matters reported
TOP = 25  # lines with text in which a date or a byline is about the document
END = 15  # lines with text at the end: "Last updated …", copyright notices, signatures
TITLE_LINES = 5
SIGNATURE_LINES = 4
MAX_LINE = 160  # a longer one is prose
MAX_LABEL = 30


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    place: str  # in words: "line 3" or "page 1"
    page: int = 0
    fresh: bool = True  # whether nothing stands right above it, of which it might be the rest


@dataclass(frozen=True, slots=True)
class _Stated:
    """A value that a line states; `bare` when no label says what it is."""

    name: str
    value: str
    where: str
    bare: bool = False


def add_stated(
    facts: Facts, text: str, blocks: Sequence[Block] = (), pages: Sequence[int] = ()
) -> None:
    """Adds what single lines of the text state, with the line's number (or page, with `pages`).

    `published` is an ISO date, or only the year when that is all a copyright notice gives. Rows of
    tables state nothing: they are about something else. Nothing is guessed.
    """
    lines = _lines(text, blocks, pages)
    top = [line for line in lines[:TOP] if line.page <= FIRST_PAGES]
    end = lines[len(top) :][-END:]
    stated = [one for line in top for one in _of_line(line)]
    later = [one for line in end for one in _of_line(line) if not one.bare]
    for found in (stated, later):
        for bare in (False, True):
            _take(facts, [one for one in found if one.bare is bare])
    _take(facts, _masthead(lines))
    _take(facts, _signature(text, lines))
    _take(facts, [one for line in top + end for one in _copyright(line)])


def states_about(line: str) -> bool:
    """Whether a line only states something about its document: neither a title nor prose."""
    return bool(_of_line(_Line(line.strip(), "")) or _copyright(_Line(line.strip(), "")))


def labelled_title(text: str) -> str | None:
    """What a line "Title: …" among the first says."""
    for line in _lines(text, (), ())[:TITLE_LINES]:
        if match := shapes.TITLE.fullmatch(line.text):
            return match["value"]
    return None


def _lines(text: str, blocks: Sequence[Block], pages: Sequence[int]) -> list[_Line]:
    """The lines that may state something; a lone label ("Author:") has the next line's value."""
    rows = [block for block in blocks if block.kind == "row"]
    starts = [block.start for block in rows]
    lines: list[_Line] = []
    label, fresh = "", True
    for number, match in enumerate(re.finditer(r"[^\n]*\n?", text), start=1):
        line = match[0].strip()
        before = bisect_right(starts, match.end()) - 1
        if not line or (before >= 0 and match.start() < rows[before].end):
            fresh = True
            continue
        if line.endswith(":") and len(line) <= MAX_LABEL:
            label = line
            continue
        page = bisect_right(pages, match.start())
        place = f"page {page}" if pages else f"line {number}"
        lines.append(_Line(f"{label} {line}".lstrip(), place, page, fresh))
        label, fresh = "", False
    return lines


def _take(facts: Facts, stated: Iterable[_Stated]) -> None:
    """Adds each field's value where all that is stated of it agrees ("2019" and "2019-03" do)."""
    by_name: dict[str, list[_Stated]] = {}
    for one in stated:
        by_name.setdefault(one.name, []).append(one)
    for name, found in by_name.items():
        best = max(found, key=lambda one: len(one.value))
        if all(best.value.startswith(one.value) for one in found):
            facts.add(name, best.value, best.where)


def _of_line(line: _Line) -> list[_Stated]:
    if len(line.text) > MAX_LINE:
        return []
    if line.text[:1].islower():  # the rest of a sentence, unless it begins a paragraph
        return _byline(line) if line.fresh else []
    return _dates(line) or _byline(line) or _labelled(line)


def _dates(line: _Line) -> list[_Stated]:
    """The dates of a line that holds nothing else but, perhaps, who posted it."""
    found: list[_Stated] = []
    at = 0
    while match := shapes.STATED_DATE.match(line.text, at):
        at = match.end()
        name = "updated" if match["updated"] else "published"
        bare = not (match["updated"] or match["published"])
        where = f"date line in the text, {line.place}"
        if value := read_date(match["date"]):
            found.append(_Stated(name, value, where, bare))
    rest = line.text[at:].strip(" .|–-")
    who = _byline(_Line(rest, line.place)) if at and rest else []
    several = len(found) > 1 and any(one.bare for one in found)  # from … to …
    if (rest and not who) or several:
        return []
    return found + who


def _byline(line: _Line) -> list[_Stated]:
    match = shapes.BYLINE.fullmatch(line.text)
    names = _people(match["names"]) if match else ""
    if match is None or not names:
        return []
    found = [_Stated("author", names, f"byline in the text, {line.place}", bare=True)]
    if value := read_date(match["date"] or ""):
        found.append(_Stated("published", value, f"byline in the text, {line.place}", bare=True))
    return found


def _people(names: str, several: bool = False) -> str:
    """The people among names that a line lists, joined by commas; "" when the first is none.

    Commas alone join names only where `several` are announced: "Ann Lee, Daily Planet" is one.
    """
    parts = shapes.BETWEEN_NAMES.split(names)
    if not _is_person(parts[0]):
        return ""
    people = [part for part in parts if _is_person(part)]
    return ", ".join(people if several or re.search(r"\s(?:and|&)\s", names) else people[:1])


def _is_person(names: str) -> bool:
    return not shapes.NO_PERSON & set(re.findall(r"\w+", names.lower()))


def _labelled(line: _Line) -> list[_Stated]:
    if match := shapes.AUTHOR.fullmatch(line.text) or shapes.REPORT_OF.fullmatch(line.text):
        value = shapes.CONTACT.sub("", match["value"])
        names = shapes.NAMES.match(value)
        several = line.text.lower().startswith(("authors", "author(s"))
        value = (names and _people(names["names"], several)) or value
        return _said("author", value, "author line", line)
    if match := shapes.PUBLISHER.fullmatch(line.text):
        value = re.sub(r",?\s+(?:in\s+)?(?:19|20)\d{2}\.?$", "", match["value"])
        if re.search(r"\bon\b.*\d", value):  # "Published by Ann Lee on 3 May": whoever posted it
            return []
        return _said("publisher", value, "publisher line", line)
    if match := shapes.URL.fullmatch(line.text):
        return _said("url", match["value"], "address line", line)
    return []


def _said(name: str, value: str, what: str, line: _Line) -> list[_Stated]:
    """A labelled value, unless it goes on as prose does."""
    value = value.strip().rstrip(".,")
    prose = len(value.split()) > 12 or re.search(r"\w\w[.!?]\s", value) or not value[:1].strip()
    if prose or not (value[:1].isupper() or value[:1].isdigit() or name == "url"):
        return []
    known = telling(name, value)
    return [_Stated(name, known, f"{what} in the text, {line.place}")] if known else []


def _masthead(lines: list[_Line]) -> list[_Stated]:
    """A publication's name: the first line, when its editor or reporter signs at the end.

    "Community Care" above the title, "Community Care managing web editor" below the text.
    """
    if len(lines) < 3 or len(lines[0].text.split()) > 5:
        return []
    name = lines[0].text
    for line in lines[1:][-END:]:
        if line.text.startswith(name) and shapes.EDITOR.fullmatch(line.text, len(name)):
            return [_Stated("publisher", name, f"first line, and its editor in {line.place}")]
    return []


def _signature(text: str, lines: list[_Line]) -> list[_Stated]:
    """Who signs a comment piece: "Simon Edwards is chief executive at the …" as its last words.

    Only where the text speaks in the first person and names that person nowhere else: a report
    that ends by introducing someone is not by them.
    """
    for line in lines[-SIGNATURE_LINES:]:
        match = shapes.SIGNATURE.fullmatch(line.text) if len(line.text) <= MAX_LINE else None
        if match is None or not _is_person(match["name"]):
            continue
        surname = match["name"].split()[-1]
        named = len(re.findall(rf"\b{re.escape(surname)}\b", text))
        spoken = len(shapes.FIRST_PERSON.findall(shapes.QUOTED.sub("", text)))
        if named == len(re.findall(rf"\b{re.escape(surname)}\b", line.text)) and spoken >= 2:
            return [_Stated("author", match["name"], f"signature in the text, {line.place}")]
    return []


def _copyright(line: _Line) -> list[_Stated]:
    """Holder and year of a copyright notice; licences of maps are about the maps."""
    if shapes.MAP_LICENCE.search(line.text):
        return []
    for shape in shapes.COPYRIGHT:
        if match := shape.match(line.text):
            where = f"copyright notice in the text, {line.place}"
            found = [_Stated("published", match["year"], where)]
            holder = shapes.COMPANY.sub("", match["holder"])
            if not shapes.NO_HOLDER.match(holder):
                found.append(_Stated("publisher", holder, where))
            return found
    return []
