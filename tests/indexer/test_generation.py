"""Generations: opened whole, or refused with the name of what is broken."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from indexer import generation as gen
from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.errors import IndexBroken, IndexMissing
from indexer.settings import IndexSettings
from indexer.sparse import terms


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder) -> Path:
    """A small index that no test changes."""
    corpus = tmp_path_factory.mktemp("corpus")
    (corpus / "a.txt").write_text("Councils distrust the boards. Nine of 91 are councillors.")
    (corpus / "b.txt").write_text("The board of health met on Monday.")
    index = tmp_path_factory.mktemp("index")
    build_index(corpus, index, IndexSettings(), embedder)
    return index


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A generation's folder, free to be damaged."""
    shutil.copytree(made, tmp_path / "index")
    return gen.current(tmp_path / "index")


def change(folder: Path, **values: Any) -> None:
    path = folder / gen.MANIFEST
    raw = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(raw | values), "utf-8")


def test_sound_generation_opens_and_checks(folder: Path) -> None:
    found = gen.Generation(folder)
    gen.check_files(folder, found.manifest, hashes=True)
    assert found.manifest.documents == len(found.store.document_ids) == 2
    assert found.manifest.passages == len(found.dense) == 2
    assert found.manifest.sentences == len(found.sentence_vectors) == len(found.windows) == 3
    assert [row for row, _ in found.sparse.search(terms("Monday"), 5)] == [1]


def test_manifest_is_read_back_as_written(folder: Path, tmp_path: Path) -> None:
    manifest = gen.Manifest.load(folder)
    manifest.save(tmp_path)
    assert gen.Manifest.load(tmp_path) == manifest
    assert manifest.format == gen.FORMAT


def test_manifest_lists_every_file_of_the_generation(folder: Path) -> None:
    names = set(gen.Manifest.load(folder).files)
    assert {gen.STORE, gen.DENSE, gen.SENTENCES, gen.WINDOWS, "keywords/meta.json"} <= names
    assert gen.MANIFEST not in names


def test_idf_is_that_of_lucene(folder: Path) -> None:
    found = gen.Generation(folder)
    assert found.idf("board") == pytest.approx(0.1823, abs=1e-3)
    assert found.idf("monday") == pytest.approx(0.6931, abs=1e-3)
    assert found.idf("zebra") > found.idf("monday")


def test_folder_without_an_index_is_missing(tmp_path: Path) -> None:
    for index in (tmp_path, tmp_path / "gone"):
        with pytest.raises(IndexMissing, match=index.name) as caught:
            gen.current(index)
        assert "make index" in caught.value.hint


def test_index_whose_generation_is_gone_is_broken(folder: Path) -> None:
    shutil.rmtree(folder)
    with pytest.raises(IndexBroken, match=folder.name):
        gen.current(folder.parents[1])


@pytest.mark.parametrize("damage", ["cut", "grown", "gone"])
def test_damage_to_any_file_is_broken_and_names_the_file(folder: Path, damage: str) -> None:
    names = list(gen.Manifest.load(folder).files)
    assert len(names) > 5
    for name in names:
        path = folder / name
        content = path.read_bytes()
        if damage == "gone":
            path.unlink()
        else:
            path.write_bytes(content[:-1] if damage == "cut" else content + b"\0")
        with pytest.raises(IndexBroken, match=name) as caught:
            gen.Generation(folder)
        assert "make index" in caught.value.hint
        path.write_bytes(content)
    gen.Generation(folder)


def test_altered_byte_in_any_file_is_found_by_its_hash(folder: Path) -> None:
    manifest = gen.Manifest.load(folder)
    for name in manifest.files:
        path = folder / name
        content = path.read_bytes()
        middle = len(content) // 2
        altered = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        path.write_bytes(altered)
        gen.check_files(folder, manifest, hashes=False)
        with pytest.raises(IndexBroken, match=f"{name} has been altered"):
            gen.check_files(folder, manifest, hashes=True)
        path.write_bytes(content)


def test_other_format_is_refused_and_named(folder: Path) -> None:
    change(folder, format=gen.FORMAT + 1)
    with pytest.raises(IndexBroken, match=f"format {gen.FORMAT + 1}") as caught:
        gen.Generation(folder)
    assert "make index" in caught.value.hint


@pytest.mark.parametrize(
    "content",
    [b"", b"{oops", b"[]", b"null", b"{}", b'{"format": 1}', b"\xff\xfe\xfa", b'{"format": "1"}'],
)
def test_manifest_of_garbage_is_broken(folder: Path, content: bytes) -> None:
    (folder / gen.MANIFEST).write_bytes(content)
    with pytest.raises(IndexBroken):
        gen.Generation(folder)


def test_missing_manifest_is_broken(folder: Path) -> None:
    (folder / gen.MANIFEST).unlink()
    with pytest.raises(IndexBroken, match="manifest"):
        gen.Generation(folder)


@pytest.mark.parametrize("key", ["passages", "sentences"])
def test_manifest_that_disagrees_with_the_files_is_broken(folder: Path, key: str) -> None:
    change(folder, **{key: 99})
    with pytest.raises(IndexBroken, match=r"disagree|not 99"):
        gen.Generation(folder)


def test_manifest_with_an_unknown_key_is_broken(folder: Path) -> None:
    change(folder, surprise=1)
    with pytest.raises(IndexBroken, match="surprise"):
        gen.Generation(folder)


def test_publishing_swaps_the_pointer_and_prunes(tmp_path: Path) -> None:
    for name in ("1", "2", "3"):
        written = tmp_path / "generations" / f"{name}.partial"
        written.mkdir(parents=True)
        (written / "file").write_text(name)
        gen.publish(tmp_path, written, keep=2)
        assert (gen.current(tmp_path) / "file").read_text() == name
    assert sorted(p.name for p in (tmp_path / "generations").iterdir()) == ["2", "3"]


def test_pruning_keeps_the_published_one_whatever_its_name(tmp_path: Path) -> None:
    for name in ("9", "1", "5", "0.partial"):
        (tmp_path / "generations" / name).mkdir(parents=True)
    (tmp_path / "CURRENT").write_text("1")
    gen.prune(tmp_path, keep=2)
    assert sorted(p.name for p in (tmp_path / "generations").iterdir()) == ["1", "9"]


def test_generation_that_is_replaced_and_removed_while_opening_is_no_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = folder.parents[1]
    stale = iter([index / "generations" / "gone", folder])
    monkeypatch.setattr(gen, "current", lambda index: next(stale, folder))
    assert gen.open_current(index).folder == folder


def test_published_generation_that_is_broken_is_an_error_at_once(folder: Path) -> None:
    (folder / gen.DENSE).unlink()
    with pytest.raises(IndexBroken, match=gen.DENSE):
        gen.open_current(folder.parents[1])
