"""Up to date or not, and why: in words, cheaply, and for every thing that shapes an index."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from indexer import fresh
from indexer import manifest as gen
from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.errors import ModelError
from indexer.hashes import FileHashes
from indexer.load.registry import corpus_files
from indexer.settings import IndexSettings
from tests.indexer.packages import Packages


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder) -> Path:
    """A corpus and its index, which no test changes."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "a.txt").write_text("Councils distrust the boards.")
    build_index(folder / "corpus", folder / "index", IndexSettings(), embedder)
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """A copy of both that may be changed."""
    shutil.copytree(made, tmp_path / "place")
    return tmp_path / "place"


def reason(place: Path, verify: bool = False, **settings: Any) -> str | None:
    corpus, index = place / "corpus", place / "index"
    wanted = IndexSettings.model_validate(settings)

    def made(hashes: FileHashes) -> dict[str, str]:
        return fresh.made_with(wanted, fresh.installed(wanted, hashes))

    return fresh.why_stale(corpus, corpus_files(corpus, leave_out=index), index, made, verify)


def test_what_was_just_built_is_up_to_date(place: Path) -> None:
    assert reason(place) is None
    assert reason(place, verify=True) is None


def test_how_many_generations_are_kept_does_not_shape_an_index(place: Path) -> None:
    assert reason(place, keep=9) is None


@pytest.mark.parametrize(
    ("name", "value"), [("passage_tokens", 80), ("max_file_mb", 1), ("dtype", "other")]
)
def test_every_other_setting_does_and_is_named(
    place: Path, name: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "dtype":
        monkeypatch.setattr(fresh, "fastest_dtype", lambda: value)
        assert f"dtype is {value} and was" in str(reason(place))
    else:
        changed: dict[str, Any] = {name: value}
        assert f"{name} is {value} and was" in str(reason(place, **changed))


def test_setting_that_an_older_version_did_not_have_makes_it_stale(place: Path) -> None:
    folder = gen.current(place / "index")
    manifest = gen.Manifest.load(folder)
    made = {name: value for name, value in manifest.made_with.items() if name != "max_file_mb"}
    replace(manifest, made_with=made).save(folder)
    assert "max_file_mb is 100 and was None" in str(reason(place))


@pytest.mark.parametrize("what", ["code_digest", "configuration_digest"])
def test_other_code_or_model_configuration_makes_it_stale(
    place: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(fresh, what, lambda *_: "another")
    told = {"code_digest": "reads documents differently", "configuration_digest": "configuration"}
    assert told[what] in str(reason(place))


@pytest.mark.parametrize("name", ["pypdfium2", "sentencex", "tokenizers", "tantivy"])
def test_other_library_that_documents_are_read_or_indexed_with_makes_it_stale(
    place: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    packages = Packages(place / "packages", monkeypatch)
    packages.install("unrelated", "1.0")
    assert reason(place) is None
    packages.install(name, "99.0")
    assert reason(place) == "the libraries that documents are read and indexed with have changed"


def test_code_that_reads_documents_counts_and_the_command_line_does_not() -> None:
    package = Path(fresh.__file__).parent
    shapeless = {package / f"{name}.py" for name in fresh._SHAPELESS}
    for name in ("chunk.py", "load/registry.py", "load/markdown.py", "metadata.py", "build.py"):
        assert (package / name).is_file()
        assert package / name not in shapeless


def test_other_weights_make_it_stale(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = place / "model"
    other.mkdir()
    (other / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(fresh, "find_model", lambda name: other)
    monkeypatch.setattr(fresh, "configuration_digest", lambda folder: "")
    assert reason(place)


def test_model_that_is_not_there_is_an_error(place: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model weights"):
        reason(place, model=str(tmp_path))


def test_changed_added_and_removed_documents_make_it_stale(place: Path) -> None:
    path = place / "corpus" / "a.txt"
    text = path.read_text()
    path.write_text(text.replace("boards", "hoards"))
    assert reason(place) == "the documents have changed"
    path.write_text(text)
    assert reason(place) is None
    (place / "corpus" / "b.txt").write_text("More.")
    assert reason(place) == "the documents have changed"
    path.unlink()
    assert reason(place) == "the documents have changed"


def test_damage_to_size_is_seen_at_once_and_to_content_when_verifying(place: Path) -> None:
    path = gen.current(place / "index") / gen.WINDOWS
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert reason(place) is None
    assert f"{gen.WINDOWS} has been altered" in str(reason(place, verify=True))
    path.write_bytes(content[:-1])
    assert gen.WINDOWS in str(reason(place))


def test_no_index_is_a_reason(place: Path) -> None:
    shutil.rmtree(place / "index")
    assert "There is no index" in str(reason(place))


def test_file_that_changes_while_it_is_indexed_makes_the_index_stale_not_wrong(
    place: Path, embedder: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place / "corpus" / "a.txt"
    real = SentenceTransformerEmbedder.token_starts

    def edit(self: SentenceTransformerEmbedder, text: str) -> object:
        path.write_text("Edited while the build was reading.")
        return real(self, text)

    monkeypatch.setattr(SentenceTransformerEmbedder, "token_starts", edit)
    build_index(place / "corpus", place / "index", IndexSettings(), embedder)
    assert reason(place) == "the documents have changed"
