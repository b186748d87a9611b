"""The frontier and the risk of a plan in a real Chromium: clicked, typed, and the same figures as the library's."""

import datetime
from functools import cache

import pytest
from playwright.sync_api import Locator, Page, expect

from budget.allocation.inputs.money import pence
from budget.offers import ranges
from budget.planning import plan as planning
from budget.planning.plan import Plan
from budget.planning.within_reach import at_least_one
from budget.risk import simulation
from budget.scenarios.scenario import Scenario
from data import bundle, example
from data.wording import rounded_pounds
from tests.screens.browser.driving import (
    ATTEMPT_MS,
    USUAL,
    enter,
    flaws,
    go_to,
    press,
    settle,
    sideways,
    unfold,
    until,
    violations,
)

RISK = "If take-up and prices differ"


@cache
def planned(budget_pence: int = 75_000_000) -> Plan:
    """Return the plan of the settings as they stand in the form, for a budget."""
    return planning.make(bundle.load(example.FOLDER), Scenario(budget_pence=budget_pence), datetime.date.today())


@pytest.fixture
def curve(same_window):
    """Return a function that gives the screen What if as the test before left it, and its part with the curve."""

    def ready(page: Page) -> None:
        page.get_by_text("The same figures as a table").wait_for()
        settle(page)

    def open_tab(width: int = 1280) -> tuple[Page, Locator]:
        page = same_window(ready, "what-if", width)
        return page, page.get_by_role("tabpanel").first

    return open_tab


def press_tab(page: Page) -> None:
    tab = page.get_by_role("tab", name=RISK)
    until(page, lambda: tab.click(timeout=ATTEMPT_MS), lambda: tab.get_attribute("aria-selected") == "true", RISK)


def figures_beside(box: Locator) -> dict[str, str]:
    """Return the figures of the other plan, beside those of the plan on screen."""
    rows = box.get_by_test_id("stTable").first.locator("tbody tr")
    cells = [row.locator("td, th").all_inner_texts() for row in rows.all()]
    return {row[0]: row[2] for row in cells}


def same_figures(found: dict[str, str], plan: Plan) -> bool:
    allocation = plan.allocation
    return (found["Spent"], found["Young people brought within reach"], found["Young people supported"]) == (
        rounded_pounds(allocation.spent_pence),
        f"{at_least_one(allocation):,.1f}",
        f"{allocation.people:,.1f}",
    )


def test_any_budget_is_typed_with_the_keyboard_and_nothing_scrolls_sideways_on_a_narrow_page(curve):
    page, box = curve(width=320)
    choice = page.get_by_role("combobox", name="Look closer at a budget")
    enter(page, choice, "612,345.67")
    page.get_by_role("heading", name="The plan for £612,345.67").wait_for()
    page.get_by_role("button", name="Plan with this budget").wait_for()
    settle(page)
    assert same_figures(figures_beside(box), planned(61_234_567))
    enter(page, choice, "lots")
    expect(page.get_by_role("alert").filter(has_text="is not an amount")).to_be_visible()
    assert sideways(page) == (0, 0)
    assert violations(page) == []


def test_a_click_on_the_curve_gives_the_exact_plan_there_and_the_form_takes_its_budget(curve):
    page, box = curve()
    page.get_by_text("The same figures as a table").wait_for()
    settle(page)
    curve = box.locator(".vega-embed").first
    budget_box = page.get_by_role("combobox", name="Look closer at a budget")
    before = budget_box.input_value()

    def click() -> None:
        place = curve.bounding_box()
        curve.click(position={"x": place["width"] * 0.4, "y": place["height"] * 0.5})

    until(page, click, lambda: budget_box.input_value() != before, "the curve takes no click")
    page.get_by_role("button", name="Plan with this budget").wait_for()
    settle(page)
    budget = budget_box.input_value()
    other = planned(pence(budget))
    assert pence(budget) < 75_000_000
    assert same_figures(figures_beside(box), other)
    assert violations(page) == []
    press(page, "Plan with this budget")
    go_to(page, "Plan", f"What {budget} buys")
    expect(page.get_by_role("heading", name=f"What {budget} buys")).to_be_visible()
    spent = page.get_by_test_id("stMetric").nth(1).get_by_test_id("stMetricValue")
    expect(spent).to_have_text(rounded_pounds(other.allocation.spent_pence))
    assert page.complaints == []


def test_the_band_holds_the_figures_of_the_simulation_and_the_reserve_goes_into_the_form(window):
    plan = planned()
    risk = simulation.simulate(plan, ranges.ranges_of(plan.catalogue))
    page = window("what-if", "What other budgets would buy")
    press_tab(page)
    box = page.get_by_role("tabpanel").filter(has_text="take-up and prices")
    band = box.get_by_label("Spend in simulated years").first
    ends = [rounded_pounds(pence) for pence in (risk.spend_pence.low, risk.spend_pence.high, risk.spend_pence.middle)]
    said = "Spend in simulated years: {} to {} in nine of ten, {} in the middle one".format(*ends)
    assert said in band.get_attribute("aria-label")
    button = box.get_by_role("button", name="held back")
    button.wait_for()
    settle(page)
    sentences = " ".join(box.get_by_role("listitem").all_inner_texts())
    assert f"In nine years of ten this plan would spend {ends[0]} to {ends[1]}" in sentences
    assert f"is {risk.chance_of_overspending * 100:.1f}%" in sentences
    assert flaws(page) == []
    page.set_viewport_size({"width": USUAL, "height": 900})
    reserve = button.inner_text().removeprefix("Plan with £").removesuffix(" held back")
    press(page, button)
    expect(box.get_by_text("no further reserve is needed")).to_be_visible()
    go_to(page, "Plan", "What this rests on")
    unfold(page, "Settings: what counts as within reach")
    expect(page.get_by_label("Held back in reserve, in pounds")).to_have_value(reserve)
    assert sideways(page) == (0, 0)
