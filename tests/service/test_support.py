"""How far the words of a question are said in a text."""

import pytest

from indexer.embed import SentenceTransformerEmbedder
from service.pipeline import Engine
from service.support import Support, together


@pytest.fixture(scope="module")
def support(engine: Engine, embedder: SentenceTransformerEmbedder) -> Support:
    """For a question of two words that mean something: money, councils."""
    return Support("how much money do the councils have?", engine.generation, embedder)


def test_only_words_that_mean_something_count(support: Support) -> None:
    assert len(support.weights) == 2
    assert (support.weights > 0).all()


def test_the_word_itself_is_full_support_and_a_near_word_is_some(support: Support) -> None:
    money, councils = support.of("The money of the councils")
    assert (money, councils) == (1.0, 1.0)
    near, _ = support.of("Their funding")
    far, _ = support.of("Their optimism")
    assert far < near < 1.0


def test_what_is_not_said_weighs_as_much_as_its_word_tells(support: Support) -> None:
    nothing = support.of("")
    assert support.mean(nothing) == 0.0
    assert support.weakest(nothing) == pytest.approx(support.weights.max())
    everything = support.of("money for councils")
    assert support.mean(everything) == pytest.approx(1.0)
    assert support.weakest(everything) == pytest.approx(0.0)


def test_texts_support_together(support: Support) -> None:
    both = together(support.of("money"), support.of("councils"))
    assert both.tolist() == [1.0, 1.0]


def test_another_number_is_no_support(
    engine: Engine, embedder: SentenceTransformerEmbedder
) -> None:
    asked = Support("2017", engine.generation, embedder)
    assert asked.of("in 2018").tolist() == [0.0]


def test_a_question_without_words_lacks_nothing(
    engine: Engine, embedder: SentenceTransformerEmbedder
) -> None:
    empty = Support("???", engine.generation, embedder)
    assert empty.mean(empty.of("money")) == 1.0
    assert empty.weakest(empty.of("money")) == 0.0


def test_a_pasted_document_is_no_error(
    engine: Engine, embedder: SentenceTransformerEmbedder
) -> None:
    long = Support(
        "x" * 2000 + " " + " ".join(f"word{n}" for n in range(900)), engine.generation, embedder
    )
    assert 0 < len(long.weights) <= 64


def test_a_word_of_the_index_is_said_somewhere_and_a_strange_one_hardly(
    engine: Engine, embedder: SentenceTransformerEmbedder
) -> None:
    said = Support("councils bake", engine.generation, embedder).anywhere()
    assert said["councils"] == 1.0
    assert said["bake"] < 0.5
