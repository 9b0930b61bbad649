"""Settings from the environment: defaults, values, and errors that name what is wrong."""

import pytest

from indexer.errors import SettingsError
from indexer.settings import PACKAGED_MODEL, IndexSettings, read_settings


def test_without_variables_there_are_defaults() -> None:
    settings = read_settings(IndexSettings)
    assert settings.model == PACKAGED_MODEL
    assert (settings.dtype, settings.passage_tokens, settings.max_file_mb, settings.keep) == (
        "auto",
        160,
        100,
        2,
    )


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("RAG_MODEL", "some/model"),
        ("RAG_DTYPE", "float32"),
        ("RAG_PASSAGE_TOKENS", "80"),
        ("RAG_MAX_FILE_MB", "5"),
        ("RAG_KEEP", "3"),
    ):
        monkeypatch.setenv(name, value)
    assert read_settings(IndexSettings) == IndexSettings(
        model="some/model", dtype="float32", passage_tokens=80, max_file_mb=5, keep=3
    )


@pytest.mark.parametrize(
    ("misspelt", "near"),
    [
        ("RAG_PASAGE_TOKENS", "RAG_PASSAGE_TOKENS"),
        ("RAG_MODELL", "RAG_MODEL"),
        ("RAG_MAX_FILE_SIZE", "RAG_MAX_FILE_MB"),
    ],
)
def test_misspelt_variable_suggests_the_near_one(
    monkeypatch: pytest.MonkeyPatch, misspelt: str, near: str
) -> None:
    monkeypatch.setenv(misspelt, "1")
    with pytest.raises(SettingsError, match=misspelt) as caught:
        read_settings(IndexSettings)
    assert caught.value.hint == f"Did you mean {near}?"


def test_variable_like_no_other_lists_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_ZZZZZZZZZZZZZ", "1")
    with pytest.raises(SettingsError, match="RAG_ZZZZZZZZZZZZZ") as caught:
        read_settings(IndexSettings)
    for name in ("RAG_DTYPE", "RAG_KEEP", "RAG_MODEL"):
        assert name in caught.value.hint


def test_variables_of_the_service_are_none_of_its_business(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RAG_SERVICE_ANYTHING", "1")
    assert read_settings(IndexSettings) == IndexSettings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RAG_PASSAGE_TOKENS", "15"),
        ("RAG_PASSAGE_TOKENS", "many"),
        ("RAG_PASSAGE_TOKENS", "9000"),
        ("RAG_DTYPE", "int8"),
        ("RAG_KEEP", "0"),
        ("RAG_MAX_FILE_MB", "0"),
        ("RAG_MODEL", ""),
    ],
)
def test_value_out_of_range_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as caught:
        read_settings(IndexSettings)
    assert repr(value) in caught.value.message
    assert name in caught.value.hint
