"""A document built block by block."""

from indexer.load.builder import TextBuilder, document_id, finish
from indexer.metadata import Facts


def test_blocks_are_slices_of_the_text_and_empty_ones_are_left_out() -> None:
    builder = TextBuilder()
    for piece in (" A title ", "", "Prose.\n", "  "):
        builder.add(piece)
    assert builder.text == "A title\n\nProse."
    assert [builder.text[b.start : b.end] for b in builder.blocks] == ["A title", "Prose."]


def test_every_character_lies_on_the_page_it_was_added_to() -> None:
    builder = TextBuilder()
    for page in ("One.", "", "Three."):
        builder.begin_page()
        builder.add(page)
    document = builder.finish("a.pdf", Facts())
    found = dict.fromkeys((1, 2, 3), "")
    for offset, character in enumerate(document.text):
        found[document.page_at(offset) or 0] += character
    assert {page: text.strip() for page, text in found.items()} == {1: "One.", 2: "", 3: "Three."}


def test_a_block_over_page_ends_is_one_block_that_knows_its_pages() -> None:
    builder = TextBuilder()
    builder.begin_page()
    builder.add("Before.")
    builder.add("  One two three.", page_starts=(6, 10, 10))  # the third page is empty
    builder.add("After.")
    document = builder.finish("a.pdf", Facts())
    assert [document.text[b.start : b.end] for b in document.blocks] == [
        "Before.",
        "One two three.",
        "After.",
    ]
    where = {word: document.page_at(document.text.index(word)) for word in document.text.split()}
    assert where == {"Before.": 1, "One": 1, "two": 2, "three.": 4, "After.": 4}


def test_only_the_first_two_pages_state_dates() -> None:
    builder = TextBuilder()
    for line in ("A title", "2024-05-01", "2030-09-30"):
        builder.begin_page()
        builder.add(line)
    assert builder.finish("a.pdf", Facts()).metadata == {"published": "2024-05-01"}


def test_first_heading_is_the_title_unless_something_better_is_known() -> None:
    builder = TextBuilder()
    builder.add("Prose.")
    builder.add("A heading", "heading")
    document = builder.finish("a.docx", Facts(), removed=7, warnings=["odd"])
    assert (document.title, document.provenance) == ("A heading", {"title": "first heading"})
    assert (document.removed, document.warnings) == (7, ("odd",))
    facts = Facts()
    facts.add("title", "Better", "properties")
    assert builder.finish("a.docx", facts).title == "Better"


def test_what_the_text_states_is_added_to_what_the_format_told() -> None:
    facts = Facts()
    facts.add("author", "Ann Lee", "properties")
    document = finish("a", "By Bo Ek\n\n02.03.17", [], facts)
    assert document.metadata == {"author": "Ann Lee", "published": "2017-03-02"}
    assert document.provenance["published"] == "date line in the text, line 3"


def test_document_id_depends_on_the_path_alone_and_is_safe_in_a_url() -> None:
    one, other = document_id("a b/ç.txt"), document_id("a b/c.txt")
    assert one == document_id("a b/ç.txt") != other
    assert one.isalnum()
