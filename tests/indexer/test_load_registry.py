"""Walking a corpus: which files are taken, which are left aside, which are reported."""

import os
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.errors import CorpusError
from indexer.load.registry import READERS, corpus_files, load_corpus, load_file, source_of
from indexer.types import Document, Skipped

MB = 2**20


def names(corpus: Path, leave_out: Path | None = None) -> list[str]:
    return [source_of(corpus, path) for path in corpus_files(corpus, leave_out)]


def load(corpus: Path, max_bytes: int = MB) -> list[Document | Skipped]:
    return [item for _, item in load_corpus(corpus, corpus_files(corpus), max_bytes)]


def only(corpus: Path, max_bytes: int = MB) -> Skipped:
    (item,) = load(corpus, max_bytes)
    assert isinstance(item, Skipped)
    return item


def test_files_come_sorted_with_their_path_inside_the_corpus(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("z.txt", "a.txt", "b/c.md"):
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == ["a.txt", "z.txt", "b/c.md"]


def test_hidden_files_and_folders_are_left_aside(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in (".hidden.txt", ".git/config.txt", "seen.txt"):
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == ["seen.txt"]


def test_links_inside_are_followed_and_all_others_are_named(tmp_path: Path) -> None:
    corpus, outside = tmp_path / "corpus", tmp_path / "secret.txt"
    (corpus / "folder").mkdir(parents=True)
    outside.write_text("secret")
    (corpus / "in.txt").write_text("x")
    (corpus / "leak.txt").symlink_to(outside)
    (corpus / "same.md").symlink_to(corpus / "in.txt")
    (corpus / "dangling.txt").symlink_to(corpus / "nowhere.txt")
    (corpus / "up").symlink_to(tmp_path, target_is_directory=True)
    (corpus / "folder/round").symlink_to(corpus, target_is_directory=True)
    (corpus / "one.txt").symlink_to(corpus / "two.txt")
    (corpus / "two.txt").symlink_to(corpus / "one.txt")
    found = {item.source: item for item in load(corpus)}
    assert {source: item.reason for source, item in found.items() if isinstance(item, Skipped)} == {
        "leak.txt": "is a link out of the folder: not followed",
        "dangling.txt": "is a link to nothing",
        "up": "is a link out of the folder: not followed",
        "folder/round": "is a link to a folder: not followed",
        "one.txt": "is a link that leads round in a circle",
        "two.txt": "is a link that leads round in a circle",
    }
    assert {source for source in found if isinstance(found[source], Document)} == {
        "in.txt",
        "same.md",
    }


def test_pipe_and_socket_are_named_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(tmp_path / "s.txt"))  # such paths must be short
        assert load(tmp_path) == [
            Skipped("pipe.txt", "is a pipe, not a file"),
            Skipped("s.txt", "is a socket, not a file"),
        ]


def test_link_to_a_device_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    assert only(tmp_path).reason == "is a link out of the folder: not followed"


def test_folder_that_cannot_be_opened_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "a.txt").write_text("x")
    scandir = os.scandir

    def refuse(path: Path) -> Any:  # root may open whatever the mode says
        if path == tmp_path / "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    _, closed = load(tmp_path)
    assert closed == Skipped("closed", "cannot be opened: Permission denied")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open anything")
