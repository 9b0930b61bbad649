"""One document in full, opened at a quoted line: where “Open the document” leads."""

from __future__ import annotations

from base64 import b64encode
from bisect import bisect_right
from hashlib import sha256

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse

from ui.assets import style
from ui.client import ServiceClient, ServiceError
from ui.dates import in_words
from ui.markup import text, web_address
from ui.originals import passed_on
from ui.types import Document

# The page's own style sheet has its dark colours under a class; this puts the class on.
_DARK = (
    'if (matchMedia("(prefers-color-scheme: dark)").matches) '
    'document.documentElement.classList.add("dark");'
)
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    f"script-src 'sha256-{b64encode(sha256(_DARK.encode()).digest()).decode()}'"
)


def add_reader(app: FastAPI, client: ServiceClient, path: str) -> None:
    """Serve `{path}source/{document_id}?start=…&end=…#quote` on `app`; with `?original=true` the
    file that the document was read from."""

    @app.get(path.rstrip("/") + "/source/{document_id:path}", include_in_schema=False)
    def read(document_id: str, start: int = 0, end: int = 0, original: bool = False) -> Response:
        try:
            if original:
                return passed_on(client, document_id)
            page, status = document_page(client.document(document_id), start, end), 200
        except ServiceError as error:
            page, status = _sorry(error), 502
        return HTMLResponse(page, status, headers={"Content-Security-Policy": _POLICY})


def document_page(document: Document, start: int, end: int) -> str:
    """The document as a page of plain text, with `text[start:end]` marked."""
    whole = document.text
    start = min(max(start, 0), len(whole))
    end = min(max(end, start), len(whole))
    name = document.title or document.source or "Untitled document"
    facts = [document.publisher, document.author, in_words(document.published), document.source]
    quote = f'<mark id="quote">{_paged(document, start, end)}</mark>' if end > start else ""
    return _page(
        name,
        f'<h1>{text(name)}</h1><p class="provenance">'
        + "".join(f"<span>{text(fact)}</span>" for fact in facts if fact and fact != name)
        + f"</p>{_place(document, start, end)}"
        + f'<div class="whole">{_paged(document, 0, start)}{quote}'
        + f"{_paged(document, end, len(whole))}</div>",
    )


def _place(document: Document, start: int, end: int) -> str:
    """Where the quote stands, and the ways to the original: in sight wherever one reads."""
    page = bisect_right(document.pages, start) if end > start else 0
    links = ""
    if end > start:
        line = f"line {document.text.count(chr(10), 0, start) + 1:,}"
        links += f'<a href="#quote">Quote on {f"page {page:,}" if page else line}</a>'
    if document.original:
        links += _original(document, page)
    if url := web_address(document.url):
        links += f'<a href="{text(url)}" rel="noopener noreferrer">Original on the web</a>'
    return f'<nav class="place" aria-label="This document">{links}</nav>' if links else ""


def _original(document: Document, page: int) -> str:
    if not document.source.lower().endswith(".pdf"):
        return '<a href="?original=true">Download the original file</a>'
    at = f" at page {page:,}" if page else ""
    fragment = f"#page={page}" if page else ""
    return (
        f'<a href="?original=true{fragment}" target="_blank" rel="noopener noreferrer">'
        f"Open the PDF{at}</a>"
    )


def _paged(document: Document, start: int, end: int) -> str:
    """`text[start:end]`, with the number of each page before what stands on it."""
    html, at = "", start
    for number, begins in enumerate(document.pages, 1):
        if start <= begins < end and len(document.pages) > 1:
            # drawn by the style sheet, so that it is not copied with the text
            html += f'{text(document.text[at:begins])}<span data-page="Page {number:,}"></span>'
            at = begins
    return html + text(document.text[at:end])


def _sorry(error: ServiceError) -> str:
    title = "Not to be had"
    return _page(
        title,
        f'<h1>{title}</h1><div class="error"><p class="error-message">{text(error.message)}</p>'
        f'<p class="error-hint">{text(error.hint)}</p></div>',
    )


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{text(title)}</title>'
        f"<style>{style()}</style><script>{_DARK}</script></head>"
        f'<body class="document"><main>{body}</main></body></html>'
    )
