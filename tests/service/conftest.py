"""Shared by the tests of the service."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder, fastest_dtype
from indexer.generation import open_current
from indexer.settings import IndexSettings
from service.cross import CrossEncoder
from service.interpret import Interpreter
from service.large import FETCHED, large_encoder
from service.observe import configure_logging
from service.training import Collection, load
from service.verify import Verifier
from tests.service.hub import save_cross_encoder
from tests.service.texts import TOWN


@pytest.fixture(autouse=True)
def _log_afterwards() -> Iterator[None]:
    """Later tests log to their own stderr, not to one that the one before has closed."""
    yield
    configure_logging()


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """Forty articles of three paragraphs, each with a question it answers and an impossible one."""
    folder = tmp_path_factory.mktemp("beir")
    (folder / "qrels").mkdir()
    corpus, queries, answers, qrels = [], [], [], ["query-id\tcorpus-id\tscore"]
    for n in range(40):
        bridge = f"Its bridge was built in {1900 + n}."
        text = f"Town {n} lies by a river.\n\n{bridge}\n\nIts market opens early."
        corpus.append({"_id": f"d{n}", "title": f"Town {n}", "text": text})
        queries.append({"_id": f"q{n}", "text": f"When was the bridge of town {n} built?"})
        queries.append({"_id": f"i{n}", "text": f"Who designed the bridge of town {n}?"})
        answers.append({"_id": f"q{n}", "answers": [str(1900 + n)]})
        answers.append({"_id": f"i{n}", "answers": [], "corpus_id": f"d{n}"})
        qrels.append(f"q{n}\td{n}\t1")
    for name, rows in (("corpus", corpus), ("queries", queries), ("answers", answers)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines)
    (folder / "qrels" / "test.tsv").write_text("\n".join(qrels) + "\n")
    return load(folder)


@pytest.fixture(scope="session")
def verifier(
    tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder
) -> Verifier:
    """The support check over an index of the town's three passages."""
    folder = tmp_path_factory.mktemp("town")
    (folder / "corpus").mkdir()
    for number, texts in enumerate(TOWN):
        (folder / "corpus" / f"{number}.txt").write_text(" ".join(texts))
    build_index(folder / "corpus", folder / "index", IndexSettings(), embedder)
    generation = open_current(folder / "index")
    return Verifier(generation, embedder, Interpreter([]))


@pytest.fixture(scope="session")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a cross-encoder as hubs serve them."""
    return save_cross_encoder(tmp_path_factory.mktemp("cross-encoder"))


@pytest.fixture(scope="session")
def larger() -> CrossEncoder:
    """The larger reader's network. Without its model tests are skipped, but under CI=true fail."""
    if not FETCHED.is_dir():
        reason = "the larger reader's model was not fetched (make large)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return large_encoder(FETCHED, fastest_dtype())


def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a package nor a model can be downloaded."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
