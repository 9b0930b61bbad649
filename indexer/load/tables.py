"""Tables as rows of text that can be found and read by themselves: "Header: value; …"."""

import re
from collections.abc import Sequence

MAX_LABEL = 80  # characters of a column's name
_FIGURE = re.compile(r"[\s\d.,:/%£$€+()–-]*\d[\s\d.,:/%£$€+()–-]*[a-zA-Z]{0,2}")

Row = Sequence[str]


def row_text(header: Row, cells: Row) -> str:
    """A row in words: each value after its column's name, or joined by "; " without a header."""
    parts = []
    for column, cell in enumerate(cells):
        value = " ".join(cell.split())
        name = " ".join(header[column].split()).rstrip(":") if column < len(header) else ""
        if value:
            parts.append(f"{name}: {value}" if name and name != value else value)
    return "; ".join(parts)


def is_header(row: Row, below: Sequence[Row]) -> bool:
    """Whether a table's row looks like the names of its columns.

    At least two short, different labels without figures, one over every column that has values. Two
    columns are as often a form ("Name", "Ann Lee") as a list, so they need figures or more rows of
    longer text below.
    """
    labels = [cell.strip() for cell in row]
    filled = [label for label in labels if label]
    body = [one for one in below if any(cell.strip() for cell in one)]
    if len(filled) < 2 or not body or len(set(filled)) < len(filled):
        return False
    if any(len(label) > MAX_LABEL or _FIGURE.fullmatch(label) for label in filled):
        return False
    if any(label.endswith((".", ":")) for label in filled):
        return False
    width = max(sum(1 for cell in one if cell.strip()) for one in body)
    if len(filled) < width:
        return False
    return len(filled) > 2 or _differs(filled, body)


def _differs(labels: Sequence[str], body: Sequence[Row]) -> bool:
    if any(_FIGURE.fullmatch(cell.strip()) for one in body for cell in one if cell.strip()):
        return True
    lengths = [len(one[-1]) for one in body if one]
    return len(body) > 1 and sum(lengths) / len(lengths) > 2 * len(labels[-1])
