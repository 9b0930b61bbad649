"""What an operator may turn by RAG_SERVICE_* variables."""

import pytest

from indexer.errors import SettingsError
from indexer.settings import read_settings
from service.settings import ServiceSettings


def test_the_defaults_need_no_environment() -> None:
    settings = read_settings(ServiceSettings)
    assert settings.threshold is None
    assert settings.passages >= 1
    assert settings.max_body_kb >= 1


def test_every_setting_is_described() -> None:
    assert all(field.description for field in ServiceSettings.model_fields.values())


@pytest.mark.parametrize(
    ("variable", "value", "read"),
    [("THRESHOLD", "0.5", 0.5), ("PASSAGES", "20", 20), ("MAX_BODY_KB", "64", 64)],
)
def test_a_variable_sets_its_setting(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, read: float
) -> None:
    monkeypatch.setenv(f"RAG_SERVICE_{variable}", value)
    assert getattr(read_settings(ServiceSettings), variable.lower()) == read


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("THRESHOLD", "1.1"),
        ("THRESHOLD", "-0.1"),
        ("THRESHOLD", "high"),
        ("PASSAGES", "0"),
        ("PASSAGES", "101"),
        ("MAX_BODY_KB", "0"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(f"RAG_SERVICE_{variable}", value)
    with pytest.raises(SettingsError, match=f"RAG_SERVICE_{variable}='{value}'"):
        read_settings(ServiceSettings)


def test_a_misspelt_variable_is_refused_with_the_right_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RAG_SERVICE_TRESHOLD", "0.5")
    with pytest.raises(SettingsError) as caught:
        read_settings(ServiceSettings)
    assert "RAG_SERVICE_TRESHOLD" in caught.value.message
    assert "RAG_SERVICE_THRESHOLD" in caught.value.hint


def test_a_variable_of_the_indexer_is_not_the_services_concern(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RAG_PASSAGE_TOKENS", "100")
    read_settings(ServiceSettings)
    with pytest.raises(ValueError, match="Extra inputs"):
        ServiceSettings.model_validate({"passage_tokens": 100})
