"""Errors of asking, on top of those of the index."""

from indexer.errors import RagError


class UnknownDocument(RagError):
    """No document of the index has the id asked for."""


class NoOriginal(RagError):
    """The file that a document was read from cannot be handed out; the message says why."""


class NoChatModel(RagError):
    """A language model was asked for and none is configured."""


class UnknownModel(RagError):
    """A client asked for a model of a name that is not served."""


class FeedbackLost(RagError):
    """What a reader said of an answer could not be kept."""


class ModelFailed(RagError):
    """The language model did not write an answer that can be shown; the message says why."""
