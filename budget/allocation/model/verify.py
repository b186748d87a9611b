"""Check a plan in Python integers and fractions, and prove a bound without a solver.

`excesses` works on the integer problem and names what a repair must mend. `check_plan` is the last check and shares no
arithmetic with the model: it starts again from the checked tables, in exact fractions. `certified_bound` is the
Lagrangian bound: for any prices of the rows, not below zero, no plan can be worth more (weak duality; M. L. Fisher,
"The Lagrangian relaxation method for solving integer programming problems", Management Science 27, 1981).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import pandas as pd

from budget.allocation.inputs.limits import Limits
from budget.allocation.inputs.tables import CheckedTables
from budget.allocation.inputs.toml_tables import exact
from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.model.limit_values import Funded, funded, grants_used, readings
from budget.allocation.model.pulp_model import Solution

SCALE = 2**48  # prices are taken as whole multiples of 1/SCALE: any prices prove a bound, finer ones a closer one


class UncheckedPlan(RuntimeError):
    """A plan that breaks a rule reached the last check: a mistake of this program. Such a plan is never returned."""


def excesses(problem: IntegerProblem, plan: Solution) -> dict[str, int]:
    """Return by how much a plan breaks each row it breaks, and which cohorts have two offers, or none but must."""
    over, chosen = {}, set(plan.offers)
    for row in problem.rows:
        by = row.activity(chosen, plan.units) - row.right
        by = by if row.sense == "<=" else -by
        if by > 0:
            over[row.name] = by
    offers = Counter(problem.cohort[i] for i in plan.offers)
    over |= {f"one_offer_{cohort:06d}": count - 1 for cohort, count in offers.items() if count > 1}
    bounds = zip(plan.units, problem.max_units, strict=True)
    over |= {f"units_{s:04d}": 1 for s, (count, most) in enumerate(bounds) if not 0 <= count <= most}
    over |= {f"one_offer_{cohort:06d}": 1 for cohort in problem.must_fund if cohort not in offers}
    return over


def certified_bound(problem: IntegerProblem, row_price: Mapping[str, float], rider_price: Mapping[int, float]) -> int:
    """Return a value, in the problem's steps, that no plan can exceed; computed in integers from any prices ≥ 0.

    With π the prices: Σ π·right + Σ_cohort max(0, max_i (value − π·column)) + Σ_s max_units · max(0, −π·column); the 0
    of a cohort that must be funded is left out.
    """
    total = 0
    score = [SCALE * value for value in problem.value]
    worth = [SCALE * value for value in problem.unit_value]
    for row in problem.rows:
        price = _whole_price(row_price.get(row.name, 0.0)) * (1 if row.sense == "<=" else -1)
        if not price:
            continue
        total += price * row.right
        for i, c in zip(row.offers, row.on_offers, strict=True):
            score[i] -= price * c
        for s, c in zip(row.units, row.on_units, strict=True):
            worth[s] -= price * c
    for i, rider in rider_price.items():
        price = _whole_price(rider)
        score[i] -= price
        worth[problem.service[i]] += price
    for cohort, offers in problem.by_cohort().items():
        best = max(score[i] for i in offers)
        total += best if cohort in problem.must_fund else max(best, 0)
    total += sum(most * max(each, 0) for most, each in zip(problem.max_units, worth, strict=True))
    return total // SCALE


def _whole_price(price: float) -> int:
    return max(round(price * SCALE), 0)


def check_plan(
    tables: CheckedTables, limits: Limits, ceiling_pence: int, places: Sequence[int], units: Sequence[int]
) -> Funded:
    """Check a plan against every rule, from the tables, in exact arithmetic; return what it pays for.

    `places` are rows of the offers table, `units` one figure for each row of the services table. Raises UncheckedPlan,
    which names what the plan breaks.
    """
    chosen = tables.offers.iloc[list(places)]
    offers = Counter(chosen.index.get_level_values("cohort"))
    broken = [f"cohort {cohort} has {n} offers" for cohort, n in offers.items() if n > 1]
    broken += [f"cohort {cohort} has no offer" for cohort in limits.must_fund if cohort not in offers]
    broken += [
        f"cohort {c} does not have the offer {o} it was promised"
        for c, o in limits.committed
        if (c, o) not in chosen.index
    ]
    spend = sum(map(int, chosen["cost_pence"])) + sum(
        int(cost) * count for cost, count in zip(tables.services["unit_cost_pence"], units, strict=True)
    )
    if spend > ceiling_pence:
        broken.append(f"{spend} pence are spent of {ceiling_pence}")
    broken += _broken_services(tables, limits, chosen, units)
    paid_for = funded(limits, tables, places, units)
    broken += [
        f"{r.measure} is {float(r.value)} where {float(r.allowed)} is the limit {dict(r.group) or ''}"
        for r in readings(limits, tables, paid_for)
        if r.spare < 0
    ]
    if limits.grants:
        own = ceiling_pence - sum(grant.amount_pence for grant in limits.grants)
        if (needed := grants_used(limits, paid_for).own) > own:
            broken.append(f"{needed} pence are not for any grant to pay, of {own} that may pay for them")
    if broken:
        raise UncheckedPlan("The plan breaks its own rules: " + "; ".join(broken))
    return paid_for


def _broken_services(
    tables: CheckedTables, limits: Limits, chosen: pd.DataFrame, units: Sequence[int]
) -> Iterator[str]:
    taken: dict[str, Fraction] = {}
    for service, seats in zip(chosen["service"].tolist(), chosen["seats"].tolist(), strict=True):
        if not pd.isna(service):
            taken[service] = taken.get(service, Fraction(0)) + exact(float(seats))
    for name, count, seats, most in zip(
        tables.services.index, units, tables.services["seats_per_unit"], tables.services["max_units"], strict=True
    ):
        if not 0 <= count <= most:
            yield f"service {name} runs {count} units of {most}"
        if count < limits.committed_units.get(name, 0):
            yield f"service {name} runs {count} units of the {limits.committed_units[name]} promised"
        if taken.get(name, 0) > count * exact(float(seats)):
            yield f"service {name} carries {float(taken[name])} in {count} units"
