"""Pages as files: their encoding, their facts, and what hostile ones do."""

from pathlib import Path

import pytest

from indexer.errors import UnreadableFile
from indexer.load.html import decode_html, parse_html, read_html
from indexer.types import Document


def read(tmp_path: Path, data: bytes | str) -> Document:
    path = tmp_path / "page.html"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (document,) = read_html(path, "page.html")
    for block in document.blocks:
        assert document.text[block.start : block.end].strip()
    return document


def test_a_page_is_a_document_with_blocks_and_facts(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        "<html lang=en-GB><title>Bins | Leeds</title><meta property=og:site_name content=Leeds>"
        "<body><nav>Home</nav><main><h1>Bins</h1><p>We collect on Mondays.</p></main>",
    )
    assert document.text == "Bins\n\nWe collect on Mondays."
    assert [block.kind for block in document.blocks] == ["heading", "paragraph"]
    assert (document.title, document.removed) == ("Bins", 4)
    assert document.metadata == {"publisher": "Leeds", "language": "en-GB"}
    assert document.provenance["title"] == "title of the page"


@pytest.mark.parametrize(
    "data",
    [
        "<p>£5 – café</p>".encode("utf-8-sig"),
        "<p>£5 – café</p>".encode("utf-16"),
        b"<meta charset=utf-8>" + "<p>£5 – café</p>".encode(),
        b'<meta http-equiv=Content-Type content="text/html; charset=iso-8859-1">'
        + "<p>£5 – café</p>".encode("cp1252"),
        b"<meta charset=utf-8>" + "<p>£5 – café</p>".encode("cp1252"),
        b"<meta charset=no-such>" + "<p>£5 – café</p>".encode(),
        b'<?xml version="1.0" encoding="utf-16"?>' + "<p>£5 – café</p>".encode(),
        b"<meta charset=mac_roman>" + "<p>£5 – café</p>".encode("mac_roman"),
    ],
)
def test_the_encoding_is_that_of_the_mark_the_declaration_or_a_guess(data: bytes) -> None:
    tree = parse_html(decode_html(data))
    assert tree is not None
    assert "£5 – café" in tree.text_content()


def test_a_stray_null_does_not_cost_the_page_but_binary_data_is_no_page(tmp_path: Path) -> None:
    data = b"<meta charset=utf-8><p>" + b"words " * 50 + b"\0 end</p>"
    assert "end" in read(tmp_path, data).text
    with pytest.raises(UnreadableFile, match="binary"):
        read(tmp_path, b"<meta charset=utf-8>" + b"\0" * 500)


def test_xhtml_with_elements_closed_at_once_loses_nothing(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        '<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head>'
        '<script src="x.js"/><title/></head><body><a id="top"/><p>One.<br/>Two.</p></body></html>',
    )
    assert document.text == "One.\nTwo."


def test_entities_of_a_page_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    document = read(
        tmp_path,
        f'<!DOCTYPE html [<!ENTITY a "bomb"><!ENTITY x SYSTEM "file://{secret}">]>'
        "<body><p>Before &a;&x; after</p></body>",
    )
    assert "after" in document.text
    assert "secret" not in document.text.replace("&x;", "")


@pytest.mark.parametrize("element", ["div", "b", "font", "section"])
def test_deep_nesting_loses_no_text(tmp_path: Path, element: str) -> None:
    nested = f"<{element}>" * 2_000 + "deep" + f"</{element}>" * 2_000
    document = read(tmp_path, f"<body><p>before</p>{nested}<p>after</p></body>")
    assert document.text.split() == ["before", "deep", "after"]


def test_what_is_nested_too_deeply_to_read_whole_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="nested too deeply"):
        read(tmp_path, "<ul><li>x" * 500)


@pytest.mark.parametrize(
    "markup",
    [
        "",
        " \n",
        "<!-- only a comment -->",
        "<html><head><title></title></head></html>",
        "<frameset><frame src=a.html></frameset>",
        "<body style='display:none'><script>x</script></body>",
    ],
)
def test_a_page_without_text_is_an_empty_document(tmp_path: Path, markup: str) -> None:
    assert read(tmp_path, markup).text == ""


@pytest.mark.parametrize(
    "markup", ["<" * 1000, "&" * 1000, "<p>\x01\x0b&#1;&#xD800;&#x110000;</p>", "<table><td", "]]>"]
)
def test_broken_markup_does_no_harm(tmp_path: Path, markup: str) -> None:
    assert "Text." in read(tmp_path, f"<body><p>Text.</p>{markup}").text


def test_a_page_that_hides_its_body_until_it_is_loaded_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, "<body style='visibility: hidden'><p>Text.</p></body>").text == "Text."
