"""`indexer build`: what it says, does and leaves undone, and when it fails."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from indexer import generation as gen
from indexer.__main__ import main
from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.settings import IndexSettings
from tests.indexer.command_line import failure, one_document


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return one_document(tmp_path)


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
