"""Tables without rules: rows of short texts and figures that stand in line under one another."""
from collections.abc import Iterator, Sequence
from indexer.load.pdf_lines import Line


def aligned(parts: Sequence[Line]) -> Iterator[tuple[list, list[Line]]]:
    """..."""
    return iter(())
