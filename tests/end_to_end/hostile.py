"""Documents that try to run something in a reader's browser, and what tells whether any did."""

import json
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page
from reportlab.platypus import PageBreak

from tests.pdf_samples import PROSE, flow, paragraphs

# whatever would be made of one of these is marked with data-made, and whatever runs calls ran()
PAYLOADS = (
    "<script data-made>ran(1)</script>",
    "<img data-made src=x onerror=ran(2)>",
    "<svg data-made onload=ran(3)>",
    "</mark></p></article></textarea></title></style>"
    "<iframe data-made srcdoc='<script>parent.ran(4)</script>'></iframe>",
    '" data-made onmouseover="ran(5)" autofocus onfocus="ran(5)" x="',
    "' data-made onmouseover='ran(6)' x='",
    "&lt;img data-made src=x onerror=ran(7)&gt; &#60;b data-made&#62;",
    "[the chart](javascript:ran(8)) ![the chart](javascript:ran(8)) <javascript:ran(8)>",
    "{{constructor.constructor('ran(9)')()}} ${ran(9)} {% raw %} <%= ran(9) %>",
    "<a data-made href='javascript:ran(10)'>the chart</a> <b data-made>bold</b>",
    "--><math><mtext><style><img data-made title='</style><img data-made src=x onerror=ran(11)>'>",
)
ALL = " ".join(PAYLOADS)
NAMES = ("Ada Thornton", "Bram Okafor", "Cora Lindqvist", "Dev Marsh")
QUESTION = "Who keeps the lighthouse?"
IN_PDF = "The tide tables of Skerry Point were drawn up by Edna Winter in 1874."
_WATCH = """
window.ran = (n) => (window.__ran = [...(window.__ran ?? []), n]);
for (const kind of ["alert", "confirm", "prompt"]) window[kind] = () => ran(kind);
"""


def write_corpus(folder: Path) -> Path:
    """Payloads in titles, authors, publishers, addresses, headings, passages, names of files."""
    folder.mkdir()
    records = [
        {
            "_id": f"{n}/{payload}",
            "title": f"The lighthouse {payload}",
            "text": f"The lighthouse is kept by {name} {payload} since {1990 + n}. {payload}",
            "metadata": {
                "author": f"{name} {payload}",
                "publisher": f"Harbour {n} {payload}",
                "published": f"{2010 + n}-05-01",
                "url": ("javascript:ran(8)", 'https://a.example/"onclick="ran(5)')[n % 2],
                "shelf": payload,
            },
        }
        for n, (payload, name) in enumerate(zip(PAYLOADS, NAMES * 3, strict=False))
    ]
    lines = [json.dumps(record) for record in records]
    (folder / "records.jsonl").write_text("\n".join(lines))
    front = f"title: {json.dumps(ALL)}\nauthor: {json.dumps(ALL)}\npublisher: {json.dumps(ALL)}"
    escaped = ALL.replace("<", "\\<").replace("&", "&amp;")
    (folder / "notes.md").write_text(
        f"---\n{front}\nurl: javascript:ran(8)\n---\n\n# Lamps {escaped}\n\n"
        f"The lamps of the lighthouse are trimmed by Finn Doyle. {escaped}\n"
    )
    page = ALL.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    (folder / "page.html").write_text(
        f'<html><head><title>{page}</title><meta name=author content="{page}"></head><body>'
        f"<h1>Boats</h1><p>The boats of the lighthouse are mended by Greta Holm. {page}</p></body>"
    )
    (folder / "<img data-made src=x onerror=ran(12)>.txt").write_text("Gulls nest on the roof.")
    (folder / "<svg data-made onload=ran(13)>.exe").write_bytes(b"\0")
    (folder / "metadata.csv").write_text("file,title\n<img data-made src=x onerror=ran(14)>,x\n")
    story = [*paragraphs(*[PROSE] * 3), PageBreak(), *paragraphs(PROSE, f"{IN_PDF} {PROSE}")]
    flow(folder / "tides.pdf", story)
    return folder


def watch(context: BrowserContext) -> list[str]:
    """What happens from now on in any page of the context that should not, in words."""
    context.add_init_script(_WATCH)
    happened: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        happened.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def listen(page: Page) -> None:
        page.on("dialog", dismiss)
        page.on("pageerror", lambda error: happened.append(f"error: {error}"))
        page.on(
            "console",
            lambda said: happened.append(said.text) if _is_of_script(said) else None,
        )

    context.on("page", listen)
    return happened


def _is_of_script(said: ConsoleMessage) -> bool:
    return said.type == "error" and "server responded with a status of" not in said.text


def assert_inert(page: Page) -> None:
    """Nothing ran, no element was made of a payload, and no link would run anything."""
    for one in page.locator("[onmouseover], [onfocus]").all():
        one.dispatch_event("mouseover")
    page.wait_for_timeout(50)
    found = page.evaluate(
        "() => ({ran: window.__ran ?? [],"
        "made: [...document.querySelectorAll('[data-made], iframe, object, embed, base ~ base')]"
        ".map((at) => at.outerHTML.slice(0, 300)),"
        "handlers: [...document.querySelectorAll('*')].filter((at) => [...at.attributes]"
        ".some((one) => one.name.startsWith('on') && one.value.includes('ran('))).length,"
        "links: [...document.querySelectorAll('a, area, form')].map((at) => at.href || at.action)"
        ".filter((url) => url && !/^(https?|blob):/.test(url))})"
    )
    assert found == {"ran": [], "made": [], "handlers": 0, "links": []}


def failing_service() -> FastAPI:
    """A service whose every reply is an error that holds the payloads."""
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    def fail() -> JSONResponse:
        problem = {"title": ALL, "detail": f"It failed. {ALL}", "hint": f"Try `{ALL}`. {ALL}"}
        return JSONResponse(problem, 503, media_type="application/problem+json")

    return app
