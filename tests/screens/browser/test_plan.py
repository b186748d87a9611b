"""The real app in a real Chromium: what only a browser can show. Needs Chromium (tests/set_up_machine.sh)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from data import bundle, example
from tests.screens.browser.driving import (
    ATTEMPT_MS,
    enter,
    fill,
    flaws,
    go_to,
    pick,
    press,
    reload,
    settle,
    unfold,
    until,
    violations,
    wait_until,
)

SPENT = "Where the money goes"
SETTINGS = "Settings: what counts as within reach"
PRICES = ("900", "1800")  # of a free bus pass: as it is, and as a test here changes it


@pytest.fixture
def page(same_window) -> Page:
    """Return the plan screen with its plan, as the test before left it."""
    return same_window(wait_until_ready)


def wait_until_ready(page: Page) -> None:
    """Wait until the last section is there, the map is drawn and nothing runs."""
    page.get_by_role("heading", name="What this rests on").wait_for()
    page.locator(".legend li").first.wait_for()
    settle(page)
    wait_until(page, f"() => ({COLOURS})() > 3")


# How many colours cover more than a few pixels of the map.
COLOURS = """() => {
  const roots = [...document.querySelectorAll('*')].map((element) => element.shadowRoot).filter(Boolean);
  const canvas = roots.map((root) => root.querySelector('.stage > canvas')).find(Boolean);
  if (!canvas || !canvas.width) return 0;
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const counts = new Map();
  for (let i = 0; i < data.length; i += 16) {
    const colour = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
    counts.set(colour, (counts.get(colour) || 0) + 1);
  }
  return [...counts.values()].filter((count) => count > 40).length;
}"""


def spent(page: Page) -> str:
    return page.get_by_test_id("stMetric").nth(1).get_by_test_id("stMetricValue").inner_text()


def plan_for(page: Page, budget: str) -> None:
    fill(page, "Budget for the year, in pounds", budget)
    press(page, "Plan")


def test_no_rule_of_wcag_a_or_aa_is_broken_on_the_first_screen(page):
    assert violations(page) == []


def test_the_page_says_that_it_is_in_british_english_and_what_it_is(page):
    assert page.evaluate("document.documentElement.lang") == "en-GB"
    assert page.title() == "Plan · Farebridge"


def test_the_map_is_drawn_in_the_colours_of_what_is_funded(page):
    assert page.evaluate(COLOURS) >= 4
    legend = page.locator(".legend li").all_inner_texts()
    assert any(line.startswith("Free bus pass (") for line in legend)
    assert any(line.startswith("Not in target (") for line in legend)


def test_what_has_the_focus_is_seen(page):
    page.get_by_label("Budget for the year, in pounds").focus()
    for _ in range(3):
        page.keyboard.press("Tab")
        width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert float(width.removesuffix("px")) >= 2


def test_a_single_key_press_does_not_run_the_page_again(page):
    page.evaluate("document.activeElement.blur()")
    settle(page)
    before = len(page.traffic.sent)
    page.keyboard.press("r")
    page.keyboard.press("c")
    settle(page)
    assert len(page.traffic.sent) == before
    assert page.get_by_role("dialog").count() == 0


def test_the_map_is_enlarged_and_moved_by_buttons(page):
    picture = "(canvas) => canvas.toDataURL()"
    canvas = page.locator(".stage > canvas")
    whole = canvas.evaluate(picture)
    for name in ("Zoom in", "Move east", "Move north"):
        before = canvas.evaluate(picture)
        page.get_by_role("button", name=name).click()
        wait_until(page, "([canvas, before]) => canvas.toDataURL() !== before", [canvas.element_handle(), before])
    page.get_by_role("button", name="Show the whole county").click()
    wait_until(page, "([canvas, before]) => canvas.toDataURL() === before", [canvas.element_handle(), whole])


def test_the_wheel_scrolls_the_page_until_the_map_is_clicked(page):
    canvas = page.locator(".stage > canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    before, main = canvas.evaluate("(canvas) => canvas.toDataURL()"), page.get_by_test_id("stMain")
    at = main.evaluate("(main) => main.scrollTop")
    page.mouse.wheel(0, 50)
    wait_until(page, "([main, at]) => main.scrollTop > at", [main.element_handle(), at])
    assert canvas.evaluate("(canvas) => canvas.toDataURL()") == before
    page.mouse.down()
    page.mouse.up()
    page.mouse.wheel(0, -50)
    wait_until(page, "([canvas, before]) => canvas.toDataURL() !== before", [canvas.element_handle(), before])
    page.get_by_role("button", name="Show the whole county").click()


def test_the_map_says_what_is_under_the_pointer_and_a_click_explains_the_area(page):
    canvas = page.locator(".stage > canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    middle = (box["x"] + box["width"] / 2 - 40, box["y"] + box["height"] / 2 - 60)
    page.mouse.move(*middle)
    name = page.locator(".tip").inner_text().splitlines()[0]
    page.mouse.click(*middle)
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_a_wrong_answer_is_told_and_the_last_plan_stays(page):
    before = spent(page)
    plan_for(page, "lots")
    expect(page.get_by_role("alert").filter(has_text="is not an amount")).to_be_visible()
    assert spent(page) == before


def test_no_rule_of_wcag_is_broken_and_nothing_scrolls_sideways_with_everything_shown(page):
    area = page.get_by_role("combobox", name="Explain an area")
    pick(page, area, re.compile("^Harrowmere 12"), "Harrowmere 12")
    tab = page.get_by_role("tab", name=SPENT)
    until(page, lambda: tab.click(timeout=ATTEMPT_MS), lambda: tab.get_attribute("aria-selected") == "true", SPENT)
    page.locator(".vega-embed canvas, .vega-embed svg").first.wait_for(state="attached")
    unfold(page, "The rules, one by one")
    page.get_by_text("Policy isolated-areas as it stood on").wait_for()
    unfold(page, "The data, with publisher")
    page.get_by_text("Marrowshire, a made-up county").wait_for()
    unfold(page, "Your prices")
    page.get_by_role("button", name="Plan with these prices").wait_for()
    unfold(page, SETTINGS)
    plan_for(page, "lots")
    page.get_by_role("alert").wait_for()
    assert flaws(page) == []


def test_a_refreshed_page_keeps_its_budget_and_settings(page):
    unfold(page, SETTINGS)
    kind = page.get_by_role("checkbox", name="Minibus")
    until(page, page.get_by_text("Minibus", exact=True).first.click, lambda: not kind.is_checked(), "Minibus stays")
    plan_for(page, "222000")
    expect(page.get_by_role("heading", name="What £222,000 buys")).to_be_visible()
    page.wait_for_url("**budget=222%2C000**")
    before = spent(page)
    reload(page, "What this rests on")
    assert spent(page) == before
    assert page.get_by_label("Budget for the year, in pounds").input_value() == "222,000"
    assert "minibus=false" in page.url


def change_first_figure(page: Page, value: str, shown: Callable[[], bool]) -> None:
    """Type over the first figure of the table in the settings, the price of a free bus pass, and plan with it."""
    unfold(page, SETTINGS)
    table = page.get_by_test_id("stDataFrame").first
    cells = table.locator("[role=gridcell]")
    cells.filter(has_text=re.compile(f"^({'|'.join(PRICES)})$")).first.wait_for(state="attached")
    box = page.locator("#portal input")

    def write() -> None:
        table.scroll_into_view_if_needed()
        table.locator(".dvn-scroller").dblclick(position={"x": 400, "y": 52})
        box.fill(value, timeout=ATTEMPT_MS)
        box.press("Enter")

    until(page, write, lambda: cells.get_by_text(value, exact=True).count() > 0, f"{value} is not written")
    # Streamlit gathers edits for a moment before they count, and nothing shows it: a press too early plans without
    until(page, lambda: press(page, "Plan with these settings"), shown, f"{value} is not planned with")


def test_after_the_browsers_back_the_form_has_what_the_plan_was_made_with(page):
    plan_for(page, "610,000")
    go_to(page, "Take away", "Take away")

    page.go_back()  # once: a change of the address on one page is no page of its own
    page.get_by_role("heading", name="What £610,000 buys").wait_for()
    settle(page)
    assert page.get_by_label("Budget for the year, in pounds").input_value() == "610,000"
    assert page.get_by_label("Held back in reserve, in pounds").input_value() == "0"
    plan_for(page, "640,000")
    expect(page.get_by_role("heading", name="What £640,000 buys")).to_be_visible()


def test_a_changed_price_changes_the_plan(page):
    before = spent(page)
    change_first_figure(page, PRICES[1], lambda: spent(page) != before)
    after = spent(page)
    page.wait_for_url("**draft=**")
    reload(page, "What this rests on")
    assert spent(page) == after  # a refreshed page comes back to the price


def test_a_folder_can_be_typed_and_is_refused_with_what_to_do(page, tmp_path):
    enter(page, page.get_by_role("combobox", name="County"), str(tmp_path))
    press(page, "Plan")
    expect(page.get_by_role("alert").filter(has_text="is not a bundle")).to_be_visible()


def test_another_county_comes_with_its_own_map(page):
    fill(page, "Budget for the year, in pounds", "750000")
    pick(page, page.get_by_role("combobox", name="County"), "Halfshire")
    press(page, "Plan")
    expect(page.get_by_role("heading", name="What £750,000 buys in Halfshire")).to_be_visible()
    settle(page)
    legend = " ".join(page.locator(".legend li").all_inner_texts())
    counts = [int(count) for count in re.findall(r"\((\d+)\)", legend)]
    assert sum(counts) == len(bundle.load(example.FOLDER).areas) // 2
    assert page.evaluate(COLOURS) >= 4
    assert page.complaints == []
    page.wait_for_url("**county=Halfshire**")


def test_a_price_that_cannot_be_is_refused_with_what_is_allowed(page):
    refused = page.get_by_role("alert").filter(has_text="it must lie between 0 and")
    change_first_figure(page, "-5", refused.is_visible)
