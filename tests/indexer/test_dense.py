"""The VectorIndex contract, held by every implementation: the same as brute force."""

from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.dense import FaissIndex, VectorIndex
from indexer.embed import Vectors
from indexer.errors import IndexBroken

Build = Callable[[Vectors], VectorIndex]
IMPLEMENTATIONS: list[Build] = [FaissIndex.build]
every = pytest.mark.parametrize("build", IMPLEMENTATIONS)


def unit(count: int, dim: int, seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    normal: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return normal.astype(np.float16).astype(np.float32)  # the precision that embedders give


def brute(vectors: Vectors, query: Vectors, rows: list[int], k: int) -> list[int]:
    return sorted(rows, key=lambda row: -float(vectors[row] @ query))[:k]


@every
@given(
    count=st.integers(1, 60),
    dim=st.integers(2, 40),
    k=st.integers(0, 80),
    seed=st.integers(0, 2**32 - 1),
    data=st.data(),
)
@settings(max_examples=60, deadline=None)
def test_finds_the_same_as_brute_force(
    build: Build, count: int, dim: int, k: int, seed: int, data: st.DataObject
) -> None:
    vectors, query = unit(count, dim, seed), unit(1, dim, seed + 1)[0]
    index = build(vectors)
    everything = list(range(count))
    rows = data.draw(st.lists(st.sampled_from(everything), unique=True))
    scores = vectors @ query
    for found, expected in (
        (index.search(query, k), brute(vectors, query, everything, k)),
        (index.search(query, k, rows), brute(vectors, query, rows, k)),
    ):
        assert len(found) == len(set(found)) == len(expected)
        assert scores[found] == pytest.approx(scores[expected], abs=1e-5)
    assert set(index.search(query, k, rows)) <= set(rows)


@every
def test_order_is_best_first(build: Build) -> None:
    vectors = unit(50, 16, 1)
    assert build(vectors).search(vectors[7], 50) == brute(vectors, vectors[7], list(range(50)), 50)


@every
def test_more_wanted_than_there_are_gives_all_once(build: Build) -> None:
    vectors = unit(5, 8, 2)
    assert sorted(build(vectors).search(vectors[0], 100)) == [0, 1, 2, 3, 4]
    assert sorted(build(vectors).search(vectors[0], 100, [3, 1])) == [1, 3]


@every
def test_no_rows_give_nothing(build: Build) -> None:
    index = build(unit(5, 8, 3))
    query = unit(1, 8, 4)[0]
    assert index.search(query, 3, []) == []
    assert index.search(query, 0) == []
    assert index.scores(query, []).shape == (0,)


@every
def test_empty_index_finds_nothing(build: Build) -> None:
    index = build(np.zeros((0, 8), np.float32))
    assert len(index) == 0
    assert index.search(unit(1, 8, 5)[0], 3) == []


@every
def test_scores_are_exact_and_in_the_order_asked(build: Build) -> None:
    vectors, query = unit(20, 384, 6), unit(1, 384, 7)[0]
    rows = [19, 0, 7, 7]
    assert build(vectors).scores(query, rows) == pytest.approx(vectors[rows] @ query, abs=1e-6)


def test_faiss_index_is_the_same_when_read_back(tmp_path: Path) -> None:
    vectors, query = unit(20, 8, 8), unit(1, 8, 9)[0]
    index = FaissIndex.build(vectors)
    index.save(tmp_path / "v.faiss")
    loaded = FaissIndex.load(tmp_path / "v.faiss", 20, 8)
    assert len(loaded) == 20
    assert loaded.search(query, 20) == index.search(query, 20)
    assert np.array_equal(loaded.scores(query, range(20)), index.scores(query, range(20)))


@pytest.mark.parametrize("length", [0, 3, 40, 200])
def test_faiss_file_that_is_cut_short_is_broken(tmp_path: Path, length: int) -> None:
    path = tmp_path / "v.faiss"
    FaissIndex.build(unit(20, 8, 10)).save(path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(IndexBroken, match=r"v\.faiss") as caught:
        FaissIndex.load(path, 20, 8)
    assert "make index" in caught.value.hint


def test_faiss_file_that_is_missing_is_broken(tmp_path: Path) -> None:
    with pytest.raises(IndexBroken, match=r"v\.faiss"):
        FaissIndex.load(tmp_path / "v.faiss", 20, 8)


@pytest.mark.parametrize(("rows", "dim"), [(19, 8), (21, 8), (20, 9)])
def test_faiss_file_of_another_size_is_broken(tmp_path: Path, rows: int, dim: int) -> None:
    FaissIndex.build(unit(20, 8, 11)).save(tmp_path / "v.faiss")
    with pytest.raises(IndexBroken, match=f"20 vectors of 8 .* {rows} of {dim}"):
        FaissIndex.load(tmp_path / "v.faiss", rows, dim)


def test_faiss_file_of_another_kind_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "v.faiss"
    index = faiss.IndexHNSWFlat(8, 4)
    index.add(unit(20, 8, 12))
    faiss.write_index(index, str(path))
    with pytest.raises(IndexBroken):
        FaissIndex.load(path, 20, 8)
