"""Collects blocks into a document's text, so that readers of marked-up formats share one way."""

from indexer.types import Block, BlockKind


class TextBuilder:
    """Grows a text block by block, blank lines between, and remembers where each block lies."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.blocks: list[Block] = []

    def add(self, piece: str, kind: BlockKind = "paragraph", page: int | None = None) -> None:
        """Appends one block; white space around it goes, an empty one is ignored."""
        piece = piece.strip()
        if not piece:
            return
        if self._parts:
            self._parts.append("\n\n")
            self._length += 2
        self.blocks.append(Block(self._length, self._length + len(piece), kind, page))
        self._parts.append(piece)
        self._length += len(piece)

    @property
    def text(self) -> str:
        """The whole text so far."""
        return "".join(self._parts)
