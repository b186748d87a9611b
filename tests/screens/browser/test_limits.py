"""Limits, conflicts and work that is stopped, in a real Chromium. Needs Chromium (tests/set_up_machine.sh)."""

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from budget.allocation.inputs.limits import Grant, Limit, Limits
from budget.allocation.inputs.objective import Objective
from budget.scenarios.scenario import Scenario
from data import bundle, example
from screens.limits.state import pack
from tests.screens.browser.driving import (
    fill,
    flaws,
    leaves,
    press,
    reload,
    settle,
    unfold,
    until,
    violations,
)

LIMITS = "Limits: what the plan must keep to"
FEW = Limits(
    (Limit("people", at_most=Fraction(20), where={"kind": ("moped_loan",)}),),
    ("X01000012",),
    grants=(Grant("Bus grant", 5_000_000, {"kind": ("bus_pass",)}),),
)


def wait_until_ready(page: Page) -> None:
    page.get_by_role("heading", name="What this rests on").wait_for()
    settle(page)


@pytest.fixture
def page(same_window, large_county) -> Page:
    """Return the plan screen with the fairest plan, as the test before left it; there is a large county, too."""
    query = "?limits=" + pack(Scenario(objective=Objective("fair_first", by="priority")))
    return same_window(wait_until_ready, query)


@pytest.fixture(scope="module")
def large_county(home):
    save_forty_times_the_example(home / "big")


def test_a_limit_is_written_planned_and_kept_by_keyboard_alone_and_nothing_leaves_the_machine(window):
    page = window()
    before = page.get_by_test_id("stMetricValue").first.inner_text()
    page.get_by_label("Budget for the year, in pounds").focus()
    press_until(page, "Tab", LIMITS)
    page.keyboard.press("Enter")
    settle(page)
    press_until(page, "Tab", "Add a limit")
    type_until(page, "At most so much of something", "It will read:")
    press_until(page, "Tab", "At most (a number)")
    type_until(page, "1", "Moped loan (Wheels to Work) has at most 1 young person supported.")
    press_until(page, "Tab", "Add this limit")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Remove 1").wait_for()
    settle(page)
    expect(page.get_by_role("button", name="Plan with these limits")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What was asked of the plan").wait_for()
    page.wait_for_url("**limits=**")
    reload(page, "What was asked of the plan")
    kept = page.get_by_role("row").filter(has_text="has at most 1 young person supported")
    expect(kept).to_contain_text("yes")
    assert float(page.get_by_test_id("stMetricValue").first.inner_text()) <= float(before)
    assert [url for url in page.traffic.requested if leaves(url)] == [] and page.complaints == []


FOCUSED = """() => {
  const e = document.activeElement;
  if (!e.matches("a, button, input, textarea, summary, [role]")) return '';
  return [e.getAttribute('aria-label'), e.labels && e.labels[0] ? e.labels[0].innerText : '', e.innerText].join(' ');
}"""


def press_until(page: Page, key: str, name: str) -> None:
    """Press a key until what has the focus is of a name, as somebody without a mouse would."""
    for _ in range(80):
        page.keyboard.press(key)
        if name in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"{name} is not reached by the keyboard")


def type_until(page: Page, text: str, shown: str) -> None:
    """Type into what has the focus, and Enter, until the page shows a text."""

    def write() -> None:
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(text)
        page.keyboard.press("Enter")

    until(page, write, page.get_by_text(shown).first.is_visible, f"{text} brings no {shown}")


def test_no_rule_of_wcag_is_broken_with_a_limit_open_and_nothing_scrolls_sideways(window):
    page = window("?limits=" + pack(Scenario(limits=FEW)))
    unfold(page, LIMITS)
    press(page, "Change 2")
    page.get_by_text("It will read:").wait_for()
    unfold(page, "The same for the command line")
    page.get_by_role("button", name="Download scenario.toml").wait_for()
    fill(page, "Amount, in pounds", "lots")
    press(page, "Keep this change")
    page.get_by_role("alert").filter(has_text="This limit is not complete yet").wait_for()
    assert flaws(page) == []


def test_what_conflicts_is_said_in_pounds_and_one_press_makes_a_plan_possible(window):
    page = window("?budget=1000&limits=" + pack(Scenario(limits=Limits(must_fund=("X01000012",)))))
    expect(page.get_by_text("short of what must be funded")).to_be_visible()
    assert violations(page) == []
    press(page, page.get_by_role("button", name="Raise the budget to"))
    expect(page.get_by_role("heading", name="What £1,")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Must be funded: Harrowmere 12")).to_contain_text("yes")


def test_what_fairness_costs_is_worked_out_beside_the_page(page):
    press(page, "Work out the price of fairness")
    page.get_by_role("heading", name="The price of fairness").wait_for()
    settle(page)
    expect(page.get_by_role("row").filter(has_text="no price").first).to_be_visible()


def test_a_long_plan_tells_how_long_it_has_taken_and_stop_leaves_the_last_one(window, large_county):
    page = window("?limits=" + pack(Scenario(objective=Objective("fair_first", by="priority"))))
    heading = page.get_by_role("heading", name="What £750,000 buys")
    before = page.get_by_test_id("stMetricValue").first.inner_text()
    box = page.get_by_role("combobox", name="County")
    until(
        page,
        lambda: box.fill("Bigshire"),
        page.get_by_role("option", name="Bigshire").is_visible,
        "Bigshire is not listed",
    )
    page.get_by_role("option", name="Bigshire", exact=True).click()  # another county is planned for at once
    page.get_by_text(re.compile(r"Finding the best plan for the money… \d+ s")).wait_for()
    expect(page.get_by_text("Below is the last plan until this one is there")).to_be_visible()
    assert violations(page, work_may_go_on=True) == []
    press(page, page.get_by_role("button", name="Stop", exact=True).last, work_may_go_on=True)
    expect(page.get_by_text("Stopped after")).to_be_visible()
    expect(heading).to_contain_text("Marrowshire")
    assert page.get_by_test_id("stMetricValue").first.inner_text() == before


def save_forty_times_the_example(folder: Path) -> None:
    """Save a county so large that its fairest plan takes many seconds: the example forty times in the same place."""
    county = bundle.load(example.FOLDER)
    many = [county.areas.rename(lambda code, n=n: f"X{n + 10:02d}{code[3:]}") for n in range(40)]
    areas = pd.concat(many).rename_axis(county.areas.index.name)
    manifest = replace(county.manifest, name="Bigshire", made_up=False)
    bundle.save(replace(county, areas=areas, manifest=manifest), folder)
