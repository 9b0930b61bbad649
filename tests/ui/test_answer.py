"""One answer as HTML: every sentence shown with its source, and how far to trust it."""

from __future__ import annotations

import re

import pytest

from tests.ui.samples import QUOTE, Elements, answered, cite, shown
from ui import references, render
from ui.sources import sources_panel
from ui.types import Answer, Draft, Filters, Turn


def test_every_sentence_carries_a_chip_that_leads_to_its_card() -> None:
    turns = [Turn("How many?", answered())]
    (chip,) = Elements(render.conversation(turns)).of_class("chip")
    (card,) = Elements(sources_panel(turns)).of_class("source-card")
    assert chip["href"] == f"#{card['id']}"
    assert chip["data-source"] == card["data-source"] == "1"
    assert "[1]</a>" in render.conversation(turns)


def test_markers_inside_a_sentence_become_chips_where_they_stand() -> None:
    sentence = {"text": "Nine [1] and ten [2].", "citations": [1, 2]}
    html = shown(answered(sentences=[sentence], citations=[cite(1), cite(2)]))
    assert html.index("Nine") < html.index("[1]</a>") < html.index("and ten")
    assert len(Elements(html).of_class("chip")) == 2


def test_a_footnote_of_the_source_is_not_taken_for_a_citation() -> None:
    html = shown(answered(sentences=[{"text": "It fell.[7] So.", "citations": [1, 9]}]))
    assert "It fell.[7] So." in html
    assert [chip["data-source"] for chip in Elements(html).of_class("chip")] == ["1"]


def test_an_answer_that_is_not_taken_apart_is_taken_apart_at_its_markers() -> None:
    html = shown(answered(sentences=[], answer=f"{QUOTE} [1] More [sic] was. [1] [9] Left over"))
    assert [chip["data-source"] for chip in Elements(html).of_class("chip")] == ["1", "1"]
    assert len(Elements(html).of_class("sentence")) == 3
    assert len(Elements(html).of_class("quoted")) == 1
    assert "More [sic] was." in html
    assert "Left over" in html


def test_what_has_come_of_an_answer_looks_as_it_will_in_the_end() -> None:
    whole = answered(interpreted_question="How many of 91?")
    draft = Draft.model_validate(whole.model_dump(include={"answer", "citations"}))
    said = draft.model_copy(update={"interpreted_question": "How many of 91?"})
    html = render.conversation([Turn("How many?", draft=said)])
    (quoted,) = re.findall(r"<blockquote.*?</blockquote>", html)
    assert quoted in shown(whole)
    assert "Understood as:" in html
    assert not Elements(html).of_class("reword"), "nothing else can be asked meanwhile"
    assert not Elements(html).of_class("facts")
    assert "Writing the answer" in html


def test_neighbours_from_one_document_share_its_name_and_others_do_not() -> None:
    citations = [cite(1), cite(2, quote="Second."), cite(3, document_id="other", quote="Third.")]
    sentences = [
        {"text": one.quote, "citations": [number]} for number, one in enumerate(citations, 1)
    ]
    html = shown(answered(sentences=sentences, citations=citations))
    assert len(Elements(html).of_class("quoted")) == 2
    assert "County councils, CCN, 17 November 2022" in html


def test_words_that_are_not_the_source_s_own_are_not_set_as_a_quotation() -> None:
    html = shown(answered(sentences=[{"text": "Few are councillors.", "citations": [1]}]))
    assert not Elements(html).of_class("quoted")
    assert Elements(html).of_class("chip")


def test_an_unsupported_sentence_is_marked_as_such() -> None:
    html = shown(answered(sentences=[{"text": "X.", "citations": [1], "supported": False}]))
    assert Elements(html).of_class("unsupported")
    assert "not found in the source" in html


def test_not_found_says_so_and_shows_what_was_near_as_no_answer() -> None:
    nothing = answered(
        status="not_found", citations=[], sentences=[], reason="No tax.", nearest=[cite()]
    )
    html, panel = shown(nothing), sources_panel([Turn("Tax?", nothing)])
    assert "The documents don't say." in html
    assert "No tax." in html
    assert not Elements(html).of_class("chip")
    assert not Elements(html).of_class("confidence")
    assert not Elements(html).of_class("copy")
    assert "Closest passages" in panel
    assert "Not an answer." in panel
    assert QUOTE in panel
    assert "data-source" not in panel


def test_a_reason_with_nothing_near_stands_alone() -> None:
    html = shown(answered(status="not_found", citations=[], sentences=[], reason="Hello. Ask me."))
    assert "Hello. Ask me." in html
    assert "don't say" not in html


@pytest.mark.parametrize(
    ("code", "loosen", "spell"),
    [
        ("", True, True),  # from a service that gives no code
        ("outside_filters", True, True),
        ("detail_not_said", False, True),
        ("ambiguous_acronym", False, False),
    ],
)
def test_the_advice_fits_the_reason(code: str, loosen: bool, spell: bool) -> None:
    nothing = Answer(status="not_found", reason="Why.", reason_code=code, nearest=(cite(),))
    turn = Turn("What is the PCT?", nothing, Filters(published_from="2020-01-01"))
    html = render.conversation([turn])
    assert ("Ask again without filters" in html) == loosen
    assert ("Spell out “PCT”" in html) == spell


