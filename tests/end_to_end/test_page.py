"""The page in a real browser, over a real server with the real model and the seed articles."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

FLAGSHIP = "Why do councils distrust ICBs?"
GOLD = "only nine out of 91 Integrated Care Board members are councillors"
PATIENCE_MS = 60_000


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, server: str) -> Iterator[Page]:
    """The page, freshly opened, at a desktop's and at a phone's width."""
    context = browser.new_context(viewport={"width": request.param, "height": 844})
    opened = context.new_page()
    opened.goto(server, wait_until="domcontentloaded")
    # the number of documents is fetched by the page's own first event: it is alive by then
    expect(opened.locator(".index-line")).to_contain_text("5 documents", timeout=PATIENCE_MS)
    yield opened
    context.close()


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".turn:last-child .facts")).to_be_visible(timeout=PATIENCE_MS)


def test_the_flagship_question_is_answered_with_the_quote_highlighted_in_its_source(
    page: Page,
) -> None:
    ask(page, FLAGSHIP)
    expect(page.locator(".understood")).to_contain_text("Integrated Care Board")
    marks = page.locator(".turn-sources:visible .source-card mark").all_inner_texts()
    first_two = [re.sub(r"\s+", " ", mark) for mark in marks[:2]]
    assert any(GOLD in mark for mark in first_two)


def test_pressing_a_chip_brings_its_source_forward_and_the_source_opens_at_the_line(
    page: Page,
) -> None:
    ask(page, FLAGSHIP)
    page.locator(".turn:last-child .chip").first.click()
    card = page.locator(".turn-sources:visible .source-card.current")
    expect(card).to_be_visible()
    with page.context.expect_page() as opened:
        card.locator(".open-document").click()
    reader = opened.value
    expect(reader.locator("mark#quote")).to_be_visible(timeout=PATIENCE_MS)
    quote = re.sub(r"\s+", " ", card.locator("mark").inner_text())
    assert quote in re.sub(r"\s+", " ", reader.locator("mark#quote").inner_text())


def test_a_question_the_articles_do_not_answer_is_refused_in_words(page: Page) -> None:
    ask(page, "What is the capital city of Australia?")
    expect(page.locator(".answer.not-found")).to_be_visible()
    expect(page.locator(".answer.not-found")).to_contain_text("don't say")


def test_nothing_is_fetched_from_elsewhere_and_nothing_scrolls_sideways(
    page: Page, server: str
) -> None:
    asked: list[str] = []
    second = page.context.new_page()
    second.on("request", lambda request: asked.append(request.url))
    second.goto(server, wait_until="domcontentloaded")
    expect(second.locator(".index-line")).to_contain_text("5 documents", timeout=PATIENCE_MS)
    ask(second, FLAGSHIP)
    assert asked
    assert [url for url in asked if not url.startswith((server, "data:", "blob:"))] == []
    assert second.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
