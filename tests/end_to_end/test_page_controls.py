"""What can be done with an answer and by keyboard alone, in a real browser over a real server."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from indexer.generation import current
from service.feedback import kept

QUESTION = "Who called for serious political leadership?"
LINK = "/?" + urlencode({"q": QUESTION, "publisher": "Press Association", "published_to": "2019"})
PATIENCE_MS = 60_000
LIGHT, DARK = "rgb(250, 248, 244)", "rgb(20, 24, 29)"


@contextmanager
def opened(browser: Browser, address: str, width: int, **settings: Any) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 844}, **settings)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address, wait_until="domcontentloaded")
    expect(page.locator(".index-line")).to_contain_text("5 documents", timeout=PATIENCE_MS)
    yield page
    context.close()


def clipboard(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(
        "async () => { const [item] = await navigator.clipboard.read(); const all = {};"
        "for (const type of item.types) all[type] = await (await item.getType(type)).text();"
        "return all; }"
    )
    return found


def copied(page: Page, button: str) -> dict[str, str]:
    # "Copied" may still stand there from the time before: what was copied then has to go first
    page.evaluate("navigator.clipboard.writeText('')")
    page.locator(".turn:last-child").locator(button).click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()) !== ''")
    return clipboard(page)


@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
def test_a_link_asks_once_under_its_filters_and_the_answer_can_be_taken_away(
    browser: Browser, server: str, width: int
) -> None:
    allowed = {"permissions": ["clipboard-read", "clipboard-write"], "accept_downloads": True}
    with opened(browser, server + LINK, width, **allowed) as page:
        expect(page.locator(".turn .facts")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.locator("#question textarea")).to_have_value(QUESTION)
        expect(page.locator(".turn")).to_have_count(1)
        expect(page.locator(".searched")).to_contain_text("up to 31 December 2019")
        assert page.locator("#publisher").is_visible() == (width > 820), "folded on a phone"

        word = copied(page, '[data-form="rich"]')
        assert "<sup>1</sup>" in word["text/html"]
        assert "Press Association" in word["text/plain"]
        assert "**References**" in copied(page, '[data-form="markdown"]')["text/plain"]
        link = copied(page, ".copy-link")["text/plain"]
        assert link == server + LINK.replace("published_to=2019", "published_to=2019-12-31")
        for kind, ending in (("markdown", "md"), ("page", "html")):
            with page.expect_download() as saved:
                page.locator(f'[data-kind="{kind}"]').click()
            assert saved.value.suggested_filename.endswith(ending)
            assert QUESTION in saved.value.path().read_text("utf-8")

        page.locator('.filter[data-field="publisher"]').press("Enter")
        expect(page.locator(".filter")).to_have_count(1)
        expect(page.locator(".filter")).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth") <= width

        page.get_by_role("tab", name="The documents").click()
        expect(page.locator("#overview")).to_contain_text("All 5 files were read")
        expect(page.locator(".plot").first).to_contain_text("Press Association")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def tab_stops(page: Page) -> list[str]:
    """The controls that Tab visits from the start of the page on; each has to show its focus."""
    page.locator(".skip").focus()
    seen: list[str] = []
    for _ in range(60):
        name, ring = page.evaluate(
            "() => { const at = document.activeElement, by = at.closest('#filters .wrap') ?? at;"
            "const { outlineStyle, outlineWidth } = getComputedStyle(by);"
            "const ring = outlineStyle !== 'none' && outlineWidth !== '0px';"
            "const label = at.getAttribute('aria-label') || at.labels?.[0]?.innerText;"
            "return at === document.body ? ['', true] : [label || at.innerText, ring]; }"
        )
        assert ring, f"the focus on {name!r} cannot be seen"
        if not name:
            break
        seen.append(re.sub(r"\s+", " ", name).strip())
        page.keyboard.press("Tab")
    return seen


def test_everything_can_be_done_by_keyboard(browser: Browser, server: str) -> None:
    with opened(browser, server, 1280) as page:
        page.locator(".skip").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#question textarea")).to_be_focused()
        page.keyboard.type("why do councils distrust ICBs?")
        page.keyboard.press("Enter")
        expect(page.locator(".turn:last-child .facts")).to_be_visible(timeout=PATIENCE_MS)
        stops = tab_stops(page)
        for name in (
            *("Skip to the question", "Ask", "The documents", "Edit", "Source 1"),
            *("Text", "Markdown", "Word", "Copy link", "Useful", "Not useful"),
            *("Filters", "Web page", "Clear"),
            *("Publisher", "Author", "Published from", "Published up to", "Send"),
            "Open the document at this line",
        ):
            assert name in stops, f"{name} is out of reach"

        page.locator(".reword").press("Enter")
        expect(page.locator(".reworded textarea")).to_be_focused()
        page.locator(".reworded textarea").fill("What is the capital city of Australia?")
        page.keyboard.press("Enter")
        expect(page.locator("#turn-2 .try")).to_be_visible(timeout=PATIENCE_MS)
        page.locator("#turn-2 .to-sources").press("Enter")
        expect(page.locator("#sources-2")).to_be_focused()

        page.locator("#publisher input").focus()
        for key in ("ArrowDown", "Enter", "Escape"):
            page.keyboard.press(key)
        expect(page.locator(".filter")).to_have_count(1)
        page.locator("#end input").fill("30 February 2019")
        page.keyboard.press("Tab")
        expect(page.locator("#notice")).to_contain_text("There is no date “30 February 2019”")


@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
def test_what_a_reader_says_of_an_answer_by_keyboard_is_kept_and_stays_on_the_page(
    browser: Browser, server: str, server_index: Path, width: int
) -> None:
    before = len(list(kept(server_index)))
    with opened(browser, f"{server}/?{urlencode({'q': QUESTION})}", width) as page:
        thumb = page.locator("#turn-1").get_by_role("button", name="Not useful")
        thumb.press("Enter")
        expect(page.locator("#turn-1 .given")).to_have_text("Thank you.")
        expect(thumb).to_have_attribute("aria-pressed", "true")
        expect(thumb).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_label("Why? (optional)")).to_be_focused()
        page.keyboard.type("Wrong year.")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.keyboard.press("Enter")
        expect(page.locator("#turn-1 .given")).to_have_text("Thank you, noted.")
        expect(thumb).to_be_focused()
        expect(page.locator("#turn-1 .why")).to_be_hidden()

        page.get_by_label("Your question").fill("What is the capital city of Australia?")
        page.keyboard.press("Enter")
        expect(page.locator("#turn-2 .facts")).to_be_visible()
        expect(thumb).to_have_attribute("aria-pressed", "true")
        expect(page.locator("#turn-2 .given")).to_have_text("")
    bare, reasoned = list(kept(server_index))[before:]
    assert (bare["question"], bare["useful"], bare["reason"]) == (QUESTION, False, "")
    assert reasoned == bare | {"reason": "Wrong year.", "at": reasoned["at"]}
    assert bare["generation"] == current(server_index).name


@pytest.mark.parametrize(
    ("scheme", "switch", "colour"),
    [("light", "", LIGHT), ("dark", "", DARK), ("light", "dark", DARK), ("dark", "light", LIGHT)],
)
def test_light_and_dark_follow_the_reader_and_the_switch(
    browser: Browser, server: str, scheme: Literal["light", "dark"], switch: str, colour: str
) -> None:
    address = f"{server}/?__theme={switch}" if switch else server
    with opened(browser, address, 390, color_scheme=scheme) as page:
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == colour
        page.locator(".filters-switch").click()
        field = page.locator("#start input")
        assert field.evaluate("at => getComputedStyle(at).backgroundColor") == (
            "rgb(255, 255, 255)" if colour == LIGHT else "rgb(27, 32, 39)"
        )
