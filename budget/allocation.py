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
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pandas as pd

from budget.conflicts import conflicts_of
from budget.limits import NO_LIMITS, Limits
from budget.model import Plan, build
from budget.offers_table import DECIMALS, LARGEST_PENCE, CheckedTables, checked_tables
from budget.problem import Problem, problem_of
from budget.search import Found, is_proved, search
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
    the limits that cannot be kept together, and by how much. `notes` says what was rounded or left open.
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
        }


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else float(number)


def allocate(
    offers: pd.DataFrame,
    budget_pence: int,
    *,
    services: pd.DataFrame | None = None,
    limits: Limits = NO_LIMITS,
    reserve_pence: int = 0,
    gap: float = 0.0001,
    time_limit_seconds: float = 60.0,
) -> Allocation:
    """Return the plan with the most access that `budget_pence` less `reserve_pence` can buy.

    `offers` and `services` are the tables of design.md section 2 (`budget.offers_table` checks them; neither is
    altered). `gap` is how far from the best the plan may be, as a part of the best; 0 asks for the best itself. A plan
    is returned within `time_limit_seconds` (and a second or two), proved or not. Raises InputError with every fault.
    """
    started = time.perf_counter()
    budget_pence, reserve_pence = _checked_settings(budget_pence, reserve_pence, gap, time_limit_seconds)
    tables = checked_tables(offers, services)
    problem = problem_of(tables.offers, tables.services, limits, budget_pence - reserve_pence)
    model = build(problem)
    built = time.perf_counter()
    found = search(problem, model, gap, started + time_limit_seconds)
    if found.plan is not None:
        places = [problem.place[i] for i in found.plan.offers]
        check_plan(tables, limits, budget_pence - reserve_pence, places, found.plan.units)
    conflicts = found.reasons
    if found.infeasible:
        everything = problem_of(tables.offers, tables.services, limits, budget_pence - reserve_pence, filtered=False)
        conflicts = conflicts_of(everything, reserve_pence)
    seconds = {"build": built - started, "solve": time.perf_counter() - built}
    return _result(tables, problem, found, gap, budget_pence, seconds, conflicts)


def _checked_settings(budget_pence: int, reserve_pence: int, gap: float, seconds: float) -> tuple[int, int]:
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
    missing = Fraction(found.bound - value, found.bound) if found.bound > 0 else Fraction(0)
    proved = found.plan is not None and is_proved(value, found.bound, gap)
    status = "infeasible" if found.infeasible else "optimal" if proved else "time_limit"
    per_penny = None if found.price is None else found.price * problem.step / MICRO
    return Allocation(
        status=status,
        chosen=chosen,
        services=services,
        access=value * problem.step / MICRO,
        bound=found.bound * problem.step / MICRO,
        gap=float(missing),
        spent_pence=plan.spend_pence(problem),
        budget_pence=budget_pence,
        people=float(sum((Fraction(str(people)) for people in chosen["people"].tolist()), Fraction(0))),
        access_per_extra_1000_pounds=None if per_penny is None else per_penny * PENCE_IN_1000_POUNDS,
        seconds=seconds,
        conflicts=tuple(conflicts),
        solver=NAME,
        notes=tables.notes + found.notes,
    )


def _services_bought(services: pd.DataFrame, units: Sequence[int]) -> pd.DataFrame:
    bought = np.array([bool(count) for count in units], dtype=bool)
    counts = pd.Series(list(units), index=services.index, dtype="int64")
    costs = (counts * services["unit_cost_pence"].astype("int64")).astype("int64")
    return pd.DataFrame({"units": counts, "cost_pence": costs})[bought]
