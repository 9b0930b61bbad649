"""Tables as text (.csv, .tsv): every row a row, whatever its columns are called."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path

from indexer.errors import UnreadableFile
from indexer.load.builder import TextBuilder
from indexer.load.sheets import SheetLimits, add_sheet
from indexer.load.text import decode
from indexer.metadata import Facts
from indexer.types import Document

SAMPLE = 4_096  # characters by which the delimiter is told; the sniffer is slow on quotes
DELIMITERS = ",;\t|"


def read_delimited(path: Path, source: str) -> Iterator[Document]:
    """The one document of a file of rows."""
    text = decode(path.read_bytes())
    if not text.strip():
        raise UnreadableFile("is empty", "Save it again, or remove it.")
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's own first line
        delimiter, text = first[4], rest
    else:
        delimiter = _delimiter(text[:SAMPLE], "\t" if path.suffix.lower() == ".tsv" else ",")
    builder, limits = TextBuilder(), SheetLimits()
    # the file has been measured: a cell may be all of it; others in this process may need more
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    try:
        rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
        add_sheet(builder, "", rows, limits, forms=False)
    except csv.Error as error:
        raise UnreadableFile(f"is no table of rows ({error})", "Save it as CSV again.") from error
    yield builder.finish(source, Facts(), warnings=limits.warnings())


def _delimiter(sample: str, usual: str) -> str:
    """The usual delimiter where the first line has it, else what the csv module's sniffer says."""
    first = next((line for line in sample.splitlines() if line.strip()), "")
    counts = {one: first.count(one) for one in DELIMITERS}
    if counts[usual] and counts[usual] >= max(counts.values()):
        return usual
    with suppress(csv.Error):
        return csv.Sniffer().sniff(sample, DELIMITERS).delimiter
    return usual
