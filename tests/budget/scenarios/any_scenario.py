"""Scenarios of every kind that a council could write, for property tests."""

import datetime
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from budget.allocation.inputs.limits import Grant, Limit, Limits, PartFunding, Share
from budget.allocation.inputs.objective import Objective
from budget.offers.catalogue import default_catalogue
from budget.scenarios.finance import Finance, LedgerCodes
from budget.scenarios.scenario import Scenario

KINDS = tuple(kind.id for kind in default_catalogue().kinds)
PRICES = ["bus_pass.price", "minibus.vehicle_price", "college_minutes", "college_weight", "moped_loan.price"]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)  # TOML has no half of a surrogate pair
PENCE = st.integers(0, 10**12)
DECIMAL = st.decimals(0, 10**9, places=4, allow_nan=False).map(lambda d: Fraction(Decimal(d)))
SHARE = st.integers(0, 1000).map(lambda n: Share(Fraction(n, 1000)))
GROUP = st.dictionaries(TEXT, st.lists(TEXT, min_size=1, max_size=3).map(tuple), max_size=2)
SHARES = st.floats(0, 1)
RATES = SHARES.map(lambda share: share - 0.5)
SOME_GROUP = st.dictionaries(TEXT, st.lists(TEXT, min_size=1, max_size=3).map(tuple), min_size=1, max_size=2)
DAY = st.dates(datetime.date(2020, 1, 1), datetime.date(2035, 12, 31))
CHECKSUM = st.sampled_from(["", "0" * 64, "a1" * 32])


@st.composite
def limit(draw):
    at_most, at_least = draw(
        st.tuples(st.none() | DECIMAL | SHARE, st.none() | DECIMAL | SHARE).filter(lambda pair: pair != (None, None))
    )
    return Limit(draw(TEXT), at_most, at_least, draw(GROUP), draw(st.none() | TEXT), draw(st.none() | TEXT))


LIMITS = st.builds(
    Limits,
    limits=st.lists(limit(), max_size=3).map(tuple),
    must_fund=st.lists(TEXT, max_size=3, unique=True).map(tuple),
    committed=st.dictionaries(TEXT, TEXT, max_size=2).map(lambda offers: tuple(offers.items())),
    committed_units=st.dictionaries(TEXT, st.integers(0, 9), max_size=2),
    grants=st.lists(
        st.builds(Grant, TEXT, PENCE, SOME_GROUP),
        max_size=2,
        unique_by=lambda grant: grant.name,
    ).map(tuple),
    part_funding=st.none() | st.builds(PartFunding, st.integers(1, 100), GROUP),
)
OBJECTIVE = (
    st.just(Objective())
    | st.builds(Objective, st.just("least_cost"), st.none() | DECIMAL)
    | st.builds(Objective, st.just("fair_first"), by=TEXT)
)


@st.composite
def terms(draw):
    days = sorted(draw(st.lists(DAY, min_size=4, max_size=4, unique=True)))
    pairs = draw(st.sampled_from([(), ((days[0], days[1]),), ((days[0], days[1]), (days[2], days[3]))]))
    return pairs, draw(st.sampled_from([(), (days[0],)])) if pairs else ()


@st.composite
def finance(draw):
    pairs, closed = draw(terms())
    line = st.builds(LedgerCodes, TEXT, TEXT, TEXT, st.integers(-(10**9), 10**9))
    return Finance(
        draw(st.dictionaries(st.sampled_from(KINDS), line, max_size=3)),
        draw(st.sampled_from(["teaching_days", "months"])),
        pairs,
        closed,
        draw(SHARES),
        draw(st.tuples(RATES, RATES)),
    )


FIGURES = st.dictionaries(
    st.sampled_from(
        ["bus_pass.price", "minibus.vehicle_price", "college_minutes", "college_weight", "moped_loan.price"]
    ),
    st.integers(1, 100) | st.integers(100, 9000).map(lambda n: n / 100),
    max_size=4,
)
TARGETING = st.dictionaries(
    st.sampled_from(["minimum_km_to_college", "minimum_km_to_work"]),
    SHARES.map(lambda share: 1 + 19 * share),
    max_size=2,
)
RISK = st.dictionaries(st.sampled_from(["chance", "take_up_in_common"]), SHARES, max_size=2)
SCENARIO = st.builds(
    Scenario,
    name=TEXT,
    bundle=CHECKSUM,
    budget_pence=PENCE,
    reserve_pence=PENCE,
    kinds=st.lists(st.sampled_from(KINDS), max_size=4, unique=True).map(tuple),
    day=st.none() | DAY,
    decay=st.sampled_from(["step", "logistic", "exponential"]),
    figures=FIGURES,
    take_up_case=st.sampled_from(["low", "central", "high"]),
    price_base=TEXT,
    targeting=TARGETING,
    risk=RISK,
    seed=st.integers(0, 2**63 - 1),
    gap=SHARES.filter(lambda gap: gap < 1),
    time_limit_seconds=st.integers(1, 10**9).map(lambda n: n / 1000),
    limits=LIMITS,
    objective=OBJECTIVE,
    finance=finance(),
)
