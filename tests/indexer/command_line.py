"""What the tests of the command line share: something to index, and what a failure prints."""

from pathlib import Path

import pytest


def one_document(folder: Path) -> Path:
    """A corpus of one sentence, made in `folder`."""
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Councils distrust the boards.")
    return corpus


def failure(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """The error and the hint on stderr; nothing else may be there or on stdout."""
    out, err = capsys.readouterr()
    assert out == ""
    error, hint = err.splitlines()
    assert error.startswith("error: ")
    assert hint.startswith("hint: ")
    return error, hint
