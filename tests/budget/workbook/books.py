"""Workbooks to look at: one of each plan, made once in a run of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache

import pytest

from budget import workbook
from budget.accounts import statement
from budget.planning import plan_frontier
from budget.planning.plan import Plan
from budget.workbook.plan_sheets import curve, risk_sheet
from tests.budget.workbook import workbook_plans as plans

NO_CLOCK = 900.0  # seconds for a curve: enough that none ends by the clock
FEW_STEPS = 2  # of a curve that is not looked at: each point may be a solve

MADE = {
    "default": plans.default,
    "nothing_to_spend": lambda: plans.with_values(budget_pence=0),
    "by_months_with_a_reserve": lambda: plans.with_values(reserve_pence=5_000_000, finance=plans.BY_MONTHS),
    "one_cohort": plans.one_cohort,
    "none_in_target": plans.none_in_target,
    "impossible": plans.impossible,
    "out_of_time": plans.out_of_time,
    "minibuses_only": lambda: plans.with_values(kinds=("minibus",)),
    "mileage_by_terms": lambda: plans.with_values(kinds=("mileage", "moped_loan"), finance=plans.BY_TERMS),
    "graded_reach": lambda: plans.with_values(decay="logistic"),
    "limited": plans.limited,
    "least_cost": plans.least_cost,
    "fair_first": plans.fair_first,
    "robust": lambda: plans.robust().plan,
    "hostile": plans.hostile,
    "tying": lambda: plans.generated(300, 1, plans.TYING),
    "uneven_in_parts": lambda: plans.generated(90, 2, plans.UNEVEN, parts=9),
    "choice_in_parts": lambda: plans.generated(
        60, 3, plans.UNEVEN | {"academic_share": 0.35}, parts=7, where=plans.county_with_a_choice
    ),
}


def long_and_limited() -> Plan:
    """Return the plan under every kind of limit, of a scenario with a long name and all that a ledger may have."""
    finance = replace(plans.BY_MONTHS, terms=plans.TERMS, closed=plans.BY_TERMS.closed)
    plan = plans.limited()
    scenario = replace(plan.scenario, name="=1+1 " + "long " * 8000 + "\ufffe _x0041_", finance=finance)
    return replace(plan, scenario=scenario)


@cache
def planned(name: str) -> Plan:
    """Return the plan of a workbook, made once."""
    return (MADE | {"long_and_limited": long_and_limited})[name]()


def book_of(name: str) -> bytes:
    """Return the workbook of a plan; only that of the default plan has its whole frontier."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve, "SECONDS", NO_CLOCK)
        if name != "default":
            patch.setattr(curve, "STEPS", FEW_STEPS)
        return workbook.to_bytes(planned(name), robust=plans.robust() if name == "robust" else None)


@contextmanager
def one_frontier_and_risk(plan: Plan) -> Iterator[None]:
    """Work the frontier and the risk of a plan out once: they are the same in each workbook of it."""
    frontier = plan_frontier.trace_plan(plan, steps=FEW_STEPS, time_limit_seconds=NO_CLOCK)
    risk = risk_sheet.simulated(statement.draw_up(plan))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve.plan_frontier, "trace_plan", lambda *_, **__: frontier)
        patch.setattr(risk_sheet, "simulated", lambda _: risk)
        yield
