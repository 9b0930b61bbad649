"""Pages cut into pieces: text as it is seen, and nothing of what is not."""

import pytest

from indexer.load.html import parse_html
from indexer.load.html_walk import Piece, walk


def pieces(body: str) -> list[Piece]:
    tree = parse_html(f"<html><body>{body}</body></html>")
    assert tree is not None
    return walk(tree)[0]


def seen(body: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in pieces(body)]


def test_headings_paragraphs_and_items_are_told_apart() -> None:
    body = (
        "<h2>A <i>title</i></h2>loose<p>Prose.</p><ul><li>one<ol><li><p>two</p></li></ol></li></ul>"
    )
    assert seen(body) == [
        ("heading", "A title"),
        ("paragraph", "loose"),
        ("paragraph", "Prose."),
        ("item", "one"),
        ("item", "two"),
    ]


def test_words_inside_a_sentence_stay_whatever_their_element() -> None:
    body = "<p>On <time>5 July</time> the <abbr>LGA</abbr> said&nbsp;<q>yes</q>, un<b>cut</b>.</p>"
    assert seen(body) == [("paragraph", "On 5 July the LGA said “yes”, uncut.")]


def test_a_line_break_stays_and_two_end_the_paragraph() -> None:
    assert seen("one<br>two<br> <br>three") == [("paragraph", "one\ntwo"), ("paragraph", "three")]


def test_code_keeps_its_lines() -> None:
    assert seen("<pre>a  b\n   c\n</pre>") == [("paragraph", "a  b\n   c")]


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>x</script>",
        "<style>x</style>",
        "<noscript>x</noscript>",
        "<template>x</template>",
        "<svg><text>x</text></svg>",
        "<div hidden>x</div>",
        "<div style='display: none'>x</div>",
        "<span class='govuk-visually-hidden'>x</span>",
        "<span aria-hidden='true'>x</span>",
        "<dialog>x</dialog>",
        "\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\ue001",
    ],
)
def test_what_is_not_seen_is_no_text(unseen: str) -> None:
    assert "".join(text for _, text in seen(f"<p>be{unseen}fore</p>")) == "before"


def test_struck_out_words_and_controls_go_and_are_counted() -> None:
    tree = parse_html("<body><p>Fee: <del>£10</del> £12 <button>Pay now</button></p></body>")
    assert tree is not None
    found, dropped = walk(tree)
    assert ([piece.text for piece in found], dropped) == (["Fee: £12"], 10)


def test_a_button_that_unfolds_a_section_is_its_heading() -> None:
    assert seen("<h3><button>Who pays</button></h3>") == [("heading", "Who pays")]


def test_marks_of_footnotes_go_and_powers_stay() -> None:
    body = (
        "<p>It rose.<sup><a href='#n1'>1</a></sup> By 10<sup>6</sup> m<sup>2</sup>, "
        "the 5<sup>th</sup>.</p>"
    )
    assert seen(body) == [("paragraph", "It rose. By 10⁶ m², the 5th.")]


def test_a_link_in_a_raised_word_is_kept_when_it_is_no_mark() -> None:
    assert seen("<p>a<sup><a href='#x'>see the annex</a></sup></p>") == [
        ("paragraph", "asee the annex")
    ]


def test_definitions_are_read_with_their_terms() -> None:
    body = "<dl><dt>Precept<dd>A charge.<dt>Rate:<dt>Levy<dd>Two.<dd>Three.<dt>Left</dl>"
    assert seen(body) == [
        ("item", "Precept: A charge."),
        ("item", "Rate, Levy: Two."),
        ("item", "Three."),
        ("item", "Left"),
    ]


def test_questions_in_a_definition_list_are_headings() -> None:
    assert seen("<dl><dt>Who pays?<dd>You do.</dl>") == [
        ("heading", "Who pays?"),
        ("item", "You do."),
    ]


def test_surroundings_footnotes_and_quotations_are_told() -> None:
    body = (
        "<nav>go</nav><div class='cookie-banner'>cookies</div><main><p>long enough text here</p>"
        "<aside class='footnote'>note</aside><blockquote>cited</blockquote></main>"
        "<footer>end</footer>"
    )
    where = {piece.text: piece.where for piece in pieces(body)}
    assert [text for text, place in where.items() if place.chrome] == ["go", "cookies", "end"]
    assert where["go"].navigation
    assert where["note"].note
    assert where["cited"].cited
    assert [text for text, place in where.items() if place.main] == [
        "long enough text here",
        "note",
        "cited",
    ]


def test_a_form_around_the_whole_page_is_no_surrounding() -> None:
    (piece,) = pieces("<form class='cookies'><p>All the text of the page.</p></form>")
    assert not piece.where.chrome


def test_the_place_of_a_piece_is_its_longest_run() -> None:
    (piece,) = pieces("<p>On <b>Monday</b> the council met again.</p>")
    assert piece.place is not None
    assert (piece.place[0].tag, piece.place[1]) == ("b", "tail")
