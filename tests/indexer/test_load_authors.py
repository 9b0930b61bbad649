"""Authors of property sheets: people and offices stay, logins, firms and programs do not."""

from pathlib import Path

import docx
import pytest
from reportlab.pdfgen.canvas import Canvas

from indexer.load.authors import believable, named, person
from indexer.load.word import read_word
from tests.pdf_samples import at, draw, read

TEXT = (
    "A report by the Government\nAccountability Office and by OECD. DEPARTMENT OF HEALTH. Print "
    "this Page. Ask JSmith@harbour.org or 3 Rivers Council. Designed and printed by Blue Mole "
    "Studio, for Grimsby Docks Ltd."
)


@pytest.mark.parametrize(
    "name",
    [
        "Administrator", "user", "User1", "python-docx", "Windows User", "Scanner", "Microsoft",
        "(anonymous)", "Office", "", None,
    ],
)  # fmt: skip
def test_accounts_and_programs_are_no_authors(name: str | None) -> None:
    assert person(name) is None


@pytest.mark.parametrize("name", ["Office of the Mayor", "Ann Lee", "Ann Userford", "Testers"])
def test_names_that_begin_alike_are_left_alone(name: str) -> None:
    assert person(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "Turn-Key Systems Pty Ltd", "Hewlett-Packard Company", "Mole Printing plc", "Mole GmbH",
        "Acrobat Distiller", "Quark XPress", "PDFCreator by Mole", "HP Digital Sending Device",
        "Canon iR-ADV C5235", "CamScanner", "Preferred Customer", "XP User", "ADMS", "SmithJ",
        "JSMITH", "JSmith", "page", "Blue Mole Studio",
    ],
)  # fmt: skip
def test_firms_programs_machines_and_logins_are_not_believed(name: str) -> None:
    assert not believable(name, TEXT)


@pytest.mark.parametrize(
    "name",
    [
        "Government Accountability Office", "Department of Health", "OECD", "3 Rivers Council",
        "Grimsby Docks Ltd",
    ],
)  # fmt: skip
def test_whoever_the_text_names_is_believed(name: str) -> None:
    assert believable(name, TEXT)


@pytest.mark.parametrize(
    "name",
    ["Ann Lee", "Lee, Ann", "Lee,Ann", "Democratic Services", "Office of the Mayor", "王小明",
     "Ann Prince", "Jo Incledon", "Director of Public Health"],
)  # fmt: skip
def test_people_and_offices_are_believed_though_the_text_does_not_name_them(name: str) -> None:
    assert believable(name, TEXT)


@pytest.mark.parametrize("name", ["Jo", "Lee Wong", "Ann Lee"])
def test_a_name_within_a_longer_one_is_not_named(name: str) -> None:
    assert not named(name, "Joann Lee-Wong spoke to Ann Leeds, Annette and ann@lee.org.")


def pdf(path: Path, author: str, text: str, creator: str = "Writer") -> Path:
    def page(canvas: Canvas) -> None:
        canvas.setAuthor(author)
        canvas.setCreator(creator)
        at(canvas, 60, 80, text)

    return draw(path, page)


@pytest.mark.parametrize(
    ("author", "found"),
    [
        ("Mole Systems Ltd", None),
        ("Harbour Systems Ltd", "Harbour Systems Ltd"),
        ("TopLeaf Pages", None),
        ("Ann Lee", "Ann Lee"),
        ("Ann Lee <lee@harbour.org>", "Ann Lee"),
        ("lee@harbour.org", None),
    ],
)
def test_the_author_of_a_pdf_is_held_against_its_text_and_its_programs(
    tmp_path: Path, author: str, found: str | None
) -> None:
    text = "The accounts of Harbour Systems Ltd, as set by TopLeaf Pages."
    document = read(pdf(tmp_path / "a.pdf", author, text, creator="TopLeaf Pages 10.2"))
    assert document.metadata.get("author") == found
    assert document.provenance.get("author") == (found and "PDF properties")


def test_a_byline_takes_the_place_of_who_made_the_file(tmp_path: Path) -> None:
    document = read(pdf(tmp_path / "a.pdf", "Mole Systems Ltd", "Author: Ann Lee"))
    assert document.metadata["author"] == "Ann Lee"
    assert document.provenance["author"] == "author line in the text, page 1"


def test_authors_of_office_files_are_held_against_the_text_too(tmp_path: Path) -> None:
    written = docx.Document()
    written.core_properties.author = "SmithJ"
    written.add_paragraph("The walls of the harbour were mended.")
    written.save(str(tmp_path / "a.docx"))
    (document,) = read_word(tmp_path / "a.docx", "a.docx")
    assert "author" not in document.metadata
