"""Shared by all tests: the real model and an index of the five seed articles, made once."""

import os
from pathlib import Path

import pytest

from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.settings import PACKAGED_MODEL, IndexSettings
from service.pipeline import Engine
from service.settings import ServiceSettings
from service.source import EngineSource

SEEDS = Path(__file__).parents[1] / "seeds"
READER = {"RAG_SERVICE_READER": "small"}
"""What tests answer with, servers of theirs too, but for those of the larger reader."""
os.environ |= READER


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests may change what they find."""
    for name in list(os.environ):
        if name.startswith(("RAG_", "OPENAI_")):
            monkeypatch.delenv(name)
    for name, value in READER.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def embedder() -> SentenceTransformerEmbedder:
    """The packaged model."""
    return SentenceTransformerEmbedder(PACKAGED_MODEL)


@pytest.fixture(scope="session")
def seed_index(
    tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder
) -> Path:
    """An index of the seed articles; read only: tests that change an index build their own."""
    index = tmp_path_factory.mktemp("seed-index")
    build_index(SEEDS / "corpus", index, IndexSettings(), embedder)
    return index


@pytest.fixture(scope="session")
def engine(seed_index: Path) -> Engine:
    """The engine over the seed articles."""
    return EngineSource(seed_index, ServiceSettings()).engine()
