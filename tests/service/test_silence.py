"""Why there is no answer: a code, and words that claim no more than is certain."""

import json

import pytest

from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.settings import IndexSettings
from indexer.types import Filters
from service.interpret import Interpreter
from service.pipeline import SURE, Engine
from service.settings import ServiceSettings
from service.silence import Explainer
from service.source import EngineSource
from service.types import Answer, Question

FERRY = (
    "A ferry to the island ran aground near Kirkwall. The operator said that 212 passengers were "
    "taken off the ferry by lifeboat before midnight."
)
BOARD = "The Port Control Team (PCT) met on Monday. The PCT agreed to dredge the harbour in June."
CLINIC = "The Primary Care Trust (PCT) met on Friday. The PCT agreed to close the clinic in May."
PASSENGERS = "How many passengers were taken off the ferry by lifeboat?"


@pytest.fixture(scope="module")
def island(
    tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder
) -> Engine:
    """Three dated stories, in two of which PCT stands for different things."""
    corpus, index = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("index")
    rows = [("Ferry", FERRY, "2019-03-02"), ("Harbour", BOARD, "2021-05-01")]
    rows.append(("Clinic", CLINIC, "2021-06-01"))
    stories = [
        {"_id": title, "title": title, "text": text, "metadata": {"published": day}}
        for title, text, day in rows
    ]
    (corpus / "papers.jsonl").write_text("\n".join(json.dumps(story) for story in stories))
    build_index(corpus, index, IndexSettings(), embedder)
    return EngineSource(index, ServiceSettings()).engine()


def silent(engine: Engine, text: str, filters: Filters | None = None) -> Answer:
    """An answer that is none."""
    answer = engine.ask(Question(text, filters=filters or Filters()))
    assert answer.status == "not_found"
    assert answer.reason
    return answer


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("how do I bake sourdough bread", "Nothing in these documents is about this."),
        ("how tall is the Eiffel Tower?", "this: they nowhere mention “Eiffel Tower”."),
        ("recipe for lentil soup", "this: they nowhere mention “lentil soup”."),
    ],
)
def test_another_topic_is_told(engine: Engine, text: str, words: str) -> None:
    answer = silent(engine, text)
    assert answer.reason_code == "nothing_on_topic"
    assert (answer.reason or "").endswith(words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What was the NAO's budget in 2018?", "speak of the National Audit Office, but do not"),
        (
            "What did Simon Edwards say about dentistry?",
            "speak of Simon Edwards, but nowhere mention “dentistry”.",
        ),
        (
            "who chairs the Integrated Care Board in Kent?",
            "speak of Integrated Care Boards, but nowhere mention “Kent”.",
        ),
        ("how many hospitals are there in england", "are on the topic, but do not clearly say"),
        (
            "how much are care workers paid?",  # "funding" may mean it
            "are on the topic, but do not clearly say",
        ),
    ],
)
def test_the_topic_without_the_detail_is_told(engine: Engine, text: str, words: str) -> None:
    answer = silent(engine, text)
    assert answer.reason_code == "detail_not_said"
    assert words in (answer.reason or "")
    assert (answer.reason or "").endswith("they are not an answer.")
    assert answer.nearest


def test_an_uncertain_answer_says_what_stands_nowhere(engine: Engine) -> None:
    answer = engine.ask(Question("why does Jeremy Hunt think that integrated care has failed?"))
    assert answer.confidence > SURE  # all else matches: who thinks so does not
    assert (answer.status, answer.reason_code) == ("partial", "uncertain")
    assert "nowhere mention “Jeremy Hunt”" in (answer.reason or "")


def test_dates_that_leave_out_what_would_answer_are_the_reason(island: Engine) -> None:
    assert island.ask(Question(PASSENGERS)).citations
    answer = silent(island, PASSENGERS, Filters(published_from="2020-01-01"))
    assert answer.reason_code == "outside_filters"
    assert "of the dates asked for" in (answer.reason or "")
    assert "thers" in (answer.reason or "")  # and that others would serve


def test_filters_that_leave_nothing_are_the_reason(island: Engine) -> None:
    later = silent(island, PASSENGERS, Filters(published_from="2030-01-01"))
    assert later.reason_code == "outside_filters"
    assert later.reason == (
        "There is no document of the dates asked for. Other documents may answer it."
    )
    nobody = silent(island, "how do I bake bread?", Filters(publisher=("Nobody",)))
    assert nobody.reason_code == "outside_filters"
    assert nobody.reason == "There is no document that passes the filters."


def test_filters_are_not_the_reason_where_nothing_else_would_serve(island: Engine) -> None:
    answer = silent(island, "how do I bake sourdough bread", Filters(published_from="2020-01-01"))
    assert answer.reason_code == "nothing_on_topic"


def test_an_acronym_of_several_meanings_is_the_reason(island: Engine) -> None:
    answer = silent(island, "What is the salary of the PCT's chair?")
    assert answer.reason_code == "ambiguous_acronym"
    assert "Port Control Team and Primary Care Trust" in (answer.reason or "")


def test_an_acronym_that_the_question_spells_out_is_no_reason(island: Engine) -> None:
    answer = silent(island, "What is the salary of the chair of the Primary Care Trust (PCT)?")
    assert answer.reason_code != "ambiguous_acronym"


def test_small_talk_and_sure_answers_have_their_codes(engine: Engine) -> None:
    assert engine.ask(Question("hello")).reason_code == "small_talk"
    sure = engine.ask(Question("why do councils distrust ICBs?"))
    assert (sure.reason_code, sure.reason) == (None, None)


def test_of_a_very_long_question_words_are_named_all_the_same(
    engine: Engine, embedder: SentenceTransformerEmbedder
) -> None:
    explainer = Explainer(engine.generation, embedder, Interpreter([]))
    code, words = explainer.why_uncertain(" ".join(f"in wumbo{n}a Kent" for n in range(100)))
    assert code == "uncertain"
    assert "Kent" in words
