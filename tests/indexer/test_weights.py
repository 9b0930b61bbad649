"""The model's files: what identifies them. (Finding and refusing models: test_embed.py.)"""

import shutil
from pathlib import Path

import pytest

from indexer.settings import PACKAGED_MODEL
from indexer.weights import PACKAGED_SHA256, adapter_base, configuration_digest, find_model


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    shutil.copytree(
        find_model(PACKAGED_MODEL), folder, ignore=shutil.ignore_patterns("*.safetensors")
    )
    return folder


@pytest.mark.parametrize("name", ["sentence_bert_config.json", "1_Pooling/config.json"])
def test_configuration_of_a_model_is_part_of_what_it_is(copy: Path, name: str) -> None:
    before = configuration_digest(copy)
    assert before == configuration_digest(find_model(PACKAGED_MODEL))
    path = copy / name
    path.write_text(path.read_text() + " ")
    assert configuration_digest(copy) != before


def test_words_about_a_model_are_no_part_of_it(copy: Path) -> None:
    before = configuration_digest(copy)
    (copy / "README.md").write_text("Read me.")
    assert configuration_digest(copy) == before


def test_the_reading_adapter_was_made_for_the_packaged_model() -> None:
    assert adapter_base() == PACKAGED_SHA256
