"""ask() with a language model over the seed articles: it writes, it refuses, it fails."""

from dataclasses import replace
from itertools import groupby

import pytest
from langchain_core.language_models import BaseChatModel, FakeListChatModel

from indexer.embed import SentenceTransformerEmbedder
from indexer.types import Filters
from service.candidates import Candidates
from service.draft import UNSUPPORTED
from service.outcome import is_verbatim
from service.pipeline import Engine
from service.read import Reading
from service.settings import ServiceSettings
from service.types import Answer, Cited, Interpreted, Mode, Question, Token, Turn, Unchecked
from tests.service.texts import says

FLAGSHIP = "why do councils distrust ICBs?"
NINE = "Only nine out of 91 ICB members are councillors."
HALF = "Just over half of councils say the extra time spent with health colleagues is justified."
INVENTED = "Councils have always hated the sea."


@pytest.fixture
def with_chat(engine: Engine, embedder: SentenceTransformerEmbedder) -> "WithChat":
    """Makes engines that are always sure, with a language model."""
    return WithChat(engine, embedder)


class WithChat:
    """Engines over the seeds' index."""

    def __init__(self, engine: Engine, embedder: SentenceTransformerEmbedder) -> None:
        self._engine, self._embedder = engine, embedder

    def __call__(self, model: BaseChatModel | str, **settings: object) -> Engine:
        """One with this model, or one that says this."""
        chosen = ServiceSettings.model_validate({"threshold": 0.0, **settings})
        chat = says(model) if isinstance(model, str) else model
        return Engine(self._engine.generation, self._embedder, chosen, chat)


def ask(engine: Engine, text: str = FLAGSHIP, mode: Mode = "llm") -> Answer:
    """The answer."""
    return engine.ask(Question(text, mode=mode))


@pytest.mark.parametrize("mode", ["llm", "auto"])
def test_what_the_model_writes_is_cited_with_verbatim_quotes(
    with_chat: WithChat, mode: Mode
) -> None:
    engine = with_chat(f"- {NINE} [1]\n- {HALF} [1]")
    answer = ask(engine, mode=mode)
    assert answer.answer == f"{NINE} [1] {HALF} [2]"
    assert [one.text for one in answer.sentences] == [NINE, HALF]
    assert "nine out of 91 Integrated Care Board members" in answer.citations[0].quote
    assert "just over half of councils say" in answer.citations[1].quote
    assert all(is_verbatim(engine, answer))
    assert (answer.status, answer.mode, answer.note) == ("answered", "llm", None)


def test_a_model_that_writes_a_document_s_own_words_wrote_them_all_the_same(
    with_chat: WithChat,
) -> None:
    quotes = [one.quote for one in ask(with_chat(NINE), mode="extractive").citations]
    (quote,) = (one for one in quotes if one.startswith("The risk is"))
    answer = ask(with_chat(f"{quote} [1]"))
    assert [one.text for one in answer.sentences] == [answer.citations[0].quote] == [quote]
    assert (answer.mode, answer.note) == ("llm", None)


def test_mode_extractive_does_without_the_model(with_chat: WithChat) -> None:
    answer = ask(with_chat(NINE), mode="extractive")
    assert answer.mode == "extractive"
    assert [one.text for one in answer.sentences] == [one.quote for one in answer.citations]


def test_events_come_as_the_model_writes(with_chat: WithChat) -> None:
    events = with_chat(f"{NINE} [1] {HALF} [1]").stream(Question(FLAGSHIP))
    kinds = [kind for kind, _ in groupby(type(event) for event in events)]
    assert kinds == [Interpreted, Unchecked, Cited, Token, Unchecked, Cited, Token, Answer]


def test_citations_come_before_the_text_that_refers_to_them(with_chat: WithChat) -> None:
    known: set[int] = set()
    text = ""
    for event in with_chat(f"{NINE} [1] {HALF} [1]").stream(Question(FLAGSHIP)):
        if isinstance(event, Cited):
            known = {one.id for one in event.citations}
        elif isinstance(event, Token):
            text += event.text
            assert all(f"[{n}]" not in event.text or n in known for n in range(1, 10))
        elif isinstance(event, Answer):
            assert text == event.answer != ""


def test_a_refusal_is_believed(with_chat: WithChat) -> None:
    answer = ask(with_chat("NOT FOUND"))
    assert (answer.status, answer.answer, answer.citations) == ("not_found", "", [])
    assert answer.reason
    assert answer.nearest
    assert answer.note is None


def test_a_true_sentence_that_is_beside_the_point_does_not_keep_quotes_out(
    with_chat: WithChat,
) -> None:
    read: list[tuple[Candidates, Reading]] = []
    engine = with_chat("")
    engine.ask(Question(FLAGSHIP, mode="extractive"), lambda *seen: read.append(seen))
    found, reading = read[0]
    best, *others = reading.order
    beside = [one for one in others[4:] if found.places[one][0] == found.places[best][0]]
    first, idle = found.quote(best), found.quote(beside[0])
    answer = ask(with_chat(f"{idle} [1]"))
    assert answer.sentences[0].text == idle
    assert answer.sentences[1].text == answer.citations[1].quote
    assert first in answer.citations[1].quote  # with what it leans on
    assert (answer.mode, answer.note) == ("llm", None)


def test_what_is_not_supported_is_left_out_or_marked(with_chat: WithChat) -> None:
    reply = f"{HALF} [1] {INVENTED} [1]"
    assert ask(with_chat(reply)).answer == f"{HALF} [1]"
    marked = ask(with_chat(reply, unsupported="mark"))
    assert marked.answer == f"{HALF} [1] {INVENTED} {UNSUPPORTED}"
    assert [one.supported for one in marked.sentences] == [True, False]
    assert marked.sentences[1].citations == []


