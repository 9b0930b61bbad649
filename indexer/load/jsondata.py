"""JSON files: records with a text each become documents, anything else readable rows."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from indexer.errors import UnreadableFile
from indexer.load.builder import TextBuilder, document_id
from indexer.load.jsonl import parse_record, read_jsonl
from indexer.load.text import decode, plain
from indexer.metadata import FIELDS, Facts
from indexer.types import Document, Skipped

MAX_ROWS = 50_000

_TEXTS = ("text", "body", "content")
_TITLES = ("title", "headline")
_KEYS = {name: name for name in FIELDS if name != "title"} | {
    "authors": "author",
    "byline": "author",
    "date": "published",
    "published_at": "published",
    "datepublished": "published",
    "modified": "updated",
    "updated_at": "updated",
    "link": "url",
    "lang": "language",
}


def read_json(path: Path, source: str) -> Iterator[Document | Skipped]:
    """The documents of a file of records, or the one document of any other JSON."""
    text = decode(path.read_bytes())
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and error.lineno > 1:  # JSON Lines under another name
            yield from read_jsonl(path, source)
            return
        raise UnreadableFile(
            f"is not JSON (line {error.lineno}: {error.msg})", "Check it with a JSON validator."
        ) from error
    except ValueError as error:  # a number of thousands of digits
        raise UnreadableFile(f"is not usable JSON ({error})", "Shorten the number.") from error
    records = _records(data)
    if records is None:
        yield _rows_document(data, source)
    else:
        yield from _documents(records, source)


def _records(data: object) -> list[object] | None:
    """The records of a file: itself, its list, or the one list in it; None when it holds none."""
    if isinstance(data, dict):
        if _text_key(data):
            return [data]
        lists = [value for value in data.values() if isinstance(value, list) and value]
        data = lists[0] if len(lists) == 1 else None
    if not isinstance(data, list):
        return None
    with_text = sum(1 for one in data if isinstance(one, dict) and _text_key(one))
    return data if 2 * with_text > len(data) else None


def _text_key(record: Mapping[str, object]) -> str | None:
    return next((key for key in record if key.lower() in _TEXTS and _is_text(record[key])), None)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _documents(records: list[object], source: str) -> Iterator[Document | Skipped]:
    for number, record in enumerate(records, start=1):
        try:
            if not isinstance(record, dict):
                raise ValueError("is not an object")
            document = parse_record(_as_line(record, number), source)
        except ValueError as error:
            yield Skipped(f"{source} record {number}", str(error))
            continue
        # only an "_id" is meant to be unique beyond its file
        yield document if "_id" in record else replace(document, id=document_id(document.source))


def _as_line(record: Mapping[str, object], number: int) -> dict[str, object]:
    """A record under the keys that a line of JSON Lines has."""
    identity = record.get("_id", record.get("id"))
    if not isinstance(identity, str | int) or not str(identity).strip():
        identity = number
    text = _text_key(record)
    if text is None:
        raise ValueError("has no text")
    titles = (record[key] for key in record if key.lower() in _TITLES)
    title = next((value for value in titles if isinstance(value, str)), None)
    inner = record.get("metadata")
    metadata = dict(inner) if isinstance(inner, dict) else {}
    for key, value in record.items():
        name = _KEYS.get(key.lower())
        if name and value and name not in metadata:
            metadata[name] = _name(value)
    return {"_id": identity, "title": title, "text": record[text], "metadata": metadata}


def _name(value: object) -> object:
    """A person or publisher is often an object with a name."""
    if isinstance(value, list):
        return [_name(one) for one in value]
    return value.get("name") if isinstance(value, dict) else value


def _rows_document(data: object, source: str) -> Document:
    builder, left_out = TextBuilder(), 0
    for number, row in enumerate(_rows(data, "")):
        if number < MAX_ROWS:
            builder.add(plain(row.encode("utf-8", "replace").decode()), "row")
        else:
            left_out += 1
    warnings = [f"only the first {MAX_ROWS:,} rows were read: {left_out:,} were left out"]
    return builder.finish(source, Facts(), warnings=warnings if left_out else ())


def _rows(value: object, path: str) -> Iterator[str]:
    """ "path.to.key: value" for each value; a flat object in a list is one row."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _rows(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        scalars = [shown for one in value if (shown := _shown(one))]
        if scalars:
            yield _labelled(path, "; ".join(scalars))
        for number, one in enumerate(value, start=1):
            if isinstance(one, dict) and not any(isinstance(x, dict | list) for x in one.values()):
                cells = (f"{key}: {shown}" for key, x in one.items() if (shown := _shown(x)))
                yield "; ".join(cells)
            elif isinstance(one, dict | list):
                yield from _rows(one, f"{path}.{number}" if path else str(number))
    elif shown := _shown(value):
        yield _labelled(path, shown)


def _labelled(path: str, shown: str) -> str:
    return f"{path}: {shown}" if path else shown


def _shown(value: object) -> str:
    """A plain value as text; nothing for null and for what holds other values."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, str | int | float) else ""
