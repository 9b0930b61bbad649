"""The command line: exit codes, and two lines on stderr for whatever a person can put right."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from indexer import generation as gen
from indexer.__main__ import main
from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.settings import IndexSettings


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("Councils distrust the boards.")
    return folder


def failure(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """The error and the hint on stderr; nothing else may be there or on stdout."""
    out, err = capsys.readouterr()
    assert out == ""
    error, hint = err.splitlines()
    assert error.startswith("error: ")
    assert hint.startswith("hint: ")
    return error, hint


def test_build_says_what_was_indexed_and_what_was_not_read(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (corpus / "b.xyz").write_text("x")
    index = tmp_path / "index"
    assert main(["build", "--corpus", str(corpus), "--index", str(index)]) == 0
    out, err = capsys.readouterr()
    assert "indexed 1 documents, 1 passages, 1 sentences" in out
    assert gen.current(index).name in out
    assert "b.xyz  no reader for .xyz" in out
    assert err == ""


def test_build_says_where_the_report_is_and_report_prints_it_again(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (corpus / "b.xyz").write_text("x")
    index = tmp_path / "index"
    assert main(["build", "--corpus", str(corpus), "--index", str(index)]) == 0
    _, _, *first = capsys.readouterr().out.splitlines()
    page = gen.current(index) / "report.html"
    assert first[-1] == f"see report.html: {page}"
    assert page.is_file()
    assert {"report.html", "report.json"} <= set(gen.Manifest.load(gen.current(index)).files)
    assert main(["report", "--index", str(index)]) == 0
    assert capsys.readouterr().out.splitlines() == first


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


def test_strict_build_exits_with_2_unless_all_was_read(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["build", "--strict", "--corpus", str(corpus), "--index", str(tmp_path / "index")]
    assert main(command) == 0
    (corpus / "b.jsonl").write_text('{"_id": "1", "text": "Boards distrust councils."}\n{oops')
    assert main(command) == 2
    out = capsys.readouterr().out
    assert "b.jsonl  line 2: is not JSON" in out
    assert "1 partly read" in out
    assert main([*command, "--if-stale"]) == 2  # nothing to do, and still not all was read
    assert "up to date" in capsys.readouterr().out


def test_build_if_stale_does_nothing_until_a_file_changes(
    corpus: Path,
    tmp_path: Path,
    embedder: SentenceTransformerEmbedder,
    capsys: pytest.CaptureFixture[str],
) -> None:
    index = tmp_path / "index"
    first = build_index(corpus, index, IndexSettings(), embedder).manifest.generation
    command = ["build", "--if-stale", "--corpus", str(corpus), "--index", str(index)]
    assert main(command) == 0
    assert f"up to date: {index}" in capsys.readouterr().out
    assert gen.current(index).name == first
    (corpus / "a.txt").write_text("Councils distrust boards.")
    assert main(command) == 0
    assert "(2 texts embedded" in capsys.readouterr().out
    assert gen.current(index).name != first


def test_build_of_a_missing_corpus_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "missing")
    assert main(["build", "--corpus", missing, "--index", str(tmp_path / "index")]) == 1
    error, hint = failure(capsys)
    assert missing in error
    assert "CORPUS=" in hint


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


def test_interrupted_build_exits_with_130_and_says_that_work_is_kept(
    corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupt(self: object, texts: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SentenceTransformerEmbedder, "embed_passages", interrupt)
    assert main(["build", "--corpus", str(corpus), "--index", str(tmp_path / "index")]) == 130
    assert "stopped" in capsys.readouterr().err
    assert list((tmp_path / "index" / "generations").iterdir()) == []


def test_build_of_what_has_not_changed_does_nothing_and_loads_no_model(
    corpus: Path, tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    index = tmp_path / "index"
    first = build_index(corpus, index, IndexSettings(), embedder).manifest.generation
    script = (
        "import sys; from indexer.__main__ import main; code = main(sys.argv[1:]);"
        "print([m for m in ('torch', 'faiss', 'sentence_transformers', 'tantivy', 'transformers',"
        "'huggingface_hub') if m in sys.modules], code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "build", "--corpus", str(corpus), "--index", str(index)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [f"index up to date: {index}", "[] 0"]
    assert gen.current(index).name == first


def test_build_embeds_only_what_a_changed_file_brings(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (corpus / "b.md").write_text("# Buses\n\nThe bus leaves at nine. It is late.")
    command = ["build", "--corpus", str(corpus), "--index", str(tmp_path / "index")]
    counts = []
    for text in (None, "# Buses\n\nThe bus leaves at nine. It is seldom late."):
        if text:
            (corpus / "b.md").write_text(text)
        assert main(command) == 0
        counts.append(re.search(r"\((\d+) texts embedded", capsys.readouterr().out))
    # the passage, the second sentence alone and in its context, and the word "seldom"
    assert counts[1] is not None
    assert counts[1][1] == "4"


def test_build_with_force_publishes_again_without_embedding(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["build", "--corpus", str(corpus), "--index", str(tmp_path / "index")]
    assert main(command) == 0
    first = gen.current(tmp_path / "index").name
    capsys.readouterr()
    assert main([*command, "--force"]) == 0
    out = capsys.readouterr().out
    assert "building: --force" in out
    assert "(0 texts embedded" in out
    assert gen.current(tmp_path / "index").name != first


@pytest.mark.parametrize("option", ["--force", "--verify"])
def test_build_of_a_missing_corpus_begins_no_index(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    index = tmp_path / "index"
    missing = str(tmp_path / "missing")
    assert main(["build", option, "--corpus", missing, "--index", str(index)]) == 1
    assert missing in failure(capsys)[0]
    assert not index.exists()


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


@pytest.mark.parametrize("keep", ["1", "0", "101"])
def test_build_keeps_at_least_one_generation_to_go_back_to(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], keep: str
) -> None:
    index = str(tmp_path / "index")
    assert main(["build", "--keep", keep, "--corpus", str(corpus), "--index", index]) == 1
    assert f"RAG_KEEP={keep} is not valid" in failure(capsys)[0]


def test_build_keeps_as_many_generations_as_asked(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    for _ in range(4):
        command = ["build", "--force", "--keep", "3", "--corpus", str(corpus)]
        assert main([*command, "--index", str(index)]) == 0
    assert len(list((index / "generations").iterdir())) == 3
