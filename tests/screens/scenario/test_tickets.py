"""Tickets under Your prices: a file is planned with, taken out again, and refused with every fault."""

import pytest
from streamlit.testing.v1 import AppTest

from budget.scenarios.scenario import Scenario

FILE = b"ticket,price,period,source\nCounty weekly,28.00,week,Price list\n"


@pytest.fixture
def app() -> AppTest:
    """Return the part of the page alone, without a plan."""

    def part():
        from screens.scenario import form, tickets

        tickets.show(form.source())

    return AppTest.from_function(part, default_timeout=600).run()


def give(app: AppTest, content: bytes) -> Scenario:
    app.file_uploader(key="tickets_file").upload("tickets.csv", content, "text/csv").run()
    assert not app.exception
    return app.session_state["source_scenario"] if "source_scenario" in app.session_state else Scenario()


def test_a_file_of_tickets_is_planned_with_and_taken_out_again(app):
    assert [each.name for each in give(app, FILE).tickets] == ["County weekly"]
    assert any("County weekly" in text.value for text in app.markdown)
    app.button(key="tickets_out").click().run()
    assert app.session_state["source_scenario"].tickets == ()


def test_a_file_that_is_wrong_is_refused_with_every_fault_and_nothing_is_planned(app):
    assert give(app, b"ticket,price,period\nCounty weekly,x,fortnight\n") == Scenario()
    assert "These tickets cannot be used yet" in app.error[0].value
    assert "fortnight" in app.error[0].value and "is not an amount" in app.error[0].value
