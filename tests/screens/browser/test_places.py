"""Sites and journeys in a real Chromium: a site is typed by its postcode, and the page is fit for everybody."""

import pytest
from playwright.sync_api import Page, expect

from tests.screens.browser.driving import flaws, settle
from tests.screens.places.test_places_screen import SITE


@pytest.fixture
def page(same_window) -> Page:
    """Return the screen as the test before left it."""

    def ready(page: Page) -> None:
        page.get_by_test_id("stFileUploader").first.wait_for()
        settle(page)

    return same_window(ready, "sites")


def test_no_rule_of_wcag_is_broken_and_nothing_scrolls_sideways_when_sites_are_added(page):
    assert flaws(page) == []
    expect(page.get_by_role("link", name="Plan for Marrowshire (made up)")).to_be_visible()
    file = {"name": "sites.csv", "mimeType": "text/csv", "buffer": SITE.format("").encode()}
    page.locator('input[type="file"]').first.set_input_files(file)
    page.get_by_role("button", name="Save as a new county").wait_for()
    assert flaws(page) == []


def test_a_table_that_is_filled_in_has_no_button_that_would_save_formulas(page):
    table = page.locator("[class*=st-key-edited_]").first
    table.get_by_test_id("stDataFrame").hover()
    buttons = table.get_by_test_id("stElementToolbarButton")
    buttons.first.wait_for()
    assert buttons.filter(has=page.get_by_role("button", name="Show/hide columns")).count() == 1
    assert buttons.filter(has=page.get_by_role("button", name="Download as CSV")).count() == 0
