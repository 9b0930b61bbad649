"""Embeds what documents hold while others are still being read, and neither waits for the other.

The vectors go to the cache, from which they are written once the store is complete. Whoever asks
for them there must ask for exactly these texts: both sides make them with the same functions.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tqdm import tqdm

from indexer.cache import CachedEmbedder
from indexer.chunk import in_context, last_tokens
from indexer.embed import Embedder
from indexer.types import Document, Passage

EMBED_AT_ONCE = 256  # texts between two saves to the cache: about two seconds of work


def passage_text(prefix: str, text: str) -> str:
    """A passage as it is embedded: title and heading in front."""
    return f"{prefix}\n{text}".lstrip()


def window_text(text: str, reading: Embedder) -> str:
    """A sentence in its context as it is embedded: where that is too long, its end stays."""
    return last_tokens(text, reading.token_starts, reading.max_tokens)


class Ahead:
    """Collects texts until there are enough for a batch; `flush` embeds the rest."""

    def __init__(self, passages: CachedEmbedder, sentences: CachedEmbedder) -> None:
        self._queues = [_Queue(passages), _Queue(passages), _Queue(sentences), _Queue(sentences)]
        self._reading = sentences.embedder

    def add(
        self,
        title: str | None,
        passages: Sequence[Passage],
        prefixes: Sequence[str],
        words: Iterable[str],
    ) -> None:
        """Takes what will be asked for of a document, and of the words new with it."""
        for_passages, for_words, for_sentences, for_windows = self._queues
        for passage, prefix in zip(passages, prefixes, strict=True):
            for_passages.add(passage_text(prefix, passage.text))
            before = ""
            for sentence in map(passage.quote, passage.sentences):
                for_sentences.add(sentence)
                for_windows.add(window_text(in_context(title, before, sentence), self._reading))
                before = sentence
        for word in words:
            for_words.add(word)

    def flush(self) -> None:
        """Embeds what waits for more."""
        for queue in self._queues:
            queue.flush()


class _Queue:
    def __init__(self, cached: CachedEmbedder) -> None:
        self._cached = cached
        self._texts: list[str] = []

    def add(self, text: str) -> None:
        self._texts.append(text)
        if len(self._texts) == EMBED_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        if self._texts:
            self._cached.embed(self._texts)
            self._texts = []


class Progress:
    """One line for all of a build's long part: files done, passages a second, time left.

    The time left goes by bytes: files differ too much. Shown only on a terminal.
    """

    def __init__(self, files: Sequence[Path], max_bytes: int) -> None:
        self._left = [size if (size := _size(path)) <= max_bytes else 0 for path in files]
        self._numbers = {path: number for number, path in enumerate(files)}
        self._now = self._passages = 0
        self._bar = tqdm(
            total=sum(self._left) or 1,
            bar_format="{desc} |{bar}| {percentage:.0f}% {elapsed}<{remaining}{postfix}",
            disable=None,
        )
        self._show()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()

    def reached(self, path: Path, item: object, passages: int) -> None:
        """Something of this file was read; `passages` are stored by now."""
        number = self._numbers[path]
        self._pass(number)
        self._passages = passages
        if isinstance(item, Document):
            self._forward(number, min(len(item.text), self._left[number]))
        self._show()

    def finished(self) -> None:
        """Everything was read."""
        self._pass(len(self._left))
        self._show()

    def _pass(self, number: int) -> None:
        for done in range(self._now, number):
            self._forward(done, self._left[done])
        self._now = number

    def _forward(self, number: int, size: int) -> None:
        self._left[number] -= size
        self._bar.update(size)

    def _show(self) -> None:
        self._bar.set_description_str(f"{self._now}/{len(self._left)} files", refresh=False)
        seconds = self._bar.format_dict["elapsed"]
        if seconds:
            self._bar.set_postfix_str(f"{self._passages / seconds:.0f} passages/s", refresh=False)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
