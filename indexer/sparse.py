"""Passages by their words: BM25. The seam is `SparseIndex`; the one implementation is tantivy."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import tantivy

from indexer.errors import IndexBroken

_ANALYZER_NAME = "english"
_WRITER_BYTES = 64_000_000
_SURFACE = re.compile(r"[^\W_]{1,40}")


def _analyzer() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(60))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


_ANALYZE = _analyzer()


def terms(text: str) -> list[str]:
    """The stemmed lower-case words of `text`, in order: what both sides of BM25 compare."""
    return list(_ANALYZE.analyze(text))


_STOP = frozenset(
    terms(
        "a about an and any are as at be been being but by can could did do does for from give had "
        "has have he her his how i if in into is it its many may me more most much my not of on or "
        "our shall she should so some such tell than that the their them then there these they "
        "this those to up us was we were what when where which who whom whose why will with would "
        "you your according say says said describe explain s t"
    )
)


def content_terms(text: str) -> list[str]:
    """The terms of `text` that carry meaning, in order; empty for "to be or not to be"."""
    return [term for term in terms(text) if term not in _STOP]


def surface_words(text: str) -> list[str]:
    """The distinct words of `text` as written, in lower case, in order of first use."""
    return list(dict.fromkeys(word.lower() for word in _SURFACE.findall(text)))


class SparseIndex(Protocol):
    """Passages by row number, searched by words."""

    def search(
        self, query: Sequence[str], k: int, rows: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """(row, BM25 score) of the best `k` for terms as `terms` gives them, best first.

        Rows that share no term with the query are left out; only `rows` count when given.
        """
        ...

    def document_frequency(self, term: str) -> int:
        """In how many passages `term` occurs."""
        ...


class TantivyIndex:
    """BM25 (k1 1.2, b 0.75) over title, heading and text, on disk."""

    def __init__(self, index: tantivy.Index) -> None:
        index.register_tokenizer(_ANALYZER_NAME, _ANALYZE)
        index.reload()
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def build(cls, folder: Path, texts: Iterable[str]) -> "TantivyIndex":
        """Writes an index of `texts` (row i is text i) into `folder`, which must exist."""
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("row", indexed=True, fast=True)
        builder.add_text_field("text", tokenizer_name=_ANALYZER_NAME, index_option="freq")
        schema = builder.build()
        index = tantivy.Index(schema, path=str(folder))
        index.register_tokenizer(_ANALYZER_NAME, _ANALYZE)
        # one thread makes one order of documents, so that the same corpus gives the same index
        writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
        for row, text in enumerate(texts):
            writer.add_document(tantivy.Document.from_dict({"row": row, "text": text}, schema))
        writer.commit()
        writer.wait_merging_threads()
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> "TantivyIndex":
        """The index in `folder`. Raises IndexBroken when it cannot be opened."""
        try:
            return cls(tantivy.Index.open(str(folder)))
        except (ValueError, OSError) as error:
            raise IndexBroken(
                f"The keyword index cannot be read: {error}", "Rebuild it: make index"
            ) from error

    def search(
        self, query: Sequence[str], k: int, rows: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """See SparseIndex."""
        if not query or k < 1 or (rows is not None and not len(rows)):
            return []
        words = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "text", term))
            for term in query
        ]
        wanted = tantivy.Query.boolean_query(words)
        if rows is not None:
            only = tantivy.Query.term_set_query(self._schema, "row", list(rows))
            quiet = tantivy.Query.const_score_query(only, 0.0)
            wanted = tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, wanted), (tantivy.Occur.Must, quiet)]
            )
        hits = self._searcher.search(wanted, limit=k, count=False).hits
        found = self._searcher.fast_field_values("row", [address for _, address in hits])
        return [(int(row or 0), score) for row, (score, _) in zip(found, hits, strict=True)]

    def rows(self) -> list[int]:
        """The rows of all passages, ascending: for checking."""
        everything = self._searcher.search(
            tantivy.Query.all_query(), limit=max(1, self._searcher.num_docs), count=False
        )
        addresses = [address for _, address in everything.hits]
        found = self._searcher.fast_field_values("row", addresses)
        return sorted(-1 if row is None else int(row) for row in found)

    def document_frequency(self, term: str) -> int:
        """See SparseIndex."""
        return int(self._searcher.doc_freq("text", term))
