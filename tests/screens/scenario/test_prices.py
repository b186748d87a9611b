"""The form Your prices on the plan screen: a filled-in sheet is shown, planned with, and refused where it is wrong."""

import pytest

from budget.scenarios.scenario import Scenario
from data.figures import COUNCIL
from tests.budget.workbook.test_prices_form import filled
from tests.screens.plan.test_plan_screen import app, figures, in_an_empty_folder, run  # noqa: F401


def give(page, content: bytes):
    page.file_uploader(key="prices_file").upload("prices.xlsx", content, "application/zip")
    return run(page)


def test_a_sheet_that_was_filled_in_is_planned_with_in_one_go(app):  # noqa: F811
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


def test_prices_that_cannot_be_are_refused_and_nothing_is_planned(app):  # noqa: F811
    before = figures(run(app))
    give(app, filled(Scenario(), ("bus_pass.take_up", "value", 7)))
    app.button(key="prices_plan").click()
    run(app)
    assert any("These prices cannot be used yet" in error.value for error in app.error)
    assert figures(app) == before
    give(app, filled(Scenario(), ("bus_pass.price", "value", "=2+2")))
    assert any("Your prices, E5" in error.value.replace("\\", "") for error in app.error)


def test_an_untouched_form_plans_the_same(app):  # noqa: F811
    before = figures(run(app))
    app.button(key="prices_plan").click()
    assert figures(run(app)) == before


@pytest.mark.parametrize("words", ["at assumed prices", "expected takers"])
def test_the_plan_says_what_its_prices_rest_on_and_who_could_go_today(app, words):  # noqa: F811
    assert any(words in text.value for text in run(app).markdown)
