"""Nearest vectors by cosine. The seam is `VectorIndex`; the one implementation is FAISS, flat."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from indexer.embed import Vectors  # first: it imports torch, which faiss must follow

import faiss  # isort: skip

from indexer.errors import IndexBroken

Rows = npt.NDArray[np.int64]


class VectorIndex(Protocol):
    """Vectors by row number, searched by dot product (cosine, since they have length 1)."""

    def __len__(self) -> int: ...

    def search(self, query: Vectors, k: int, rows: Sequence[int] | None = None) -> list[int]:
        """Row numbers of the best `k`, best first; only among `rows` when given."""
        ...

    def scores(self, query: Vectors, rows: Sequence[int]) -> Vectors:
        """The exact dot product of `query` (dim,) with each of `rows`."""
        ...


class FaissIndex:
    """A flat FAISS index of float16 vectors: exact, since that is the precision they come in.

    Fast enough up to some hundred thousand vectors (100,000 take 9 ms), and mapped from disk.
    """

    def __init__(self, index: "faiss.IndexScalarQuantizer") -> None:
        self._index = index
        # a view of FAISS's own memory, no copy
        codes = faiss.rev_swig_ptr(index.codes.data(), index.codes.size())
        self.vectors = codes.view(np.float16).reshape(index.ntotal, index.d)
        """All vectors, (n, dim), to be read only."""

    @classmethod
    def build(cls, vectors: Vectors) -> "FaissIndex":
        """An index over `vectors` (n, dim); row i is vector i, rounded to float16."""
        kind, metric = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        index = faiss.IndexScalarQuantizer(vectors.shape[1], kind, metric)
        index.add(vectors)
        return cls(index)

    @classmethod
    def load(cls, path: Path, rows: int, dim: int) -> "FaissIndex":
        """The index in `path`. Raises IndexBroken when it is not one of `rows` × `dim`."""
        try:
            index = faiss.read_index(os.fspath(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise IndexBroken(
                f"The vector index {path.name} cannot be read.", "Rebuild it: make index"
            ) from error
        if not isinstance(index, faiss.IndexScalarQuantizer) or (index.ntotal, index.d) != (
            rows,
            dim,
        ):
            raise IndexBroken(
                f"The vector index {path.name} holds {index.ntotal} vectors of {index.d} numbers "
                f"where the manifest says {rows} of {dim}.",
                "Rebuild it: make index",
            )
        return cls(index)

    def save(self, path: Path) -> None:
        """Writes the index to `path`."""
        faiss.write_index(self._index, os.fspath(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, query: Vectors, k: int, rows: Sequence[int] | None = None) -> list[int]:
        """See VectorIndex."""
        k = min(k, len(self) if rows is None else len(rows))
        if k == 0:
            return []
        if rows is not None:  # few rows match a filter, so reading just those is exact and cheap
            chosen = np.asarray(rows, dtype=np.int64)
            best = np.argsort(-self.scores(query, rows), kind="stable")[:k]
            return [int(row) for row in chosen[best]]
        _, found = self._index.search(query.reshape(1, -1), k)
        return [int(row) for row in found[0] if row >= 0]

    def scores(self, query: Vectors, rows: Sequence[int]) -> Vectors:
        """See VectorIndex."""
        picked: Vectors = self.vectors[np.asarray(rows, dtype=np.int64)].astype(np.float32)
        return np.asarray(picked @ query)
