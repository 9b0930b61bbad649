"""What `make bench` prints."""

import json
from pathlib import Path

import pytest

from indexer.embed import SentenceTransformerEmbedder
from service.bench import bench, show
from service.settings import ServiceSettings
from tests.service.texts import says


def test_figures_are_counts_and_ratios_of_what_was_really_done(
    tmp_path: Path, embedder: SentenceTransformerEmbedder, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("The bridge was built in 1907.\n\nThe river runs to the sea.\n")
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"question": "when was the bridge built"}\n{"question": "and why"}\n')
    settings = ServiceSettings(threshold=0.0)
    found = bench(corpus, questions, embedder, settings, says("In 1907. It was built there."))
    assert (found["documents"], found["questions"]) == (1, 2)
    assert found["texts"] == 1 + 2 + 2 + 6  # passage, sentences, in context, words
    assert found["rebuild_to_build"] > 0
    assert found["unchanged_to_build"] > 0
    assert found["documents_parsed_per_s"] > 0
    assert found["passages_embedded_per_s"] > 0
    assert found["answer_p50_ms"] > 0
    assert found["plain_vector_search_p50_ms"] > 0
    assert found["first_words"] == 2
    assert found["first_words_p50_ms"] > found["model_first_word_p50_ms"] > 0
    assert found["quotes_p50_ms"] > 0
    assert found["first_checked_words_to_both"] >= found["first_words_to_both"] > 0
    show(found)
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == found
