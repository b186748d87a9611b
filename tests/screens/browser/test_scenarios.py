"""Scenarios saved, sent, compared and fallen out over, in a real Chromium. Needs Chromium (tests/set_up_machine.sh)."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.screens.browser.driving import (
    download,
    fill,
    flaws,
    go_to,
    leaves,
    open_save_box,
    pick,
    press,
    reload,
    settle,
    switch_on,
    unfold,
    violations,
)

NOWHERE = ("?scenario=nosuchscenario1", "?scenario=nosuchscenario1&version=x")
SETTINGS = "Settings: what counts as within reach"


def wait_until_ready(page: Page, heading: str = "What this rests on") -> None:
    page.get_by_role("heading", name=heading, exact=True).wait_for()
    settle(page)


@pytest.fixture
def go_on(same_window):
    """Return a function that gives the page of an address, as the test before left it."""
    return lambda path: same_window(wait_until_ready, path)


def figures(page: Page) -> list[str]:
    expect(page.get_by_test_id("stMetricValue")).to_have_count(3)
    return [value.inner_text() for value in page.get_by_test_id("stMetricValue").all()]


def plan_for(page: Page, budget: str) -> None:
    fill(page, "Budget for the year, in pounds", budget)
    press(page, "Plan")
    page.get_by_role("heading", name=f"What £{budget} buys").wait_for()
    settle(page)


def save_new(page: Page, name: str, who: str, note: str = "") -> str:
    """Save what is on the page as a new scenario, and return its address."""
    open_save_box(page)
    fill(page, page.get_by_role("textbox", name="Name of the scenario"), name)
    fill(page, page.get_by_role("textbox", name="Note"), note)
    fill(page, page.get_by_role("textbox", name="Your name"), who)
    press(page, "Save")
    open_save_box(page)
    page.get_by_text("Saved as version 1.").wait_for()
    return page.get_by_test_id("stCode").filter(has_text="?scenario=").inner_text().strip()


def path_of(address: str) -> str:
    return re.sub(r"^https?://[^/]+/", "", address)


def save_next(page: Page, who: str) -> None:
    open_save_box(page)
    fill(page, page.get_by_role("textbox", name="Your name"), who)
    press(page, page.get_by_role("button", name=re.compile(r"Save as version \d")))


def test_an_address_shows_a_colleague_the_same_plan_and_the_second_to_save_is_told_and_loses_nothing(window):
    ana = window()
    unfold(ana, SETTINGS)
    fill(ana, "What a low-income household can afford", "15")
    plan_for(ana, "400,000")
    address = save_new(ana, "Contested", "Ana")
    assert address.startswith("http://localhost:")
    ben = window(path_of(address))
    assert figures(ben) == figures(ana)
    expect(ben.get_by_label("Budget for the year, in pounds")).to_have_value("400,000")
    expect(ben.get_by_text("Contested, version 1, saved by Ana")).to_be_visible()
    assert [url for url in ben.traffic.requested if leaves(url)] == [] and ben.complaints == []
    plan_for(ana, "500,000")
    save_next(ana, "Ana")
    open_save_box(ana)
    expect(ana.get_by_text("Saved as version 2.")).to_be_visible()
    assert_the_second_loses_nothing(ben)
    third = window(f"{path_of(address)}&version=2")
    expect(third.get_by_label("Budget for the year, in pounds")).to_have_value("500,000")
    expect(third.get_by_text("Ben saved version 3")).to_be_visible()


def assert_the_second_loses_nothing(ben: Page) -> None:
    """Let Ben change what Ana saved meanwhile, refresh his page, be told as he saves, and save over hers."""
    plan_for(ben, "300,000")
    ben.wait_for_url("**draft=**")
    before = figures(ben)
    reload(ben, re.compile("What £300,000 buys"))
    assert figures(ben) == before
    expect(ben.get_by_text("changed since it was saved").first).to_be_visible()
    save_next(ben, "Ben")
    told = ben.get_by_role("alert").filter(has_text="Not saved: Contested")
    expect(told).to_contain_text("Ana saved it")
    expect(ben.get_by_text("Budget: £500,000 → £300,000")).to_be_visible()
    assert figures(ben) == before
    assert violations(ben) == []
    press(ben, "Save yours over theirs, as version 3")
    open_save_box(ben)
    expect(ben.get_by_text("Saved as version 3.")).to_be_visible()


@pytest.mark.parametrize("path", NOWHERE)
def test_an_address_of_nothing_is_said_in_words_and_the_app_goes_on(go_on, path):
    page = go_on(path)
    expect(page.get_by_role("alert").filter(has_text="The library of scenarios")).to_be_visible()
    expect(page.get_by_test_id("stMetricValue")).to_have_count(3)


def test_two_are_compared_copied_renamed_deleted_and_brought_back(go_on, tmp_path):
    page = go_on(NOWHERE[0])
    plan_for(page, "200,000")
    save_new(page, "Small", "Ana", "as agreed in March")
    unfold(page, SETTINGS)
    fill(page, "What a low-income household can afford", "15")
    plan_for(page, "900,000")
    open_save_box(page)
    fill(page, page.get_by_role("textbox", name="Name of the copy"), "Large")
    press(page, "Save as a copy")
    open_save_box(page)
    page.get_by_text("Saved as version 1.").wait_for()
    go_to(page, "Finance", re.compile("^Finance"))
    go_to(page, "Saved scenarios", "Scenarios")
    choose(page, "Small")
    switch_on(page, "The report to members, as a document")
    expect(page.get_by_role("button", name="Write the report to members")).to_be_visible()
    settle(page)
    switch_on(page, "Low, central and high take-up side by side")
    expect(page.get_by_text("Case of take-up: central → low")).to_be_visible()
    choose(page, "Large")
    page.get_by_role("heading", name="Who gains, who loses, and why").wait_for()
    settle(page)
    press(page, "What does each difference do alone?")
    alone = re.compile(r"Budget: £200,000 → £900,000 \(alone: £[\d,.]+ more spent, [\d.]+ more within reach\)")
    expect(page.get_by_text(alone)).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d+ areas gain"))).to_be_visible()
    download(page, page.get_by_role("button", name="Download the comparison as a workbook"), tmp_path / "both.xlsx")
    assert (tmp_path / "both.xlsx").read_bytes()[:2] == b"PK"
    assert flaws(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    go_to(page, "Start", "Scenarios saved last")
    page.get_by_role("button", name=re.compile("Small, saved by Ana")).wait_for()
    assert flaws(page) == []  # on a telephone too, where the name of a plan takes more than a line


def act(page: Page, button: str, said: str) -> None:
    press(page, page.get_by_role("button", name=button))
    page.get_by_test_id("stAlert").filter(has_text=said).wait_for()
    settle(page)


def test_a_version_is_brought_back_a_deletion_undone_and_a_file_taken_in_each_in_somebodys_name(
    window, go_on, tmp_path
):
    page = go_on(NOWHERE[1])
    plan_for(page, "250,000")
    save_new(page, "Often changed", "Ana")
    plan_for(page, "350,000")
    save_next(page, "Ana")
    open_save_box(page)
    page.get_by_text("Saved as version 2.").wait_for()
    page = window("scenarios", "Scenarios")
    choose(page, "Often changed")
    act(page, "Duplicate", "Your name: is empty")
    fill(page, page.get_by_role("textbox", name="Your name"), "Ben")
    fill(page, "Another name", "Changed in March")
    act(page, "Rename", "Often changed is now called Changed in March.")
    unfold(page, "Its 2 versions")
    pick(page, page.get_by_role("combobox", name="Version"), re.compile("^1: Ana"))
    download(page, page.get_by_role("button", name="Export version 1 with its results"), tmp_path / "exported.zip")
    act(page, "Make it the latest again", "version 1 is back, as version 3.")
    act(page, "Delete", "Deleted: Changed in March.")
    act(page, "Undo: bring it back", "version 3 is back, as version 4.")
    unfold(page, "Take in a scenario from a file")
    upload(page, tmp_path / "exported.zip")
    act(page, "Take it in", "Taken in: Changed in March (2).")
    (tmp_path / "broken.zip").write_bytes(b"PK and nothing more")
    upload(page, tmp_path / "broken.zip")
    act(page, "Take it in", "is not")
    unfold(page, "What was done to every scenario")
    expect(page.get_by_test_id("stDataFrame").last).to_be_visible()
    assert flaws(page) == []


def upload(page: Page, file: Path) -> None:
    """Give a file, and wait until the app has it."""
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_test_id("stFileChipName").filter(has_text=file.name).wait_for()
    expect(page.get_by_role("button", name="Take it in")).to_be_enabled()
    settle(page)


def choose(page: Page, name: str) -> None:
    pick(page, page.get_by_role("combobox", name="Choose one to open"), name, name, of_many=True)
