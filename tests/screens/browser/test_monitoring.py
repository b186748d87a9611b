"""A plan compared with the ledger, and a workbook read back, in a real Chromium (tests/set_up_machine.sh)."""

import re

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from budget.store import library as store
from tests.budget.store.stores import results, scenario
from tests.screens.browser.driving import (
    download,
    fill,
    flaws,
    go_to,
    leaves,
    pick,
    press,
    reload,
    settle,
    unfold,
    violations,
    wait_until,
)

LEDGER = """period,line,amount,committed,reason
6,bus_pass,90000.10,0,bought late
7,minibus,3000.33,500.01,
8,Shared taxi,40000,200000,
8,Contributions: Moped loan (Wheels to Work),-12.34,,
"""
SOCKETS = """
window.sockets = [];
const Real = window.WebSocket;
window.WebSocket = class extends Real { constructor(...all) { super(...all); window.sockets.push(this); } };
"""


@pytest.fixture
def agreed(home, address) -> str:
    """Return the address of a scenario in the library of the app."""
    with store.open_library(f"sqlite:///{home / 'library.sqlite'}") as library:
        name = f"Agreed {len(library.list()) + 1}"
        return library.save(scenario(name), author="Ana", results=results()).id


@pytest.fixture
def visit(window, agreed):
    """Return a function that opens the monitoring of that scenario in a window of its own."""

    def open_page(who: str = "") -> Page:
        page = window(f"monitoring?monitored={agreed}", "Actuals")
        if who:
            fill(page, page.get_by_role("textbox", name="Your name"), who)
        return page

    return open_page


@pytest.fixture
def page(same_window) -> Page:
    """Return the plan screen as the test before left it."""

    def ready(page: Page) -> None:
        page.get_by_role("heading", name="What this rests on").wait_for()
        settle(page)

    return same_window(ready)


def upload(page: Page, text: str = LEDGER, name: str = "ledger.csv") -> None:
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )


def hold(page: Page) -> None:
    upload(page)
    page.get_by_role("button", name="Compare the plan with it").wait_for()
    press(page, "Compare the plan with it")
    wait_until_shown(page)


def wait_until_shown(page: Page) -> None:
    page.get_by_role("button", name="Download the workbook with the sheets").wait_for()
    settle(page)


def figures(page: Page, count: int = 5) -> list[str]:
    """Return the figures on top of the page: five of *Finance*, three of *Plan*."""
    expect(page.get_by_test_id("stMetricValue")).to_have_count(count)
    return [value.inner_text() for value in page.get_by_test_id("stMetricValue").all()]


def explain(page: Page, line: str, reason: str) -> None:
    """Choose a line and write its reason, which is not kept yet."""
    box = page.get_by_role("combobox", name="Line", exact=True)
    if box.input_value() != line:
        pick(page, box, line, line)
    fill(page, page.get_by_role("textbox", name="Reason for the variance"), reason)


def keep(page: Page) -> None:
    press(page, "Keep it")


def test_a_file_is_kept_through_a_refresh_a_second_tab_and_a_dropped_connection(visit, agreed, tmp_path):
    page = visit("Ana")
    upload(page, "period,line,amount\n14,bus_pass,1\n6,minibus,lots\n", "wrong.csv")
    told = page.get_by_role("alert").filter(has_text="wrong.csv cannot be used yet")
    expect(told).to_contain_text("row 2, period")
    expect(told).to_contain_text('row 3, amount: "lots"')
    assert violations(page) == []
    hold(page)
    before = figures(page)
    assert before[1] == "£132,988.09" and told.count() == 0
    download(page, page.get_by_role("button", name="Download the workbook with the sheets"), tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)
    assert {"Monitoring", "Actuals"} <= set(book.sheetnames)
    values = {str(cell) for row in book["Monitoring"].iter_rows(values_only=True) for cell in row}
    assert {"132988.09", "bought late"} <= values
    page.add_init_script(SOCKETS)
    reload(page, "To take away")
    wait_until_shown(page)
    assert figures(page) == before
    fill(page, page.get_by_role("textbox", name="Your name"), "Ana")
    explain(page, "Minibus", "two routes let late")
    page.evaluate("sockets.forEach((socket) => socket.close())")
    wait_until(page, "() => sockets.length > 1 && sockets.at(-1).readyState === 1")
    settle(page)
    keep(page)
    expect(page.get_by_text("Kept as save 2.")).to_be_visible()
    second = visit()
    wait_until_shown(second)
    assert figures(second) == before
    expect(second.get_by_text("two routes let late.")).to_be_visible()
    assert [url for url in page.traffic.requested if leaves(url)] == [] and second.complaints == []


