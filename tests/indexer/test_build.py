"""Builds: what is published, what is embedded again, and what a failure leaves behind."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from indexer import generation as gen
from indexer.build import build_index, up_to_date
from indexer.embed import Embedder, SentenceTransformerEmbedder, Vectors
from indexer.errors import CorpusError, IndexBusy, IndexMissing, ModelError
from indexer.settings import IndexSettings
from indexer.sparse import terms

SETTINGS = IndexSettings()
A = "Councils distrust the boards. Nine of 91 members are councillors."
B = "The board of health met on Monday."


class Watched:
    """The real embedder, with something that happens before each call after the first `quiet`."""

    def __init__(self, real: Embedder, quiet: int, then: Callable[[], object]) -> None:
        self.name, self.digest, self.dtype = real.name, real.digest, real.dtype
        self.dim, self.max_tokens = real.dim, real.max_tokens
        self.embed_query, self.token_starts = real.embed_query, real.token_starts
        self._real, self._quiet, self._then = real, [quiet], then

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self._quiet[0] -= len(texts) > 0
        if self._quiet[0] < 0:
            self._then()
        return self._real.embed_passages(texts)

    def reading(self) -> Embedder:
        other = Watched(self._real.reading(), 0, self._then)
        other._quiet = self._quiet
        return other


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text(A)
    (folder / "b.txt").write_text(B)
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def generations(index: Path) -> list[str]:
    return sorted(path.name for path in (index / "generations").iterdir())


def skipped(manifest: gen.Manifest) -> dict[str, str]:
    return {item["source"]: item["reason"] for item in manifest.skipped}


def test_build_publishes_what_can_be_searched(
    corpus: Path, index: Path, embedder: SentenceTransformerEmbedder
) -> None:
    result = build_index(corpus, index, SETTINGS, embedder)
    found = gen.Generation(gen.current(index))
    assert found.manifest == result.manifest
    manifest = result.manifest
    assert (manifest.documents, manifest.passages, manifest.sentences) == (2, 2, 3)
    nearest = found.dense.search(embedder.embed_query("When did the health board meet?"), 1)
    assert found.store.passages(nearest)[0].text == B
    assert [row for row, _ in found.sparse.search(terms("councillors"), 5)] == [0]
    gen.check_files(gen.current(index), found.manifest, hashes=True)


def test_what_two_files_say_is_known_as_said_twice(
    corpus: Path, index: Path, embedder: SentenceTransformerEmbedder
) -> None:
    (corpus / "c.txt").write_text(f"A preface. {A.replace('Councils', 'councils')}")
    build_index(corpus, index, SETTINGS, embedder)
    store = gen.Generation(gen.current(index)).store
    texts = list(store.sentence_texts())
    groups = store.twins(range(len(texts))).values()
    assert {tuple(texts[n] for n in group) for group in groups} == {
        ("Councils distrust the boards.", "councils distrust the boards."),
        ("Nine of 91 members are councillors.",) * 2,
    }
    assert [(one.document, one.of) for one in store.copies()] == [(2, 0)]


def test_second_build_embeds_nothing(
    corpus: Path, index: Path, embedder: SentenceTransformerEmbedder
) -> None:
    first = build_index(corpus, index, SETTINGS, embedder)
    second = build_index(corpus, index, SETTINGS, embedder)
    assert first.embedded > 0
    assert second.embedded == 0
    assert gen.current(index).name == second.manifest.generation != first.manifest.generation


def test_changed_file_alone_is_embedded_again(
    corpus: Path, index: Path, embedder: SentenceTransformerEmbedder
) -> None:
    build_index(corpus, index, SETTINGS, embedder)
    (corpus / "b.txt").write_text("The board met on Monday.")  # no word is new
    assert build_index(corpus, index, SETTINGS, embedder).embedded == 2  # passage and sentence
    store = gen.Generation(gen.current(index)).store
    assert [p.text for p in store.passages([0, 1])] == [A, "The board met on Monday."]


def test_corpus_without_a_telling_word_is_indexed(
    tmp_path: Path, index: Path, embedder: SentenceTransformerEmbedder
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("It is. 👍 … was!")
    assert build_index(path, index, SETTINGS, embedder).manifest.passages == 1
    assert gen.Generation(gen.current(index)).sparse.search(terms("zebra"), 5) == []


def test_corpus_that_is_missing_or_empty_builds_nothing(
    tmp_path: Path, index: Path, embedder: SentenceTransformerEmbedder
) -> None:
    (tmp_path / "empty").mkdir()
    for folder in ("missing", "empty"):
        with pytest.raises(CorpusError, match=folder):
            build_index(tmp_path / folder, index, SETTINGS, embedder)
    assert not index.exists()


def test_corpus_without_a_readable_file_says_why(
    tmp_path: Path, index: Path, embedder: SentenceTransformerEmbedder
) -> None:
    corpus = tmp_path / "odd"
    corpus.mkdir()
    (corpus / "a.xyz").write_text("x")
    (corpus / "b.txt").write_bytes(b"\0\1")
    (corpus / "c.md").write_text("# Only a heading")
    with pytest.raises(CorpusError, match="None of the 3 files") as caught:
        build_index(corpus, index, SETTINGS, embedder)
    for word in ("a.xyz: no reader", "b.txt: is not text", "c.md: holds no text but headings"):
        assert word in caught.value.message
    assert generations(index) == []
    with pytest.raises(IndexMissing):
        gen.current(index)


def test_what_cannot_be_read_is_reported_and_the_rest_is_indexed(
    corpus: Path, index: Path, embedder: SentenceTransformerEmbedder
) -> None:
    (corpus / ".hidden.txt").write_text("Hidden.")
    (corpus / "binary.txt").write_bytes(b"\x89PNG\0")
    (corpus / "large.txt").write_text("x" * (2**20 + 1))
    (corpus / "windows.txt").write_bytes("It cost £20 – “a lot”.".encode("cp1252"))
    (corpus / "leak.txt").symlink_to(corpus.parent)
    (corpus / "data.jsonl").write_text(
        '{"_id": "x", "text": "From a record."}\n{oops\n{"_id": "x", "text": "Again."}\n'
    )
    result = build_index(corpus, index, IndexSettings(max_file_mb=1), embedder)
    assert set(skipped(result.manifest)) == {
        "binary.txt",
        "large.txt",
        "data.jsonl line 2",
        "data.jsonl#x",
        "leak.txt",
    }
    store = gen.Generation(gen.current(index)).store
    texts = [p.text for p in store.passages(range(result.manifest.passages))]
    assert texts == [A, B, "From a record.", "It cost £20 – “a lot”."]


def test_index_inside_the_corpus_is_not_indexed(
    corpus: Path, embedder: SentenceTransformerEmbedder
) -> None:
    inside = corpus / "index"
    build_index(corpus, inside, SETTINGS, embedder)
    result = build_index(corpus, inside, SETTINGS, embedder)
    assert (result.manifest.documents, result.manifest.skipped) == (2, [])
    assert up_to_date(corpus, inside, SETTINGS, embedder)


def test_corpus_may_be_one_jsonl_file(
    tmp_path: Path, index: Path, embedder: SentenceTransformerEmbedder
) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"_id": "d1", "title": "T", "text": "One."}\n{"_id": "d2", "text": "Two."}')
    build_index(path, index, SETTINGS, embedder)
    assert gen.Generation(gen.current(index)).store.document_ids == ["d1", "d2"]


@pytest.mark.parametrize("error", [RuntimeError("no memory"), KeyboardInterrupt()], ids=repr)
def test_failing_build_leaves_the_old_one_and_the_next_goes_on_from_there(
    corpus: Path, index: Path, embedder: SentenceTransformerEmbedder, error: BaseException
) -> None:
    before = build_index(corpus, index, SETTINGS, embedder)
    (corpus / "a.txt").write_text("Buses are late. They were early once.")
    (corpus / "b.txt").write_text("Trains run on time.")

    def fail() -> None:
        raise error

    with pytest.raises(type(error)):  # the passages are embedded, the rest is not
        build_index(corpus, index, SETTINGS, Watched(embedder, 1, fail))
    assert gen.current(index).name == before.manifest.generation
    assert generations(index) == [before.manifest.generation]
    assert gen.Generation(gen.current(index)).store.passages([0])[0].text == A
    after = build_index(corpus, index, SETTINGS, embedder)
    whole = build_index(corpus, index.with_name("another"), SETTINGS, embedder)
    assert after.embedded == whole.embedded - whole.manifest.passages > 0


def test_second_build_at_the_same_time_is_refused(
    corpus: Path, index: Path, embedder: SentenceTransformerEmbedder
) -> None:
    refused = []

    def build_too() -> None:
        with pytest.raises(IndexBusy, match="index") as caught:
            build_index(corpus, index, SETTINGS, embedder)
        refused.append(caught.value)

    result = build_index(corpus, index, SETTINGS, Watched(embedder, 0, build_too))
    assert refused
    assert "INDEX=" in refused[0].hint
    assert generations(index) == [result.manifest.generation]


@pytest.mark.parametrize("keep", [2, 3])
def test_as_many_generations_are_kept_as_wanted(
    corpus: Path, index: Path, embedder: SentenceTransformerEmbedder, keep: int
) -> None:
    (corpus / "a.txt").unlink()
    for _ in range(4):
        result = build_index(corpus, index, IndexSettings(keep=keep), embedder)
    assert len(generations(index)) == keep
    assert result.manifest.generation in generations(index)


def test_index_is_up_to_date_until_something_changes(
    corpus: Path, index: Path, embedder: SentenceTransformerEmbedder
) -> None:
    def current(settings: IndexSettings = SETTINGS) -> bool:
        return up_to_date(corpus, index, settings, embedder)

    assert not current()
    build_index(corpus, index, SETTINGS, embedder)
    assert current()
    assert current(IndexSettings(keep=5))
    assert not current(IndexSettings(passage_tokens=80))
    (corpus / "a.txt").write_text(A + " More.")
    assert not current()
    (corpus / "a.txt").write_text(A)
    assert current()
    (corpus / "b.txt").rename(corpus / "c.txt")
    assert not current()
    (corpus / "c.txt").rename(corpus / "b.txt")
    (gen.current(index) / gen.DENSE).unlink()
    assert not current()


def test_index_of_another_number_format_is_out_of_date(
    corpus: Path, index: Path, embedder: SentenceTransformerEmbedder
) -> None:
    build_index(corpus, index, SETTINGS, embedder)
    other = Watched(embedder, 0, lambda: None)
    other.dtype = "another"
    assert not up_to_date(corpus, index, SETTINGS, other)


def test_two_builds_of_one_corpus_are_identical(
    corpus: Path, tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    found = []
    for name in ("one", "two"):
        build_index(corpus, tmp_path / name, SETTINGS, embedder)
        found.append(gen.current(tmp_path / name))
    one, two = found
    dumps = [list(sqlite3.connect(folder / gen.STORE).iterdump()) for folder in found]
    assert dumps[0] == dumps[1]
    for name in (gen.DENSE, gen.WINDOWS, gen.SENTENCES):
        assert (one / name).read_bytes() == (two / name).read_bytes()
    hits = [gen.Generation(folder).sparse.search(terms("board"), 5) for folder in found]
    assert hits[0] == hits[1]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{number % 90}) foo bar" for number in range(99)),
        "한국어문장입니다" * 30,
        "zzqation." * 120,
        "a \U0010ffff \u200b\u2028 b",
        "\U0001f469\u200d\U0001f469\u200d\U0001f467" * 120,
    ],
    ids=["bullets", "Hangul", "no spaces", "odd characters", "emoji"],
)
def test_odd_text_with_a_long_title_is_indexed_with_the_largest_passages(
    tmp_path: Path, index: Path, embedder: SentenceTransformerEmbedder, text: str
) -> None:
    title = "한국어문장입니다 zzqation " * 30
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text(f"---\ntitle: {title}\n---\n{text}")
    (corpus / "b.txt").write_text(text)
    result = build_index(corpus, index, IndexSettings(passage_tokens=8192), embedder)
    assert result.manifest.documents == 2


def test_a_model_that_reads_too_little_is_refused(
    corpus: Path, index: Path, embedder: SentenceTransformerEmbedder
) -> None:
    short = Watched(embedder, 0, lambda: None)
    short.max_tokens = 60
    with pytest.raises(ModelError, match="only 60 tokens"):
        build_index(corpus, index, SETTINGS, short)
