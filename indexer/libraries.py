"""Which libraries make an index what it is, and in which versions: found without importing them."""

import platform
from importlib.metadata import PackageNotFoundError, version

LIBRARIES = (
    # readers, and what they hand their work on to
    "charset-normalizer defusedxml justext lxml markdown-it-py openpyxl py3langid pypdfium2 "
    "python-docx python-pptx pyyaml striprtf trafilatura "
    # passages: sentences, tokens, what is said twice
    "rensa sentencex sentence-transformers tokenizers transformers "
    # the files that are searched
    "faiss-cpu tantivy"
).split()
"""By the names they are installed under. What only does sums (torch, numpy) is left out: it moves
the last digits of vectors, and vectors are kept from build to build anyway."""


def libraries() -> str:
    """The libraries that shape an index, with their versions; Python reads some formats too.

    One that is not installed under its name (a build of faiss for GPUs) counts as missing.
    """
    return ", ".join([f"Python {platform.python_version()}", *map(_with_version, LIBRARIES)])


def _with_version(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"{name} missing"
