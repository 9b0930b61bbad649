"""The few errors that reach a person: each says what is wrong and what to do. Knows no HTTP."""


class RagError(Exception):
    """Something a person can act on.

    `message` says what is wrong and where; `hint` says what to do about it.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SettingsError(RagError):
    """A setting or argument is missing, misspelt or out of range."""


class CorpusError(RagError):
    """The documents cannot be read: no folder, no files, or none with text."""


class UnreadableFile(RagError):
    """One file or record cannot be read; the build reports it and goes on."""


class ModelError(RagError):
    """The embedding model is missing, altered, or not the one that the index was built with."""


class IndexMissing(RagError):
    """No index has been published where one was expected."""


class IndexBroken(RagError):
    """The index on disk is incomplete, altered, or of another format."""


class IndexBusy(RagError):
    """Another build is writing to the same index folder."""


class NothingBefore(RagError):
    """There is no earlier generation to go back to."""


class DiskFull(RagError):
    """There is no room to write the index."""
