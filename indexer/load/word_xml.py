"""The XML of Word documents: what its elements say, one question a function."""

from collections.abc import Iterator

from docx.opc.part import Part
from docx.styles.style import ParagraphStyle
from lxml import etree

from indexer.load.container import parse_xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# what holds paragraphs, rows or cells without being one
WRAPPERS = set("sdt sdtContent customXml ins moveTo smartTag body".split())


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; "" for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def first(tag: str, *elements: etree._Element) -> str | None:
    """The value of the first such property of a paragraph, row or style, and "" without one."""
    for element in elements:
        for properties in element.iterchildren(f"{W}pPr", f"{W}trPr"):
            if (found := properties.find(f".//{tag}")) is not None:
                return found.get(f"{W}val", "")
    return None


def on(run: etree._Element, switch: str) -> bool | None:
    """Whether a run's own properties switch something on or off; None when they are silent."""
    found = run.find(f"{W}rPr/{W}{switch}")
    return None if found is None else found.get(f"{W}val", "1") not in ("0", "false", "off")


def chain(style: ParagraphStyle | None) -> Iterator[ParagraphStyle]:
    """A style and those it is based on."""
    for _ in range(20):  # a style may, wrongly, be based on itself
        if style is None:
            return
        yield style
        base = style.base_style
        style = base if isinstance(base, ParagraphStyle) else None


def style_bold(style: ParagraphStyle) -> bool:
    """Whether a style makes its paragraphs bold."""
    return next((one.font.bold for one in chain(style) if one.font.bold is not None), False)


def rows(table: etree._Element) -> Iterator[etree._Element]:
    """A table's rows, but those that were deleted."""
    for child in table.iterchildren():
        if local(child) == "tr" and child.find(f"{W}trPr/{W}del") is None:
            yield child
        elif local(child) in WRAPPERS:
            yield from rows(child)


def cells(row: etree._Element) -> dict[int, etree._Element]:
    """A row's cells by grid column; the lower parts of a vertically merged cell are left out."""
    cells: dict[int, etree._Element] = {}
    skipped = row.find(f"{W}trPr/{W}gridBefore")
    column = int(skipped.get(f"{W}val", "0")) if skipped is not None else 0
    for cell in row.iter(f"{W}tc"):
        if next(cell.iterancestors(f"{W}tr")) is not row:
            continue  # of a nested table
        merged = cell.find(f"{W}tcPr/{W}vMerge")
        if merged is None or merged.get(f"{W}val") == "restart":
            cells[column] = cell
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        column += int(span.get(f"{W}val", "1")) if span is not None else 1
    return cells


def paragraphs(cell: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs of a cell, but not of tables in it."""
    for child in cell.iterchildren():
        if local(child) == "p":
            yield child
        elif local(child) in WRAPPERS:
            yield from paragraphs(child)


def length(part: Part) -> int:
    """The characters of a whole part of the package."""
    return sum(len(one.text or "") for one in parse_xml(part.blob).iter(f"{W}t"))
