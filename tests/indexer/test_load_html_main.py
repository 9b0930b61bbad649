"""The main text of a page: what surrounds it goes, nothing of it is lost or altered."""

from indexer.load.html import parse_html
from indexer.load.html_main import all_pieces, main_pieces

ARTICLE = """
<p>Councils in England face a gap of £4bn over the next two years, the association said on
<time>20 October</time> in a report.<sup><a href="#fn1">1</a></sup></p>
<figure><img src="x.jpg"><figcaption>Photo: Someone</figcaption></figure>
<p>The gap has <a href="/x">grown by £1bn</a> since July, driven by inflation, the living wage and
rising demand for services such as social care and support for people without homes.</p>
<h2>What it means</h2>
<blockquote>
<p>Without urgent action more councils will be unable to balance their books.</p></blockquote>
<ul><li>Adult social care: £2bn</li><li>Children's services: £1bn</li></ul>
<table><tr><th>Council</th><th>Gap</th></tr><tr><td>Leeds</td><td>£10m</td></tr></table>
<h2>Notes</h2><ol class="footnotes"><li id="fn1">Returns of councils, 2023.</li></ol>
"""
NOISE = {
    "cookies": "<div id='cookie-banner'><p>We use cookies to improve this website. You accept "
    "them by going on reading.</p></div>",
    "navigation": "<header><a href='/'>The Site</a><nav><ul><li><a href='/'>Home</a></li></ul>"
    "</nav></header>",
    "share bar": "<div class='share-bar'><a href='#'>Share on Facebook</a></div>",
    "related": "<h2>Related articles</h2><ul class='related'><li><a href='/a'>Another council "
    "issues its notice</a></li></ul>",
    "jobs": "<div class='job-ads'><h3>Latest jobs</h3><p>Head of Finance, Leeds. Salary: £80,000. "
    "Apply now for this great opportunity.</p></div>",
    "comments": "<section id='comments'><h2>Comments</h2><p>I think this is a disgrace, and "
    "somebody should do something about it.</p></section>",
    "footer": "<footer><p>© The Site 2023. All rights reserved. Terms.</p></footer>",
}


def page(main: str = "main") -> str:
    noise = NOISE
    return (
        f"<html><body>{noise['cookies']}{noise['navigation']}<{main}><article>"
        f"<h1>Councils face a gap</h1>{noise['share bar']}{ARTICLE}{noise['related']}</article>"
        f"{noise['jobs']}{noise['comments']}</{main}>{noise['footer']}"
        "<script>var x = 'script';</script></body></html>"
    )


def main_text(markup: str) -> tuple[list[str], int]:
    tree = parse_html(markup)
    assert tree is not None
    chosen, removed = main_pieces(tree)
    return [piece.text for piece in chosen], removed


def test_only_the_article_is_left_word_for_word_and_in_order() -> None:
    for element in ("main", "div"):
        texts, _ = main_text(page(element))
        assert texts == [
            "Councils face a gap",
            "Councils in England face a gap of £4bn over the next two years, the association said "
            "on 20 October in a report.",
            "The gap has grown by £1bn since July, driven by inflation, the living wage and rising "
            "demand for services such as social care and support for people without homes.",
            "What it means",
            "Without urgent action more councils will be unable to balance their books.",
            "Adult social care: £2bn",
            "Children's services: £1bn",
            "Council: Leeds; Gap: £10m",
            "Notes",
            "Returns of councils, 2023.",
        ]


def test_what_is_left_out_is_counted() -> None:
    tree = parse_html(page())
    assert tree is not None
    everything = sum(len(piece.text) for piece in all_pieces(tree)[0])
    texts, removed = main_text(page())
    left = sum(len(text) for text in texts)
    assert removed == everything + len("Home") - left


def test_a_page_too_small_to_judge_is_read_whole_but_for_navigation() -> None:
    texts, removed = main_text("<body><nav>Home</nav><p>Closed on Monday.</p></body>")
    assert (texts, removed) == (["Closed on Monday."], 4)


def test_a_page_of_links_keeps_them_when_it_has_nothing_else() -> None:
    items = "".join(f"<li><a href='/{n}'>Guide number {n}</a></li>" for n in range(30))
    texts, _ = main_text(f"<body><main><h1>Guides</h1><ul>{items}</ul></main></body>")
    assert texts[0] == "Guides"
    assert len(texts) == 31


def test_a_page_that_is_a_table_keeps_every_row() -> None:
    rows = "".join(f"<tr><td>Council {n}</td><td>{n * 7}</td></tr>" for n in range(200))
    texts, _ = main_text(f"<body><table><tr><th>Name</th><th>Seats</th></tr>{rows}</table></body>")
    assert texts[0] == "Name: Council 0; Seats: 0"
    assert len(texts) == 200


def test_characters_for_private_use_in_a_page_are_not_taken_for_marks() -> None:
    icons = "<p>\ue000\ue000\ue000\ue001 Menu</p>"
    texts, _ = main_text(page().replace("<article>", f"<nav>{icons}</nav><article>"))
    assert "Menu" not in texts


def test_books_and_letters_lose_only_navigation() -> None:
    tree = parse_html("<body><nav>Contents</nav><aside>An aside.</aside><p>Text.</p></body>")
    assert tree is not None
    chosen, removed = all_pieces(tree)
    assert ([piece.text for piece in chosen], removed) == (["An aside.", "Text."], 8)
