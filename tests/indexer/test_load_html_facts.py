"""What a page says of itself: the most trustworthy source wins, nonsense is not taken."""

import pytest

from indexer.load.html import parse_html
from indexer.load.html_facts import add_html_facts, written_date
from indexer.metadata import Facts


def facts(head: str, body: str = "<p>Text.</p>") -> Facts:
    markup = f"<html><head>{head}</head><body>{body}</body></html>"
    tree = parse_html(markup)
    assert tree is not None
    found = Facts()
    add_html_facts(found, tree, markup)
    return found


def json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


ARTICLE = json_ld(
    """{"@context": "https://schema.org", "@graph": [
      {"@type": "WebSite", "name": "Not this"},
      {"@type": "WebPage", "name": "Nor this"},
      {"@type": "Person", "@id": "#ann", "name": "Ann Lee"},
      {"@type": ["NewsArticle"], "headline": "A gap",
       "author": [{"@id": "#ann"}, {"name": "Bo Ray"}],
       "publisher": {"@type": "Organization", "name": "The Site"}, "inLanguage": "en",
       "datePublished": "2023-10-20T23:30:00-05:00", "dateModified": "2023-10-22",
       "url": "https://example.org/gap"}]}"""
)


def test_json_ld_gives_all_and_wins() -> None:
    found = facts(
        "<title>Other</title><meta name=author content=Other>"
        f"<meta property=article:published_time content=2001-01-01>{ARTICLE}"
    )
    assert found.values == {
        "title": "A gap",
        "author": "Ann Lee, Bo Ray",
        "publisher": "The Site",
        "published": "2023-10-20",  # the day as written, not that of Greenwich
        "updated": "2023-10-22",
        "url": "https://example.org/gap",
        "language": "en",
    }
    assert found.found["author"] == "JSON-LD NewsArticle author"


@pytest.mark.parametrize(
    "broken",
    ["{", "[" * 50_000, '"text"', "null", '{"@type": 3}', '{"@type": "Article", "author": 3}'],
)
def test_broken_json_ld_is_passed_over(broken: str) -> None:
    assert facts(json_ld(broken) + "<title>The plan</title>").values == {"title": "The plan"}


def test_opengraph_comes_before_dublin_core_and_plain_meta() -> None:
    found = facts(
        "<meta name=author content='Plain'><meta name=DC.creator content='Dublin'>"
        "<meta property=og:title content='Open'><meta name=dc.title content='Dublin'>"
        "<meta name=citation_publication_date content='2019/03/04'>"
    )
    assert found.values == {"title": "Open", "author": "Dublin", "published": "2019-03-04"}
    assert found.found["published"] == "meta citation_publication_date"


def test_several_authors_are_all_named_once() -> None:
    names = "".join(f"<meta name=citation_author content='{n}'>" for n in ("A B", "C D", "A B"))
    assert facts(names).values["author"] == "A B, C D"


def test_an_address_is_no_name_and_a_name_no_address() -> None:
    found = facts(
        "<meta property=article:author content='https://social.example/ann'>"
        "<meta property=article:publisher content='https://social.example/site'>"
        "<meta name=dc.identifier content='12345'><meta name=author content='By Ann Lee'>"
        "<link rel=canonical href='https://example.org/a'>"
    )
    assert found.values == {"author": "Ann Lee", "url": "https://example.org/a"}


def test_marked_elements_of_the_page_speak_too() -> None:
    found = facts(
        "",
        "<div itemprop=author><b itemprop=name>Ann Lee</b>, editor</div>"
        "<time itemprop=datePublished datetime='2020-02-03T10:00'>yesterday</time>",
    )
    assert (found.values["author"], found.values["published"]) == ("Ann Lee", "2020-02-03")


def test_the_browser_that_saved_a_page_noted_its_address() -> None:
    markup = "<!-- saved from url=(0025)https://example.org/saved --><html><body>x</body></html>"
    tree = parse_html(markup)
    assert tree is not None
    found = Facts()
    add_html_facts(found, tree, markup)
    assert found.values["url"] == "https://example.org/saved"


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Bins - Leeds</title><meta property=og:site_name content=leeds>", "", "Bins"),
        ("<title>Leeds | Bins</title><meta property=og:site_name content=Leeds>", "", "Bins"),
        (
            "<title>Bins – what goes - Leeds</title><meta name=publisher content=Leeds>",
            "",
            "Bins – what goes",
        ),
        ("<title>Bins - Leeds City</title>", "<h1>Bins</h1>", "Bins"),
        ("<title>Bins - what goes where</title>", "<h1>Rubbish</h1>", "Bins - what goes where"),
        ("<title>Leeds</title><meta property=og:site_name content=Leeds>", "", "Leeds"),
        ("", "<h1>Bins</h1>", "Bins"),
        ("", "<h1>One</h1><h1>Two</h1>", None),
    ],
)
def test_the_title_goes_without_the_site(head: str, body: str, title: str | None) -> None:
    assert facts(head, body).values.get("title") == title


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2019-03-04T23:59:00+14:00", "2019-03-04"),
        ("2019-03", "2019-03"),
        ("2019", "2019"),
        ("2019/03/04", "2019-03-04"),
        ("20190304", "2019-03-04"),
        ("4 March 2019", "2019-03-04"),
        ("March 4, 2019", "2019-03-04"),
        ("March 2019", "2019-03"),
        ("Mon, 04 Mar 2019 23:30:00 -0500", "2019-03-04"),
        ("03/04/2019", None),
        ("2019-13-40", None),
        ("soon", None),
        ("", None),
    ],
)
def test_dates_are_read_as_written_and_never_guessed(written: str, date: str | None) -> None:
    assert written_date(written) == date
