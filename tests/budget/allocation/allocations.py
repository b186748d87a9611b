"""Tables for the tests of the allocation, and small cases of them."""

from fractions import Fraction

import pandas as pd
from hypothesis import strategies as st

from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.limits import NO_LIMITS, Limit, Limits, Share
from budget.allocation.inputs.objective import MOST_ACCESS, Objective
from budget.allocation.model.integer_problem import IntegerProblem, to_integers


def offers_of(*rows: dict) -> pd.DataFrame:
    """Return an offers table of rows with `cohort`, `option`, `cost_pence`, `access` and more."""
    columns = ["cohort", "option", "cost_pence", "access"]
    frame = pd.DataFrame(list(rows), columns=None if rows else columns)
    return frame.assign(people=frame.get("people", 1.0)).set_index(["cohort", "option"])


def offer(cohort: str, option: str, cost_pence: int, access: float, **more) -> dict:
    """Return a row of an offers table."""
    return {"cohort": cohort, "option": option, "cost_pence": cost_pence, "access": access, **more}


def services_of(*rows: dict) -> pd.DataFrame:
    """Return a services table."""
    columns = ["service", "unit_cost_pence", "seats_per_unit", "max_units"]
    return pd.DataFrame(list(rows), columns=None if rows else columns).set_index("service")


def integers_of(
    offers: pd.DataFrame,
    budget_pence: int,
    services: pd.DataFrame | None = None,
    limits: Limits = NO_LIMITS,
    objective: Objective = MOST_ACCESS,
    *,
    filtered: bool = True,
) -> IntegerProblem:
    """Return tables, limits and a budget as the integer problem that the search works on."""
    problem = AllocationProblem.checked(offers, budget_pence, services=services, limits=limits, objective=objective)
    return to_integers(problem, filtered=filtered)


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
