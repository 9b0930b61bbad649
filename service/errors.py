"""Errors of asking, on top of those of the index."""

from indexer.errors import RagError


class UnknownDocument(RagError):
    """No document of the index has the id asked for."""


class NoChatModel(RagError):
    """A language model was asked for and none is configured."""
