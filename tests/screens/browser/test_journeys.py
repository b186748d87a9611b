"""The three journeys in a real Chromium, from the first screen to the file taken away, by keyboard and in few steps."""

import re

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from budget.store import library as store
from tests.screens.browser import driving, journeys
from tests.screens.browser.conftest import open_window
from tests.screens.people.people import MESSY

NAME = "Journey, agreed in March"
ROWS = 600  # of the file of applications


@pytest.fixture
def walk(chromium, address, tmp_path_factory):
    """Return somebody on the first screen; a picture of each step is kept in pytest's own folder of the test."""
    page = open_window(chromium, address, 1280, 900)
    page.get_by_role("heading", name="Farebridge").wait_for()
    driving.settle(page)
    yield journeys.Walk(page, tmp_path_factory.mktemp("pictures"))
    page.context.close()


def test_a_planner_comes_from_the_first_screen_to_workbook_and_map_in_twelve_steps_by_keyboard(walk, tmp_path):
    workbook, picture = journeys.planner(walk, tmp_path, NAME)
    assert len(walk.steps) <= 12, walk.steps
    book = openpyxl.load_workbook(workbook)
    assert book["Assumptions"]["C5"].value == 400_000
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert walk.away() == []


def test_a_finance_officer_comes_from_the_first_screen_to_the_outturn_in_seven_steps_by_keyboard(walk, tmp_path, home):
    journeys.saved(home, NAME)
    book = openpyxl.load_workbook(journeys.finance(walk, tmp_path, NAME))
    assert len(walk.steps) <= 7, walk.steps
    assert {"Monitoring", "Actuals"} <= set(book.sheetnames)
    assert any(
        row[0].value == "bus_pass" or "bought late" in map(str, (c.value for c in row)) for row in book["Actuals"]
    )
    assert walk.away() == []


def test_an_adviser_comes_from_the_first_screen_to_the_decisions_in_six_steps_by_keyboard(walk, tmp_path):
    book = openpyxl.load_workbook(journeys.file_of_applications(walk, tmp_path, MESSY), read_only=True)
    assert len(walk.steps) <= 6, walk.steps
    expect(walk.page.get_by_role("heading", name="What was decided")).to_be_in_viewport()
    decided, wrong = (
        [row[0] for row in book[sheet].iter_rows(min_row=2, max_col=1, values_only=True)]
        for sheet in ("Decisions", "Errors")
    )
    assert len(set(decided)) == len(decided) and not set(wrong) & set(decided)
    assert len(decided) + len(set(wrong)) == ROWS
    assert walk.away() == []


@pytest.fixture
def nothing_saved(home, address):
    """Leave nothing in the library of the app, whichever tests were before."""
    with store.open_library(f"sqlite:///{home / 'library.sqlite'}") as library:
        for entry in library.list():
            library.delete(entry.id, author="A. Planner")


@pytest.fixture
def start(same_window):
    """Return the first screen, or where the test before left it."""

    def ready(page: Page) -> None:
        page.get_by_role("heading", name="Farebridge").wait_for()
        driving.settle(page)

    return same_window(ready, "")


def test_no_rule_of_wcag_is_broken_on_start_help_finance_scenarios_and_take_away_at_any_width(start, nothing_saved):
    assert driving.flaws(start) == []
    help_link = "Help: ten minutes for each task, words, what not to use it for"
    for link, heading, last in (
        (help_link, "Plan a budget: ten minutes", start.get_by_role("heading", name="Plan a budget: ten minutes")),
        ("Finance", re.compile("^Finance"), start.get_by_role("link", name="Make a plan")),
        ("Saved scenarios", "Scenarios", start.get_by_text("Nothing is saved yet")),
        ("Take away", "Take away", start.get_by_role("button", name="Download the map")),
    ):
        start.set_viewport_size({"width": driving.USUAL, "height": 900})
        driving.go_to(start, link, heading)
        last.wait_for()
        assert driving.flaws(start) == [], link


def test_a_box_that_opens_takes_the_focus_and_gives_it_back(start):
    if not start.get_by_role("heading", name="Take away").count():
        driving.go_to(start, "Take away", "Take away")
    start.set_viewport_size({"width": driving.USUAL, "height": 900})
    driving.settle(start)
    button, box = start.get_by_role("button", name="Save or send"), start.get_by_test_id("stPopoverBody")
    button.focus()
    start.keyboard.press("Enter")
    expect(start.get_by_role("textbox", name="Name of the scenario")).to_be_focused()
    start.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(button).to_be_focused()
