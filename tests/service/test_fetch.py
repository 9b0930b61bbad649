"""Getting the larger reader's model: whole and the right one, or not at all."""

import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from indexer.embed import model_digest
from indexer.errors import ModelError
from service import fetch as module
from service.fetch import FILES, fetch, main, unpack
from tests.service.conftest import offline


def packages(folder: Path, parts: int = 3) -> list[Path]:
    """Wheels that hold the parts of a zip file with a made-up model."""
    whole = folder / "whole.zip"
    with ZipFile(whole, "w") as archive:
        for name in (*FILES, "README.md"):
            archive.writestr(f"all-mpnet-base-v2/{name}", f"this is {name}" * 50)
    data = whole.read_bytes()
    wheels = []
    for n in range(parts):
        wheels.append(folder / f"part_{n}.whl")
        with ZipFile(wheels[-1], "w") as wheel:
            piece = data[n * len(data) // parts : (n + 1) * len(data) // parts]
            wheel.writestr(f"part_{n}/input/all-mpnet-base-v2.zip.00{n + 1}", piece)
            wheel.writestr(f"part_{n}.dist-info/METADATA", "Name: x")
    return wheels


def test_the_parts_are_joined_and_only_what_is_needed_is_taken_out(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    unpack(packages(tmp_path), folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert (folder / "config.json").read_text() == "this is config.json" * 50


def test_another_model_is_not_put_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_downloaded", packages)
    with pytest.raises(ModelError, match="another sha256"):
        fetch(tmp_path / "share" / "model")
    assert list((tmp_path / "share").iterdir()) == []


def test_what_is_there_is_not_fetched_again_unless_it_went_bad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = packages(tmp_path)
    (tmp_path / "whole").mkdir()
    unpack(made, tmp_path / "whole")
    digest = model_digest(tmp_path / "whole")
    downloads: list[Path] = []

    def downloaded(scratch: Path) -> list[Path]:
        downloads.append(scratch)
        return made

    monkeypatch.setattr(module, "adapter_base", lambda path: digest)
    monkeypatch.setattr(module, "_downloaded", downloaded)
    folder = tmp_path / "share" / "model"
    for _ in range(2):
        fetch(folder)
    assert len(downloads) == 1
    (folder / "model.safetensors").write_text("went bad")
    fetch(folder)
    assert len(downloads) == 2
    assert model_digest(folder) == digest


@pytest.mark.parametrize("optional", [True, False])
def test_when_it_cannot_be_had_two_lines_say_what_to_do(
    optional: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    offline(monkeypatch)
    monkeypatch.setattr(module.fetch, "__defaults__", (tmp_path / "model",))
    monkeypatch.setattr(sys, "argv", ["fetch", *(["--try"] if optional else [])])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == (0 if optional else 1)
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("error: The larger reader's model could be had neither from PyPI")
    assert second.startswith("hint: Try again: make large.")
    assert not (tmp_path / "model").exists()
