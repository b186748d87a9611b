"""Small tables and everything that can be asked of a plan for them at once, drawn around a plan that exists.

`random.Random` draws them: thousands come from seeds in a moment, and hypothesis can shrink what `st.randoms()` drew.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from random import Random

import numpy as np
import pandas as pd

from budget.allocation.inputs.limits import Grant, Limit, Limits, PartFunding, Share
from budget.allocation.inputs.objective import Objective
from tests.budget.allocation.allocations import offers_of, services_of
from tests.budget.allocation.every_plan import EveryPlan, label

OPTIONS = ("bus", "minibus", "moped", "taxi")
GROUPS = ("district", "decile", "kind", "purpose", "priority")
MEASURES = ("spend", "people", "access", "vehicles", "capital", "driver_hours")
MOST_PLANS = 20_000
AIMS = ("most_access", "least_cost", "fair_first")


@dataclass(frozen=True)
class Question:
    """What is asked of the tables: limits, an objective, and money of which some is kept back."""

    limits: Limits
    objective: Objective
    budget_pence: int
    reserve_pence: int

    @property
    def ceiling_pence(self) -> int:
        return self.budget_pence - self.reserve_pence


def tables(draw: Random) -> tuple[pd.DataFrame, pd.DataFrame, PartFunding | None, EveryPlan]:
    """Draw offers, services, where cohorts may be funded in part, and every plan that these make."""
    names = ["m1", "m2"][: draw.choice((0, 1, 1, 2))]
    rows = [row for number in range(draw.randint(3, 6)) for row in _cohort(draw, f"C{number}", names)]
    fleet = [_service(draw, name) for name in names]
    if draw.random() < 0.5:  # a service has a district of its own, or that of its riders
        fleet = [row | {"district": draw.choice(("East", "West"))} for row in fleet]
    offers, services = offers_of(*rows), services_of(*fleet)
    if draw.random() < 0.5:
        offers = offers.drop(columns="seats")
    part_funding = PartFunding(draw.choice((2, 3)), draw.choice(({}, {"kind": (draw.choice(OPTIONS[:3]),)})))
    if draw.random() < 0.6 or _size(offers, services, part_funding) > MOST_PLANS:
        part_funding = None
    if part_funding is not None and not set(part_funding.where.get("kind", ())) <= set(offers["kind"]):
        part_funding = None
    return offers, services, part_funding, EveryPlan(offers, services, part_funding)


def _cohort(draw: Random, cohort: str, services: list[str]):
    own = {
        "cohort": cohort,
        "district": draw.choice(("East", "West", "West", "North", None) if draw.random() < 0.2 else ("East", "West")),
        "decile": draw.choice((1, 2)),
        "priority": draw.choice(("high", "low")),
    }
    for option in sorted(draw.sample(OPTIONS, draw.choice((1, 2, 2, 3)))):
        people = draw.randint(1, 12) / 4
        access = draw.choice((people, draw.randint(0, 30) / 10, draw.randint(1, 4), 0, -0.5))
        yield own | {
            "option": option,
            "kind": option,
            "purpose": draw.choice(("college", "work")),
            "people": people,
            "seats": draw.choice((people, float(ceil(people)), 0.0)),
            "cost_pence": draw.choice((draw.randint(0, 40), 10, 20)),
            "access": float(access),
            "vehicles": float(option == "moped") * draw.randint(1, 3),
            "capital_pence": draw.choice((0, 0, draw.randint(1, 30))),
            "driver_hours": draw.randint(0, 8) / 4,
            "service": draw.choice(services) if services and option in ("minibus", "taxi") else None,
        }


def _service(draw: Random, name: str) -> dict:
    return {
        "service": name,
        "unit_cost_pence": draw.randint(0, 40),
        "seats_per_unit": draw.randint(2, 6),
        "max_units": draw.randint(1, 2),
        "vehicles": 1.0,
        "capital_pence": draw.choice((0, 25)),
        "driver_hours": draw.choice((0.0, 2.5)),
    }


def _size(offers: pd.DataFrame, services: pd.DataFrame, part_funding: PartFunding) -> int:
    inside = offers["kind"].isin(part_funding.where.get("kind", OPTIONS))
    ways = np.where(inside, part_funding.parts, 1)
    return int((pd.Series(ways).groupby(offers.index.get_level_values("cohort")).sum() + 1).prod()) * int(
        (services["max_units"] + 1).prod()
    )


def question(draw: Random, plans: EveryPlan, part_funding: PartFunding | None, aim: str) -> Question:
    """Draw what is asked so that some plan is close to all of it, though it need not keep it."""
    seats = np.logical_and.reduce([plans.everything, *plans.masks(Limits(), 10**9).values()])
    at, of = np.unravel_index(draw.choice(np.flatnonzero(seats).tolist()), seats.shape)
    chosen = [plans.offers[n] for n in plans.choice[:, at].tolist() if n < len(plans.offers)]
    whole = [record for record in chosen if record["part"] == 1]
    spend = int(plans.spend[at, of])
    ceiling = max(spend + draw.choice((0, 0, 3, 15, 40, -2)), 0)
    promised = tuple((r["cohort"], r["option"]) for r in draw.sample(whole, min(len(whole), draw.choice((0, 0, 1)))))
    must_fund = tuple(r["cohort"] for r in whole if draw.random() < 0.15)
    units = {
        s["service"]: int(count[of])
        for s, count in zip(plans.services, plans.units, strict=True)
        if count[of] and draw.random() < 0.15
    }
    limits = tuple(_limit(draw, plans, at, of) for _ in range(draw.choice((0, 1, 1, 2, 2, 3))))
    asked = Limits(limits, must_fund, promised, units, _grants(draw, plans, ceiling, at, of), part_funding)
    reach = Fraction(int(plans.access[at, 0]) // 10**5, 10) - draw.choice((0, 1))
    objective = {
        "most_access": Objective(),
        "least_cost": Objective("least_cost", max(reach, Fraction(0)) if draw.random() < 0.7 else None),
        "fair_first": Objective("fair_first", by=draw.choice(("district", "priority", "kind", "decile"))),
    }[aim]
    reserve = draw.choice((0, 0, 1, 7))
    return Question(asked, objective, ceiling + reserve, reserve)


def _labels(plans: EveryPlan, column: str) -> list[str]:
    return sorted({label(record[column]) for record in plans.offers} - {""})


def _group(draw: Random, plans: EveryPlan, column: str) -> dict[str, tuple[str, ...]]:
    labels = _labels(plans, column)
    return {column: tuple(draw.sample(labels, min(len(labels), draw.choice((1, 1, 2)))))} if labels else {}


def _limit(draw: Random, plans: EveryPlan, at: int, of: int) -> Limit:
    """Draw a limit on a measure, near to what one plan makes of it."""
    measure, column, other = draw.choice(MEASURES), draw.choice(GROUPS), draw.choice(GROUPS)
    where, each = draw.choice((({}, None), (column, None), (column, None), ({}, column), (other, column)))
    where = _group(draw, plans, where) if where else {}
    if each and not any(plans.is_in(record, where) and label(record[each]) for record in plans.offers):
        each = None
    groups = [where]
    if each:
        groups = [{**where, each: (label,)} for label in _labels(plans, each)]
    amounts = [plans.amount(measure, group) for group in groups]
    total = int(plans.amount(measure, {})[0][at, of])
    figures = [int(amount[at, of]) for amount, _ in amounts]
    unit, near = amounts[0][1], draw.choice((0, 0, 0, Fraction(1, 10), Fraction(-1, 10)))
    is_share = total > 0 and bool(where or each) and draw.random() < 0.5
    bounds: dict[str, Fraction | Share] = {}
    for side, of_all, rounded, sign in (("at_most", max, ceil, 1), ("at_least", min, floor, -1)):
        if is_share:
            part = Fraction(rounded(20 * (Fraction(of_all(figures), total) + sign * near)), 20)
            bounds[side] = Share(min(max(part, Fraction(0)), Fraction(1)))
        else:
            figure = Fraction(of_all(figures), unit)
            bounds[side] = Fraction(rounded(1000 * (figure + sign * near * abs(figure))), 1000)
    kept = draw.choice((("at_most",), ("at_most",), ("at_least",), ("at_least",), ("at_most", "at_least")))
    return Limit(measure, where=where, each=each, **{side: bounds[side] for side in kept})


def _grants(draw: Random, plans: EveryPlan, ceiling_pence: int, at: int, of: int) -> tuple[Grant, ...]:
    """Draw grants, each of about as much as one plan spends on what it may pay for."""
    grants, left = [], ceiling_pence
    for number in range(draw.choice((0, 0, 1, 1, 2, 3))):
        group = _group(draw, plans, draw.choice(("kind", "district")))
        if group:
            spent = int(plans.amount("spend", group)[0][at, of])
            grants.append(Grant(f"grant {number}", min(left, draw.randint(spent // 2, spent + 10)), group))
            left -= grants[-1].amount_pence
    return tuple(grants)
