"""The screen What if keeps what was chosen on it."""

from streamlit.testing.v1 import AppTest

from budget.store import library as store
from screens.library import what_if
from screens.plan import frontier
from screens.scenario import saved
from tests.budget.store.stores import results, scenario


def screen() -> None:
    """Show the screen with a stand-in for its plan, which is there or is still worked out."""
    from types import SimpleNamespace
    from unittest import mock

    import streamlit as st

    from screens.library import what_if

    there = SimpleNamespace(allocation=SimpleNamespace(status="optimal"))
    plan = there if st.session_state["is_there"] else None
    st.button("Copy link")  # as on top of each page
    with (
        mock.patch.object(what_if.request, "plan_of_page", lambda: plan),
        mock.patch.object(what_if.infeasible, "no_plan_in_time", lambda plan: False),
        mock.patch.object(what_if.frontier, "show", lambda plan: st.text("the curve")),
        mock.patch.object(what_if.risk, "show", lambda plan: st.text("the risk")),
        mock.patch.object(what_if.compare, "show", lambda library, entries: st.text(f"{len(entries)} side by side")),
    ):
        what_if.show()


def test_the_open_tab_stays_open_while_another_plan_is_worked_out():
    app = AppTest.from_function(screen)
    app.session_state["is_there"] = True
    assert [each.value for each in app.run().text] == ["the curve"]
    app.session_state[what_if.TAB] = what_if.RISK
    assert [each.value for each in app.run().text] == ["the risk"]
    app.session_state["is_there"] = False
    assert not app.run().text
    app.session_state["is_there"] = True
    assert [each.value for each in app.run().text] == ["the risk"]
    assert not app.exception


def test_where_much_is_left_the_whole_curve_is_shown_first_as_near_the_budget_it_is_flat():
    assert frontier.first_shown(budget_pence=40_000_000, spent_pence=39_900_000) == frontier.NEAR
    assert frontier.first_shown(budget_pence=75_000_000, spent_pence=47_700_000) == frontier.WHOLE


def test_saved_scenarios_are_compared_on_their_tab(tmp_path, monkeypatch):
    monkeypatch.setattr(saved, "library", lambda: store.open_library(f"sqlite:///{tmp_path / 'library.sqlite'}"))
    app = AppTest.from_function(screen)
    app.session_state["is_there"], app.session_state[what_if.TAB] = True, what_if.COMPARE
    assert any("Two saved scenarios or more" in text.value for text in app.run().markdown)
    for name in ("Agreed", "Another"):
        saved.library().save(scenario(name), author="A. Planner", results=results())
    app.session_state[what_if.COMPARED] = [entry.id for entry in saved.library().list()]
    assert "2 side by side" in [each.value for each in app.run().text]
    assert not app.exception
