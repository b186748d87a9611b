"""Workbooks of real data: LibreOffice computes every formula of a county's and of all England's."""

import pytest

from budget import workbook
from budget.planning import plan as planning
from budget.planning import plan_frontier
from budget.workbook.plan_sheets import curve
from tests.budget.workbook import workbook_plans as plans
from tests.budget.workbook.books import FEW_STEPS
from tests.budget.workbook.reading import differing
from tests.libreoffice import named, needs_libreoffice, recalculated
from tests.opendata import needs_opendata


@pytest.fixture
def frontier_of_the_example(monkeypatch):
    """Give a workbook the example's frontier: England's is solved budget by budget, for as long as it is let."""
    frontier = plan_frontier.trace_plan(plans.default(), steps=FEW_STEPS)
    monkeypatch.setattr(curve.plan_frontier, "trace_plan", lambda *_, **__: frontier)


def recalculates(council: str, policy: str, real_county, folder) -> None:
    plan = planning.make(real_county(council), plans.Scenario(policy=policy), plans.DAY)
    content = workbook.to_bytes(plan)
    book = recalculated({"plan": content}, folder)["plan"]
    assert plan.allocation.spent_pence > 0
    assert round(named(book, "spend_total") * 100, 6) == plan.allocation.spent_pence
    assert named(book, "all_checks_pass") is True
    assert differing(content, book) == []


@needs_opendata
@needs_libreoffice
def test_a_countys_workbook_recalculates_to_the_models_pennies(real_county, tmp_path):
    recalculates("Lincolnshire", "isolated-areas", real_county, tmp_path)


@needs_opendata
@needs_libreoffice
def test_the_workbook_of_all_england_recalculates_to_the_models_pennies(real_county, tmp_path, frontier_of_the_example):
    recalculates("England", "targeting-default", real_county, tmp_path)
