"""Choose which offer each cohort receives, so that a fixed budget buys the most access.

    maximise    Σ access[i] · fund[i]                                       over the offers i = (cohort, option)
    subject to  Σ fund[i] ≤ 1            over the offers of a cohort        ∀ cohort: one offer each
                Σ fund[i] = 1                                               ∀ cohort that must be funded
                Σ cost_pence[i] · fund[i] + Σ unit_cost_pence[s] · units[s] ≤ budget_pence − reserve_pence
                Σ seats[i] · fund[i] ≤ seats_per_unit[s] · units[s]         ∀ service s, over the offers riding on it
                fund[i] ≤ units[s]                                          ∀ offer i riding on s (implied; tightens)
                any limits: Σ measure[i] · fund[i] + Σ measure[s] · units[s]  ≤ or ≥  a figure
                fund[i] ∈ {0, 1},  units[s] ∈ {0, …, max_units[s]}

Everything is in integers: pence, millionths of access, hundredths of a seat. The solver's answer is a proposal: it is
checked in Python integers, and its distance from the best is proved by a bound of our own where that is tight enough
(`budget.verify`). Of two plans with the same access the one that spends less is chosen, then the one that funds the
earliest offer, in the order of cohort and option, that the other does not (`budget.ties` says how far that is carried).
"""

import operator
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import isnan

import numpy as np
import pandas as pd

from budget.conflicts import Conflict, conflicts_of
from budget.fairness import PART_OF_TIME, Fairness, fairest
from budget.limit_rows import limit_rows
from budget.limits import NO_LIMITS, Limits
from budget.limits_shown import GRANT_COLUMNS, LIMIT_COLUMNS, grants_table, limits_table
from budget.model import Plan
from budget.objectives import MOST_ACCESS, NOTHING_ASKED, Objective
from budget.offers_table import DECIMALS, LARGEST_PENCE, CheckedTables, checked_tables, whole
from budget.parts import with_parts
from budget.problem import Problem, problem_of, with_access_as_goal
from budget.readings import Funded
from budget.search import Found, is_proved, missing, search
from budget.solver import NAME
from budget.verify import check_plan
from data.faults import Fault, InputError

