"""Vectors by model and text, kept between builds: what was embedded once is not embedded again."""

import hashlib
import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from indexer.cachefile import CacheFile
from indexer.embed import Embedder, Vectors

_SCHEMA = "CREATE TABLE vectors (key BLOB PRIMARY KEY, vector BLOB)"
_VERSION = (
    2  # each vector with a checksum: SQLite has none, and one wrong bit would be kept for good
)
_CHECK_BYTES = 4


class CachedEmbedder:
    """Embeds only the texts whose vectors are not in the cache yet, and remembers them."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self.embedder = embedder
        name = f"{embedder.digest[:16]}-{embedder.dtype}.sqlite"
        self._cache = CacheFile(folder / name, _SCHEMA, _VERSION)
        self.embedded = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors (len(texts), dim) in float16 precision: fresh and cached ones are the same."""
        keys = [hashlib.sha256(text.encode()).digest() for text in texts]
        found = self._cached(keys)
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if new:
            vectors = self.embedder.embed_passages(list(new.values())).astype(np.float16)
            added = {key: vectors[i].tobytes() for i, key in enumerate(new)}
            self._keep(added)  # each batch: an interrupted build goes on from here
            found |= added
            self.embedded += len(new)
        joined = b"".join(found[key] for key in keys)
        return np.frombuffer(joined, np.float16).reshape(len(keys), -1).astype(np.float32)

    def close(self) -> None:
        """Closes the cache's file."""
        self._cache.close()

    def _cached(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """What is known of these, whole and unspoilt."""
        marks = ",".join("?" * len(keys))
        query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"
        rows = self._cache.do(lambda db: db.execute(query, keys).fetchall())
        size = self.embedder.dim * np.dtype(np.float16).itemsize
        return {
            key: kept[:size]
            for key, kept in rows
            if isinstance(kept, bytes) and kept[size:] == _checksum(key + kept[:size])
        }

    def _keep(self, added: dict[bytes, bytes]) -> None:
        rows = [(key, vector + _checksum(key + vector)) for key, vector in added.items()]

        def write(db: sqlite3.Connection) -> None:
            db.executemany("INSERT OR REPLACE INTO vectors VALUES (?,?)", rows)

        self._cache.do(write)


def _checksum(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(_CHECK_BYTES, "big")