def test_not_found_with_nothing_near_promises_nothing() -> None:
    nothing = Answer(status="not_found")
    assert "Closest passages" not in shown(nothing) + sources_panel([Turn("Tax?", nothing)])


def test_what_became_of_the_language_model_stands_behind_the_quotes() -> None:
    html = shown(answered(note="The model is <b>down</b>: these are quotes instead."))
    assert html.index("[1]") < html.index("down")
    assert "&lt;b&gt;down" in html
    assert "these are quotes" not in shown(answered())


def test_a_quotation_says_who_speaks() -> None:
    html = shown(answered(citations=[cite(speaker="Ann <Lee>")]))
    assert html.index("<b>Ann &lt;Lee&gt;:</b>") < html.index("[1]</a>")


def test_that_sources_differ_stands_behind_the_sentences() -> None:
    html = shown(answered(disagreements=[{"text": "Sources differ: [1] says <5, [2] says 6."}]))
    assert html.index("[1]</a>") < html.index("Sources differ: [1] says &lt;5, [2] says 6.")


def test_a_partial_answer_says_what_is_missing() -> None:
    html = shown(answered(status="partial", reason="No sum is given."))
    assert "Uncertain." in html
    assert "No sum is given." in html
    assert Elements(html).of_class("chip")


@pytest.mark.parametrize(
    ("meant", "told"),
    [
        ("how many ICBs (Integrated Care Boards)?", True),
        ("HOW MANY?", False),
        (" How many? ", False),
        ("", False),
    ],
)
def test_what_was_understood_is_told_only_when_it_differs(meant: str, told: bool) -> None:
    assert ("Understood as:" in shown(answered(interpreted_question=meant))) is told


@pytest.mark.parametrize(
    ("status", "confidence", "words"),
    [
        ("answered", 0.8, "Well supported"),
        ("answered", 0.79, "Likely"),
        ("answered", 0.5, "Likely"),
        ("answered", 0.49, "Uncertain – check the sources"),
        ("partial", 0.9, "Uncertain – check the sources"),
    ],
)
def test_confidence_is_in_words_with_the_number_behind_them(
    status: str, confidence: float, words: str
) -> None:
    answer = answered(status=status, confidence=confidence)
    (note,) = Elements(shown(answer)).of_class("confidence")
    assert f"{confidence:.2f}" in (note["data-tip"] or "")
    assert note["aria-label"] == f"{words}. {note['data-tip']}"


def test_confidence_unknown_is_not_guessed() -> None:
    assert not Elements(shown(answered(confidence=None))).of_class("confidence")


@pytest.mark.parametrize(
    ("total", "words"), [(0.2, "1 ms"), (41.2, "41 ms"), (999.4, "999 ms"), (1234, "1.2 s")]
)
def test_the_time_taken_is_told(total: float, words: str) -> None:
    assert f"Took {words}<" in shown(answered(timings_ms={"total": total}))


def test_what_was_understood_can_be_put_in_other_words() -> None:
    html = shown(answered(interpreted_question="how many ICBs (Integrated <Care> Boards)?"))
    (form,) = Elements(html).of_class("reworded")
    (edit,) = Elements(html).of_class("reword")
    assert edit["aria-controls"] == form["id"]
    assert ">how many ICBs (Integrated &lt;Care&gt; Boards)?</textarea>" in html


def test_not_found_says_what_to_try() -> None:
    nothing = Answer(status="not_found", interpreted_question="Has the ICB (Care Board) R&D?")
    html = shown(nothing, "Has the ICB R&D?")
    assert "Spell out “R&amp;D”" in html
    assert "Spell out “ICB”" not in html
    assert "Use other words" in html
    speak = Answer(status="not_found", reason="These documents speak of IMPOWER, but …")
    assert "Spell out" not in shown(speak, "How much did IMPOWER cost?")
    assert not Elements(html).of_class("unfiltered")
    turn = Turn("Has it?", nothing, Filters(("LGC",)))
    (button,) = Elements(render.conversation([turn])).of_class("unfiltered")
    assert button["data-question"] == "Has it?"


def test_not_found_leads_to_what_was_near() -> None:
    turns = [Turn("Tax?", Answer(status="not_found", nearest=(cite(),)))]
    (link,) = Elements(render.conversation(turns)).of_class("to-sources")
    (section,) = Elements(sources_panel(turns)).of_class("turn-sources")
    assert link["href"] == f"#{section['id']}"


def test_every_answer_can_be_copied_and_linked_to_with_its_filters() -> None:
    turn = Turn("How many?", answered(), Filters(("A & B",)))
    found = Elements(render.conversation([turn]))
    (copies,) = found.of_class("copies")
    assert copies["data-plain"] == references.plain(answered())
    assert copies["data-markdown"] == references.markdown(answered())
    assert copies["data-rich"] == references.rich(answered())
    forms = [button["data-form"] for button in found.of_class("copy")]
    assert forms == ["plain", "markdown", "rich"]
    (link,) = found.of_class("copy-link")
    assert link["data-link"] == "?q=How+many%3F&publisher=A+%26+B"
