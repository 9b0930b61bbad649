"""Publishing: who may write, what is kept, and the way back."""

import signal
from pathlib import Path

import pytest

from indexer import manifest as gen
from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.errors import IndexBroken, IndexBusy, IndexMissing, NothingBefore, RagError
from indexer.generation import Generation
from indexer.publish import generations, rollback, writing
from indexer.settings import IndexSettings
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


def kept(index: Path) -> list[str]:
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
    assert len(kept(index)) == 1


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
    assert len(kept(index)) == 1


def test_build_that_waits_builds_when_the_documents_have_changed_since(
    corpus: Path, index: Path
) -> None:
    first = halted(corpus, index)
    (corpus / "a.txt").write_text("The board met on Tuesday.")
    second = Build(corpus, index, "--wait")
    second.said("waiting")
    first.go_on()
    assert (first.end(), second.end()) == (0, 0)
    assert len(kept(index)) == 2
    manifest = gen.Manifest.load(gen.current(index))
    assert f"{index} {manifest.generation}" in second.log.read_text()


def test_lock_of_a_killed_build_lets_the_one_that_waits_go_on(corpus: Path, index: Path) -> None:
    first = halted(corpus, index)
    second = Build(corpus, index, "--wait")
    second.said("waiting")
    assert first.kill()
    assert second.end() == 0
    assert kept(index) == [gen.current(index).name]


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


class Line:
    """Generations of an index, made one after the other and called by the word they hold."""

    def __init__(self, corpus: Path, index: Path, embedder: SentenceTransformerEmbedder) -> None:
        self.corpus, self.index, self._embedder = corpus, index, embedder
        self.names: dict[str, str] = {}

    def build(self, word: str, keep: int = 2) -> None:
        (self.corpus / "a.txt").write_text(f"The {word} board.")
        settings = IndexSettings(keep=keep)
        made = build_index(self.corpus, self.index, settings, self._embedder).manifest
        self.names[made.generation] = word

    def back(self) -> str:
        with writing(self.index):
            now, _ = rollback(self.index)
        assert now.generation == gen.current(self.index).name
        return self.names[now.generation]

    @property
    def served(self) -> str:
        found = Generation(gen.current(self.index))
        word = self.names[found.manifest.generation]
        assert found.store.passages([0])[0].text == f"The {word} board."
        return word

    @property
    def kept(self) -> set[str]:
        return {self.names[name] for name in kept(self.index)}


@pytest.fixture
def line(corpus: Path, index: Path, embedder: SentenceTransformerEmbedder) -> Line:
    return Line(corpus, index, embedder)


def test_rollback_serves_the_generation_before(line: Line) -> None:
    line.build("red")
    line.build("green")
    assert line.back() == line.served == "red"
    assert line.kept == {"red", "green"}


def test_rollback_goes_back_one_after_the_other_until_there_is_none(line: Line) -> None:
    for word in ("red", "green", "blue"):
        line.build(word, keep=3)
    assert (line.back(), line.back()) == ("green", "red")
    with pytest.raises(NothingBefore, match="none to go back to"):
        line.back()
    assert line.served == "red"


def test_rollback_after_a_build_that_followed_one_leads_past_what_was_rejected(line: Line) -> None:
    line.build("good")
    line.build("bad")
    line.back()
    line.build("better")
    assert line.kept == {"good", "better"}
    assert line.back() == "good"


def test_rollback_to_what_is_not_kept_is_refused(line: Line) -> None:
    for word in ("red", "green", "blue"):
        line.build(word)
    assert line.back() == "green"
    with pytest.raises(NothingBefore, match="not kept") as caught:
        line.back()
    assert "RAG_KEEP" in caught.value.hint
    assert line.served == "green"


def test_rollback_to_a_spoilt_generation_is_refused(line: Line) -> None:
    line.build("red")
    before = gen.current(line.index)
    line.build("green")
    path = before / gen.SENTENCES
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(IndexBroken, match=gen.SENTENCES):
        line.back()
    assert line.served == "green"


def test_rollback_waits_for_no_build_and_needs_an_index(line: Line) -> None:
    with writing(line.index), pytest.raises(IndexMissing):
        rollback(line.index)
    with writing(line.index), pytest.raises(IndexBusy):
        line.back()


def test_generation_that_a_reader_has_open_outlives_its_time(line: Line) -> None:
    line.build("red")
    reader = Generation(gen.current(line.index))
    for word in ("green", "blue", "white"):
        line.build(word)
    assert line.kept == {"red", "blue", "white"}
    assert reader.store.passages([0])[0].text == "The red board."
    reader.close()
    line.build("black")
    assert line.kept == {"white", "black"}


def test_generation_is_let_go_when_nothing_refers_to_it(line: Line) -> None:
    line.build("red")
    reader = Generation(gen.current(line.index))
    line.build("green")
    del reader
    line.build("blue")
    assert line.kept == {"green", "blue"}


def test_generation_that_cannot_be_opened_is_not_held(line: Line) -> None:
    line.build("red")
    (gen.current(line.index) / gen.WORDS).unlink()
    for _ in range(3):
        with pytest.raises(IndexBroken, match=gen.WORDS):
            Generation(gen.current(line.index))
    line.build("green")
    line.build("blue")
    assert line.kept == {"green", "blue"}


def test_generations_are_listed_in_the_order_of_going_back(line: Line) -> None:
    line.build("good", keep=9)
    line.build("bad", keep=9)
    line.back()
    line.build("better", keep=9)
    assert [line.names[folder.name] for folder in generations(line.index)] == [
        "better",
        "good",
        "bad",
    ]


def test_older_format_is_kept_and_removed_like_any_other(line: Line) -> None:
    old = line.index / gen.GENERATIONS / "20200101T000000-abcdef"
    old.mkdir(parents=True)
    (old / gen.MANIFEST).write_text('{"format": 1}')
    (line.index / gen.POINTER).write_text(old.name)
    line.names[old.name] = "old"
    line.build("red")
    assert line.kept == {"old", "red"}
    with pytest.raises(IndexBroken, match="format 1"):
        line.back()
    line.build("green")
    assert line.kept == {"red", "green"}


def test_pointer_to_nothing_is_broken(line: Line) -> None:
    line.build("red")
    for content in ("", "..", "../generations", "a/b", "gone", "/"):
        (line.index / gen.POINTER).write_text(content)
        with pytest.raises(IndexBroken):
            gen.current(line.index)
    (line.index / gen.POINTER).write_bytes(b"\xff\xfe")
    with pytest.raises(IndexBroken):
        gen.current(line.index)
