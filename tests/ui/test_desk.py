"""What the page's controls do, without a browser."""

from __future__ import annotations

from typing import Any

import gradio as gr
import pytest

from tests.ui.pages import NO_FILTERS, QUOTE, Page, Running
from ui.desk import LONGEST, complaint
from ui.layout import EXAMPLES
from ui.types import Answer, Problem, Turn


def test_a_question_shows_its_progress_and_then_its_answer(service: Running) -> None:
    page = Page(service.url)
    waiting, *_, done = page.ask("  How many? ")
    assert "Searching the documents" in waiting["conversation"]
    assert waiting["question"] == ""
    assert waiting["send"].interactive is False
    assert QUOTE in done["conversation"]
    assert f"<mark>{QUOTE}</mark>" in done["panel"]
    assert done["send"].interactive is True
    assert "question" not in done, "what is typed meanwhile must be let be"


def test_what_comes_of_an_answer_is_shown_as_it_comes(service: Running) -> None:
    _, understood, cited, written, done = Page(service.url).ask("How many?")
    assert "How many councillors?" in understood["conversation"]
    assert "skeleton" in understood["panel"]
    assert QUOTE not in cited["conversation"]
    assert f"<mark>{QUOTE}</mark>" in cited["panel"] == written["panel"] == done["panel"]
    assert QUOTE in written["conversation"]
    assert "send" not in written, "it is still under way"
    assert "searching" not in done["conversation"]


def test_an_example_is_asked_when_pressed_and_leaves_what_was_typed(
    service: Running, asked: list[dict[str, Any]]
) -> None:
    page = Page(service.url)
    button = next(b for b in page.blocks.blocks.values() if getattr(b, "value", "") == EXAMPLES[1])
    states = page.ask("half a ques", by=button)
    assert [one["question"] for one in asked] == [EXAMPLES[1]]
    assert all("question" not in state for state in states)


def test_a_follow_up_is_sent_with_the_conversation_as_plain_text(
    service: Running, asked: list[dict[str, Any]]
) -> None:
    page = Page(service.url)
    page.ask("How many?")
    page.ask("unlucky")
    page.ask("And why?")
    assert asked[0]["history"] == []
    assert asked[2]["history"] == [
        {"role": "user", "content": "How many?"},
        {"role": "assistant", "content": f"{QUOTE} [1]"},
    ]


@pytest.mark.parametrize("typed", ["", "  \n ", "x" * (LONGEST + 1)])
def test_a_question_that_cannot_be_asked_is_told_and_kept(
    service: Running, asked: list[dict[str, Any]], typed: str
) -> None:
    told, nothing = Page(service.url).ask(typed)
    assert list(told) == ["notice"]
    assert complaint(typed.strip()) in told["notice"]
    assert nothing == {"notice": gr.skip()}
    assert asked == []


def test_a_second_question_while_one_is_under_way_changes_nothing(service: Running) -> None:
    page = Page(service.url)
    page.turns = [Turn("First?")]
    event = gr.EventData(page.part("send"), {})
    begun = page.does("begin")("Second?", page.turns, *NO_FILTERS, event)
    assert list(begun.values()) == [gr.skip()]


def test_half_a_character_does_not_stop_a_question(
    service: Running, asked: list[dict[str, Any]]
) -> None:
    Page(service.url).ask("How \ud83d many?")
    assert asked[0]["question"] == "How ? many?"


def test_the_longest_question_can_be_asked() -> None:
    assert complaint("x" * LONGEST) == ""
    assert "2,001" in complaint("x" * (LONGEST + 1))


def test_a_service_that_is_down_is_told_and_then_answers_once_it_is_back(service: Running) -> None:
    page = Page(service.url)
    service.stop()
    assert "does not reply" in page.does("count_documents")()
    assert "does not reply" in page.ask("How many?")[-1]["conversation"]
    assert page.does("give_back")("", page.turns) == "How many?"
    service.start()
    assert QUOTE in page.ask("How many?")[-1]["conversation"]
    assert "5 documents" in page.does("count_documents")()


def test_a_question_is_given_back_only_when_it_failed_and_nothing_else_is_typed() -> None:
    give_back = Page("http://127.0.0.1:9").does("give_back")
    failed, answered = Turn("Why?", Problem("Down.")), Turn("Why?", Answer(status="not_found"))
    kept = gr.skip()
    assert give_back("", [failed]) == "Why?"
    assert give_back("something else", [failed]) == kept
    assert give_back("", [answered]) == give_back("", []) == kept


def test_clearing_takes_the_page_back_to_its_start(service: Running) -> None:
    page = Page(service.url)
    page.ask("How many?")
    cleared = {getattr(p, "elem_id", None): v for p, v in page.does("start_again")().items()}
    assert "What do you need to know?" in cleared["conversation"]
    assert cleared["examples"].visible is True
    assert cleared["send"].interactive is True


def test_every_way_of_asking_is_one_listener_so_that_a_double_press_asks_once() -> None:
    blocks = Page("http://127.0.0.1:9").blocks
    (listener,) = (one for one in blocks.fns.values() if one.name == "begin")
    assert len(listener.targets) == 3 + len(EXAMPLES)
    assert listener.trigger_mode == "once"