def test_the_second_of_two_who_type_is_told_both_reasons_are_kept_and_every_width_is_accessible(visit):
    ana = visit("Ana")
    hold(ana)
    ben = visit("Ben")
    explain(ana, "Minibus", "let late")
    keep(ana)
    expect(ana.get_by_text("Kept as save 2.")).to_be_visible()
    explain(ben, "Shared taxi", "fares went up")
    keep(ben)
    told = ben.get_by_role("alert").filter(has_text="Not kept: Reason for Shared taxi")
    expect(told).to_be_in_viewport()
    expect(told).to_contain_text("Ana saved on")
    expect(told).to_contain_text("let late")
    settle(ben)
    assert violations(ben) == []
    press(ben, "Keep mine after theirs")
    expect(ben.get_by_text("Kept as save 3.")).to_be_visible()
    for reason in ("let late.", "fares went up."):
        expect(ben.get_by_text(reason)).to_be_visible()
    assert_accessible_and_no_wider_than_its_window(ben)


def assert_accessible_and_no_wider_than_its_window(page: Page) -> None:
    """Hold a page of monitoring with everything open against WCAG, and its headings against each other."""
    unfold(page, "Financial year, last closed period, amber and red")
    unfold(page, "Every save of these actuals")
    unfold(page, "Read it back with what was changed in its yellow cells")
    assert flaws(page) == []
    levels = [int(heading.evaluate("(h) => h.tagName[1]")) for heading in page.get_by_role("heading").all()]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_it_is_reached_from_the_scenario_and_other_pages_are_as_they_were_on_the_way_back(page, home, agreed):
    with store.open_library(f"sqlite:///{home / 'library.sqlite'}") as library:
        name = library.get(agreed).name
    go_to(page, "Finance", re.compile("^Finance"))
    go_to(page, "Saved scenarios", "Scenarios")
    pick(page, page.get_by_role("combobox", name="Choose one to open"), name, name, of_many=True)
    press(page, "Monitor it against the ledger")
    page.get_by_role("heading", name="Actuals", exact=True).wait_for()
    settle(page)
    address = page.url
    assert address.endswith(f"monitored={agreed}")
    go_to(page, "Plan", re.compile("What £750,000 buys"))
    assert "monitored" not in page.url
    go_to(page, "Finance", "Actuals")
    assert page.url == address


def test_a_workbook_changed_and_uploaded_on_the_plan_screen_is_read_back_and_solved_anew(page, tmp_path):
    go_to(page, "Plan", "What this rests on")
    before = figures(page, 3)
    download(page, "Download the workbook", tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    budget = book["Assumptions"]["C5"]
    assert budget.value == 750_000
    budget.value = 400_000
    book.save(tmp_path / "changed.xlsx")
    unfold(page, "Read a workbook back")
    page.locator(".st-key-read_back input[type=file]").set_input_files(tmp_path / "changed.xlsx")
    expect(page.get_by_text("1 change since the plan was solved")).to_be_visible()
    expect(page.get_by_role("cell", name="£400,000")).to_be_visible()
    settle(page)
    assert figures(page, 3) == before
    assert violations(page) == []
    press(page, "Plan with these changes")
    page.get_by_role("heading", name=re.compile("What £400,000 buys")).wait_for()
    settle(page)
    after = figures(page, 3)
    assert after != before and float(re.sub("[£,]", "", after[1])) <= 400_000
    reload(page, re.compile("What £400,000 buys"))
    assert figures(page, 3) == after