def test_file_that_may_not_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "a.txt").chmod(0)
    assert only(tmp_path) == Skipped("a.txt", "cannot be opened: Permission denied")


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A folder that is emptied by `rm`: Python calls itself for every level, and so does pytest."""
    yield tmp_path
    subprocess.run(["rm", "-rf", *tmp_path.iterdir()], check=True)


def test_folders_may_be_deeper_than_calls(deep: Path) -> None:
    folder = deep
    for _ in range(1200):
        folder = folder / "d"
        folder.mkdir()
    (folder / "a.txt").write_text("One.")
    assert isinstance(load(deep)[0], Document)


def test_folders_deeper_than_any_path_may_be_are_named(deep: Path) -> None:
    name = "d" * 250
    number = os.open(deep, os.O_RDONLY)
    for _ in range(20):  # a path of 5,000 characters, made step by step
        os.mkdir(name, dir_fd=number)
        inner = os.open(name, os.O_RDONLY, dir_fd=number)
        os.close(number)
        number = inner
    os.close(number)
    assert only(deep).reason == "cannot be opened: File name too long"


def test_what_systems_leave_behind_is_left_aside(tmp_path: Path) -> None:
    for name in ("Thumbs.db", "desktop.ini", "~$report.docx", ".DS_Store", "a.txt"):
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == ["a.txt"]


def test_name_with_odd_signs_is_shown_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "a\nb\u202egnp.txt").write_text("One.")
    (item,) = load(tmp_path)
    assert isinstance(item, Document)
    assert item.source == r"a\nb\u202egnp.txt"


def test_file_without_a_document_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("\n\n")
    assert only(tmp_path) == Skipped("a.jsonl", "holds no documents")


def test_half_a_character_never_reaches_the_store(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text('---\ntitle: "The \\ud800 plan"\n---\nOne.')
    assert "half a character" in only(tmp_path).reason


def test_reader_that_fails_gives_a_reason_and_nothing_else(tmp_path: Path) -> None:
    def fail(path: Path, source: str) -> Iterator[Document]:
        yield Document("x", source, None, "The first half.")
        raise KeyError("no\nsuch\nfont")

    path = tmp_path / "a.odd"
    path.touch()
    (item,) = load_file(path, "a.odd", MB, {".odd": fail})
    assert isinstance(item, Skipped)
    assert item.reason == r"cannot be read: it is damaged or very odd (KeyError: 'no\nsuch\nfont')"


def test_index_inside_the_corpus_is_left_aside(tmp_path: Path) -> None:
    index = tmp_path / "index"
    index.mkdir()
    (index / "manifest.txt").write_text("x")
    (tmp_path / "a.txt").write_text("x")
    assert names(tmp_path, leave_out=index) == ["a.txt"]


def test_corpus_may_be_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"_id": 1, "text": "One."}')
    assert names(path) == ["a.jsonl"]
    (document,) = load(path)
    assert document.source == "a.jsonl#1"


def test_missing_folder_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="nowhere") as caught:
        corpus_files(tmp_path / "nowhere")
    assert "CORPUS=" in caught.value.hint


def test_empty_folder_says_which_formats_are_read(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="holds no files") as caught:
        corpus_files(tmp_path)
    assert ".txt" in caught.value.hint
    assert ".jsonl" in caught.value.hint


@pytest.mark.parametrize(("name", "word"), [("a.xyz", r".xyz"), ("Makefile", "without a suffix")])
def test_file_of_another_format_is_reported(tmp_path: Path, name: str, word: str) -> None:
    (tmp_path / name).write_text("x")
    assert word in only(tmp_path).reason


def test_suffix_in_capitals_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "A.TXT").write_text("One.")
    (item,) = load(tmp_path)
    assert isinstance(item, Document)


def test_file_over_the_limit_is_reported_with_its_setting(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x" * (MB + 1))
    assert "RAG_MAX_FILE_MB" in only(tmp_path).reason


def test_file_at_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x" * 1000)
    assert isinstance(load(tmp_path, max_bytes=1000)[0], Document)


def test_binary_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\0\1\2\3")
    assert only(tmp_path) == Skipped("a.txt", "is not text (it holds binary data)")


@pytest.mark.parametrize("text", ["", " \n\u00a0\t\n"])
def test_file_without_text_is_reported(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode())
    assert only(tmp_path).reason == "holds no text"


def test_file_that_vanishes_while_reading_is_reported(tmp_path: Path) -> None:
    (item,) = load_file(tmp_path / "gone.txt", "gone.txt", MB)
    assert isinstance(item, Skipped)
    assert "cannot be opened" in item.reason


def test_duplicate_ids_keep_the_first_and_name_it(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"_id": 1, "text": "One."}\n{"_id": 1, "text": "Two."}')
    (tmp_path / "b.jsonl").write_text('{"_id": "1", "text": "Three."}')
    first, *others = load(tmp_path)
    assert isinstance(first, Document)
    assert first.text == "One."
    for other in others:
        assert isinstance(other, Skipped)
        assert "'1'" in other.reason
        assert "a.jsonl#1" in other.reason


def test_markup_nested_too_deeply_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("*a " * 3000 + " a*" * 3000)
    assert "nested" in only(tmp_path).reason


@pytest.mark.skipif(os.name == "nt", reason="names there are Unicode")
def test_file_name_that_is_not_unicode_can_be_shown_and_stored(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    try:
        path.write_text("One.")
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    (item,) = load(tmp_path)
    assert isinstance(item, Document)
    assert item.source == r"caf\xe9.txt"


@pytest.mark.parametrize("suffix", READERS)
def test_every_suffix_finds_its_reader(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"odd{suffix}").write_bytes(b"\x00\x01 nothing of any format")
    found = list(load_file(tmp_path / f"odd{suffix}", "odd", MB))
    assert found
    reasons = " ".join(one.reason for one in found if isinstance(one, Skipped))
    assert not re.search("ModuleNotFoundError|ImportError|AttributeError", reasons)