def test_the_page_reports_to_nobody_and_offers_no_api_of_its_own() -> None:
    blocks = Page("http://127.0.0.1:9").blocks
    assert blocks.analytics_enabled is False
    assert all(one.api_visibility == "private" for one in blocks.fns.values())


LGC_FROM_2018 = (["LGC"], None, "2018", "")
BODY = {
    "publisher": ["LGC"],
    "author": [],
    "published_from": "2018-01-01",
    "published_to": None,
}


def test_every_question_is_asked_under_the_filters_that_are_set(
    service: Running, asked: list[dict[str, Any]]
) -> None:
    page = Page(service.url)
    *_, done = page.ask("How many?", filters=LGC_FROM_2018)
    page.ask("And why?")
    assert [one.get("filters") for one in asked] == [BODY, None]
    assert "Only documents published by LGC, from 1 January 2018" in done["conversation"]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("soon", "", "“soon” is not a date"),
        ("2020", "2019", "has to be the earlier"),
    ],
)
def test_a_wrong_date_is_told_and_nothing_is_asked(
    service: Running, asked: list[dict[str, Any]], start: str, end: str, words: str
) -> None:
    page = Page(service.url)
    told, _ = page.ask("How many?", filters=([], [], start, end))
    assert list(told) == ["notice"]
    assert words in told["notice"]
    assert list(page.named(page.does("refilter")([], [], start, end))) == ["notice"]
    assert asked == []


def test_what_is_set_is_shown_as_chips_and_pressing_one_takes_it_away(service: Running) -> None:
    page = Page(service.url)
    bar = page.named(page.does("refilter")(*LGC_FROM_2018))["bar"]
    assert "from 1 January 2018" in bar
    assert 'data-field="publisher" data-value="LGC"' in bar
    event = gr.EventData(page.part("bar"), {"field": "published_from", "value": "2018-01-01"})
    left = page.named(page.does("drop")(*LGC_FROM_2018, event))
    assert (left["publisher"], left["author"]) == (["LGC"], [])
    assert (left["start"], left["end"]) == ("", "")
    assert "2018" not in left["bar"]


def test_the_filters_offer_what_the_index_holds(service: Running) -> None:
    shown, _ = Page(service.url).arrive()
    assert shown["publisher"].choices == [("LGC (2)", "LGC")]
    assert shown["author"].choices == [("Bo (1)", "Bo")]
    assert "conversation" not in shown


def test_without_anything_to_filter_by_there_are_no_filters() -> None:
    shown, _ = Page("http://127.0.0.1:9").arrive()
    assert shown["bar"] == ""


def test_a_question_can_be_asked_in_other_words_and_without_the_filters(
    service: Running, asked: list[dict[str, Any]]
) -> None:
    page = Page(service.url)
    answer = page.part("conversation")
    filters: tuple[Any, ...] = (["LGC"], [], "", "")
    kept, *_ = page.ask("half a ques", by=answer, filters=filters, question=" How many? ")
    bare, *_ = page.ask("half", by=answer, filters=filters, question="Why?", unfiltered=True)
    assert [one["question"] for one in asked] == ["How many?", "Why?"]
    assert [bool(one.get("filters")) for one in asked] == [True, False]
    assert "question" not in {**kept, **bare}, "what was being typed must be let be"
    assert "publisher" not in kept
    assert bare["publisher"] == []


def test_an_address_with_a_question_asks_it_once_under_its_filters(
    service: Running, asked: list[dict[str, Any]]
) -> None:
    page = Page(service.url)
    opened, done = page.arrive("q=How+many%3F&publisher=Gone&published_from=2018")
    assert opened["question"] == "How many?"
    assert opened["publisher"].value == ["Gone"]
    assert "from 1 January 2018" in opened["bar"]
    assert QUOTE in done["conversation"]
    assert [one["question"] for one in asked] == ["How many?"]
    assert asked[0]["filters"]["publisher"] == ["Gone"]
    assert list(page.named(page.does("answer_at_once")(page.turns))) == ["notice"]


def test_an_address_with_a_wrong_date_is_told_and_asks_nothing(
    service: Running, asked: list[dict[str, Any]]
) -> None:
    opened, _ = Page(service.url).arrive("q=How+many%3F&published_to=soon")
    assert (opened["question"], opened["end"]) == ("How many?", "soon")
    assert "“soon” is not a date" in opened["notice"]
    assert asked == []


def test_a_conversation_is_saved_as_the_kind_of_file_whose_button_was_pressed(
    service: Running,
) -> None:
    page = Page(service.url)
    waiting, *_, done = page.ask("How many?")
    assert waiting["saving"] == ""
    assert 'data-kind="markdown"' in done["saving"]
    event = gr.EventData(page.part("saving"), {"kind": "markdown"})
    file = page.does("save")(page.turns, event)
    assert file["name"].endswith(".md")
    assert QUOTE in file["text"]


def test_the_documents_are_looked_at_though_the_service_has_no_report(service: Running) -> None:
    looked = Page(service.url).does("look")()
    assert "LGC" in looked
    assert 'href="source/d"' in looked
    assert "Not Found" in looked
    assert "does not reply" in Page("http://127.0.0.1:9").does("look")()
