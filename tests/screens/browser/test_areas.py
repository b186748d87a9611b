"""The page Areas in a browser: any measure, rules moved by keyboard, a picture taken away, and WCAG at each width."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.screens.browser.driving import download, flaws, pick, settle, unfold

RULES = "Move the rules"
PICTURE = "(canvas) => canvas.toDataURL()"


@pytest.fixture
def page(same_window):
    return same_window(lambda page: page.get_by_role("heading", name=RULES, exact=True).wait_for(), "areas")


def legend(page: Page) -> str:
    return " ".join(page.locator(".legend li").all_inner_texts())


def test_another_measure_recolours_the_map_and_its_picture_can_be_taken_away(page, tmp_path):
    before = page.locator(".stage > canvas").evaluate(PICTURE)
    pick(page, page.get_by_role("combobox", name="Colour the map by"), "Minutes to college")
    settle(page)
    assert page.locator(".stage > canvas").evaluate(PICTURE) != before
    assert "Over 30 to 45 minutes (" in legend(page)
    unfold(page, "This map as a table or a picture")
    page.get_by_role("button", name="Download this map as PDF").wait_for()
    name = download(page, "Download this map as PDF", tmp_path / "map.pdf")
    assert name == "farebridge-marrowshire-made-up-750000-minutes-to-college.pdf"
    assert (tmp_path / "map.pdf").read_bytes().startswith(b"%PDF")


def test_a_rule_moved_by_keyboard_shows_gained_and_lost_and_leads_to_the_plan(page):
    slider = page.get_by_role("slider", name=re.compile("A college or sixth form is far away"))
    slider.focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".legend li").filter(has_text="Lost: leaves the target")).to_be_visible()
    settle(page)
    expect(page.get_by_text(re.compile("areas in target in place of"))).to_be_visible()
    page.get_by_role("button", name="Plan with these rules").click()
    expect(page.get_by_role("heading", name="Plan: what a budget buys")).to_be_visible()


def test_no_rule_of_wcag_is_broken_with_an_area_shown_and_rules_moved(window):
    page = window("areas", RULES)
    pick(page, page.get_by_role("combobox", name="Explain an area"), re.compile("^Harrowmere 12"), "Harrowmere 12")
    unfold(page, "This map as a table or a picture")
    page.get_by_role("heading", name="Nearest places").wait_for()
    assert flaws(page) == []
