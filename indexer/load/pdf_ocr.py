"""Text of scanned pages, by `ocrmypdf` where a person has installed it."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PAGE_SECONDS = 60  # what one page may take, and what starting may take


class OcrFailed(Exception):
    """OCR was tried and gave nothing; says why in a few words."""


def ocr_command() -> str | None:
    """Where `ocrmypdf` is installed, if it is."""
    return shutil.which("ocrmypdf")


@contextmanager
def with_ocr(path: Path, pages: Sequence[int]) -> Iterator[Path]:
    """A temporary copy of a PDF whose `pages` hold what OCR reads on them."""
    command = ocr_command()
    if command is None:
        raise OcrFailed("ocrmypdf is not installed")
    with tempfile.TemporaryDirectory(prefix="ocr-") as folder:
        copy = Path(folder) / "with-text.pdf"
        options = ["--skip-text", "--output-type", "pdf", "--optimize", "0", "--quiet", "--jobs"]
        chosen = ["1", "--pages", ",".join(str(page) for page in pages)]
        limit = PAGE_SECONDS * (len(pages) + 1)
        try:
            subprocess.run(  # noqa: S603 (a list, no shell; the names are absolute paths)
                [command, *options, *chosen, str(path.resolve()), str(copy)],
                check=True,
                capture_output=True,
                timeout=limit,
            )
        except subprocess.TimeoutExpired:
            raise OcrFailed(f"it took longer than {limit} seconds") from None
        except (OSError, subprocess.CalledProcessError) as error:
            code = getattr(error, "returncode", None)
            raise OcrFailed(f"ocrmypdf ended with {code}" if code else str(error)) from None
        yield copy
