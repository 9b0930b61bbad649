"""Word files as people read them: structure, changes, notes, properties, and broken ones."""

import zipfile
from datetime import datetime
from pathlib import Path

import docx
import pytest

from indexer.errors import UnreadableFile
from indexer.load.word import read_word
from tests.indexer.word_files import NS, add_xml, blocks, read, rewrite, run

RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def test_headings_paragraphs_and_items_are_told_apart_by_style(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("The plan", 0)
    word.add_heading("Aims", 2)
    word.add_paragraph("We will build.")
    word.add_paragraph("one", style="List Bullet")
    word.add_paragraph("two", style="List Number")
    document = read(tmp_path, word)
    assert blocks(document) == [
        ("heading", "The plan"),
        ("heading", "Aims"),
        ("paragraph", "We will build."),
        ("item", "one"),
        ("item", "two"),
    ]
    assert (document.title, document.provenance["title"]) == ("The plan", "title in the text")
    assert document.pages == ()


def test_outline_level_and_numbering_count_without_a_style(tmp_path: Path) -> None:
    word = docx.Document()
    add_xml(word, f'<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr>{run("Aims")}</w:p>')
    add_xml(word, f'<w:p><w:pPr><w:outlineLvl w:val="9"/></w:pPr>{run("Prose.")}</w:p>')
    number = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{}"/></w:numPr>'
    add_xml(word, f"<w:p><w:pPr>{number.format(3)}</w:pPr>{run('one')}</w:p>")
    add_xml(word, f"<w:p><w:pPr>{number.format(0)}</w:pPr>{run('No more.')}</w:p>")
    assert blocks(read(tmp_path, word)) == [
        ("heading", "Aims"),
        ("paragraph", "Prose."),
        ("item", "one"),
        ("paragraph", "No more."),
    ]


def test_bold_lines_are_headings_but_what_they_state_stays_quotable(tmp_path: Path) -> None:
    word = docx.Document()
    for text in ("Terms", "Salary: £44,743", "The post is permanent", "It ends here."):
        word.add_paragraph().add_run(text).bold = True
        word.add_paragraph("Some prose that goes on for a good while and is not bold at all. " * 3)
    first = word.add_paragraph()
    first.add_run("Leave").bold = True
    first.add_run().add_break()
    first.add_run("There are 30 days.\n\nMore days come later.")
    kinds = {text: kind for kind, text in blocks(read(tmp_path, word))}
    assert kinds["Terms"] == kinds["Leave"] == "heading"
    for text in ("Salary: £44,743", "The post is permanent", "It ends here."):
        assert kinds[text] == "paragraph"
    assert kinds["There are 30 days."] == kinds["More days come later."] == "paragraph"


def test_bold_means_nothing_where_all_is_bold(tmp_path: Path) -> None:
    word = docx.Document()
    for text in ("One line", "Another line", "A third line"):
        word.add_paragraph().add_run(text).bold = True
    assert {kind for kind, _ in blocks(read(tmp_path, word))} == {"paragraph"}


def test_prose_in_a_heading_style_and_a_last_bold_line_stay_quotable(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("We are looking for people who know a great deal. " * 4, 6)
    word.add_paragraph("Prose. " * 30)
    word.add_paragraph().add_run("Late forms go back").bold = True
    assert {kind for kind, _ in blocks(read(tmp_path, word))} == {"paragraph"}


def test_deleted_text_goes_and_inserted_and_moved_text_stays(tmp_path: Path) -> None:
    word = docx.Document()
    gone = run("ten", "").replace("w:t", "w:delText")
    add_xml(
        word,
        f"<w:p>{run('Costs ')}<w:del>{gone}</w:del><w:ins>{run('nine')}</w:ins>"
        f"<w:moveFrom>{run(' there')}</w:moveFrom><w:moveTo>{run(' here')}</w:moveTo></w:p>",
    )
    document = read(tmp_path, word)
    assert document.text == "Costs nine here"
    assert "tracked changes" in document.warnings[0]


def test_links_fields_controls_breaks_and_hidden_text(tmp_path: Path) -> None:
    word = docx.Document()
    add_xml(
        word,
        f"<w:p>{run('See ')}<w:hyperlink>{run('the site')}</w:hyperlink>"
        f"<w:r><w:instrText>PAGEREF x</w:instrText></w:r>"
        f"<w:sdt><w:sdtContent>{run(' on')}</w:sdtContent></w:sdt>"
        f"<w:r><w:tab/><w:tab/><w:t>page</w:t><w:noBreakHyphen/><w:t>9</w:t>"
        f'<w:br w:type="page"/></w:r>{run("secret", "<w:vanish/>")}</w:p>',
    )
    add_xml(word, f"<w:sdt><w:sdtContent><w:p>{run('Boxed.')}</w:p></w:sdtContent></w:sdt>")
    document = read(tmp_path, word)
    assert blocks(document) == [("paragraph", "See the site on page-9"), ("paragraph", "Boxed.")]
    assert document.removed == len("secret")


def test_table_of_contents_is_furniture(tmp_path: Path) -> None:
    word = docx.Document()
    add_xml(
        word,
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        f"</w:docPartObj></w:sdtPr><w:sdtContent><w:p>{run('Aims 3')}</w:p></w:sdtContent></w:sdt>",
    )
    assert blocks(read(tmp_path, word)) == [("furniture", "Aims 3")]


def test_headers_and_footers_are_left_out_and_counted(tmp_path: Path) -> None:
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "Secret"
    word.sections[0].footer.paragraphs[0].text = "Page"
    word.add_paragraph("Prose.")
    document = read(tmp_path, word)
    assert (document.text, document.removed) == ("Prose.", len("SecretPage"))


def test_text_box_is_read_once_and_after_its_paragraph(tmp_path: Path) -> None:
    word = docx.Document()
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = f"<w:txbxContent><w:p>{run('In a box.')}</w:p></w:txbxContent>"
    add_xml(
        word,
        f"<w:p>{run('Beside it.')}<w:r><mc:AlternateContent {mc}><mc:Choice><w:drawing>{box}"
        f"</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>",
    )
    assert [text for _, text in blocks(read(tmp_path, word))] == ["Beside it.", "In a box."]


def test_footnotes_and_endnotes_follow_their_paragraph(tmp_path: Path) -> None:
    word = docx.Document()
    for kind in ("footnote", "endnote"):
        add_xml(word, f'<w:p>{run(kind)}<w:r><w:{kind}Reference w:id="2"/></w:r></w:p>')
    path = tmp_path / "notes.docx"
    word.save(str(path))

    def relate(xml: str) -> str:
        links = "".join(
            f'<Relationship Id="n{kind}" Type="{RELATED}/{kind}s" Target="{kind}s.xml"/>'
            for kind in ("footnote", "endnote")
        )
        return xml.replace("</Relationships>", f"{links}</Relationships>")

    notes = {
        f"word/{kind}s.xml": f'<w:{kind}s {NS}><w:{kind} w:id="0"><w:p>{run("rule")}</w:p>'
        f'</w:{kind}><w:{kind} w:id="2"><w:p>{run(f"A {kind}.")}</w:p></w:{kind}></w:{kind}s>'
        for kind in ("footnote", "endnote")
    }
    rewrite(path, {"word/_rels/document.xml.rels": relate}, **notes)
    (document,) = read_word(path, "notes.docx")
    assert [text for _, text in blocks(document)] == [
        "footnote",
        "A footnote.",
        "endnote",
        "A endnote.",
    ]


def test_properties_say_who_and_when_but_not_when_it_was_published(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Prose.")
    properties = word.core_properties
    properties.title, properties.author, properties.language = "A plan.docx", "Ann Lee", "en-GB"
    properties.created, properties.modified = datetime(2018, 1, 2), datetime(2019, 3, 4)
    document = read(tmp_path, word)
    assert document.metadata == {"author": "Ann Lee", "updated": "2019-03-04", "language": "en-GB"}
    assert document.title is None


def test_files_with_macros_are_read_too(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Prose.")
    path = tmp_path / "plan.docm"
    word.save(str(path))
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    ordinary = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    rewrite(path, {"[Content_Types].xml": lambda xml: xml.replace(ordinary, kind)})
    (document,) = read_word(path, "plan.docm")
    assert document.text == "Prose."


@pytest.mark.parametrize("entity", ['"words"', 'SYSTEM "file:///etc/hostname"'])
def test_entities_are_not_resolved(tmp_path: Path, entity: str) -> None:
    word = docx.Document()
    word.add_paragraph("before PLACE")

    def change(xml: str) -> str:
        xml = xml.replace("<w:document", f"<!DOCTYPE d [<!ENTITY e {entity}>]><w:document", 1)
        return xml.replace("PLACE", "&e;")

    assert read(tmp_path, word, change).text == "before"


def test_entity_bomb_is_unreadable(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("BOMB")
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20 if n else "a" * 50}">' for n in range(10))

    def change(xml: str) -> str:
        xml = xml.replace("<w:document", f"<!DOCTYPE d [{levels}]><w:document", 1)
        return xml.replace("BOMB", "&e9;")

    with pytest.raises(UnreadableFile, match="damaged: its XML"):
        read(tmp_path, word, change)


def test_missing_part_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "plan.docx"
    docx.Document().save(str(path))
    with zipfile.ZipFile(path) as archive:
        members = {n: archive.read(n) for n in archive.namelist() if n != "word/styles.xml"}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(UnreadableFile, match=r"word/styles\.xml"):
        list(read_word(path, "plan.docx"))