PENCE_IN_1000_POUNDS = 100_000
MICRO = 10**DECIMALS


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
    spent above it as a part of the spend. For the fair way `fairness` says how far the worst-off group was raised, and
    the bound is on the access of plans as fair as that. `limits` has a row for each limit (`budget.limits_shown`): met,
    by how much, and what one more unit of it would bring; `grants` what each grant pays.
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
    seconds: dict[str, float]
    conflicts: tuple[str, ...]
    solver: str
    notes: tuple[str, ...] = field(default=())
    aim: str = "most_access"
    limits: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(LIMIT_COLUMNS)))
    grants: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(GRANT_COLUMNS)))
    fairness: Fairness | None = None
    conflicting: tuple[Conflict, ...] = ()

    def to_json(self) -> dict:
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
            "people": _plain(self.people),
            "access_per_extra_1000_pounds": self.access_per_extra_1000_pounds,
            "seconds": {stage: round(seconds, 3) for stage, seconds in self.seconds.items()},
            "chosen": [
                {
                    "cohort": cohort,
                    "option": option,
                    "people": _plain(people),
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


def _no_nan(row: dict) -> dict:
    return {name: None if isinstance(value, float) and isnan(value) else value for name, value in row.items()}


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else float(number)


def allocate(
    offers: pd.DataFrame,
    budget_pence: int,
    *,
    services: pd.DataFrame | None = None,
    limits: Limits = NO_LIMITS,
    objective: Objective = MOST_ACCESS,
    reserve_pence: int = 0,
    gap: float = 0.0001,
    time_limit_seconds: float = 60.0,
) -> Allocation:
    """Return the plan that does best what `objective` asks with `budget_pence` less `reserve_pence`.

    `offers` and `services` are the tables of design.md section 2 (`budget.offers_table` checks them; neither is
    altered). `gap` is how far from the best the plan may be, as a part of the best; 0 asks for the best itself. A plan
    is returned within `time_limit_seconds` (and a second or two), proved or not. Raises InputError with every fault.
    """
    started = time.perf_counter()
    deadline = started + time_limit_seconds
    budget_pence, reserve_pence = _checked_settings(budget_pence, reserve_pence, gap, time_limit_seconds, limits)
    ceiling = budget_pence - reserve_pence
    tables = with_parts(checked_tables(offers, services), limits)
    limit_rows(limits, tables.offers, tables.services)  # the gate of the limits, before anything is solved
    built = time.perf_counter()
    fairness, start, kept = None, None, limits
    if objective.aim == "fair_first":
        fair_by = built + PART_OF_TIME * time_limit_seconds
        fairness, start = fairest(tables, limits, ceiling, objective.by, gap, fair_by)
        kept = limits if fairness is None else replace(limits, limits=(*limits.limits, *fairness.floors()))
    problem = problem_of(tables.offers, tables.services, kept, ceiling, objective=objective)
    found = search(problem, gap, deadline, start, settle_ties=objective.aim != "least_cost")
    if found.plan is not None and objective.aim == "least_cost":
        found = _most_for_that_money(with_access_as_goal(problem, tables.offers), found, gap, deadline)
    parts: Funded = []
    if found.plan is not None:
        places = [problem.place[i] for i in found.plan.offers]
        parts = check_plan(tables, kept, ceiling, places, found.plan.units)
    conflicts, named = found.reasons, ()
    if found.infeasible:
        everything = problem_of(tables.offers, tables.services, kept, ceiling, filtered=False, objective=objective)
        conflicts, named = conflicts_of(everything, reserve_pence)
    seconds = {"build": built - started, "solve": time.perf_counter() - built}
    plan = replace(_result(tables, problem, found, gap, budget_pence, seconds, conflicts), conflicting=named)
    return _with_limits(plan, tables, problem, found, kept, objective, fairness, parts)


def _most_for_that_money(problem: Problem, found: Found, gap: float, deadline: float) -> Found:
    """Return the plan of the least spend that brings the most access for it; the bound stays that of the spend.

    Only the budget is lowered to that spend: what a grant may not pay for is still paid with the money there was.
    """
    first, *others = problem.rows
    within = replace(problem, rows=(replace(first, right=found.plan.spend_pence(problem)), *others))
    better = search(within, gap, deadline, found.plan)
    return found if better.plan is None else replace(found, plan=better.plan, notes=better.notes)


def _checked_settings(
    budget_pence: int, reserve_pence: int, gap: float, seconds: float, limits: Limits
) -> tuple[int, int]:
    faults, money = [], []
    for name, pence in (("budget", budget_pence), ("reserve", reserve_pence)):
        try:
            money.append(operator.index(pence))
        except TypeError:
            faults.append(Fault(name, f"{pence!r} is not a whole number of pence."))
            money.append(0)
        if money[-1] < 0:
            faults.append(Fault(name, "Money to spend cannot be negative. Give 0 or more."))
        if money[-1] > LARGEST_PENCE:
            faults.append(Fault(name, "This is more than £100 billion. Check the figure: budgets are in pounds."))
    if not faults and money[1] > money[0]:
        faults.append(Fault("reserve", "The reserve is larger than the budget. Make one smaller or the other larger."))
    granted = sum(grant.amount_pence for grant in limits.grants)
    if not faults and granted > money[0] - money[1]:
        problem = "The grants are a part of the budget less the reserve, and are more than that. Raise the budget."
        faults.append(Fault("grant", problem))
    if not 0 <= gap < 1:
        faults.append(Fault("gap", f"{gap!r} is not a gap. Give 0 for the best, or a part such as 0.0001."))
    if not 0 < seconds < float("inf"):
        faults.append(Fault("time limit", f"{seconds!r} is not a time limit. Give seconds, such as 60."))
    if faults:
        raise InputError("settings", faults)
    return money[0], money[1]


def _result(
    tables: CheckedTables,
    problem: Problem,
    found: Found,
    gap: float,
    budget_pence: int,
    seconds: dict[str, float],
    conflicts: Sequence[str],
) -> Allocation:
    plan = found.plan if found.plan is not None else Plan((), (0,) * len(problem.max_units))
    chosen = tables.offers.iloc[[problem.place[i] for i in plan.offers]]
    services = _services_bought(tables.services, plan.units)
    value = plan.value(problem)
    proved = found.plan is not None and is_proved(value, found.bound, gap)
    status = "infeasible" if found.infeasible else "optimal" if proved else "time_limit"
    price = found.prices.get("budget")
    per_penny = None if price is None else price * problem.step / MICRO
    return Allocation(
        status=status,
        chosen=chosen,
        services=services,
        access=_total(chosen["access"]),
        bound=found.bound * problem.step / MICRO,
        gap=float(missing(value, found.bound)),
        spent_pence=plan.spend_pence(problem),
        budget_pence=budget_pence,
        people=_total(chosen["people"]),
        access_per_extra_1000_pounds=None if per_penny is None else per_penny * PENCE_IN_1000_POUNDS,
        seconds=seconds,
        conflicts=tuple(conflicts),
        solver=NAME,
        notes=tables.notes + found.notes,
    )


def _total(figures: pd.Series) -> float:
    """Return a sum of figures of at most six decimals, exactly."""
    integers, scale = whole(figures.to_numpy(float))
    return sum(integers) / scale


def _with_limits(
    plan: Allocation,
    tables: CheckedTables,
    problem: Problem,
    found: Found,
    limits: Limits,
    objective: Objective,
    fairness: Fairness | None,
    parts: Funded,
) -> Allocation:
    """Add what the objective and the limits have to say about a plan."""
    plan = replace(plan, aim=objective.aim, fairness=fairness)
    if objective.aim == "least_cost":  # the goal was pence not spent: no price in access
        bound = -found.bound / 100 if found.plan is not None else 0.0
        notes = plan.notes + ((NOTHING_ASKED,) if found.plan is not None and not found.plan.offers else ())
        plan = replace(plan, bound=bound, access_per_extra_1000_pounds=None, notes=notes)
    if found.plan is None:
        return plan
    prices = found.prices if objective.aim != "least_cost" else {}
    shown = limits_table(problem, prices, limits, tables, parts)
    return replace(plan, limits=shown, grants=grants_table(limits, parts))


def _services_bought(services: pd.DataFrame, units: Sequence[int]) -> pd.DataFrame:
    bought = np.array([bool(count) for count in units], dtype=bool)
    counts = pd.Series(list(units), index=services.index, dtype="int64")
    costs = (counts * services["unit_cost_pence"].astype("int64")).astype("int64")
    return pd.DataFrame({"units": counts, "cost_pence": costs})[bought]
