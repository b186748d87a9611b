"""The form Your prices on the plan screen: a filled-in sheet is shown, planned with, and refused where it is wrong."""

import pytest

from budget.scenarios.scenario import Scenario
from data.figures import COUNCIL
from screens.scenario import prices
from tests.budget.workbook.test_prices_form import filled
from tests.screens.plan.test_plan_screen import app as page_of_plan  # noqa: F401
from tests.screens.plan.test_plan_screen import figures, in_an_empty_folder, run  # noqa: F401


@pytest.fixture
def app(page_of_plan):  # noqa: F811
    """Return the page with the form open."""
    page_of_plan.session_state[prices.OPEN] = True
    return page_of_plan


def give(page, content: bytes):
    page.file_uploader(key="prices_file").upload("prices.xlsx", content, "application/zip")
    return run(page)


def test_a_sheet_that_was_filled_in_is_planned_with_in_one_go(app):
    before = figures(run(app))
    passes = (("bus_pass.price", "value", 1350), ("bus_pass.price", "low", 1200))
    give(app, filled(Scenario(), *passes, ("minibus.vehicle_price", "value", 50_000)))
    assert app.session_state["prices_edited"].loc["bus_pass.price", "Your own"] == 1350
    assert figures(app) == before
    app.button(key="prices_plan").click()
    run(app)
    plan = app.session_state["plan"]
    assert plan.scenario.figures == {"bus_pass.price": 1350, "minibus.vehicle_price": 50_000}
    assert plan.scenario.risk == {"bus_pass.price.low": 1200}
    assert plan.catalogue.figures.figure("bus_pass.price").provenance == COUNCIL
    assert figures(app) != before


def test_prices_that_cannot_be_are_refused_and_nothing_is_planned(app):
    before = figures(run(app))
    give(app, filled(Scenario(), ("bus_pass.take_up", "value", 7)))
    app.button(key="prices_plan").click()
    run(app)
    assert any("These prices cannot be used yet" in error.value for error in app.error)
    assert figures(app) == before
    give(app, filled(Scenario(), ("bus_pass.price", "value", "=2+2")))
    assert any("Your prices, E5" in error.value.replace("\\", "") for error in app.error)


def test_an_untouched_form_plans_the_same(app):
    before = figures(run(app))
    app.button(key="prices_plan").click()
    assert figures(run(app)) == before


@pytest.mark.parametrize("words", ["at assumed prices", "expected takers"])
def test_the_plan_says_what_its_prices_rest_on_and_who_could_go_today(app, words):
    assert any(words in text.value for text in run(app).markdown)


def test_the_form_is_made_once_it_is_opened(page_of_plan):  # noqa: F811
    assert "prices_plan" not in [button.key for button in run(page_of_plan).button]
    page_of_plan.session_state[prices.OPEN] = True
    assert "prices_plan" in [button.key for button in run(page_of_plan).button]


def test_what_was_filled_in_is_there_again_after_the_form_was_closed(app):
    run(app)
    give(app, filled(Scenario(), ("bus_pass.price", "value", 1350)))
    shown = app.session_state["prices_edited"].copy()
    shown.loc["bus_discount.price", "Your own"] = 44.0
    app.session_state["prices_edited"] = shown  # as a browser leaves what somebody typed
    app.session_state[prices.OPEN] = False
    run(app).session_state[prices.OPEN] = True
    assert run(app).session_state["prices_edited"]["Your own"].dropna().to_dict() == {
        "bus_pass.price": 1350,
        "bus_discount.price": 44,
    }
