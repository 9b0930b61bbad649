"""Files → Documents: one module per family of formats, one registry by suffix."""

from indexer.load.registry import SUFFIXES, load_corpus

__all__ = ["SUFFIXES", "load_corpus"]
