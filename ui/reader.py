"""One document in full, opened at a quoted line: where “Open the document” leads."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from ui.assets import style
from ui.client import ServiceClient, ServiceError
from ui.dates import in_words
from ui.markup import text, web_address
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
    """Serve `{path}source/{document_id}?start=…&end=…#quote` on `app`."""

    @app.get(path.rstrip("/") + "/source/{document_id:path}", include_in_schema=False)
    def read(document_id: str, start: int = 0, end: int = 0) -> HTMLResponse:
        try:
            document = client.document(document_id)
        except ServiceError as error:
            page, status = _page("Not to be had", _sorry(error)), 502
        else:
            page, status = document_page(document, start, end), 200
        return HTMLResponse(page, status, headers={"Content-Security-Policy": _POLICY})


def document_page(document: Document, start: int, end: int) -> str:
    """The document as a page of plain text, with `text[start:end]` marked."""
    whole = document.text
    start = min(max(start, 0), len(whole))
    end = min(max(end, start), len(whole))
    name = document.title or document.source or "Untitled document"
    facts = [document.publisher, document.author, in_words(document.published), document.source]
    if end > start:
        facts.append(f"line {whole.count(chr(10), 0, start) + 1:,}")
    quote = f'<mark id="quote">{text(whole[start:end])}</mark>' if end > start else ""
    url = web_address(document.url)
    link = f'<a href="{text(url)}" rel="noopener noreferrer">Original on the web</a>' if url else ""
    return _page(
        name,
        f'<h1>{text(name)}</h1><p class="provenance">'
        + "".join(f"<span>{text(fact)}</span>" for fact in facts if fact)
        + f"{link}</p>"
        + f'<div class="whole">{text(whole[:start])}{quote}{text(whole[end:])}</div>',
    )


def _sorry(error: ServiceError) -> str:
    return (
        f'<div class="error"><p class="error-message">{text(error.message)}</p>'
        f'<p class="error-hint">{text(error.hint)}</p></div>'
    )


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{text(title)}</title>'
        f"<style>{style()}</style><script>{_DARK}</script></head>"
        f'<body class="document"><main>{body}</main></body></html>'
    )
