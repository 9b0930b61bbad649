"""Checking: every file's every kind of damage, and untruths that bear the right checksum."""

import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer import manifest as gen
from indexer.__main__ import main
from indexer.build import build_index
from indexer.check import check
from indexer.dense import FaissIndex
from indexer.embed import SentenceTransformerEmbedder
from indexer.errors import IndexBroken
from indexer.generation import Generation
from indexer.settings import IndexSettings
from indexer.sparse import TantivyIndex


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder) -> Path:
    """A small index that no test changes."""
    corpus = tmp_path_factory.mktemp("corpus")
    sentences = " ".join(f"Sentence {n} is about buses." for n in range(40))
    (corpus / "a.md").write_text(f"# Buses\n\n{sentences}\n\n# Boards\n\nCouncils \U0001f44d it.")
    (corpus / "b.txt").write_text("The board of health met on Monday. It was late.")
    index = tmp_path_factory.mktemp("index")
    build_index(corpus, index, IndexSettings(passage_tokens=60), embedder)
    return index


@pytest.fixture
def index(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture
def folder(index: Path) -> Path:
    return gen.current(index)


def test_sound_generation_is_found_so(folder: Path) -> None:
    lines = list(check(folder))
    assert len(lines) == 4
    assert re.search(r"2 documents, [4-9] passages, 43 sentences", lines[1])


@pytest.mark.parametrize("damage", ["flipped", "cut", "grown", "emptied", "deleted"])
def test_any_damage_to_any_file_is_one_error_and_exit_1(
    index: Path, folder: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]
    names = {path.name for path in files}
    assert {gen.MANIFEST, gen.CHECKSUM, gen.STORE, gen.DENSE, gen.WORDS, "meta.json"} <= names
    for path in files:
        content = path.read_bytes()
        middle = len(content) // 2
        spoilt = {
            "flipped": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
            "cut": content[:-1],
            "grown": content + b"\0",
            "emptied": b"",
        }
        if damage == "deleted":
            path.unlink()
        else:
            path.write_bytes(spoilt[damage])
        assert main(["check", "--index", str(index)]) == 1, path
        out, err = capsys.readouterr()
        assert out == ""
        assert re.fullmatch(r"error: .+\nhint: .*make index.*\n", err), err
        assert path.name in err or path.name in (gen.MANIFEST, gen.CHECKSUM)
        path.write_bytes(content)
    assert main(["check", "--index", str(index)]) == 0


def test_checksum_of_the_manifest_is_one_that_sha256sum_reads(folder: Path) -> None:
    if not shutil.which("sha256sum"):
        pytest.skip("needs sha256sum")
    subprocess.run(["sha256sum", "--check", gen.CHECKSUM], cwd=folder, check=True)


def seal(folder: Path, **changes: Any) -> None:
    """Makes the checksums right again, as a faulty build would."""
    manifest = gen.Manifest.load(folder)
    replace(manifest, files=gen.file_entries(folder), **changes).save(folder)


UNTRUTHS = {
    "is not that of its document": "UPDATE passages SET text = 'X' || substr(text, 2)",
    "outside its document": "UPDATE passages SET stop = 999999 WHERE number = 1",
    "out of order": "UPDATE sentences SET stop = stop + 5000 WHERE number = 2",
    "lies outside it": "UPDATE sentences SET start = start - 1 WHERE number = 0",
    "sentence of": "UPDATE sentences SET start = stop WHERE number = 1",
    "has no sentence": (
        "UPDATE sentences SET passage = 99 WHERE passage = (SELECT max(number) FROM passages)"
    ),
    "another page": "UPDATE passages SET page = 7 WHERE number = 0",
    "not in order": "UPDATE documents SET pages = '[9, 3]' WHERE number = 0",
    "pages of": "UPDATE documents SET pages = '[0, 99999]' WHERE number = 0",
    "passage": "UPDATE passages SET number = number + 100 WHERE number = 1",
    "passages are out of order": "UPDATE passages SET document = 1 WHERE number = 0",
    "sentences are out of order": "UPDATE sentences SET passage = 3 WHERE number = 0",
    "documents, passages, sentences": "DELETE FROM sentences WHERE number = 42",
    "two passages have the id": (
        "UPDATE passages SET (text, start, stop) = "
        "(SELECT text, start, stop FROM passages WHERE number = 0) WHERE number = 1"
    ),
}


@pytest.mark.parametrize(("told", "untruth"), UNTRUTHS.items(), ids=UNTRUTHS.keys())
def test_untruth_in_the_store_is_found_and_told(folder: Path, told: str, untruth: str) -> None:
    with closing(sqlite3.connect(folder / gen.STORE)) as db, db:
        db.execute(untruth)
    seal(folder)
    with pytest.raises(IndexBroken, match=told) as caught:
        list(check(folder))
    assert "make index" in caught.value.hint


@pytest.mark.parametrize("key", ["documents", "passages", "sentences"])
def test_count_that_is_wrong_in_the_manifest_is_found(folder: Path, key: str) -> None:
    seal(folder, **{key: 3})
    with pytest.raises(IndexBroken):
        list(check(folder))


@pytest.mark.parametrize("name", [gen.SENTENCES, gen.WINDOWS, gen.WORDS, gen.DENSE])
@pytest.mark.parametrize("how", ["zero", "not a number", "narrow", "one too few"])
def test_vectors_that_cannot_be_are_found(folder: Path, name: str, how: str) -> None:
    faiss = name.endswith(".faiss")
    whole = Generation(folder)
    vectors = {
        gen.SENTENCES: whole.sentence_vectors,
        gen.WINDOWS: whole.windows.vectors,
        gen.WORDS: whole.word_vectors,
        gen.DENSE: whole.dense.vectors,
    }[name].copy()
    if how == "narrow":
        vectors = vectors[:, :-1]
    elif how == "one too few":
        vectors = vectors[:-1]
    else:
        vectors[1, :] = 0 if how == "zero" else np.nan
    if faiss:
        FaissIndex.build(vectors.astype(np.float32)).save(folder / name)
    else:
        np.save(folder / name, vectors)
    seal(folder)
    with pytest.raises(IndexBroken, match=name):
        list(check(folder))


@pytest.mark.parametrize("texts", [["one"], ["x"] * 99])
def test_keyword_index_of_other_passages_is_found(folder: Path, texts: list[str]) -> None:
    shutil.rmtree(folder / gen.KEYWORDS)
    (folder / gen.KEYWORDS).mkdir()
    TantivyIndex.build(folder / gen.KEYWORDS, texts)
    seal(folder)
    with pytest.raises(IndexBroken, match="keyword index"):
        list(check(folder))