@pytest.mark.parametrize("handling", ["drop", "mark"])
def test_when_nothing_is_supported_there_are_quotes_and_a_note(
    with_chat: WithChat, handling: str
) -> None:
    engine = with_chat(f"{INVENTED} [1]", unsupported=handling)
    answer, quotes = ask(engine), ask(engine, mode="extractive")
    assert answer.note is not None
    assert "nothing could be found" in answer.note
    assert (answer.answer, answer.citations) == (quotes.answer, quotes.citations)
    assert (answer.mode, answer.status) == ("extractive", quotes.status)


def test_a_model_that_fails_keeps_what_was_supported_and_quotes_are_added(
    with_chat: WithChat,
) -> None:
    reply = f"{NINE} [1] {HALF} [1]"
    model = FakeListChatModel(responses=[reply], error_on_chunk_number=len(NINE) + 15)
    engine = with_chat(model)
    events = list(engine.stream(Question(FLAGSHIP)))
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert answer.answer.startswith(f"{NINE} [1] ")
    assert answer.note is not None
    assert "broke off" in answer.note
    assert answer.mode == "llm"
    quotes = [one.quote for one in answer.citations]
    assert [one.text for one in answer.sentences[1:]] == quotes[1:]
    assert len(set(quotes)) == len(quotes) > 1
    assert "".join(event.text for event in events if isinstance(event, Token)) == answer.answer


def test_a_model_that_is_silent_gives_way_to_quotes(with_chat: WithChat) -> None:
    model = FakeListChatModel(responses=[NINE], sleep=0.5)
    answer = ask(with_chat(model, llm_seconds=0.05))
    assert answer.note is not None
    assert "did not go on" in answer.note
    assert answer.mode == "extractive"
    assert answer.citations


@pytest.mark.parametrize("most", [1, 2, 50])
def test_there_are_no_more_citations_than_wanted_whoever_writes(
    with_chat: WithChat, most: int
) -> None:
    broken = FakeListChatModel(
        responses=[f"{NINE} [1] {HALF} [1]"], error_on_chunk_number=len(NINE) + 15
    )
    for model in (f"{NINE} [1] {HALF} [1] {INVENTED}", INVENTED, broken):
        answer = with_chat(model).ask(Question(FLAGSHIP, top_k=most))
        assert 1 <= len(answer.citations) <= most


def test_where_there_is_nothing_the_model_is_not_asked(with_chat: WithChat) -> None:
    nobody = Filters(publisher=("Nobody",))
    answer = with_chat(INVENTED).ask(Question(FLAGSHIP, filters=nobody))
    assert (answer.status, answer.note) == ("not_found", None)
    assert "filters" in (answer.reason or "")


def test_below_the_threshold_the_model_is_not_asked(with_chat: WithChat) -> None:
    answer = ask(with_chat(NINE, threshold=1.0))
    assert (answer.status, answer.answer) == ("not_found", "")
    assert "write" not in answer.timings_ms


def test_writing_is_timed(with_chat: WithChat) -> None:
    assert "write" in ask(with_chat(NINE)).timings_ms


def test_a_follow_up_is_written_from_what_it_follows(with_chat: WithChat) -> None:
    history = (Turn("user", "how many people said integration would be hard?"),)
    engine = with_chat("9% thought it would be easy. [1]")
    answer = engine.ask(Question("and how many thought it would be easy?", history=history))
    assert answer.answer == "9% thought it would be easy. [1]"
    assert answer.mode == "llm"


ASKED = (Turn("user", "how many people said integration would be hard?"),)
EASY = "and how many thought it would be easy?"
ALONE = "How many people thought integration would be easy?"


def test_the_model_puts_a_follow_up_so_that_it_can_be_understood_alone(
    with_chat: WithChat,
) -> None:
    follow_up = Question(EASY, history=ASKED)
    answer = with_chat(says(ALONE, "9% thought it would be easy. [1]")).ask(follow_up)
    assert answer.interpreted_question == ALONE
    assert (answer.answer, answer.mode) == ("9% thought it would be easy. [1]", "llm")
    assert "rewrite" in answer.timings_ms
    by_rules = with_chat(ALONE).ask(replace(follow_up, mode="extractive"))
    assert by_rules.interpreted_question == f"{EASY} ({ASKED[0].content})"
    assert "rewrite" not in by_rules.timings_ms


def test_a_question_that_stands_alone_is_not_rewritten(with_chat: WithChat) -> None:
    answer = with_chat(HALF).ask(Question(FLAGSHIP, history=ASKED))
    assert "rewrite" not in answer.timings_ms
    assert answer.answer == f"{HALF} [1]"


def test_where_the_model_invents_or_fails_the_rules_hold(with_chat: WithChat) -> None:
    follow_up = Question(EASY, history=ASKED)
    written = "9% thought it would be easy."
    invents = with_chat(says("How easy is surgery in Leeds?", written)).ask(follow_up)
    assert invents.interpreted_question == f"{EASY} ({ASKED[0].content})"
    assert (invents.answer, invents.note) == (f"{written} [1]", None)
    fails = with_chat(FakeListChatModel(responses=[ALONE], error_on_chunk_number=0))
    failed = fails.ask(follow_up)
    assert failed.interpreted_question == f"{EASY} ({ASKED[0].content})"
    assert (failed.note or "").count("broke off") == 1
    assert failed.citations
