"""A real county is built in the app, in a real Chromium, from official files dropped in: from Start to its plan."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from data import bundle
from tests.opendata import FOLDER, needs_opendata
from tests.screens.browser.driving import flaws, go_to, pick, press, settle, unfold

COUNTY, AREAS = "Lincolnshire", 435  # as `python -m data build` counts


@pytest.fixture
def page(window) -> Page:
    return window("", "Counties at hand")


@needs_opendata
def test_a_planner_builds_lincolnshire_from_files_and_comes_to_its_plan(page, home):
    go_to(page, "Add a county", "Add a county")
    settle(page)
    assert flaws(page) == []  # with nothing there: all that is missing is on the page
    unfold(page, "Add files: drop them in, or download them")
    page.locator('input[type="file"][webkitdirectory]').set_input_files(FOLDER)
    page.get_by_role("button", name="Take in").wait_for()
    press(page, page.get_by_role("button", name="Take in"))
    settle(page)
    page.get_by_role("heading", name="4. Build it").wait_for()
    pick(page, page.get_by_role("combobox", name="County, unitary or combined authority"), COUNTY, COUNTY)
    settle(page)
    press(page, "Build")
    page.get_by_text(f"{COUNTY} is built: {AREAS} areas").wait_for()
    settle(page)
    assert flaws(page) == []
    press(page, f"Plan for {COUNTY}", work_may_go_on=True)
    page.get_by_role("heading", name="What this rests on", exact=True).wait_for()
    assert page.get_by_role("combobox", name="County").input_value() == COUNTY
    assert len(bundle.load(Path(home) / COUNTY).areas) == AREAS
