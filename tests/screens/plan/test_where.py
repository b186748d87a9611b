"""The list from which an area is chosen takes a postcode or a place too."""

import pytest
from streamlit.testing.v1 import AppTest

from screens.plan import where
from screens.scenario import saved
from tests.budget.workbook import workbook_plans
from tests.screens.people.people import said

SCRIPT = """
import streamlit as st
from screens.plan import where
from tests.budget.workbook import workbook_plans

plan = workbook_plans.default()

def take():  # what the list does with a text that is none of its options, which a test cannot type into it
    st.session_state[where.AREA] = st.session_state["typed"]
    where._look_up(plan)

st.text_input("Typed", key="typed", on_change=take)
where.choose(plan)
"""


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    saved._library.clear()
    return AppTest.from_string(SCRIPT, default_timeout=600).run()


def test_a_postcode_that_is_typed_chooses_its_area_and_one_elsewhere_says_so(app):
    home = workbook_plans.county().postcodes.iloc[0]
    app.text_input(key="typed").set_value(home.name)
    app.run()
    assert app.session_state[where.AREA] == home["area_code"] and not app.exception
    app.text_input(key="typed").set_value("LN1 1AA")
    app.run()
    assert app.session_state[where.AREA] is None
    assert "in none of the areas of this county" in said(app)


def test_of_several_places_that_fit_one_is_chosen_by_a_button(app):
    app.text_input(key="typed").set_value("e")
    app.run()
    assert "Several places fit" in said(app)
    app.button[0].click()
    app.run()
    assert app.session_state[where.AREA] in workbook_plans.county().areas.index
    assert "Several places fit" not in said(app)
