"""Each limit after the plan: met or not, by how much, and what one more unit of it would buy."""

from collections.abc import Mapping

import pandas as pd

from budget.allocation.inputs.limits import Limits
from budget.allocation.inputs.tables import DECIMALS, CheckedTables
from budget.allocation.model.integer_problem import LIMIT, IntegerProblem
from budget.allocation.model.limit_values import Funded, grants_used, readings

LIMIT_COLUMNS = ("limit", "measure", "sense", "value", "bound", "slack", "met", "access_per_unit")
GRANT_COLUMNS = ("grant", "amount_pence", "used_pence")


def limits_table(
    problem: IntegerProblem,
    prices: Mapping[str, float],
    limits: Limits,
    tables: CheckedTables,
    parts: Funded,
) -> pd.DataFrame:
    """Return a row for each cap and floor with LIMIT_COLUMNS, in the order they were written.

    `value` is what the plan makes of the measure, `bound` what is allowed, `slack` how far inside it is, all in the
    measure's unit (pounds for money). `access_per_unit` is what one more unit of a cap, or one less of a floor, would
    bring: the price in the linear relaxation, NaN where there is none.
    """
    rows = [row for row in problem.rows if row.name.startswith(LIMIT)]
    shown = []
    for row, reading in zip(rows, readings(limits, tables, parts), strict=True):
        price = prices.get(row.name)
        per_unit = float("nan") if price is None else price * row.scale * problem.step / 10**DECIMALS
        figures = (float(reading.value), float(reading.allowed), float(reading.spare))
        shown.append((row.words, reading.measure, reading.sense, *figures, reading.spare >= 0, per_unit))
    return pd.DataFrame(shown, columns=list(LIMIT_COLUMNS))


def grants_table(limits: Limits, parts: Funded) -> pd.DataFrame:
    """Return what each grant can pay of the plan, grants used before the council's own money."""
    paid = grants_used(limits, parts).by_grant
    rows = [(g.name, g.amount_pence, used) for g, used in zip(limits.grants, paid, strict=True)]
    return pd.DataFrame(rows, columns=list(GRANT_COLUMNS))
