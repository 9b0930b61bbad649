"""E-mails: the sender's own words are text, what is quoted or signed is furniture."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from indexer.errors import UnreadableFile
from indexer.load.eml import read_eml
from indexer.types import Document


def letter(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in {
        "Subject": "The gap",
        "From": "Ann Lée <ann@example.org>",
        **headers,
    }.items():
        message[name] = value
    return message


def read(tmp_path: Path, message: EmailMessage | bytes) -> Document:
    path = tmp_path / "mail.eml"
    path.write_bytes(message if isinstance(message, bytes) else bytes(message))
    (document,) = read_eml(path, "mail.eml")
    return document


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def test_headers_give_title_author_and_the_day_as_written(tmp_path: Path) -> None:
    message = letter(Date="Fri, 20 Oct 2023 23:30:00 -0500")
    message.set_content("Text.")
    document = read(tmp_path, message)
    assert document.title == "The gap"
    assert document.metadata == {"author": "Ann Lée", "published": "2023-10-20"}
    assert document.provenance["published"] == "date of the e-mail"


def test_quoted_replies_and_signatures_are_furniture(tmp_path: Path) -> None:
    message = letter()
    message.set_content(
        "Dear Bo,\n\nThe gap has grown by £1bn.\n\n- Adults: £2bn\n\n> Is it true?\nIt is true.\n\n"
        "On Thu, 19 Oct 2023, Bo Ray <bo@example.org>\nwrote:\n> What is the gap?\n>\n> Bo\n\n"
        "-- \nAnn Lée\nHead of Finance\n"
    )
    assert blocks(read(tmp_path, message)) == [
        ("paragraph", "Dear Bo,"),
        ("paragraph", "The gap has grown by £1bn."),
        ("item", "Adults: £2bn"),
        ("furniture", "> Is it true?"),
        ("paragraph", "It is true."),
        ("furniture", "On Thu, 19 Oct 2023, Bo Ray <bo@example.org>\nwrote:"),
        ("furniture", "> What is the gap?"),
        ("furniture", ">"),
        ("furniture", "> Bo"),
        ("furniture", "--"),
        ("furniture", "Ann Lée"),
        ("furniture", "Head of Finance"),
    ]


def test_what_follows_an_original_message_line_is_furniture(tmp_path: Path) -> None:
    message = letter()
    message.set_content("Yes.\n\n-----Original Message-----\nFrom: Bo\n\nIs the gap £4bn?\n")
    kinds = [kind for kind, _ in blocks(read(tmp_path, message))]
    assert kinds[0] == "paragraph"
    assert set(kinds[1:]) == {"furniture"}


def test_plain_text_is_preferred_to_html(tmp_path: Path) -> None:
    message = letter()
    message.set_content("Plain words.")
    message.add_alternative("<p>Marked words.</p>", subtype="html")
    assert read(tmp_path, message).text == "Plain words."


def test_html_alone_is_read_as_a_page(tmp_path: Path) -> None:
    message = letter()
    message.set_content(
        "<html><style>p{}</style><body><table><tr><td><h2>News</h2><p>It is £4bn.</p></td>"
        "<td><p>More.</p></td></tr></table><p>On Thu, Bo wrote:</p>"
        "<blockquote type=cite><p>What is it?</p></blockquote><p>Sent from my iPhone</p></body>",
        subtype="html",
    )
    assert blocks(read(tmp_path, message)) == [
        ("heading", "News"),
        ("paragraph", "It is £4bn."),
        ("paragraph", "More."),
        ("furniture", "On Thu, Bo wrote:"),
        ("furniture", "What is it?"),
        ("furniture", "Sent from my iPhone"),
    ]


def test_attachments_are_named_and_pictures_in_the_text_are_not(tmp_path: Path) -> None:
    message = letter()
    message.set_content("See attached.")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="gap.pdf")
    message.add_attachment(
        b"GIF", maintype="image", subtype="gif", filename="logo.gif", disposition="inline"
    )
    document = read(tmp_path, message)
    assert document.text == "See attached."
    assert document.warnings == ("attachment gap.pdf is not read",)


@pytest.mark.parametrize("charset", ["us-ascii", "utf-8", "no-such", "iso-8859-1"])
def test_a_wrong_charset_does_not_cost_the_text(tmp_path: Path, charset: str) -> None:
    head = f"Subject: x\nContent-Type: text/plain; charset={charset}\n"
    data = f"{head}Content-Transfer-Encoding: 8bit\n\n".encode() + "It costs £5 – now.".encode(
        "cp1252"
    )
    assert read(tmp_path, data).text == "It costs £5 – now."


@pytest.mark.parametrize(
    "head",
    [
        b"From: " + b"(" * 2000,
        b"From: <<>>,,@",
        b"From: " + b"a@b.c, " * 20_000,
        b"Date: not a date",
        b"Date: Fri, 99 Foo 99999 99:99:99 +9999",
        b"Content-Type: multipart/mixed; boundary=none",
        b"Content-Type: nonsense",
        b"Content-Transfer-Encoding: base64",
        b"Content-Disposition: attachment; filename*=utf-8''%FF",
    ],
)
def test_malformed_headers_do_no_harm(tmp_path: Path, head: bytes) -> None:
    document = read(tmp_path, b"Subject: Still here\n" + head + b"\n\nText.")
    assert document.title == "Still here"
    assert "published" not in document.metadata


def test_what_is_no_email_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="is not an e-mail"):
        read(tmp_path, b"\x00\x01 random bytes")


def test_parts_in_parts_without_end_are_refused(tmp_path: Path) -> None:
    part = b"--b\nContent-Type: multipart/mixed; boundary=b\n\n"
    with pytest.raises(UnreadableFile, match="nested too deeply"):
        read(tmp_path, b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n" + part * 5000)


def test_an_email_without_text_is_an_empty_document(tmp_path: Path) -> None:
    assert read(tmp_path, b"Subject: x\n\n").text == ""
