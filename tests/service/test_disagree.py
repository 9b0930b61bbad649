"""Sources that contradict each other are told, and nothing else is."""

import json
from dataclasses import replace

import pytest

from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.settings import IndexSettings
from service.__main__ import render
from service.disagree import differ, disagreements
from service.openai_api import content_of
from service.pipeline import Engine
from service.settings import ServiceSettings
from service.source import EngineSource
from service.types import Answer, Question
from tests.service.texts import candidates

PIER = "The pier at Port Ellen was repaired by 31% of the Islay Harbour members in two weeks."


def said(one: str, other: str, title: str = "") -> tuple[str, str] | None:
    """What two documents of one sentence each say differently."""
    return differ(candidates([one], [other], title=title), 0, 1)


@pytest.mark.parametrize(
    ("one", "other", "different"),
    [
        (PIER, PIER.replace("31%", "43%"), ("31%", "43%")),
        (PIER, PIER.replace("31%", "43 per cent"), ("31%", "43 per cent")),
        (PIER, PIER.replace("two weeks", "nine weeks"), ("two", "nine")),
        (
            "In 2018 the Islay Harbour board spent £1.5m on repairs.",
            "In 2018 the Islay Harbour board spent £2.5m on repairs.",
            ("£1.5m", "£2.5m"),
        ),
        (
            "The Better Care Fund paid 300 nurses in Leeds, according to the council.",
            "The Better Care Fund paid 350 nurses in Leeds, including 12 at night.",
            ("300", "350"),
        ),
        (
            "The new bridge at Port Ellen was opened in 1953.",
            "The new bridge at Port Ellen was opened in 1954.",
            ("1953", "1954"),
        ),
        (
            "The new bridge at Port Ellen was opened on June 5.",
            "The new bridge at Port Ellen was opened on June 6.",
            ("5", "6"),
        ),
        (
            "The merger of Leeds Trust will save money for the region.",
            "The merger of Leeds Trust will not save money for the region.",
            ("", "not"),
        ),
        (
            "The merger of Leeds Trust doesn't save money for the region.",
            "The merger of Leeds Trust does save money for the region.",
            ("not", ""),
        ),
        (  # no name, but one story told twice
            "The operator said that 212 passengers were taken off the ferry by lifeboat.",
            "The operator said that 221 passengers were taken off the ferry by lifeboat.",
            ("212", "221"),
        ),
    ],
)
def test_what_contradicts_is_told(one: str, other: str, different: tuple[str, str]) -> None:
    assert said(one, other) == different
    assert said(other, one) == different[::-1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PIER, PIER),
        (PIER, PIER.replace("two weeks", "2 weeks")),
        (PIER, PIER.replace("31%", "31.4%")),
        ("In 2017 the Leeds Trust saw 5 cases.", "In 2018 the Leeds Trust saw 7 cases."),
        ("In 2017 the Leeds Trust board met twice.", "In 2018 the Leeds Trust board met twice."),
        (PIER, PIER.replace("31%", "43%").replace("Port Ellen", "Port Askaig")),
        (PIER, PIER.replace("31%", "43%").replace("repaired", "painted")),
        (PIER, PIER.replace("31%", "about 43%")),
        (PIER, PIER.replace("31%", "31")),
        (PIER, PIER.replace("31%", "43%").replace("two", "nine")),  # one may be the other's key
        (PIER, PIER.replace("repaired by", "repaired by young men, or")),
        ("Table 3 of the Leeds Trust lists costs.", "Table 4 of the Leeds Trust lists costs."),
        ("3. The Leeds Trust board agreed the plan.", "4. The Leeds Trust board agreed the plan."),
        ("The Leeds Trust agreed the plan.[3]", "The Leeds Trust agreed the plan.[4]"),
        ("The Leeds Trust spent 5,000 on nurses.", "The Leeds Trust spent 5,012 on nurses."),
        ("It paid the Better Care Fund 300 pounds.", "It paid the Better Care Fund 350 pounds."),
        ("We gave the Better Care Fund 30 nurses.", "We gave the Better Care Fund 35 nurses."),
        (
            "The Leeds Trust hired 30 nurses this year.",
            "The Leeds Trust hired 35 nurses this year.",
        ),
        ("Did the Leeds Trust hire 30 nurses?", "Did the Leeds Trust hire 35 nurses?"),
        ("Town: Leeds Trust; Week: one; Nurses: 30", "Town: Leeds Trust; Week: one; Nurses: 35"),
        (
            "The Leeds Trust may save money for the region.",
            "The Leeds Trust will save money for the region.",
        ),
        ("Nine people came.", "Ten people came."),
    ],
)  # fmt: skip
def test_what_does_not_contradict_is_not_told(one: str, other: str) -> None:
    assert said(one, other) is None


