"""A report in two packs and a story in three papers: quoted once, cited with every place."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.build import build_index
from indexer.embed import SentenceTransformerEmbedder
from indexer.settings import IndexSettings
from indexer.types import Filters
from service import twins
from service.__main__ import render
from service.pipeline import Engine, EngineSource
from service.settings import ServiceSettings
from service.twins import ALSO_IN, firsts, without_copies
from service.types import Answer, Citation, Question

REPORT = (
    "The harbour board met in the town hall. It heard that 43 fishing boats were lost in the storm "
    "of 1953 along the coast of Fife. The board then agreed to rebuild the northern pier in stone."
)
STORY = (
    "A ferry to the island ran aground near Kirkwall. The operator said that 212 passengers were "
    "taken off the ferry by lifeboat before midnight."
)
CORRECTED = STORY.replace("212", "221")
LATER = STORY.replace("by lifeboat", "by a lifeboat")
BOATS = "How many fishing boats were lost in the storm of 1953?"
PASSENGERS = "How many passengers were taken off the ferry by lifeboat?"
OTHERS = [
    f"The {trade} of the old town open at {hour} on weekdays. Their guild was founded by {name}."
    for trade, hour, name in [
        ("bakers", "five", "Ann Lee"),
        ("tanners", "six", "Bo Cy"),
        ("weavers", "seven", "Di Ek"),
        ("coopers", "eight", "Ed Fox"),
    ]
]


def story(title: str, text: str, **metadata: str) -> str:
    """A line of a JSON Lines file."""
    return json.dumps({"_id": title, "title": title, "text": text, "metadata": metadata})


@pytest.fixture(scope="module")
def twice(
    tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder
) -> Engine:
    """The report in 14 packs, the story in three papers, one of them with another figure."""
    corpus, index = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("index")
    for pack in range(ALSO_IN + 4):
        (corpus / f"pack-{pack:02}").mkdir()
        (corpus / f"pack-{pack:02}" / "report.txt").write_text(REPORT)
    stories = [
        story("Ferry aground", STORY, publisher="Orcadian", published="2019-03-02"),
        story("Ferry rescue", LATER, publisher="Herald", published="2019-03-03"),
        story("Ferry, again", CORRECTED, publisher="Courier"),
        *(story(f"Trade {n}", text) for n, text in enumerate(OTHERS)),
    ]
    (corpus / "papers.jsonl").write_text("\n".join(stories))
    build_index(corpus, index, IndexSettings(), embedder)
    return EngineSource(index, ServiceSettings(threshold=0.0)).engine()


def ask(engine: Engine, text: str, filters: Filters | None = None) -> Answer:
    """An answer whatever the reader's doubts."""
    return engine.ask(Question(text, filters=filters or Filters()))


def quoted(answer: Answer, words: str) -> list[Citation]:
    """The citations whose quote has these words."""
    return [one for one in answer.citations if words in one.quote]


def test_what_two_packs_say_is_quoted_once_with_the_other_places(twice: Engine) -> None:
    (citation,) = quoted(ask(twice, BOATS), "43 fishing boats")
    assert len(citation.also_in) == ALSO_IN
    assert citation.also_in_more == 3
    sources = [one.source for one in citation.also_in]
    assert sources == sorted(sources)
    assert len({citation.source, *sources}) == ALSO_IN + 1


def test_every_other_place_is_verbatim_in_its_document(twice: Engine) -> None:
    for question in (BOATS, PASSENGERS):
        for citation in ask(twice, question).citations:
            for place in citation.also_in:
                document = twice.generation.store.document(place.document_id)
                assert document is not None
                assert document.text[place.start : place.end] == place.quote
                assert (document.source, document.shown_title) == (place.source, place.title)
                assert place.document_id != citation.document_id


def test_small_differences_of_a_syndicated_story_are_folded_and_shown(twice: Engine) -> None:
    (citation,) = quoted(ask(twice, PASSENGERS), "212 passengers")
    (place,) = citation.also_in
    both = {citation.title: citation.quote, place.title: place.quote}
    assert set(both) == {"Ferry aground", "Ferry rescue"}
    assert "by a lifeboat" in both["Ferry rescue"]
    assert both["Ferry aground"] in STORY
    assert (place.publisher, place.published) in {
        ("Orcadian", "2019-03-02"),
        ("Herald", "2019-03-03"),
    }


