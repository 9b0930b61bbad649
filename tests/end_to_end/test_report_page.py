"""The report of a build in a real browser: hostile files do nothing there, on any screen."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog

from indexer.report_data import HTML
from tests.indexer.reports import hostile_report


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_nothing_runs_nothing_is_asked_for_and_the_page_fits(
    browser: Browser, tmp_path: Path, width: int, scheme: str
) -> None:
    hostile_report(tmp_path)
    address = (tmp_path / HTML).as_uri()
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    happened: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        happened.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("request", lambda request: happened.append(request.url))
    page.on("console", lambda message: happened.append(message.text))
    page.goto(address)
    for one in page.locator("summary").all():
        one.click()  # what only begins when something is opened, or pointed at, has its chance
        one.hover()
    page.wait_for_timeout(300)
    assert happened == [address]
    assert page.url == address
    assert page.locator("details[open]").count() == page.locator("details").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    light, dark = "rgb(250, 248, 244)", "rgb(20, 24, 29)"
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == (dark if scheme == "dark" else light)
    context.close()
