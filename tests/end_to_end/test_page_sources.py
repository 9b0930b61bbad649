"""From a number in an answer to its source, and on to the document and its file."""

from collections.abc import Iterator

import pypdfium2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.end_to_end.hostile import IN_PDF

PATIENCE_MS = 60_000
WIDTHS = pytest.mark.parametrize("page", [1280, 390], ids=["desktop", "phone"], indirect=True)


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": request.param, "height": 700}, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def ask(page: Page, address: str, question: str) -> None:
    page.goto(address, wait_until="domcontentloaded")
    expect(page.locator(".index-line")).to_contain_text("documents", timeout=PATIENCE_MS)
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".turn:last-child .facts")).to_be_visible(timeout=PATIENCE_MS)


def assert_brought_forward(page: Page, chip: Locator) -> None:
    number = chip.get_attribute("data-source")
    card = page.locator(f"#source-1-{number}")
    expect(card).to_be_in_viewport(ratio=0.5)
    expect(card).to_be_focused()
    expect(page.locator(".source-card.current")).to_have_count(1)
    expect(page.locator(".chip.current")).to_have_text(f"[{number}]")
    assert "current" in (card.get_attribute("class") or "")


@WIDTHS
def test_a_number_brings_its_source_forward_by_mouse_and_by_keyboard(
    page: Page, server: str
) -> None:
    ask(page, server, "Why do councils distrust ICBs?")
    chips = page.locator(".turn:last-child .chip")
    assert chips.count() >= 3
    last, first = chips.last, chips.first
    expect(page.locator("#source-1-" + str(chips.count()))).not_to_be_in_viewport(ratio=0.9)
    last.click()
    assert_brought_forward(page, last)
    first.focus()
    page.keyboard.press("Enter")
    assert_brought_forward(page, first)
    for _ in range(page.locator("#source-1-1 footer > *").count()):
        page.keyboard.press("Tab")
    expect(page.locator("#source-1-1 .back")).to_be_focused()
    page.keyboard.press("Enter")
    expect(first).to_be_focused()
    expect(page.locator("#turn-1 .question")).to_be_in_viewport()


@WIDTHS
def test_a_quote_in_a_pdf_leads_to_its_page_and_to_the_file(
    page: Page, hostile_server: str
) -> None:
    ask(page, hostile_server, "Who drew up the tide tables of Skerry Point?")
    card = page.locator(".turn-sources:visible .source-card").first
    expect(card).to_contain_text("page 2")
    with page.context.expect_page() as opened:
        card.locator(".open-document").click()
    reader = opened.value
    expect(reader.locator("mark#quote")).to_have_text(IN_PDF)
    expect(reader.locator("mark#quote")).to_be_in_viewport()
    link = reader.get_by_role("link", name="Open the PDF at page 2")
    expect(link).to_be_in_viewport()
    assert reader.evaluate("document.documentElement.scrollWidth <= innerWidth")
    address = link.evaluate("at => at.href")
    assert address.endswith("#page=2")
    file = page.context.request.get(address)
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"].startswith("inline")
    with pypdfium2.PdfDocument(file.body()) as pdf:
        assert IN_PDF.split(" by ")[0] in pdf[1].get_textpage().get_text_range()
