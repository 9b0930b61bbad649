"""The command line: exit codes, and two lines on stderr for whatever a person can put right."""

import json
import shutil
from pathlib import Path

import pytest

from indexer import generation as gen
from indexer.__main__ import main
from tests.indexer.command_line import failure, one_document


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return one_document(tmp_path)


def test_report_of_an_index_without_one_says_to_rebuild(
    seed_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = tmp_path / "index"
    shutil.copytree(seed_index, index)
    (gen.current(index) / "report.json").unlink()
    assert main(["report", "--index", str(index)]) == 1
    error, hint = failure(capsys)
    assert "has no report" in error
    assert "make index" in hint


def test_info_prints_the_manifest(seed_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "--index", str(seed_index)]) == 0
    manifest = json.loads(capsys.readouterr().out)
    assert manifest["documents"] == 5
    assert manifest["generation"] == gen.current(seed_index).name


def test_check_of_a_sound_index_says_so(
    seed_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--index", str(seed_index)]) == 0
    *verified, last = capsys.readouterr().out.splitlines()
    assert last == f"sound: {gen.current(seed_index).name}"
    manifest = gen.Manifest.load(gen.current(seed_index))
    assert f"{len(manifest.files)} files" in verified[0]
    assert f"5 documents, {manifest.passages} passages, {manifest.sentences} sent" in verified[1]
    assert f"{manifest.passages} vectors of passages, {manifest.sentences} of sent" in verified[2]
    assert f"{manifest.passages} passages in the keyword index" in verified[3]


def test_check_finds_one_altered_byte(
    seed_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = tmp_path / "index"
    shutil.copytree(seed_index, index)
    path = gen.current(index) / gen.WINDOWS
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert main(["check", "--index", str(index)]) == 1
    error, hint = failure(capsys)
    assert f"{gen.WINDOWS} has been altered" in error
    assert "make index" in hint


def test_search_prints_passages_with_the_words(
    seed_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", "National Audit Office", "--index", str(seed_index)]) == 0
    best, *_ = capsys.readouterr().out.splitlines()
    score, identity, _ = best.split(maxsplit=2)
    document, span = identity.split(":")
    start, end = (int(part) for part in span.split("-"))
    store = gen.Generation(gen.current(seed_index)).store
    assert "National Audit Office" in store.slice(document, start, end)
    assert float(score) > 0


@pytest.mark.parametrize("query", ["zzzzzz", 'a:b "', ""])
def test_search_without_hits_or_with_odd_signs_is_no_error(
    seed_index: Path, capsys: pytest.CaptureFixture[str], query: str
) -> None:
    assert main(["search", query, "--index", str(seed_index)]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "command", [["info"], ["check"], ["search", "x"], ["list"], ["rollback"], ["report"]]
)
def test_commands_without_an_index_say_how_to_build_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert main([*command, "--index", str(tmp_path)]) == 1
    error, hint = failure(capsys)
    assert str(tmp_path) in error
    assert hint == "hint: Build one: make index"


@pytest.mark.parametrize("command", [["info"], ["check"], ["search", "x"]])
def test_commands_on_a_manifest_of_garbage_say_to_rebuild(
    seed_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    index = tmp_path / "index"
    shutil.copytree(seed_index, index)
    (gen.current(index) / gen.MANIFEST).write_text("{oops")
    assert main([*command, "--index", str(index)]) == 1
    error, hint = failure(capsys)
    assert "manifest" in error
    assert "make index" in hint


def test_unknown_setting_suggests_the_near_name(
    corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("RAG_PASAGE_TOKENS", "80")
    assert main(["build", "--corpus", str(corpus), "--index", str(tmp_path / "index")]) == 1
    assert failure(capsys) == (
        "error: Unknown setting RAG_PASAGE_TOKENS.",
        "hint: Did you mean RAG_PASSAGE_TOKENS?",
    )


def test_invalid_setting_is_named_with_its_value(
    corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("RAG_DTYPE", "int8")
    assert main(["build", "--corpus", str(corpus), "--index", str(tmp_path / "index")]) == 1
    error, hint = failure(capsys)
    assert "RAG_DTYPE='int8'" in error
    assert "RAG_DTYPE" in hint
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize(
    "arguments",
    [[], ["fly"], ["build"], ["build", "--corpus", "x"], ["info"], ["report"], ["search"]],
)
def test_wrong_usage_exits_with_2_and_shows_how(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: indexer" in capsys.readouterr().err


def test_rollback_says_what_is_served_again_and_list_marks_it(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = tmp_path / "index"
    build = ["build", "--corpus", str(corpus), "--index", str(index)]
    names = []
    for number in (1, 2):
        (corpus / f"{number}.txt").write_text(f"Number {number}.")
        assert main(build) == 0
        names.append(gen.current(index).name)
    capsys.readouterr()
    assert main(["rollback", "--index", str(index)]) == 0
    now, before = capsys.readouterr().out.splitlines()
    assert now.startswith(f"serving {names[0]}  built 20")
    assert "2 documents  2 passages" in now
    assert before.startswith(f"instead of {names[1]}")
    assert main(["list", "--index", str(index)]) == 0
    served, other = capsys.readouterr().out.splitlines()
    assert served.startswith(f"* {names[0]}  built")
    assert other.startswith(f"  {names[1]}  built")
    assert "3 documents" in other
    # the documents are those of the generation that was rejected: the served one is stale
    assert main(build) == 0
    assert "building: the documents have changed" in capsys.readouterr().out
    assert gen.current(index).name not in names


def test_rollback_without_an_earlier_generation_is_an_error(
    seed_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rollback", "--index", str(seed_index)]) == 1
    assert "none to go back to" in failure(capsys)[0]
