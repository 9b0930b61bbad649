"""The SparseIndex contract, held by every implementation, against BM25 written out anew."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import IndexBroken
from indexer.sparse import SparseIndex, TantivyIndex, terms

Build = Callable[[Path, Sequence[str]], SparseIndex]
IMPLEMENTATIONS: list[Build] = [TantivyIndex.build]
every = pytest.mark.parametrize("build", IMPLEMENTATIONS)

WORDS = "care council health board money integration local system people plan".split()
# field lengths are kept in one byte, which is exact below 40 terms
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join)


def bm25(texts: Sequence[str], query: Sequence[str]) -> dict[int, float]:
    """Scores by row of the rows that share a term, as Robertson's BM25 with Lucene's idf."""
    k1, b = 1.2, 0.75
    bags = [Counter(terms(text)) for text in texts]
    mean = sum(bag.total() for bag in bags) / len(bags)
    scores: dict[int, float] = {}
    for term in query:
        n = sum(term in bag for bag in bags)
        idf = math.log(1 + (len(bags) - n + 0.5) / (n + 0.5))
        for row, bag in enumerate(bags):
            if term in bag:
                norm = k1 * (1 - b + b * bag.total() / mean)
                score = idf * bag[term] * (k1 + 1) / (bag[term] + norm)
                scores[row] = scores.get(row, 0.0) + score
    return scores


@every
@given(
    texts=st.lists(TEXT, min_size=1, max_size=12),
    query=TEXT,
    k=st.integers(1, 15),
    data=st.data(),
)
@settings(max_examples=25, deadline=None)
def test_scores_are_those_of_bm25(
    tmp_path_factory: pytest.TempPathFactory,
    build: Build,
    texts: list[str],
    query: str,
    k: int,
    data: st.DataObject,
) -> None:
    index = build(tmp_path_factory.mktemp("keywords"), texts)
    words = terms(query)
    rows = data.draw(st.lists(st.sampled_from(range(len(texts))), unique=True))
    every_score = bm25(texts, words)
    for only in (None, rows):
        allowed = {r: s for r, s in every_score.items() if only is None or r in only}
        found = index.search(words, k, only)
        assert len({row for row, _ in found}) == len(found) == min(k, len(allowed))
        best = sorted(allowed.values(), reverse=True)[:k]
        assert [score for _, score in found] == pytest.approx(best, rel=1e-3)
        for row, score in found:
            assert score == pytest.approx(allowed[row], rel=1e-3)
    for word in set(words):
        assert index.document_frequency(word) == sum(word in terms(text) for text in texts)


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def small(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SparseIndex:
    """Four short texts."""
    build: Build = request.param
    return build(
        tmp_path_factory.mktemp("small"),
        ["Councils distrust the boards", "A board met", "Nothing of note", "Café society"],
    )


def test_rows_come_best_first(small: SparseIndex) -> None:
    found = small.search(terms("council board"), 10)
    assert [row for row, _ in found] == [0, 1]
    assert found[0][1] > found[1][1] > 0


def test_words_are_compared_by_their_stem_and_without_case(small: SparseIndex) -> None:
    assert [row for row, _ in small.search(terms("COUNCIL"), 10)] == [0]
    assert terms("Boards boarding BOARD") == ["board"] * 3


def test_terms_that_do_not_occur_give_no_hits(small: SparseIndex) -> None:
    assert small.search(terms("zebra"), 10) == []
    assert small.document_frequency("zebra") == 0
    assert [row for row, _ in small.search(terms("zebra note"), 10)] == [2]


def test_no_terms_no_rows_or_none_wanted_give_no_hits(small: SparseIndex) -> None:
    assert small.search([], 10) == []
    assert small.search(terms("board"), 10, []) == []
    assert small.search(terms("board"), 0) == []


def test_only_the_given_rows_are_found_with_their_scores_unchanged(small: SparseIndex) -> None:
    both = dict(small.search(terms("board"), 10))
    ((row, score),) = small.search(terms("board"), 10, [1, 2])
    assert row == 1
    assert score == pytest.approx(both[1])


def test_best_are_kept_when_fewer_are_wanted(small: SparseIndex) -> None:
    assert small.search(terms("council board"), 1) == small.search(terms("council board"), 10)[:1]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('a:b "', [1]),
        ('"', []),
        ("'", []),
        ("row:0 OR *", []),
        ("+-&&||!(){}[]^~*?:\\/", []),
        ("board AND NOT", [0, 1]),
        ("text:[a TO b]", [1]),
    ],
)
def test_query_syntax_in_a_question_is_only_words(
    small: SparseIndex, text: str, rows: list[int]
) -> None:
    assert sorted(row for row, _ in small.search(terms(text), 10)) == rows


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_question_is_safe(small: SparseIndex, text: str) -> None:
    assert all(score > 0 for _, score in small.search(terms(text), 10))


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_terms_are_words_in_small_letters(text: str) -> None:
    for term in terms(text):
        assert term
        assert " " not in term


def test_accents_and_other_scripts_are_words(small: SparseIndex) -> None:
    assert [row for row, _ in small.search(terms("CAFÉ"), 10)] == [3]
    assert terms("עברית 日本 👍") == ["עברית", "日本"]


def test_tantivy_index_is_the_same_when_read_back(tmp_path: Path) -> None:
    texts = ["care and council", "health care board", "care care"]
    built = TantivyIndex.build(tmp_path, texts)
    loaded = TantivyIndex.load(tmp_path)
    assert loaded.search(terms("care"), 3) == built.search(terms("care"), 3)
    assert len(loaded.search(terms("care"), 3)) == 3


def test_tantivy_folder_without_an_index_is_broken(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "gone"):
        with pytest.raises(IndexBroken, match="keyword index") as caught:
            TantivyIndex.load(folder)
        assert "make index" in caught.value.hint


def test_tantivy_index_with_garbage_for_its_description_is_broken(tmp_path: Path) -> None:
    TantivyIndex.build(tmp_path, ["care"])
    (tmp_path / "meta.json").write_text("{oops")
    with pytest.raises(IndexBroken, match="keyword index"):
        TantivyIndex.load(tmp_path)