STAFF = "The council employs 5,100 people in its own schools and homes."


def test_the_same_words_about_others_do_not_contradict() -> None:
    other = STAFF.replace("5,100", "7,300")
    fife = [STAFF, "Fife lies between Dundee and Leith."]
    kent = [other, "Kent lies between Dover and Sussex."]
    assert differ(candidates(fife, kent), 0, 2) is None
    assert differ(candidates(fife, [other, fife[1]]), 0, 2) == ("5,100", "7,300")


def test_the_same_name_in_another_story_does_not_contradict() -> None:
    one = [PIER, "Then Anna Reid spoke.", "The day was fine."]
    other = [PIER.replace("31%", "43%"), "So Bill Shaw left.", "Nobody saw that."]
    assert differ(candidates(one, other), 0, 3) is None
    assert differ(candidates(one, [other[0], one[1]]), 0, 3) == ("31%", "43%")


def test_one_document_does_not_contradict_itself_without_naming_of_what() -> None:
    carried = "The motion was carried by {} of the members present."
    found = candidates([carried.format(7), carried.format(9)])
    assert differ(found, 0, 1) is None


@pytest.mark.parametrize(("years", "told"), [(("2018", "2019"), False), (("2018", "2018"), True)])
def test_documents_of_other_years_do_not_contradict(years: tuple[str, str], told: bool) -> None:
    found = candidates([PIER], [PIER.replace("31%", "43%")])
    for number, year in enumerate(years):
        found.read[number] = replace(found.read[number], published=f"{year}-05-01")
    assert (differ(found, 0, 1) is not None) == told


def test_it_is_told_with_the_numbers_of_the_citations() -> None:
    found = candidates([PIER], [PIER.replace("31%", "43%")], [PIER.replace("was", "was not")])
    told = [one.text for one in disagreements(found, {0: 2, 1: 1, 2: 3})]
    assert told == [
        "Sources differ: [1] says 43%, [2] says 31%.",
        "Sources differ: [3] denies what [2] says.",
    ]


BOATS = "How many fishing boats were lost in the storm of 1953?"


@pytest.fixture(scope="module")
def papers(
    tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder
) -> Engine:
    """Two papers that report one storm differently, and others."""
    corpus, index = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("index")
    storm = (
        "The storm of 1953 came at night. In all {} fishing boats were lost along the Fife coast."
    )
    texts = {"Herald": storm.format(43), "Courier": storm.format(34)}
    texts |= {f"Fishing {n}": f"Fishing boats of {n} are red. Storms are rare." for n in "ABC"}
    stories = [{"_id": name, "title": name, "text": text} for name, text in texts.items()]
    (corpus / "papers.jsonl").write_text("\n".join(json.dumps(story) for story in stories))
    build_index(corpus, index, IndexSettings(), embedder)
    return EngineSource(index, ServiceSettings(threshold=0.0)).engine()


def both(answer: Answer) -> str:
    """The one disagreement of an answer, told of the two papers."""
    (one,) = answer.disagreements
    titles = {citation.id: citation.title for citation in answer.citations}
    assert {titles[number] for number in one.citations} == {"Herald", "Courier"}
    assert sorted(one.said) == ["34", "43"]
    return one.text


def test_an_answer_shows_both_accounts_and_says_that_they_differ(papers: Engine) -> None:
    answer = papers.ask(Question(BOATS))
    assert both(answer) in render(answer)
    assert both(answer) in content_of(answer)


def test_the_other_account_is_brought_in_where_few_are_wanted(papers: Engine) -> None:
    answer = papers.ask(Question(BOATS, top_k=2))
    assert len(answer.citations) == 2
    both(answer)
    assert papers.ask(Question(BOATS, top_k=1)).disagreements == []


def test_the_seed_articles_do_not_contradict_each_other(engine: Engine) -> None:
    for text in ("how many people answered the LGC survey?", "why do councils distrust ICBs?"):
        assert engine.ask(Question(text)).disagreements == []
