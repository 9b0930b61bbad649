"""Template tags that nobody has rendered: they go, visibly where words are missing."""

from pathlib import Path

import pytest

from indexer.load.html import read_html
from indexer.load.markdown import read_markdown
from indexer.load.template_tags import IN_HTML, IN_MARKDOWN, IN_SITE_MARKDOWN, without_tags
from indexer.types import Document


def text_of(source: str) -> str:
    """What is left of a source, the same in both formats."""
    (text, removed), other = without_tags(source, IN_HTML), without_tags(source, IN_MARKDOWN)
    assert (text, removed) == other
    assert removed == len(source) - len(text)
    return text


def html(tmp_path: Path, markup: str) -> Document:
    (tmp_path / "page.html").write_text(markup)
    (document,) = read_html(tmp_path / "page.html", "page.html")
    return document


def markdown(tmp_path: Path, text: str) -> Document:
    (tmp_path / "page.md").write_text(text)
    (document,) = read_markdown(tmp_path / "page.md", "page.md")
    return document


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("There are {{ count }} councils.", "There are … councils."),
        ("It cost £{{cost}} in {{- year | date: '%Y' -}}.", "It cost £… in …."),
        ("Dear {{ first }} {{last}}{{{ title }}},", "Dear …,"),
        ("In <%= year %> and <%- raw %>.", "In … and …."),
        ("On {{ day['name'] }} at {{ @at }} by {{ .By }}", "On … at … by …"),
        ("{{t \"hi\"}}, {{t 'you'}} of {{name|upper}}", "…, … of …"),
        ("{% if old %}50{% else %}60{% endif %} councils", "50…60… councils"),
        ("There are {% include count.html %} councils", "There are … councils"),
        ("There is no limit{% if x %} but one{% endif %}.", "There is no limit… but one…."),
    ],
)
def test_hole_is_seen_where_words_are_missing(source: str, text: str) -> None:
    assert text_of(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("One.\n  {% if x %}\nTwo.\n{%- endif -%}\n", "One.\nTwo.\n"),
        ("{%\n  include 'x' a=b\n%}\nText", "Text"),
        ("{{#if x}}\nOne.\n{{else}}\nTwo.\n{{/if}}", "One.\nTwo.\n"),
        ("{{> head}}\nOne.\n{{< figure src='x' >}}\n", "One.\n"),
        ("<% if a < b %>\nOne.\n<% end %>\n", "One.\n"),
        ("{% if x %}One.{% else %}Two.{% endif %}", "One. Two. "),
        ("- {% if x %}Leeds{% endif %}", "- Leeds "),
        ("A{# not {{ shown }} #}B{{! nor this }}C<%# nor this %>", "ABC"),
        ("{{!-- {{ x }} --}}One.\n{% comment %}\nOld.\n{% endcomment %}\nTwo.", "One.\nTwo."),
    ],
)
def test_tag_between_sentences_and_comment_leave_nothing(source: str, text: str) -> None:
    assert text_of(source) == text


@pytest.mark.parametrize(
    "source",
    [
        "Jinja writes {{ and }} or {% and %}; {{ }}, {{ … }}, {% … %}, {# #}, <% %> and <%= %>.",
        r"\frac{{a}}{{b}} + x^{{2}} \textbf{{so}} \newcommand{\x}[1]{{#1}} {% a comment",
        "title = {{The Title of a Paper}}",
        "Sets {1, {2}} and {{1}, {2}}; {a}, {#heading} and 5 <% 6.",
        "{{ never closed",
    ],
)
def test_prose_about_braces_and_formulas_stay(source: str) -> None:
    assert text_of(source) == source


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("Use `{{ x }}` or ``{% y ` %}`` here", "Use {{ x }} or {% y ` %} here"),
        ("```jinja\n{{ x }}\n```\n\n{{ y }} end", "{{ x }}\n\n… end"),
        ("- one\n\n  ~~~\n  {% x %}\n  ~~~\n", "one\n\n{% x %}"),
        ("So:\n\n    {% for x in y %}\n    {{ x }}", "So:\n\n{% for x in y %}\n{{ x }}"),
        ("<pre>\n{{ x }}\n</pre>", "{{ x }}"),
        ("Write {% raw %}{{ x }}{% endraw %} so", "Write {{ x }} so"),
    ],
)
def test_code_of_markdown_stays(tmp_path: Path, source: str, shown: str) -> None:
    document = markdown(tmp_path, source)
    assert document.text == shown


def test_code_of_a_page_stays(tmp_path: Path) -> None:
    page = "<pre>{{ a }}</pre><p>Use <code>{% b %}</code> or <kbd>{{ c }}</kbd> for {{ d }}.</p>"
    assert html(tmp_path, page).text == "{{ a }}\n\nUse {% b %} or {{ c }} for …."


def test_indented_tags_of_a_page_with_front_matter_are_no_code(tmp_path: Path) -> None:
    source = "<div>\n\n      {% include _phases.html %}\n\n</div>\n\nProse."
    assert markdown(tmp_path, f"---\nlayout: wide\n---\n{source}").text == "Prose."
    assert without_tags(source, IN_MARKDOWN) == (source, 0)
    assert without_tags(source, IN_SITE_MARKDOWN)[1] > 0


def test_tags_in_markup_break_neither_elements_nor_facts(tmp_path: Path) -> None:
    document = html(
        tmp_path,
        "<title>{% include 'title' %}</title><meta property=og:title content='{{ page.title }}'>"
        "<link rel=canonical href='https://a.uk/{{page.url}}'><meta name=author content='<%= a %>'>"
        "<body{% if a > b %} class='x'{% endif %}><h1>Bins</h1><p{{ attributes }}>One.</p>"
        "<ul><li {{ x }} hidden>Unseen</li><li><a href='{{ p.url }}'>Two</a></li></ul>",
    )
    assert document.text == "Bins\n\nOne.\n\nTwo"
    assert (document.title, document.field("url"), document.field("author")) == ("Bins", None, None)


def test_link_to_a_tag_is_read_by_its_words_and_front_matter_says_nothing(tmp_path: Path) -> None:
    document = markdown(
        tmp_path,
        "---\ntitle: {{ x }}\nauthor: Ann Lee\n---\n[Home]({{ site.url }}/a) ![b]({{ c }})",
    )
    assert (document.title, document.field("author"), document.text) == (None, "Ann Lee", "Home")


def test_block_of_nothing_but_tags_is_none_and_all_that_went_is_counted(tmp_path: Path) -> None:
    tags = ["{% if a %}", "{{ title }}", "{{ b }}, {{ c }}", "{% endif %}"]
    page = "<main>{}<h1>{}</h1><ul><li>{}</ul>{}<p>One.</p></main>".format(*tags)
    document = html(tmp_path, page)
    assert document.text == "One."
    assert document.removed == sum(map(len, tags)) - len("…" + "…, …")  # of which nothing was seen
    document = markdown(tmp_path, "{}\n\n# {}\n\n- {}\n\n{}\n\nOne.".format(*tags))
    assert [document.text[b.start : b.end] for b in document.blocks] == ["One."]
    assert document.removed > 0


def test_unclosed_code_and_tags_without_end_are_read_once() -> None:
    for piece in (
        "{{ a ",
        "{% a ",
        "{# a ",
        "<% a ",
        "<pre>{{",
        "`` ` {{",
        "{{!--",
        "\\a{{",
        "{{a|",
    ):
        source = piece * 20_000
        assert without_tags(source, IN_MARKDOWN) == (source, 0)
