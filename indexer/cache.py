"""Vectors by model and text, kept between builds: what was embedded once is not embedded again."""

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from indexer.embed import Embedder, Vectors


class CachedEmbedder:
    """Embeds only the texts whose vectors are not in the cache yet, and remembers them."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self.embedder = embedder
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / f"{embedder.digest[:16]}-{embedder.dtype}.sqlite")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)")
        self.embedded = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors (len(texts), dim) in float16 precision: fresh and cached ones are the same."""
        keys = [hashlib.sha256(text.encode()).digest() for text in texts]
        marks = ",".join("?" * len(keys))
        found: dict[bytes, bytes] = dict(
            self._db.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", keys)
        )
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if new:
            vectors = self.embedder.embed_passages(list(new.values())).astype(np.float16)
            added = {key: vectors[i].tobytes() for i, key in enumerate(new)}
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?,?)", added.items())
            self._db.commit()  # each batch: an interrupted build goes on from here
            found |= added
            self.embedded += len(new)
        joined = b"".join(found[key] for key in keys)
        return np.frombuffer(joined, np.float16).reshape(len(keys), -1).astype(np.float32)

    def close(self) -> None:
        """Closes the cache's file."""
        self._db.close()
