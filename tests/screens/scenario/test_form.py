"""A scenario put into the form and read from it again is the scenario that was put in."""

import datetime
from dataclasses import replace
from fractions import Fraction

import pytest
from streamlit.testing.v1 import AppTest

from budget.allocation.inputs.limits import Limit, Limits, Share
from budget.allocation.inputs.objective import Objective
from budget.scenarios.differences import fingerprint
from budget.scenarios.finance import Finance
from budget.scenarios.scenario import Scenario
from data import bundle, example
from screens.limits import state as limits_state
from screens.scenario import form

EVERYTHING = Scenario(
    name="Everything",
    bundle=bundle.load(example.FOLDER).manifest.checksum,
    budget_pence=12_345_678,
    reserve_pence=50,
    kinds=("bus_pass", "moped_loan"),
    day=datetime.date(2026, 9, 3),
    decay="logistic",
    figures={"college_minutes": 62.5, "work_minutes": 45, "bus_pass.price": 901.1},
    take_up_case="low",
    policy="targeting-default",
    targeting={"minimum_low_income_rate": 0.123456789123, "remote_rural_classes": ("x",)},
    seed=7,
    gap=0.001,
    limits=Limits(
        (Limit("spend", Fraction(10), Share(Fraction(1, 10)), {"district": ("Fen",)}),), committed_units={"minibus": 1}
    ),
    objective=Objective("fair_first", by="priority"),
    finance=replace(Finance(), contingency_share=0.07),
)
SCENARIOS = {
    "as it ships": Scenario(),
    "everything": replace(EVERYTHING, targeting={"minimum_low_income_rate": 0.123456789123}),
    "what ships, said": Scenario(figures={"college_minutes": 60}, kinds=("bus_pass",), targeting={}),
    "deprived and isolated": Scenario(
        policy="deprived-and-isolated-areas", targeting={"minimum_low_income_percentile": 61.5}
    ),
    "another policy": Scenario(policy="targeting-default", targeting={}),
}


def a_page():
    import datetime

    import streamlit as st

    from screens.scenario import form

    if "to_fill" in st.session_state:
        form.fill(st.session_state.pop("to_fill"))
    form.show(datetime.date(2026, 11, 25))
    st.session_state["read"] = form.read(datetime.date(2026, 11, 25)).scenario
    st.session_state["said"] = form.not_shown()


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_put_into_the_form_is_read_from_it_as_it_was(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    app = AppTest.from_function(a_page, default_timeout=600)
    app.session_state["to_fill"] = SCENARIOS[name]
    for _ in range(2):  # and stays so when the page runs again
        app.run()
        assert not app.exception, app.exception
        assert fingerprint(app.session_state["read"]) == fingerprint(SCENARIOS[name])


def a_page_whose_price_is_put_back():
    import datetime

    import streamlit as st

    from budget.offers.catalogue import default_catalogue
    from budget.scenarios.scenario import Scenario
    from screens.scenario import form

    form.fill(Scenario(figures={"bus_pass.price": 901.1}))
    form.show(datetime.date(2026, 11, 25))
    table = st.session_state[form.FIGURES].copy()
    table.loc["bus_pass.price", "Value"] = default_catalogue().figures["bus_pass.price"]
    st.session_state[form.FIGURES] = table
    st.session_state["read"] = form.read(datetime.date(2026, 11, 25)).scenario


def test_a_price_put_back_to_what_ships_is_no_longer_changed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    app = AppTest.from_function(a_page_whose_price_is_put_back, default_timeout=600).run()
    assert not app.exception, app.exception
    assert app.session_state["read"].figures == {}


def test_a_form_that_nobody_changed_needs_no_draft_in_a_link_and_a_changed_budget_a_short_one():
    app = AppTest.from_function(a_page, default_timeout=60).run()
    read = app.session_state["read"]
    assert form.shortened(read) == Scenario()
    with_budget = form.shortened(replace(read, budget_pence=40_000_000))
    packed = limits_state.pack(with_budget)
    assert len(packed) < 120 and limits_state.unpack(packed) == with_budget
    some = replace(read, kinds=read.kinds[1:])
    assert form.shortened(some) == some
