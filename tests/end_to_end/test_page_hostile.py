"""Whatever documents, links and services hold is inert text in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.end_to_end.conftest import page_alone
from tests.end_to_end.hostile import (
    ALL,
    PAYLOADS,
    assert_inert,
    failing_service,
    watch,
)
from tests.service.live import live

PATIENCE_MS = 60_000


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A context in which nothing that should not happen may have happened by the end."""
    allowed = ["clipboard-read", "clipboard-write"]
    made = browser.new_context(viewport={"width": 1280, "height": 844}, permissions=allowed)
    made.set_default_timeout(PATIENCE_MS)
    happened = watch(made)
    yield made
    made.close()
    assert happened == []


def opened(context: BrowserContext, address: str, index_line: str) -> Page:
    page = context.new_page()
    page.goto(address, wait_until="domcontentloaded")
    expect(page.locator(".index-line")).to_contain_text(index_line, timeout=PATIENCE_MS)
    return page


def ask(page: Page, question: str) -> None:
    before = page.locator(".turn").count()
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    last = page.locator(f"#turn-{before + 1}")
    expect(last.locator(".facts, .error")).to_be_visible(timeout=PATIENCE_MS)


def test_documents_are_inert_wherever_they_are_shown(
    context: BrowserContext, hostile_server: str, tmp_path: Path
) -> None:
    page = opened(context, hostile_server, "15 documents")
    ask(page, "Who keeps the lighthouse?")
    ask(page, "Who trims the lamps of the lighthouse?")
    said = page.locator("#sources").inner_text()
    assert all(payload in said for payload in PAYLOADS[:2])
    page.locator(".turn:last-child .chip").first.click()
    for unfold in page.locator(".unfold:visible").all():
        unfold.click()
    assert_inert(page)

    for form in ("plain", "markdown", "rich"):  # what is copied, where it would be pasted
        copies = page.locator(".turn:first-child .copies")
        copied = copies.get_attribute(f"data-{form}") or ""
        assert "Harbour" in copied
        html = MarkdownIt("gfm-like", {"linkify": False}).render(copied)
        pasted = context.new_page()
        pasted.set_content(html if form == "markdown" else copied if form == "rich" else "")
        assert_inert(pasted)
    for kind in ("markdown", "page"):
        with page.expect_download() as saved:
            page.locator(f'#saving [data-kind="{kind}"]').click()
        text = saved.value.path().read_text("utf-8")
        assert "Cora Lindqvist" in text
        if kind == "markdown":
            text = MarkdownIt("gfm-like", {"linkify": False}).render(text)
        (tmp_path / "saved.html").write_text(text, "utf-8")
        kept = context.new_page()
        kept.goto((tmp_path / "saved.html").as_uri())
        assert_inert(kept)

    page.locator("#publisher input").click()
    expect(page.locator("#publisher .options")).to_contain_text(PAYLOADS[1])
    assert_inert(page)
    for _ in range(2):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(".filter").first).to_be_visible()
    ask(page, f"Who keeps the lighthouse? {PAYLOADS[1]}")  # with two turns of history
    assert_inert(page)
    page.get_by_role("tab", name="The documents").click()
    expect(page.locator("#overview")).to_contain_text("ran(13)")
    expect(page.locator("#overview")).to_contain_text("ran(14)")
    assert_inert(page)


def test_every_document_is_inert_in_full(context: BrowserContext, hostile_server: str) -> None:
    listed = httpx.get(f"{hostile_server}/v1/documents").json()["documents"]
    assert len(listed) == 15
    reader = context.new_page()
    for one in listed:
        address = f"{hostile_server}/source/{quote(one['id'], safe='')}?start=0&end=60#quote"
        answer = reader.goto(address)
        assert answer
        assert answer.status == 200
        assert reader.locator("mark#quote").count() == 1
        assert reader.title() == one["title"]
        assert_inert(reader)


def test_a_link_with_payloads_is_inert(context: BrowserContext, hostile_server: str) -> None:
    asked = {"q": ALL[:1500], "publisher": ALL, "author": PAYLOADS[4], "published_to": "2019"}
    page = opened(context, f"{hostile_server}/?{urlencode(asked)}", "15 documents")
    expect(page.locator(".turn .facts")).to_be_visible(timeout=PATIENCE_MS)
    assert PAYLOADS[1] in page.locator(".question").inner_text()
    assert_inert(page)
    wrong = {"q": "Who?", "published_from": ALL}
    page = opened(context, f"{hostile_server}/?{urlencode(wrong)}", "15 documents")
    expect(page.locator("#notice")).to_contain_text("is not a date")
    assert_inert(page)


def test_what_a_failing_service_says_is_inert(context: BrowserContext, tmp_path: Path) -> None:
    with live(failing_service()) as service, page_alone(service, tmp_path / "log") as address:
        page = opened(context, address, "does not reply")
        ask(page, "Who keeps the lighthouse?")
        expect(page.locator(".error:visible")).to_contain_text(PAYLOADS[1])
        assert_inert(page)
        page.get_by_role("tab", name="The documents").click()
        expect(page.locator("#overview .error")).to_contain_text(PAYLOADS[1])
        assert_inert(page)
        page.goto(f"{address}/source/{quote(PAYLOADS[1], safe='')}")
        expect(page.locator(".error")).to_contain_text(PAYLOADS[1])
        assert_inert(page)
