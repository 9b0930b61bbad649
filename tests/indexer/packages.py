"""Packages as good as installed: found by their names and versions before the real ones."""

from importlib import invalidate_caches
from pathlib import Path

import pytest


class Packages:
    """A folder of installed packages in front of all others, for one test."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir()
        self._folder = folder
        monkeypatch.syspath_prepend(str(folder))

    def install(self, name: str, version: str) -> None:
        """Makes a package of this version the one that is found."""
        place = self._folder / f"{name.replace('-', '_')}-{version}.dist-info"
        place.mkdir()
        (place / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        invalidate_caches()