def test_a_story_with_another_figure_is_no_copy(twice: Engine) -> None:
    _, found = twice.candidates(Question(PASSENGERS))
    texts = [one.text for one in found.read]
    assert sum("212 passengers" in text for text in texts) == 1
    assert sum("221 passengers" in text for text in texts) == 1
    for citation in ask(twice, PASSENGERS).citations:
        said = (citation.quote, *(place.quote for place in citation.also_in))
        assert len({"212" in text for text in said}) == 1
    figures = [one.quote for one in ask(twice, PASSENGERS).citations if "passengers" in one.quote]
    assert sorted("212" in quote for quote in figures) == [False, True]  # both accounts, once each
    only = ask(twice, PASSENGERS, Filters(publisher=("Courier",)))
    (citation,) = quoted(only, "221 passengers")
    assert citation.also_in == []


def test_places_outside_the_filters_are_not_named(twice: Engine) -> None:
    answer = ask(twice, PASSENGERS, Filters(publisher=("Orcadian", "Courier")))
    (citation,) = quoted(answer, "212 passengers")
    assert (citation.also_in, citation.also_in_more) == ([], 0)
    ids = twice.generation.store.document_ids
    some = tuple(ids[ALSO_IN + 1 : ALSO_IN + 4])  # three packs
    (citation,) = quoted(ask(twice, BOATS, Filters(document_id=some)), "43 fishing boats")
    assert {one.document_id for one in citation.also_in} < set(some)
    assert (len(citation.also_in), citation.also_in_more) == (2, 0)


def test_copies_leave_the_passages_to_others(twice: Engine) -> None:
    """Fourteen copies of one passage are more than the ten that are read."""
    _, found = twice.candidates(Question(BOATS))
    documents = {passage.document_id for passage, _ in found.places}
    headers = twice.generation.store.headers(list(documents))
    packs = [one for one in headers.values() if one.source.endswith("report.txt")]
    assert len(packs) == 1
    assert len(headers) >= 1 + 3  # the stories are there too
    assert len(found.numbers) == len(found.read) == len(found.places)


def test_ranks_count_on_where_copies_were_left_out(twice: Engine) -> None:
    _, hits = twice.search(BOATS, 50, Filters())
    kept = without_copies(twice.generation.store, hits, 5)
    assert [hit.rank for hit in kept] == [1, 2, 3, 4, 5]
    assert kept[0].row == hits[0].row
    assert len({hit.passage.text for hit in kept}) == 5
    assert without_copies(twice.generation.store, [], 5) == []


def test_nearest_passages_name_their_other_places_too(
    twice: Engine, embedder: SentenceTransformerEmbedder
) -> None:
    engine = Engine(twice.generation, embedder, ServiceSettings(threshold=1.0))
    answer = ask(engine, BOATS)
    assert answer.citations == []
    assert any(one.also_in for one in answer.nearest)
    assert len({one.context for one in answer.nearest}) == len(answer.nearest)


def test_the_terminal_names_other_places_in_one_line(twice: Engine) -> None:
    lines = render(ask(twice, PASSENGERS))
    (line,) = (line for line in lines if line.startswith("    also in: Ferry"))
    assert "papers.jsonl#Ferry" in line
    lines = render(ask(twice, BOATS))
    assert any(line.startswith("    also in: ") and line.endswith("; 3 more") for line in lines)


def test_the_response_has_the_other_places(twice: Engine) -> None:
    (citation,) = quoted(ask(twice, PASSENGERS), "212 passengers")
    (place,) = json.loads(json.dumps(asdict(citation)))["also_in"]
    wanted = {"document_id", "passage_id", "title", "source", "page", "quote", "start", "end"}
    assert wanted < set(place)


def test_the_seed_articles_have_no_other_places(engine: Engine) -> None:
    answer = ask(engine, "why do councils distrust ICBs?")
    assert answer.citations
    assert all(one.also_in == [] for one in answer.citations)


def test_a_document_in_two_packs_is_known_as_a_copy(twice: Engine) -> None:
    store = twice.generation.store
    copies = store.copies()
    sources = {n: store.headers([i])[i].source for n, i in enumerate(store.document_ids)}
    copied = {sources[one.document]: sources[one.of] for one in copies}
    assert copied["pack-01/report.txt"] == "pack-00/report.txt"
    assert "pack-00/report.txt" not in copied
    assert not any("Trade" in source for source in copied)


@given(st.lists(st.integers(0, 4), max_size=12))
def test_the_first_of_each_group_is_kept_in_order(groups: list[int]) -> None:
    kept = firsts(range(len(groups)), groups)
    assert kept == sorted(kept)
    assert [groups[i] for i in kept] == list(dict.fromkeys(groups))


def test_many_places_are_counted_not_listed(twice: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twins, "ALSO_IN", 2)
    (citation,) = quoted(ask(twice, BOATS), "43 fishing boats")
    assert (len(citation.also_in), citation.also_in_more) == (2, ALSO_IN + 1)
