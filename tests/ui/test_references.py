"""An answer to be pasted elsewhere: all of it, with its references, and nothing live."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.ui.samples import HOSTILE, QUOTE, Elements, answered, cite
from ui.references import in_markdown, markdown, plain, rich
from ui.types import Answer

FULL = {"author": "S. Edwards", "page": 3, "url": "https://a.example/x?y=1&z=<2>"}
TEXT = st.text(st.characters(codec="utf-8"))


def two(**fields: Any) -> Answer:
    sentences = [
        {"text": f"{QUOTE} [1]", "citations": [1]},
        {"text": "Both say so.", "citations": [1, 2], "supported": False},
    ]
    citations = [cite(1, **fields), cite(2, quote="Elsewhere.", title=None)]
    return answered(answer=f"{QUOTE} Both say so.", sentences=sentences, citations=citations)


def test_plain_text_has_its_references_below() -> None:
    assert plain(two(**FULL)) == (
        f"{QUOTE} [1] Both say so. [1] [2] (not found in the source)\n\n"
        "References\n"
        "[1] S. Edwards, County councils, CCN, 17 November 2022, page 3, "
        "https://a.example/x?y=1&z=<2>\n"
        "[2] 002.txt, CCN, 17 November 2022: “Elsewhere.”\n"
    )


def test_quotes_from_one_page_share_a_reference() -> None:
    citations = [cite(1), cite(2, quote="Nine."), cite(3, quote="Of 91.", page=4)]
    sentences = [{"text": "All.", "citations": [1, 2, 3]}, {"text": "One.", "citations": [2]}]
    answer = answered(answer=f"{QUOTE} Nine. Of 91.", sentences=sentences, citations=citations)
    assert plain(answer).startswith("All. [1] [2] One. [1]\n\nReferences\n[1] County")
    assert plain(answer).count("County councils") == 2


def test_a_source_without_an_address_is_named_by_its_file() -> None:
    assert "[1] County councils, CCN, 17 November 2022, 002.txt\n" in plain(answered())
    assert "javascript" not in plain(answered(citations=[cite(url="javascript:alert(1)")]))


def test_markdown_is_read_as_the_same_words_with_links_to_the_sources() -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(markdown(two(**FULL)))
    assert f"<p>{QUOTE} [1] Both say so. [1] [2] (not found in the source)</p>" in html
    assert '<a href="https://a.example/x?y=1&amp;z=%3C2%3E">' in html
    assert html.count("<li>") == 2


def test_rich_text_has_raised_numbers_and_a_list_with_the_same() -> None:
    html = rich(two(**FULL))
    assert f"{QUOTE}<sup>1</sup> Both say so.<sup>1,2</sup> (not found" in html
    assert "<ol><li>S. Edwards, County councils, CCN" in html
    assert '<a href="https://a.example/x?y=1&amp;z=&lt;2&gt;">' in html


@pytest.mark.parametrize("said", ["- a", "1. a", "# a", "  + a", "=a", "[1]: b", "![x](y)"])
def test_nothing_that_is_said_is_markdown(said: str) -> None:
    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(in_markdown(said))
    assert [tag for tag, _ in Elements(rendered).found] == ["p"]


@given(TEXT)
def test_markdown_shows_any_words_as_they_stand(said: str) -> None:
    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(f"x {in_markdown(said)} y")
    words = "".join(Elements(rendered).words.split()).replace("\ufffd", "\0")
    assert words == "".join(f"x {said} y".split())


def test_nothing_in_a_copy_is_live() -> None:
    values: dict[str, Any] = dict.fromkeys(("title", "author", "publisher", "source"), HOSTILE)
    hostile = answered(
        answer=HOSTILE,
        sentences=[{"text": HOSTILE, "citations": [1]}],
        citations=[cite(quote=HOSTILE, url=HOSTILE, published=HOSTILE, page=HOSTILE, **values)],
    )
    assert {tag for tag, _ in Elements(rich(hostile)).found} == {"p", "sup", "b", "ol", "li"}
    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(markdown(hostile))
    tags = {tag for tag, _ in Elements(rendered).found}
    assert tags == {"p", "strong", "ul", "li"}


def test_who_speaks_goes_along_with_the_words() -> None:
    answer = answered(citations=[cite(speaker="Ann <Lee>")])
    assert plain(answer).startswith(f"Ann <Lee>: {QUOTE} [1]")
    assert markdown(answer).startswith(rf"Ann \<Lee\>: {QUOTE} [1]")
    assert rich(answer).startswith(f"<p>Ann &lt;Lee&gt;: {QUOTE}<sup>1</sup>")


def test_doubt_and_disagreement_go_along_too() -> None:
    citations = [cite(1), cite(2, quote="Nine."), cite(3, quote="Ten.", title="Other")]
    answer = answered(
        answer=f"{QUOTE} Nine. Ten.",
        status="partial",
        reason="Nothing names *it*.",
        citations=citations,
        disagreements=[{"text": "Sources differ: [2] says 9, [3] says 10."}],
    )
    unsure, differ = "Uncertain. Nothing names *it*.", "Sources differ: [1] says 9, [2] says 10."
    assert f"\n\n{unsure}\n\n{differ}\n\nReferences\n[1] County" in plain(answer)
    assert r"Uncertain. Nothing names \*it\*." in markdown(answer)
    assert f"<p>{unsure}</p><p>{differ}</p><p><b>References" in rich(answer)
    assert "Uncertain" not in plain(answered())
