"""The result of an allocation: the plan, what it brings and costs, and its proof."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from math import isnan
from typing import Any

import pandas as pd

from budget.allocation.aims.fairness import Fairness
from budget.allocation.limit_results import GRANT_COLUMNS, LIMIT_COLUMNS
from budget.allocation.search.infeasibility import Conflict
from data.wording import plain_number


@dataclass(frozen=True, slots=True)
class Allocation:
    """A plan: what is funded, what it brings and costs, and how far it can be from the best.

    `chosen` are rows of the offers table (index cohort, option; sorted); `services` (index service) those bought, with
    `units` and `cost_pence`. `access` is of the plan, `bound` what no plan can exceed, `gap` the most that is
    missing as a part of the bound. `access_per_extra_1000_pounds` is the budget's price in the linear relaxation, None
    where there is none. `status` is "optimal" only where `gap` is proved to be at most what was asked; "time_limit"
    where it is not; "infeasible" where no plan can keep every limit: then nothing is chosen, and `conflicts` names
    the limits that cannot be kept together, and by how much, in sentences, `conflicting` by name and figure. `notes`
    says what was rounded or left open.

    For the least cost (`aim`) `bound` is the least spend, in pounds, that any plan must come to, and `gap` what is
    spent above it as a part of the spend. For the fair way `fairness` says how far the worst-off group was raised,
    and the bound is on the access of plans as fair as that. `limits` has a row for each limit
    (`budget.allocation.limit_results`): met, by how much, and what one more unit of it would bring; `grants` what
    each grant pays.
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
        chosen = self.chosen.reset_index()
        services = self.services.reset_index()
        return {
            "status": self.status,
            "access": self.access,
            "bound": self.bound,
            "gap": self.gap,
            "spent_pence": self.spent_pence,
            "budget_pence": self.budget_pence,
            "people": plain_number(self.people),
            "access_per_extra_1000_pounds": self.access_per_extra_1000_pounds,
            "seconds": {stage: round(seconds, 3) for stage, seconds in self.seconds.items()},
            "chosen": [
                {
                    "cohort": cohort,
                    "option": option,
                    "people": plain_number(people),
                    "cost_pence": int(cost_pence),
                    "access": float(access),
                }
                for cohort, option, people, cost_pence, access in zip(
                    *(chosen[name].tolist() for name in ("cohort", "option", "people", "cost_pence", "access")),
                    strict=True,
                )
            ],
            "services": [
                {"service": service, "units": int(units), "cost_pence": int(cost_pence)}
                for service, units, cost_pence in zip(
                    *(services[name].tolist() for name in ("service", "units", "cost_pence")), strict=True
                )
            ],
            "conflicts": list(self.conflicts),
            "limits": [_no_nan(row) for row in self.limits.to_dict("records")],
            "grants": self.grants.to_dict("records"),
            "aim": self.aim,
            "fair_share": None if self.fairness is None else float(self.fairness.share),
            "fair_share_bound": None if self.fairness is None else float(self.fairness.bound),
        }


def _no_nan(row: dict[Hashable, Any]) -> dict[str, Any]:
    return {str(name): None if isinstance(value, float) and isnan(value) else value for name, value in row.items()}
