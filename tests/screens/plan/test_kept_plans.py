"""The example and a saved plan are shown without a search, and what was changed since is solved."""

import datetime
import shutil

import pytest
from streamlit.testing.v1 import AppTest

from budget.planning import plan as plans
from budget.scenarios.scenario import Scenario
from budget.store import library as store
from budget.store.results import results_of
from data import example
from screens.scenario import files, form, request, saved
from tests import ROOT
from tests.budget.workbook import workbook_plans


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    saved._library.clear()
    return AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=600)


def was_solved(app: AppTest) -> bool:
    """Say whether the plan on the page was searched for: building a problem takes time, and a kept plan builds none."""
    assert not app.exception, [error.message for error in app.exception]
    return app.session_state["plan"].allocation.seconds["build"] > 0


def test_the_first_page_opens_with_a_county_in_its_address(app, tmp_path):
    shutil.copytree(example.FOLDER, tmp_path / "bundles" / "elsewhere")
    app.query_params["county"] = "elsewhere"
    app.run()
    assert not app.exception and [title.value for title in app.title] == ["Farebridge"]
    assert app.selectbox(key="county").value == "elsewhere"


def test_a_saved_plan_opens_with_what_was_found_and_a_change_of_it_is_solved(app):
    plan = plans.make(workbook_plans.county(), Scenario("Agreed", budget_pence=20_000_000), workbook_plans.DAY)
    with store.open_library() as library:
        entry = library.save(plan.scenario, author="Ana", results=results_of(plan))
    app.query_params["scenario"] = entry.id
    assert not was_solved(app.run())
    assert app.session_state["plan"].allocation.spent_pence == plan.allocation.spent_pence
    app.text_input(key="budget").set_value("210,000")
    app.button(key="plan_pressed").click()
    assert was_solved(app.run())


def test_two_who_ask_for_one_plan_are_shown_the_same_one(app):
    another = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=600)
    for each in (app, another):
        each.query_params["budget"] = "750,000"
        assert not was_solved(each.run())
    assert app.session_state["plan"] is another.session_state["plan"]


def test_the_plan_that_the_server_begins_as_it_starts_is_the_one_that_the_page_opens_on(app):
    begun = request.begin_first(datetime.date(2026, 9, 1))
    app.query_params["budget"] = form.BUDGET
    app.run()
    but_for_the_day = slice(3)
    assert app.session_state["running_plan"].identity[but_for_the_day] == begun.identity[but_for_the_day]
    assert begun.over.wait(600)
    assert begun.is_done
    assert begun.result.allocation.seconds["build"] == 0


def test_the_first_plan_of_the_example_is_not_solved(app):
    app.query_params["budget"] = "750,000"
    assert not was_solved(app.run())


def test_what_is_written_to_save_a_plan_is_sent_with_its_button_and_not_box_by_box(app):
    app.query_params["budget"] = "750,000"
    app.run()
    boxes = {"save_name": app.text_input, "save_note": app.text_area, "save_who": app.text_input}
    assert {kind(key=key).form_id for key, kind in boxes.items()} == {"save_box"}
    for key, kind in boxes.items():
        kind(key=key).set_value(f"What is in {key}")
    app.button(key="save_new").click()
    assert not app.run().exception
    with store.open_library() as library:
        saved_now = library.get(library.list()[0].id)
    written = (saved_now.name, saved_now.note, saved_now.author)
    assert written == ("What is in save_name", "What is in save_note", "What is in save_who")


def test_a_plan_saved_under_a_name_is_called_by_it_in_its_workbook_and_file_and_is_not_made_again(app):
    app.query_params["budget"] = "750,000"
    app.run()
    made = app.session_state["made"]
    app.text_input(key="save_name").set_value("Agreed: March (2nd)")
    app.text_input(key="save_who").set_value("Ana")
    app.button(key="save_new").click()
    assert not app.run().exception
    plan = app.session_state["plan"]
    assert plan.scenario.name == "Agreed: March (2nd)" and app.session_state["made"] is made
    assert files.file_name(plan) == "farebridge-marrowshire-made-up-agreed-march-2nd-750000.xlsx"
    assert "draft" not in app.query_params  # it is still as it was saved
    onward = [link.proto.label for link in app.get("page_link")]
    assert "Take its workbook, report and map away" in onward and "Follow it against the ledger, on Finance" in onward
    app.text_input(key="budget").set_value("740,000")
    app.button(key="plan_pressed").click()
    assert was_solved(app.run())
    what_changed = next(text.value for text in app.markdown if "What your change did" in text.value)
    assert "£740,000" in what_changed and "Day whose rules apply" not in what_changed  # to save pinned its day


def test_what_a_link_asks_for_and_the_form_does_not_know_is_told_until_plan_is_pressed(app):
    app.query_params |= {"budget": form.BUDGET, "college_minutes": "abc", "bus_pass": "maybe", "work_minutes": "50"}
    app.run()
    (told,) = [each.value for each in app.warning if "The link asks for" in each.value]
    assert "abc" in told and "maybe" in told and "work" not in told
    app.button(key="plan_pressed").click()
    assert not any("The link asks for" in each.value for each in app.run().warning)
