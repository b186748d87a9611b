"""Tables for the tests of the allocation, and a second way to the answer: every plan there is, tried in fractions."""

import itertools
from fractions import Fraction

import pandas as pd
from hypothesis import strategies as st

from budget.limits import Limit, Limits, Share


def offers_of(*rows: dict) -> pd.DataFrame:
    """Return an offers table of rows with `cohort`, `option`, `cost_pence`, `access` and more."""
    columns = ["cohort", "option", "cost_pence", "access"]
    frame = pd.DataFrame(list(rows), columns=None if rows else columns)
    return frame.assign(people=frame.get("people", 1.0)).set_index(["cohort", "option"])


def services_of(*rows: dict) -> pd.DataFrame:
    """Return a services table."""
    columns = ["service", "unit_cost_pence", "seats_per_unit", "max_units"]
    return pd.DataFrame(list(rows), columns=None if rows else columns).set_index("service")


def figure(value) -> Fraction:
    """Return the decimal a float was written as."""
    return Fraction(repr(float(value)))


def every_plan(offers: pd.DataFrame, services: pd.DataFrame, limits: Limits, ceiling_pence: int):
    """Yield (access, spend, offers without access, chosen keys) of every plan that keeps every rule, plainly."""
    by_cohort: dict = {}
    for record in offers.reset_index().to_dict("records"):
        by_cohort.setdefault(record["cohort"], [None]).append(record)
    fleets = [range(int(row["max_units"]) + 1) for row in services.reset_index().to_dict("records")]
    names = services.index.tolist()
    for choice in itertools.product(*by_cohort.values()):
        chosen = [record for record in choice if record is not None]
        if not set(limits.must_fund) <= {record["cohort"] for record in chosen}:
            continue
        if not set(limits.committed) <= {(record["cohort"], record["option"]) for record in chosen}:
            continue
        for counts in itertools.product(*fleets):
            units = dict(zip(names, counts, strict=True))
            spend = sum(record["cost_pence"] for record in chosen)
            spend += sum(int(services.loc[name, "unit_cost_pence"]) * count for name, count in units.items())
            if spend > ceiling_pence or not _seated(chosen, services, units):
                continue
            if any(units[name] < least for name, least in limits.committed_units.items()):
                continue
            if not _can_be_paid(limits.grants, ceiling_pence, chosen, services, units, offers):
                continue
            if all(_kept(limit, chosen, services, units, offers) for limit in limits.limits):
                keys = tuple(sorted((record["cohort"], record["option"]) for record in chosen))
                access = [figure(record["access"]) for record in chosen]
                yield sum(access, Fraction(0)), spend, sum(each <= 0 for each in access), keys


def _seated(chosen, services, units) -> bool:
    for name, count in units.items():
        taken = sum(figure(r.get("seats", r["people"])) for r in chosen if r.get("service") == name)
        if taken > figure(services.loc[name, "seats_per_unit"]) * count:
            return False
    return True


def _kept(limit: Limit, chosen, services, units, offers) -> bool:
    def amount(group):
        measure = {"spend": "cost_pence"}.get(limit.measure, limit.measure)
        inside = [r for r in chosen if all(str(r[column]) in values for column, values in group.items())]
        total = sum((figure(r[measure]) for r in inside), Fraction(0))
        if limit.measure == "spend":
            total += sum(
                int(services.loc[name, "unit_cost_pence"]) * count
                for name, count in units.items()
                if _all_ride(name, group, offers)
            )
            return total / 100
        return total

    groups = [dict(limit.where)]
    if limit.each:
        groups = [{**limit.where, limit.each: (value,)} for value in sorted(set(offers[limit.each]))]
    for group in groups:
        for bound, sign in ((limit.at_most, 1), (limit.at_least, -1)):
            if bound is not None:
                allowed = bound.share * amount({}) if isinstance(bound, Share) else bound
                if sign * (amount(group) - allowed) > 0:
                    return False
    return True


