"""POST /v1/feedback keeps a reader's word, and refuses what is none."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.feedback import kept

SAID = {"question": " Who pays? ", "status": "answered", "useful": False, "reason": "wrong source"}


@pytest.fixture(scope="module")
def index(seed_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("feedback") / "index"
    shutil.copytree(seed_index, copy)
    return copy


@pytest.fixture(scope="module")
def client(index: Path) -> Iterator[TestClient]:
    with TestClient(create_app(index)) as client:
        yield client


def test_a_word_is_kept_beside_the_index(client: TestClient, index: Path) -> None:
    before = len(list(kept(index)))
    assert client.post("/v1/feedback", json=SAID).status_code == 204
    *_, last = kept(index)
    assert len(list(kept(index))) == before + 1
    assert (last["question"], last["useful"], last["reason"]) == (
        "Who pays?",
        False,
        "wrong source",
    )


@pytest.mark.parametrize(
    "wrong", [{"useful": "perhaps"}, {"status": "fine"}, {"reason": "x" * 2001}, {"rating": 5}]
)
def test_what_is_no_feedback_is_refused(client: TestClient, wrong: dict[str, object]) -> None:
    response = client.post("/v1/feedback", json=SAID | wrong)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert next(iter(wrong)) in response.json()["hint"]
