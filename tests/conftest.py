"""Shared by all tests: the real model and an index of the five seed articles, made once.

What loads a model's libraries is imported in the fixtures: the process that only hands the tests
out to the others has no use for it, and they wait for it.
"""

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from indexer.embed import SentenceTransformerEmbedder
    from service.pipeline import Engine

SEEDS = Path(__file__).parents[1] / "seeds"
READER = {"RAG_SERVICE_READER": "small"}
"""What tests answer with, servers of theirs too, but for those of the larger reader."""
os.environ |= READER

gc.disable()  # what is imported while tests are collected stays, and need not be looked through


def pytest_collection_finish() -> None:
    """From here on only what tests make is looked through."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests may change what they find."""
    for name in list(os.environ):
        if name.startswith(("RAG_", "OPENAI_")):
            monkeypatch.delenv(name)
    for name, value in READER.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def embedder() -> "SentenceTransformerEmbedder":
    """The packaged model."""
    from indexer.embed import SentenceTransformerEmbedder  # noqa: PLC0415
    from indexer.settings import PACKAGED_MODEL  # noqa: PLC0415

    return SentenceTransformerEmbedder(PACKAGED_MODEL)


@pytest.fixture(scope="session")
def seed_index(
    tmp_path_factory: pytest.TempPathFactory, embedder: "SentenceTransformerEmbedder"
) -> Path:
    """An index of the seed articles; read only: tests that change an index build their own."""
    from indexer.build import build_index  # noqa: PLC0415
    from indexer.settings import IndexSettings  # noqa: PLC0415

    index = tmp_path_factory.mktemp("seed-index")
    build_index(SEEDS / "corpus", index, IndexSettings(), embedder)
    return index


@pytest.fixture(scope="session")
def engine(seed_index: Path) -> "Engine":
    """The engine over the seed articles."""
    from service.settings import ServiceSettings  # noqa: PLC0415
    from service.source import EngineSource  # noqa: PLC0415

    return EngineSource(seed_index, ServiceSettings()).engine()
