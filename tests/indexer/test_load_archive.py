"""Zip archives: members are read like files, and nothing that an archive says is believed."""

from pathlib import Path

import pytest

from indexer.load import archive as archive_module
from indexer.load import reading
from indexer.load.pool import Pool
from indexer.load.record import Limits
from indexer.load.registry import File
from indexer.types import Skipped
from tests.indexer.zips import (
    bomb,
    encrypted,
    lying,
    with_damaged,
    with_link,
    with_method,
    write,
    zipped,
)

MB = 2**20
DEFLATE64 = 9


def read(data: bytes, tmp_path: Path, limits: Limits | None = None) -> dict[str, str]:
    """What was found by its source: texts, or reasons in brackets."""
    corpus = tmp_path / "corpus"
    corpus.mkdir(exist_ok=True)
    path = write(corpus / "pack.zip", data)
    with Pool(limits or Limits(MB, 30)) as pool:
        found = {
            item.source: f"[{item.reason}]" if isinstance(item, Skipped) else item.text
            for _, item in pool.read([File(path, "pack.zip")])
        }
    assert list(corpus.iterdir()) == [path]  # nothing was unpacked beside it
    assert not pool._unpacked.exists()
    return found


def test_members_are_read_like_files_in_their_order(tmp_path: Path) -> None:
    data = zipped(
        {"b/two.txt": "Two.", "a.md": "# One\n\nMore.", "x.jsonl": '{"_id":1,"text":"T"}'}
    )
    found = read(data, tmp_path)
    assert list(found.items()) == [
        ("pack.zip/b/two.txt", "Two."),
        ("pack.zip/a.md", "One\n\nMore."),
        ("pack.zip/x.jsonl#1", "T"),
    ]


def test_archives_are_opened_two_deep_and_no_deeper(tmp_path: Path) -> None:
    third = zipped({"deepest.txt": "Never."})
    second = zipped({"third.zip": third, "deep.txt": "Deep."})
    first = zipped({"one.zip": second, "two.zip": zipped({"x.txt": "X."}), "after.txt": "After."})
    assert read(first, tmp_path) == {
        "pack.zip/one.zip/third.zip": "[is an archive inside 2 others: not opened]",
        "pack.zip/one.zip/deep.txt": "Deep.",
        "pack.zip/two.zip/x.txt": "X.",
        "pack.zip/after.txt": "After.",
    }


@pytest.mark.parametrize(
    "name",
    [
        "../x.txt",
        "a/../../x.txt",
        "/etc/x.txt",
        "C:/x.txt",
        "..\\x.txt",
        "\\\\host\\x.txt",
        "c:x.txt",
    ],
)
def test_path_that_leads_out_is_named_and_not_unpacked(tmp_path: Path, name: str) -> None:
    found = read(zipped([(name, "evil"), ("good.txt", "Good.")]), tmp_path)
    source = "pack.zip/" + name.replace("\\", "/")
    assert found == {
        source: "[has a path that leads out of the archive: not unpacked]",
        "pack.zip/good.txt": "Good.",
    }
    assert not list(tmp_path.rglob("x.txt"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (encrypted("x.txt"), "is encrypted"),
        (with_link("x.txt", "/etc/passwd"), "is a link or device in an archive: not unpacked"),
        (zipped({"x.txt": "x" * (MB + 1)}), "larger than 1 MB (RAG_MAX_FILE_MB)"),
        (with_damaged({"x.txt": "word " * 999}, "x.txt"), "is damaged"),
        (with_method("x.txt", DEFLATE64), "is damaged (That compression method is not supported)"),
        (lying("x.txt", b"word " * 99, 20), "is damaged"),
        (lying("x.txt", b"word " * 99, 2000), "is damaged"),
        (zipped({"x.txt": b"\0\1"}), "is not text (it holds binary data)"),
        (zipped({"x.txt": ""}), ""),
    ],
)
def test_member_that_cannot_be_read_says_why(tmp_path: Path, data: bytes, reason: str) -> None:
    (found,) = read(data, tmp_path).items()
    assert found[0] == "pack.zip/x.txt"
    assert found[1].startswith(f"[{reason}" if reason else "")


def test_member_that_unpacks_to_far_more_is_not_unpacked(tmp_path: Path) -> None:
    found = read(bomb("x.txt", 60 * MB), tmp_path, Limits(100 * MB, 30))
    assert "times its size: not unpacked" in found["pack.zip/x.txt"]


def test_second_member_of_a_name_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    write(path, zipped([("x.txt", "First."), ("x.txt", "Second.")]))
    with Pool(Limits()) as pool:
        second, first = (item for _, item in pool.read([File(path, "p.zip")]))
    assert getattr(first, "text", "") == "First."
    assert second == Skipped("p.zip/x.txt", "has the name of a file before it in the archive")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip" * 99, zipped({"x.txt": "x"})[:-9]])
def test_file_that_is_no_archive_says_so(tmp_path: Path, data: bytes) -> None:
    (found,) = read(data, tmp_path).items()
    assert found[0] == "pack.zip"
    assert "is no zip archive or a damaged one" in found[1]


@pytest.mark.parametrize("members", [{}, {"folder/": ""}, {"__MACOSX/._x.txt": "x", ".git/x": "x"}])
def test_archive_of_nothing_but_what_is_left_aside_holds_no_files(
    tmp_path: Path, members: dict[str, str | bytes]
) -> None:
    assert read(zipped(members), tmp_path) == {"pack.zip": "[holds no files]"}


def test_archive_of_too_many_files_is_not_read(tmp_path: Path) -> None:
    data = zipped({f"{number}.txt": "x" for number in range(archive_module.MAX_MEMBERS + 1)})
    assert read(data, tmp_path) == {"pack.zip": "[holds more than 10,000 files]"}


def test_archives_inside_count_towards_the_limits_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = zipped({f"{number}.txt": "x" for number in range(6)})
    data = zipped({"a.zip": inner, "b.zip": inner, "good.txt": "Good."})
    monkeypatch.setattr(reading, "MAX_MEMBERS", 10)
    found = read(data, tmp_path)
    assert "files with the archives around it" in found["pack.zip/b.zip"]
    assert found["pack.zip/good.txt"] == "Good."
    assert sum(text == "x" for text in found.values()) == 6
    monkeypatch.setattr(reading, "MAX_TOTAL", 5)
    assert "unpacks to more than" in read(data, tmp_path)["pack.zip"]


def test_member_that_hangs_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    inner = zipped({"c.crash": "", "d.txt": "D."})
    members: list[tuple[str, str | bytes]]
    members = [("a.txt", "A."), ("b.hang", ""), ("in.zip", inner)]
    path = write(tmp_path / "p.zip", zipped(members))
    with Pool(Limits(MB, 1), registry="odd_readers:SUFFIXES") as pool:
        found = {item.source: item for _, item in pool.read([File(path, "p.zip")])}
    assert [getattr(item, "reason", "read") for item in found.values()] == [
        "read",
        "took longer than 1 s to read (RAG_FILE_SECONDS)",
        "made its reader crash (SIGSEGV)",
        "read",
    ]


def test_odd_name_in_an_archive_is_shown_on_one_line(tmp_path: Path) -> None:
    assert read(zipped({"a\nb.txt": "One."}), tmp_path) == {r"pack.zip/a\nb.txt": "One."}
