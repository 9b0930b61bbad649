"""The libraries that shape an index: all that the indexer imports, and no others."""

import ast
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from indexer import libraries as libraries_module
from indexer.libraries import LIBRARIES, libraries
from tests.indexer.packages import Packages

PACKAGE = Path(libraries_module.__file__).parent
SHAPELESS = set(
    "filelock huggingface-hub numpy pydantic pydantic-settings safetensors torch tqdm".split()
)
USED_BY_OTHERS = {"defusedxml", "justext"}  # by openpyxl and trafilatura, wherever installed


def imported() -> set[str]:
    """What the modules of the indexer import that is neither theirs nor Python's."""
    names = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - {"indexer"}


def test_every_library_that_is_imported_counts_or_is_known_not_to() -> None:
    owners = packages_distributions()
    found = {owner.lower().replace("_", "-") for name in imported() for owner in owners[name]}
    assert found | USED_BY_OTHERS == set(LIBRARIES) | SHAPELESS


def test_each_is_named_with_its_version() -> None:
    assert "missing" not in libraries()
    for name in ("Python", "pypdfium2", "sentencex"):
        assert f"{name} " in libraries()


def test_other_version_of_one_is_told_and_other_packages_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = Packages(tmp_path / "packages", monkeypatch)
    before = libraries()
    packages.install("unrelated", "1.0")
    assert libraries() == before
    packages.install("sentence-transformers", "99.0")
    assert "sentence-transformers 99.0" in libraries()


def test_one_that_is_not_installed_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries_module, "LIBRARIES", ("no-such-library",))
    assert libraries().endswith(", no-such-library missing")
