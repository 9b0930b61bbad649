"""Claims are checked against their own excerpt, and counted by what they are."""

import json
from pathlib import Path

import pytest

from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.errors import CorpusError
from indexer.settings import IndexSettings
from service.claims import evaluate_claims
from service.pipeline import Engine
from service.settings import ServiceSettings
from service.source import EngineSource

SCHOOL = "The council paid £12,000 for the roof of the school. The builder finished in nearly May."
CLINIC = "The clinic opens at nine. It may close in winter."
CLAIMS = [
    (SCHOOL, "The council paid £12,000 for the roof of the school.", True, "close"),
    (SCHOOL, "The council paid £21,000 for the roof of the school.", False, "number"),
    (SCHOOL, "The clinic opens at nine.", False, "outside"),  # said, but elsewhere
    (CLINIC, "The clinic opens at 9.", True, "close"),
    (CLINIC, "It will close in winter.", False, "scope"),
]


def test_shares_are_of_the_claims_of_each_kind(
    tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    def opened(corpus: Path, index: Path) -> Engine:
        build_index(corpus, index, IndexSettings(), embedder)
        return EngineSource(index, ServiceSettings()).engine()

    claims = tmp_path / "claims.jsonl"
    rows = [
        {"_id": str(n), "excerpt": e, "claim": c, "supported": s, "kind": k}
        for n, (e, c, s, k) in enumerate(CLAIMS)
    ]
    claims.write_text("\n".join(json.dumps(row) for row in rows))
    assert evaluate_claims(claims, tmp_path / "scratch", opened).figures() == {
        "supported_close": 1.0,
        "supported_kept": 1.0,
        "unsupported_kept": 0.0,
        "unsupported_number": 0.0,
        "unsupported_outside": 0.0,
        "unsupported_scope": 0.0,
    }
    claims.write_text('{"_id": "1"}')
    with pytest.raises(CorpusError, match="line 1"):
        evaluate_claims(claims, tmp_path / "scratch", opened)
