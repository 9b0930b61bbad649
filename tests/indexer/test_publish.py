"""Who may write to an index: one process at a time, and never one that is dead."""

import signal
from pathlib import Path

import pytest

from indexer import manifest as gen
from indexer.errors import IndexBusy, RagError
from indexer.publish import writing
from tests.indexer.builds import Build


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("The board met on Monday.")
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def halted(corpus: Path, index: Path) -> Build:
    """A build that has the lock and does not end by itself."""
    build = Build(corpus, index, stop="os.rename:1")
    build.hear()
    return build


def generations(index: Path) -> list[str]:
    return sorted(path.name for path in (index / gen.GENERATIONS).iterdir())


def test_second_build_at_once_says_that_another_is_writing(corpus: Path, index: Path) -> None:
    first = halted(corpus, index)
    second = Build(corpus, index)
    assert second.end() == 1
    error, hint = second.log.read_text().splitlines()
    assert error == f"error: Another build is writing to {str(index)!r}."
    assert "--wait" in hint
    first.go_on()
    assert first.end() == 0
    assert len(generations(index)) == 1


def test_build_that_waits_says_so_and_does_not_do_the_others_work_again(
    corpus: Path, index: Path
) -> None:
    first = halted(corpus, index)
    second = Build(corpus, index, "--wait")
    second.said(f"waiting for the build that is writing to {index}")
    assert second.end(0.3) is None
    first.go_on()
    assert (first.end(), second.end()) == (0, 0)
    assert second.log.read_text().splitlines()[-1] == f"index up to date: {index}"
    assert len(generations(index)) == 1


def test_build_that_waits_builds_when_the_documents_have_changed_since(
    corpus: Path, index: Path
) -> None:
    first = halted(corpus, index)
    (corpus / "a.txt").write_text("The board met on Tuesday.")
    second = Build(corpus, index, "--wait")
    second.said("waiting")
    first.go_on()
    assert (first.end(), second.end()) == (0, 0)
    assert len(generations(index)) == 2
    manifest = gen.Manifest.load(gen.current(index))
    assert f"{index} {manifest.generation}" in second.log.read_text()


def test_lock_of_a_killed_build_lets_the_one_that_waits_go_on(corpus: Path, index: Path) -> None:
    first = halted(corpus, index)
    second = Build(corpus, index, "--wait")
    second.said("waiting")
    assert first.kill()
    assert second.end() == 0
    assert generations(index) == [gen.current(index).name]


def test_lock_of_a_killed_build_does_not_stop_the_next(corpus: Path, index: Path) -> None:
    assert halted(corpus, index).kill()
    assert (index / "lock").is_file()
    assert Build(corpus, index).end() == 0


def test_waiting_can_be_interrupted(corpus: Path, index: Path) -> None:
    first = halted(corpus, index)
    second = Build(corpus, index, "--wait")
    second.said("waiting")
    second.signal(signal.SIGINT)
    assert second.end() == 130
    first.go_on()
    assert first.end() == 0


def test_index_that_is_up_to_date_needs_no_right_to_write(corpus: Path, index: Path) -> None:
    assert Build(corpus, index).end() == 0
    with writing(index):
        again = Build(corpus, index)
        assert again.end() == 0
    assert again.log.read_text() == f"index up to date: {index}\n"


def test_the_right_is_given_back_whatever_happens(index: Path) -> None:
    with pytest.raises(ValueError, match="oops"), writing(index):
        raise ValueError("oops")
    with writing(index) as waited:
        assert not waited
        with pytest.raises(IndexBusy), writing(index):
            pass


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with (
        pytest.raises(RagError, match="file/index") as caught,
        writing(tmp_path / "file" / "index"),
    ):
        pass
    assert "INDEX=" in caught.value.hint
