"""Sidecar files → rows: what a `metadata.csv` or `metadata.yaml` says, line by line, unjudged."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO

import yaml

from indexer.metadata import FIELD_OF

Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says of the `file` it names; `line` is where it begins."""

    line: int
    file: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What cannot be taken of a sidecar, and the line where it stands."""

    line: int
    reason: str


def csv_rows(text: str) -> Iterator[Row | Mistake]:
    """The rows of a table with a column `file`; commas, semicolons or tabs between the cells."""
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    for delimiter in ",;\t":
        header = next(csv.reader([lines[first]], delimiter=delimiter), [])
        names = [_name(cell) for cell in header]
        if "file" in names:
            break
    else:
        yield Mistake(first + 1, "the table has no column 'file', so that its rows name nothing")
        return
    reader = csv.reader(StringIO("\n".join(lines[first + 1 :])), delimiter=delimiter, strict=True)
    line = first + 2
    try:
        for cells in reader:
            yield from _csv_row(line, names, [cell.strip() for cell in cells])
            line = first + 2 + reader.line_num
    except csv.Error as error:
        yield Mistake(line, f"is not CSV from here on ({error})")


def _csv_row(line: int, names: list[str], cells: list[str]) -> Iterator[Row | Mistake]:
    if not any(cells):
        return
    if any(cells[len(names) :]):  # which of them is too much cannot be told
        yield Mistake(
            line,
            f"has {len(cells)} cells for {len(names)} columns; "
            "a value with the separator in it needs quotes",
        )
        return
    row: Values = {}
    for name, cell in zip(names, cells, strict=False):
        if name and cell:
            row.setdefault(name, cell)
    yield _row(line, row)


def yaml_rows(text: str) -> Iterator[Row | Mistake]:
    """The entries of a list of mappings with a key `file`, or of a mapping from file to values."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        yield Mistake(mark.line + 1 if mark else 1, f"is not YAML ({error.problem})")
        return
    except (yaml.YAMLError, RecursionError):
        yield Mistake(1, "is not YAML")
        return
    if root is None:
        return
    if isinstance(root, yaml.SequenceNode):
        for item in root.value:
            yield from _yaml_row(item)
    elif isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            yield from _yaml_row(value, key)
    else:
        yield Mistake(1, "is neither a list nor a mapping of files")


def _yaml_row(node: yaml.Node, key: yaml.Node | None = None) -> Iterator[Row | Mistake]:
    """One entry; where its `file` is the key above it, `key`."""
    line = (key or node).start_mark.line + 1
    if not isinstance(node, yaml.MappingNode) or (key and not isinstance(key, yaml.ScalarNode)):
        yield Mistake(line, "is no mapping such as {file: a.pdf, title: A plan}")
        return
    row: Values = {"file": key.value} if key else {}
    for name, value in node.value:
        text = _yaml_text(value)
        if text is None:
            at = name.start_mark.line + 1
            yield Mistake(at, f"{name.value!r} is neither a value nor a list of values")
        elif text and isinstance(name, yaml.ScalarNode):
            row.setdefault(_name(name.value), text)
    yield _row(line, row)


def _yaml_text(node: yaml.Node) -> str | None:
    """The value as it is written, so that `no` and 2018-02-30 stay what they are."""
    if isinstance(node, yaml.ScalarNode):
        return "" if node.tag.endswith(":null") else str(node.value).strip()
    if not isinstance(node, yaml.SequenceNode):
        return None
    if not all(isinstance(part, yaml.ScalarNode) for part in node.value):
        return None
    return ", ".join(filter(None, (str(part.value).strip() for part in node.value)))


def _name(cell: str) -> str:
    """A column's name: a field's own where it is one of its names, else as the user wrote it."""
    name = cell.strip()
    return "file" if name.lower() == "file" else FIELD_OF.get(name.lower(), name)


def _row(line: int, row: Values) -> Row | Mistake:
    file = row.pop("file", "")
    if not file:
        return Mistake(line, "names no file")
    return Row(line, file, {name: " ".join(value.split()) for name, value in row.items()})


READERS: dict[str, Callable[[str], Iterator[Row | Mistake]]] = {
    "metadata.csv": csv_rows,
    "metadata.yaml": yaml_rows,
    "metadata.yml": yaml_rows,
}
"""By the names of sidecar files, in small letters."""