def _all_ride(name, group, offers) -> bool:
    """Say whether everybody who could ride on a service belongs to a group."""
    flat = offers.reset_index()
    riders = flat[flat["service"] == name] if "service" in flat else flat.iloc[:0]
    return not group or bool(len(riders) and all(riders[column].isin(values).all() for column, values in group.items()))


def _can_be_paid(grants, ceiling, chosen, services, units, offers) -> bool:
    """Say whether every set of things costs no more than what may pay for it: all sets are tried."""
    things = [
        (r["cost_pence"], {g.name for g in grants if all(str(r[c]) in v for c, v in g.pays_for.items())})
        for r in chosen
    ]
    things += [
        (
            int(services.loc[name, "unit_cost_pence"]) * count,
            {g.name for g in grants if _all_ride(name, g.pays_for, offers)},
        )
        for name, count in units.items()
    ]
    own = ceiling - sum(grant.amount_pence for grant in grants)
    for size in range(1, len(things) + 1):
        for some in itertools.combinations(things, size):
            payers = set().union(*(names for _, names in some))
            if sum(cost for cost, _ in some) > own + sum(g.amount_pence for g in grants if g.name in payers):
                return False
    return True


def best_by_the_rule(plans):
    """Return the plan the stated rule picks: most access, least spend, then the earliest offers; None of none."""
    plans = list(plans)
    if not plans:
        return None
    most = max(access for access, _, _, _ in plans)
    first = min((spend, idle) for access, spend, idle, _ in plans if access == most)
    tied = [keys for access, spend, idle, keys in plans if access == most and (spend, idle) == first]
    order = sorted({key for keys in tied for key in keys})
    return most, first[0], max(tied, key=lambda keys: [key in keys for key in order])


ACCESS = st.one_of(
    st.integers(0, 6).map(float), st.integers(1, 4000).map(lambda n: n / 1000), st.just(0.0), st.just(-1.0)
)


@st.composite
def cases(draw, *, with_services: bool = True, with_limits: bool = True):
    """Draw small offers, services, limits and a budget."""
    service_names = ["m1", "m2"][: draw(st.integers(0, 2))] if with_services else []
    services = services_of(
        *(
            {
                "service": name,
                "unit_cost_pence": draw(st.integers(0, 60)),
                "seats_per_unit": draw(st.integers(1, 8)),
                "max_units": draw(st.integers(0, 2)),
            }
            for name in service_names
        )
    )
    rows = [
        {
            "cohort": f"C{cohort}",
            "option": option,
            "people": draw(st.integers(0, 500)) / 100,
            "cost_pence": draw(st.one_of(st.integers(0, 40), st.sampled_from([5, 10, 20]))),
            "access": draw(ACCESS),
            "district": draw(st.sampled_from(["East", "West"])),
            "vehicles": float(draw(st.integers(0, 3))),
            "service": draw(st.sampled_from([None, *service_names])),
        }
        for cohort in range(draw(st.integers(1, 4)))
        for option in ["a", "b", "c"][: draw(st.integers(1, 3))]
    ]
    offers = offers_of(*rows)
    limits = Limits()
    if with_limits:
        must = [f"C{c}" for c in range(4) if draw(st.integers(0, 5)) == 0 and f"C{c}" in offers.index.levels[0]]
        limits = Limits(tuple(draw(st.lists(some_limits(offers), max_size=2))), tuple(must))
    return offers, services, limits, draw(st.integers(0, 150))


@st.composite
def some_limits(draw, offers: pd.DataFrame):
    """Draw a limit on an offers table."""
    bound = draw(st.one_of(st.integers(0, 6).map(Fraction), st.integers(0, 4).map(lambda n: Share(Fraction(n, 4)))))
    measure = draw(st.sampled_from(["vehicles", "people", "access", "spend"]))
    if measure == "spend" and isinstance(bound, Fraction):
        bound /= 10
    districts = sorted(set(offers["district"]))
    scope = draw(st.sampled_from(["all", "where", "each"]))
    return Limit(
        measure=measure,
        **{draw(st.sampled_from(["at_most", "at_least"])): bound},
        where={"district": (draw(st.sampled_from(districts)),)} if scope == "where" else {},
        each="district" if scope == "each" else None,
    )
