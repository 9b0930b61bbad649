"""Filters in words, in links and as chips; nothing in them is live."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.samples import HOSTILE, Elements
from ui.filters import bar, checked, choices, from_link, sentence, to_link, without
from ui.types import Counted, Filters

SET = Filters(("LGC", "A & B"), ("Bo",), "2018-01-01", "2019-12-31")
WORDS = st.text(st.characters(codec="utf-8"), min_size=1)


def test_dates_are_widened_to_the_days_they_mean() -> None:
    typed = Filters(published_from=" 2018 ", published_to="June 2019")
    assert checked(typed) == Filters(published_from="2018-01-01", published_to="2019-06-30")


@given(WORDS, st.lists(WORDS), st.lists(WORDS))
def test_a_link_brings_back_the_question_and_its_filters(
    question: str, publisher: list[str], author: list[str]
) -> None:
    wanted = Filters(tuple(publisher), tuple(author), "2018-01-01", "2019-12-31")
    assert from_link(to_link(question, wanted).removeprefix("?")) == (question, wanted)


@pytest.mark.parametrize("query", ["", "q=", "__theme=dark&x=%ff%00", "&&=;", "q"])
def test_an_address_that_asks_nothing_has_no_question(query: str) -> None:
    assert from_link(query) == ("", Filters())


def test_one_filter_is_taken_away_and_the_others_stay() -> None:
    assert without(SET, "publisher", "LGC").publisher == ("A & B",)
    assert without(SET, "author", "Bo") == Filters(SET.publisher, (), "2018-01-01", "2019-12-31")
    assert without(SET, "published_to", "2019-12-31").published_to == ""
    assert without(SET, "all", "") == Filters()
    assert without(SET, "nonsense", "LGC") == SET


def test_there_is_a_chip_for_each_filter_and_one_for_all_of_several() -> None:
    fields = [chip["data-field"] for chip in Elements(bar(SET)).of_class("filter")]
    assert fields == ["publisher", "publisher", "author", "published_from", "published_to", "all"]
    assert len(Elements(bar(Filters(("LGC",)))).of_class("filter")) == 1
    assert Elements(bar(Filters())).of_class("filter") == []


def test_what_was_searched_is_said_in_a_sentence() -> None:
    said = "published by LGC or A & B, by Bo, from 1 January 2018, up to 31 December 2019"
    assert sentence(SET) == said
    assert sentence(Filters()) == ""


def test_a_list_offers_what_is_picked_though_the_index_has_it_no_more() -> None:
    counted = [Counted(value="LGC", documents=1200)]
    assert choices(counted, ["LGC", "Gone"]) == [("LGC (1,200)", "LGC"), ("Gone", "Gone")]


def test_a_hostile_filter_is_only_text() -> None:
    chips = Elements(bar(Filters((HOSTILE,), (HOSTILE,), HOSTILE, HOSTILE)))
    assert {tag for tag, _ in chips.found} == {"button", "span"}
    assert not any(name.startswith("on") for _, attrs in chips.found for name in attrs)
    assert chips.of_class("filter")[0]["data-value"] == HOSTILE
