"""Text into inert HTML: where a quote stands, where a link leads."""

from __future__ import annotations

from ui.markup import deep_link, found, marked


def test_a_quote_is_found_across_the_line_breaks_of_its_passage() -> None:
    context = "a only nine\n  out of 91 b"
    span = found(context, "only nine out of 91")
    assert span is not None
    assert context[slice(*span)] == "only nine\n  out of 91"
    assert "<mark>only nine\n  out of 91</mark>" in marked(context, "only nine out of 91")[0]


def test_a_quote_that_is_not_in_the_passage_stands_alone() -> None:
    assert marked("Quite another passage.", "Nowhere <b>.") == (
        "<mark>Nowhere &lt;b&gt;.</mark>",
        False,
    )


def test_the_original_opens_at_the_quote() -> None:
    assert deep_link("https://a.example/x", "well-known, it is") == (
        "https://a.example/x#:~:text=well%2Dknown%2C%20it%20is"
    )
    long = " ".join(f"w{number}" for number in range(20))
    assert deep_link("https://a.example/x", long).endswith(
        "text=w0%20w1%20w2%20w3%20w4,w15%20w16%20w17%20w18%20w19"
    )
    assert deep_link("https://a.example/x.pdf", "q", 4) == "https://a.example/x.pdf#page=4"
    assert deep_link("https://a.example/x.pdf", "q") == "https://a.example/x.pdf"
    assert deep_link("https://a.example/x#part", "q") == "https://a.example/x#part"
