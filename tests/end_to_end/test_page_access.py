"""What axe-core finds in the page's accessibility: nothing, in any state, light or dark.

No rule is left out, and no part of the page: nothing of Gradio's own markup had to be excused.
"""

from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.conftest import page_alone

PATIENCE_MS = 60_000
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
_RUN = """async (dark) => {
  document.body.classList.toggle("dark", dark);
  await Promise.all(document.getAnimations().map((one) => one.finished)); // colours that fade in
  // all that a second scheme changes is colours
  const only = dark ? { runOnly: ["color-contrast"] } : {};
  const { violations, passes } = await axe.run(document, only);
  document.body.classList.remove("dark");
  if (!passes.length) throw new Error("nothing was looked at");
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => [impact, id, `${target}`, failureSummary]));
}"""


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": request.param, "height": 844},
        color_scheme="light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def assert_accessible(page: Page) -> None:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    for dark in (False, True):
        assert page.evaluate(_RUN, dark) == [], "dark" if dark else "light"


def opened(page: Page, address: str, index_line: str) -> None:
    page.goto(address, wait_until="domcontentloaded")
    expect(page.locator(".index-line")).to_contain_text(index_line, timeout=PATIENCE_MS)


def ask(page: Page, question: str, shows: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(f".turn:last-child {shows}")).to_be_visible(timeout=PATIENCE_MS)


def test_every_state_of_the_page_is_accessible(page: Page, server: str) -> None:
    opened(page, server, "5 documents")
    assert_accessible(page)
    ask(page, "Why do councils distrust ICBs?", ".facts")
    page.locator(".chip").nth(1).click()
    assert_accessible(page)
    if not page.locator("#publisher").is_visible():
        page.locator(".filters-switch").click()
    page.locator("#publisher input").click()
    expect(page.locator("#publisher .options")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(".filter")).to_be_visible()
    page.locator("#end input").fill("30 February 2019")
    page.keyboard.press("Tab")
    expect(page.locator("#notice")).to_contain_text("There is no date")
    assert_accessible(page)
    page.locator("#end input").fill("2024")
    ask(page, "What is the capital city of Australia?", ".try")
    assert_accessible(page)
    page.get_by_role("tab", name="The documents").click()
    expect(page.locator("#overview")).to_contain_text("All 5 files were read")
    assert_accessible(page)
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#question textarea")).to_be_focused()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page whose service does not reply."""
    log = tmp_path_factory.mktemp("alone") / "log"
    with page_alone("http://127.0.0.1:9", log) as address:
        yield address


def test_a_service_that_is_down_is_told_accessibly(page: Page, alone: str) -> None:
    opened(page, alone, "does not reply")
    assert_accessible(page)
    ask(page, "Who keeps the lighthouse?", ".error")
    assert_accessible(page)
    page.goto(f"{alone}/source/any")
    expect(page.locator(".error")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("source", ["tides.pdf", "notes.md"])
def test_a_document_in_full_is_accessible(page: Page, hostile_server: str, source: str) -> None:
    listed = page.request.get(f"{hostile_server}/v1/documents").json()["documents"]
    (identity,) = [one["id"] for one in listed if one["source"] == source]
    page.goto(f"{hostile_server}/source/{identity}?start=0&end=60#quote")
    expect(page.locator("mark#quote")).to_be_visible()
    assert_accessible(page)
