"""The result of an allocation: the plan, what it brings and costs, its proof, and how it keeps each limit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from budget.allocation.aims.fairness import Fairness
from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.limits import Limits
from budget.allocation.inputs.tables import MICRO
from budget.allocation.model.integer_problem import LIMIT, IntegerProblem
from budget.allocation.model.limit_values import Funded, grants_used, readings
from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import check_plan
from budget.allocation.search.infeasibility import Conflict
from data.wording import plain_number

LIMIT_COLUMNS = ("limit", "measure", "sense", "value", "bound", "slack", "met", "access_per_unit")
GRANT_COLUMNS = ("grant", "amount_pence", "used_pence")


@dataclass(frozen=True, slots=True)
class Allocation:
    """A plan: what is funded, what it brings and costs, and how far it can be from the best.

    `chosen` are rows of the offers table (index cohort, option; sorted), `services` (index service) those that run,
    with `units` and `cost_pence`. No plan has more access than `bound`; `gap` is (bound − access) / bound.
    `access_per_extra_1000_pounds` is the budget's dual price in the linear relaxation, None where there is none.
    `status` is "optimal" where `gap` is proved to be within the requested one, "time_limit" where it is not, and
    "infeasible" where no plan keeps every limit. Then nothing is chosen, and limits that cannot be kept together are
    in `conflicts` as sentences and in `conflicting` by name and figure. `notes` say what was rounded or left open.

    With the aim "least_cost", `bound` is the least spend of any plan, in pounds, and `gap` (spend − bound) / spend.
    With "fair_first", `fairness` is the worst-off group's share, and `bound` is of plans with at least that share.
    `limits` has a row for each limit (`checked_results`): whether the plan keeps it, by how much, and
    what one more unit of it would bring; `grants` what each grant pays.
    """

    status: str
    chosen: pd.DataFrame
    services: pd.DataFrame
    access: float
    bound: float
    gap: float
    spent_pence: int
    budget_pence: int
    people: float
    access_per_extra_1000_pounds: float | None
    solver: str
    seconds: dict[str, float] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    aim: str = "most_access"
    limits: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(LIMIT_COLUMNS)))
    grants: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(GRANT_COLUMNS)))
    fairness: Fairness | None = None
    conflicting: tuple[Conflict, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the plan in the shape that the command line prints (design.md, section 6)."""
        chosen = self.chosen.reset_index()[["cohort", "option", "people", "cost_pence", "access"]]
        people = pd.Series([plain_number(each) for each in chosen["people"]], chosen.index, dtype=object)
        plain = ("status", "access", "bound", "gap", "spent_pence", "budget_pence")
        return {name: getattr(self, name) for name in plain} | {
            "people": plain_number(self.people),
            "access_per_extra_1000_pounds": self.access_per_extra_1000_pounds,
            "seconds": {stage: round(seconds, 3) for stage, seconds in self.seconds.items()},
            "chosen": chosen.assign(people=people).to_dict("records"),
            "services": self.services.reset_index()[["service", "units", "cost_pence"]].to_dict("records"),
            "conflicts": list(self.conflicts),
            "limits": self.limits.astype(object).where(self.limits.notna(), None).to_dict("records"),
            "grants": self.grants.to_dict("records"),
            "aim": self.aim,
            "fair_share": None if self.fairness is None else float(self.fairness.share),
            "fair_share_bound": None if self.fairness is None else float(self.fairness.bound),
        }


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
