"""JSON Lines with a document a line: `{"_id", "title", "text", "metadata"}`, as BEIR's corpora."""

import json
from collections.abc import Iterator
from pathlib import Path

from indexer.language import DETECTED, detect_language
from indexer.load.text import plain, text_blocks
from indexer.metadata import FIELDS, iso_date
from indexer.types import Document, Skipped


def read_jsonl(path: Path, source: str) -> Iterator[Document | Skipped]:
    """One document for each line; a line that is not one is Skipped, with its number."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield parse_record(json.loads(line), source)
            except UnicodeDecodeError:
                yield Skipped(f"{source} line {number}", "is not UTF-8")
            except json.JSONDecodeError as error:
                yield Skipped(f"{source} line {number}", f"is not JSON ({error.msg})")
            except RecursionError:
                yield Skipped(f"{source} line {number}", "is nested too deeply")
            except (TypeError, ValueError) as error:
                yield Skipped(f"{source} line {number}", str(error))


def parse_record(record: object, source: str) -> Document:
    """A decoded line as a Document. Raises ValueError naming the key that is wrong."""
    if not isinstance(record, dict):
        raise ValueError("is not an object")
    identity, text, title = record.get("_id"), record.get("text"), record.get("title") or None
    if not isinstance(identity, str | int) or not str(identity).strip():
        raise ValueError("has no _id")
    if not isinstance(text, str):
        raise ValueError("has no text")
    if title is not None and not isinstance(title, str):
        raise ValueError("has a title that is not text")
    # a lone surrogate, anywhere, cannot be stored or shown: its error is the reason
    json.dumps(record, ensure_ascii=False).encode("utf-8")
    text = plain(text)
    extra = record.get("metadata")
    metadata = dict(extra) if isinstance(extra, dict) else {}
    metadata["published"] = iso_date(metadata.get("published") or metadata.get("date"))
    stated = metadata.get("language") or metadata.get("lang")
    metadata["language"] = stated or detect_language(text)
    metadata = {str(key): value for key, value in metadata.items() if value is not None}
    known = {name for name in FIELDS if metadata.get(name)} | ({"title"} if title else set())
    provenance = dict.fromkeys(sorted(known), "the record")
    if "language" in known and not stated:
        provenance["language"] = DETECTED
    return Document(
        id=str(identity),
        source=f"{source}#{identity}",
        title=title,
        text=text,
        metadata=metadata,
        blocks=text_blocks(text),
        provenance=provenance,
    )
