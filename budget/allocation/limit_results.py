"""Each limit after the plan: met or not, by how much, and what one more unit of it would bring."""

from collections.abc import Mapping

import pandas as pd

from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.limits import Limits
from budget.allocation.inputs.tables import MICRO
from budget.allocation.model.integer_problem import LIMIT, IntegerProblem
from budget.allocation.model.limit_values import Funded, grants_used, readings
from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import check_plan

LIMIT_COLUMNS = ("limit", "measure", "sense", "value", "bound", "slack", "met", "access_per_unit")
GRANT_COLUMNS = ("grant", "amount_pence", "used_pence")


def checked_results(
    problem: AllocationProblem, integers: IntegerProblem, plan: Solution, prices: Mapping[str, float]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Check a plan against the tables, and return its limits (LIMIT_COLUMNS) and its grants (GRANT_COLUMNS).

    Limits are in the order they were written. `value` is what the plan makes of the measure, `bound` what is allowed,
    `slack` how far inside it is, all in the measure's unit (pounds for money). `access_per_unit` is what one more unit
    of a cap, or one less of a floor, would bring: the price in the linear relaxation, NaN where `prices` has none.
    Raises UncheckedPlan where the plan breaks a rule.
    """
    places = [integers.place[i] for i in plan.offers]
    paid_for = check_plan(problem.tables, problem.limits, problem.ceiling_pence, places, plan.units)
    return _limits(problem, integers, prices, paid_for), _grants(problem.limits, paid_for)


def _limits(
    problem: AllocationProblem, integers: IntegerProblem, prices: Mapping[str, float], paid_for: Funded
) -> pd.DataFrame:
    rows = [row for row in integers.rows if row.name.startswith(LIMIT)]
    table = []
    for row, reading in zip(rows, readings(problem.limits, problem.tables, paid_for), strict=True):
        price = prices.get(row.name)
        per_unit = float("nan") if price is None else price * row.scale * integers.step / MICRO
        figures = (float(reading.value), float(reading.allowed), float(reading.spare))
        table.append((row.words, reading.measure, reading.sense, *figures, reading.spare >= 0, per_unit))
    return pd.DataFrame(table, columns=list(LIMIT_COLUMNS))


def _grants(limits: Limits, paid_for: Funded) -> pd.DataFrame:
    """Return what each grant can pay of the plan, grants used before the budget's other money."""
    paid = grants_used(limits, paid_for).by_grant
    rows = [(g.name, g.amount_pence, used) for g, used in zip(limits.grants, paid, strict=True)]
    return pd.DataFrame(rows, columns=list(GRANT_COLUMNS))
