"""A workbook read back on the plan screen: what was changed is shown first, then planned; a damaged one is refused."""

import io

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from budget import workbook
from budget.workbook.plan_sheets import curve
from budget.workbook.read_back import read_back
from tests.budget.workbook import workbook_plans as plans
from tests.libreoffice import saved
from tests.screens.plan.test_plan_screen import app, figures, in_an_empty_folder, run  # noqa: F401

CANNOT = "This workbook cannot be read back"


@pytest.fixture(scope="module")
def exported() -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve, "STEPS", 2)
        return workbook.to_bytes(plans.default())


def changed(content: bytes, *cells: tuple[str, str, object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet, place, value in cells:
        book[sheet][place] = value
    return saved(book)


def give(page, content: bytes):
    page.file_uploader(key="read_back_file").upload("plan.xlsx", content, "application/zip")
    return run(page)


def shown(page) -> str:
    return " ".join(element.value for kind in (page.markdown, page.error, page.warning) for element in kind)


def test_what_was_changed_is_listed_before_it_is_planned_and_then_planned(app, exported):  # noqa: F811
    before = figures(run(app))
    cells = (("Assumptions", "C20", 1350), ("Assumptions", "C5", 500_000), ("Budget lines", "B5", 77))
    give(app, changed(exported, *cells))
    for words in ("3 changes", "£900 a year", "£1,350 a year", "£500,000", "Assumptions, C20", "Budget lines, B5"):
        assert words in shown(app).replace("\\", ""), words
    assert figures(app) == before
    app.button(key="read_back_plan").click()
    run(app)
    plan = app.session_state["plan"]
    assert plan.scenario.budget_pence == 50_000_000 and plan.scenario.figures == {"bus_pass.price": 1350}
    assert plan.scenario.finance.line("bus_pass").cost_centre == "77"
    by_hand = plans.with_values(budget_pence=50_000_000, figures={"bus_pass.price": 1350})
    assert plan.allocation.chosen.equals(by_hand.allocation.chosen)
    assert figures(app) != before


def test_a_damaged_workbook_is_refused_with_its_cells_and_nothing_is_planned(app, exported):  # noqa: F811
    before = figures(run(app))
    give(app, changed(exported, ("Assumptions", "C20", "=1+1"), ("Assumptions", "C21", "lots")))
    said = shown(app).replace("\\", "")
    assert CANNOT in said and "Assumptions, C20" in said and "Assumptions, C21" in said
    assert "read_back_plan" not in {button.key for button in app.button}
    assert figures(app) == before
    give(app, exported)
    assert read_back.NOTHING in shown(app).replace("\\", "") and CANNOT not in shown(app)


def test_what_the_screen_cannot_plan_is_said(app, exported):  # noqa: F811
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve, "STEPS", 2)
        robust = workbook.to_bytes(plans.robust().plan, robust=plans.robust())
    run(app)
    give(app, robust)
    assert "safe against 5 cohorts" in shown(app)


def part():
    """Show the part of a page in which a workbook is read back, with one that is there."""
    from types import SimpleNamespace

    import streamlit as st

    from budget.scenarios.scenario import Scenario
    from screens.scenario import read_back

    origin = SimpleNamespace(county="Marrowshire", matrices=(), gamma=None)
    there = SimpleNamespace(changes=(), not_read_back=(), scenario=Scenario(budget_pence=100), origin=origin)
    st.session_state.setdefault(read_back.READ, there)
    st.session_state["to_plan"] = read_back.section()


def test_a_page_without_the_plan_knows_once_that_a_workbook_is_to_be_planned_with():
    page = run(AppTest.from_function(part, default_timeout=600))
    assert page.session_state["to_plan"] is False
    page.button(key="read_back_plan").click()
    assert run(page).session_state["to_plan"] is True
    assert run(page).session_state["to_plan"] is False
