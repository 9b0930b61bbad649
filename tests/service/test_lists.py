"""Lists: what is quoted of them is what a reader can make sense of."""

from itertools import pairwise

from indexer.types import Passage, Sentence
from service.answer import ExtractiveAnswerer
from service.candidates import Candidates
from service.lists import MOST, in_its_list
from tests.service.texts import candidates, in_order

LEAD = "Talk to those who help your users, such as:"
AFTER = "You may also use an agency."


def passage(*texts: str, items: range) -> Passage:
    whole = "\n\n".join(texts)
    at = [whole.index(text) for text in texts]
    sentences = tuple(
        Sentence(a, a + len(text), n in items)
        for n, (a, text) in enumerate(zip(at, texts, strict=True))
    )
    return Passage("d:0", "d", whole, 0, len(whole), None, None, sentences)


def quotes(found: Passage) -> list[str]:
    return [found.quote(in_its_list(found, sentence)) for sentence in found.sentences]


def test_a_short_list_is_quoted_whole_with_what_leads_to_it() -> None:
    found = passage("Before.", LEAD, "charities", "- libraries", AFTER, items=range(2, 4))
    whole = f"{LEAD}\n\ncharities\n\n- libraries"
    assert quotes(found) == ["Before.", whole, whole, whole, AFTER]


def test_what_leads_to_a_long_list_brings_what_there_is_room_for() -> None:
    entries = [f"entry {n} {'which is long ' * 8}".strip() for n in range(6)]
    found = passage(LEAD, *entries, items=range(1, 7))
    first, *others = quotes(found)
    assert first == "\n\n".join([LEAD, *entries[:2]])
    assert len(first) <= MOST < len(first) + len(entries[2])
    assert others == entries


def test_a_list_without_what_leads_to_it_stays_as_it_is() -> None:
    plain = ("charities", "libraries", "It was fine.", "churches")
    assert quotes(passage(*plain, items=range(2))) == list(plain)
    assert quotes(passage("It was fine.", "charities", items=range(1, 2))) == [
        "It was fine.",
        "charities",
    ]


def test_a_colon_without_a_list_stays_as_it_is() -> None:
    assert quotes(passage(LEAD, AFTER, items=range(0))) == [LEAD, AFTER]


def test_a_list_is_in_an_answer_once() -> None:
    found = passage(LEAD, "charities for the blind", "public libraries", AFTER, items=range(1, 3))
    read = candidates([LEAD, "charities for the blind", "public libraries", AFTER]).read
    places = [(found, sentence) for sentence in found.sentences]
    listed = Candidates(read, places, list(range(4)))
    (batch,) = ExtractiveAnswerer().write("who?", listed, in_order(listed), 5)
    assert [one.evidence for one in batch] == [(0,), (3,)]
    spans = [listed.quoted(one.evidence[0])[1] for one in batch]
    assert all(a.end <= b.start for a, b in pairwise(spans))
