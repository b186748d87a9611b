"""Simulate what a plan spends and brings when take-up and prices are not as planned.

Support is demand-led: a taker costs money and gains access, so the same draw of take-up feeds both. One draw is a year:

    take-up of a kind   from a beta distribution between its low and high end whose mean is the planned figure
    price of a kind     likewise; take-ups hang together by a shared part of their spread, and so do prices
                        (a Gaussian copula, which leaves each figure's own distribution as it is)
    takers              binomial: each of the people who are offered support takes it with that chance
    spend               Σ takers × (unit price − contribution) + vehicles × their price, in whole pence
    access              Σ takers × access a taker, in whole millionths; a full minibus turns the rest away

The beta distribution with weight 6 is that of PERT (Malcolm, Roseboom, Clark and Fazar, "Application of a technique
for research and development program evaluation", Operations Research 7, 1959). Everything is seeded: the same plan has
the same draws on every machine.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from budget.allocation.inputs.tables import MICRO
from budget.offers.catalogue import Catalogue, Kind, Range
from budget.offers.ranges import Ranges
from budget.planning.plan import Plan

DRAWS = 10_000
QUANTILES = (0.05, 0.50, 0.95)
Vehicles = tuple[Kind, int, int]  # of a service: its kind of support, the vehicles bought, the price of each in pence


@dataclass(frozen=True, slots=True)
class Band:
    """What 5, 50 and 95 of 100 draws do not exceed, and their mean."""

    low: float
    middle: float
    high: float
    mean: float


@dataclass(frozen=True, slots=True)
class Draws:
    """One figure a draw, all int64: spend, takers, access and people within reach of at least
    one purpose in millionths, and riders that a full vehicle turned away."""

    spend_pence: np.ndarray
    people: np.ndarray
    access_micro: np.ndarray
    reach_micro: np.ndarray
    turned_away: np.ndarray


@dataclass(frozen=True, slots=True)
class Risk:
    """The simulated spend and access of one plan.

    `planned_pence` is what the plan was made to spend, `budget_pence` the whole budget, its reserve included: to spend
    more than that is to overspend. `cover_pence` is the least money beyond the planned spend that leaves at most
    `chance_accepted` of needing more.
    """

    draws: Draws
    seed: int
    planned_pence: int
    budget_pence: int
    chance_accepted: float
    spend_pence: Band
    people: Band
    access: Band
    within_reach: Band
    turned_away: Band
    chance_of_overspending: float
    cover_pence: int

    @property
    def short_pence(self) -> int:
        """How much more than the budget this plan needs for the chance of overspending to be accepted; 0 if none."""
        return max(self.planned_pence + self.cover_pence - self.budget_pence, 0)

    def enough_pence(self, chance: float) -> int:
        """Return the least money that leaves at most this chance, from 0 to 1, of needing more."""
        return int(np.quantile(self.draws.spend_pence, 1 - chance, method="inverted_cdf"))


def simulate(
    plan: Plan,
    ranges: Ranges,
    *,
    draws: int = DRAWS,
    seed: int | None = None,
    years: dict[str, np.ndarray] | None = None,
) -> Risk:
    """Draw spend and access of a plan's chosen offers and vehicles; the seed is the scenario's unless given.

    `years` are the `figures_drawn` of these ranges, draws and seed where they are known already.
    """
    seed = plan.scenario.seed if seed is None else seed
    groups = groups_of(plan)
    drawn_figures = figures_drawn(ranges, draws, seed) if years is None else years
    takers = takers_drawn(groups, plan.catalogue, drawn_figures, draws, seed)
    drawn = costs_of_draws(groups, plan, takers, drawn_figures)
    planned, budget, accepted = plan.allocation.spent_pence, plan.allocation.budget_pence, ranges.settings["chance"]
    enough = np.quantile(drawn.spend_pence, 1 - accepted, method="inverted_cdf")
    return Risk(
        draws=drawn,
        seed=seed,
        planned_pence=planned,
        budget_pence=budget,
        chance_accepted=accepted,
        spend_pence=_band(drawn.spend_pence),
        people=_band(drawn.people),
        access=_band(drawn.access_micro, MICRO),
        within_reach=_band(drawn.reach_micro, MICRO),
        turned_away=_band(drawn.turned_away),
        chance_of_overspending=float(np.mean(drawn.spend_pence > budget)),
        cover_pence=max(int(enough) - planned, 0),
    )


def figures_drawn(ranges: Ranges, draws: int, seed: int) -> dict[str, np.ndarray]:
    """Return `draws` values of every uncertain figure, by name, the mean of each its planned value.

    A figure's draws depend on its place among the ranges and on the seed, never on which offers a plan has chosen: two
    plans of one scenario meet the same years.
    """
    generator = np.random.default_rng([seed, 1])
    in_common = {True: ranges.settings["take_up_in_common"], False: ranges.settings["prices_in_common"]}
    shared = {is_share: generator.standard_normal(draws) for is_share in (True, False)}
    drawn = {}
    for each in ranges.ranges:
        part = in_common[each.is_share]
        own = generator.standard_normal(draws)
        normal = np.sqrt(part) * shared[each.is_share] + np.sqrt(1 - part) * own
        drawn[each.name] = _beta(each, special.ndtr(normal), ranges.settings["beta_weight"])
    return drawn


def _beta(each: Range, chances: np.ndarray, weight: float) -> np.ndarray:
    """Return what a figure's beta distribution does not exceed with these chances."""
    low, central, high = each.low.value, each.central.value, each.high.value
    if low == high:
        return np.full(len(chances), float(central))
    place = (central - low) / (high - low)
    return low + (high - low) * special.betaincinv(weight * place, weight * (1 - place), chances)


def groups_of(plan: Plan) -> pd.DataFrame:
    """Return the chosen offers, those alike put together: the sum of binomial takers of one chance is binomial.

    Columns kind, service ("" for none), unit_price_pence, unit_contribution_pence, micro and reach_micro (access
    and people within reach for a taker, in millionths) and offered: the people who are offered it, a number that need
    not be whole.
    """
    chosen = plan.allocation.chosen
    take_up = chosen["kind"].map({kind.id: plan.catalogue.value(kind, "take_up", 0.0) for kind in plan.catalogue.kinds})
    table = chosen.assign(
        service=chosen["service"].astype(object).where(chosen["service"].notna(), ""),
        micro=(chosen["access_per_taker"] * MICRO).round(),
        reach_micro=(chosen["gain_any"] * MICRO).round(),
        offered=chosen["people"] / take_up.astype(float),
    )
    keys = ["kind", "service", "unit_price_pence", "unit_contribution_pence", "micro", "reach_micro"]
    table = table.astype({"kind": object} | dict.fromkeys(keys[2:], "int64"))
    return table.groupby(keys, as_index=False, sort=True)["offered"].sum()


def takers_drawn(
    groups: pd.DataFrame, catalogue: Catalogue, drawn_figures: dict[str, np.ndarray], draws: int, seed: int
) -> np.ndarray:
    """Return whole takers, int64, one row a group and one column a draw, on average offered × take-up.

    Of 2.4 people offered support there are 3 in two draws of five and 2 in the others.
    """
    generator = np.random.default_rng([seed, 2])
    takers = np.zeros((len(groups), draws), dtype=np.int64)
    for row, (kind_id, offered) in enumerate(zip(groups["kind"], groups["offered"], strict=True)):
        planned = catalogue.value(catalogue.kind(kind_id), "take_up", 0.0)
        take_up = drawn_figures.get(f"{kind_id}.take_up", planned)
        whole = np.floor(offered).astype(np.int64) + (generator.random(draws) < offered % 1)
        takers[row] = generator.binomial(whole, take_up)
    return takers


def costs_of_draws(groups: pd.DataFrame, plan: Plan, takers: np.ndarray, drawn_figures: dict[str, np.ndarray]) -> Draws:
    """Return what these takers cost and bring at these prices, draw by draw, in integers."""
    draws = takers.shape[1]
    spend, people, micro, reach, away = (np.zeros(draws, dtype=np.int64) for _ in range(5))
    for service, rows in groups.groupby("service", sort=True).groups.items():
        cost, gain, reached = np.zeros((3, draws), dtype=np.int64)
        for row in rows:
            group = groups.loc[row]
            net = unit_prices(group, plan.catalogue, drawn_figures) - int(group["unit_contribution_pence"])
            cost += takers[row] * net
            gain += takers[row] * int(group["micro"])
            reached += takers[row] * int(group["reach_micro"])
        riders = takers[rows].sum(axis=0)
        seated = riders if service == "" else np.minimum(riders, seats_of(plan, service))
        share = np.maximum(riders, 1)
        spend += cost * seated // share  # riders of a full vehicle go and pay in equal parts
        micro += gain * seated // share
        reach += reached * seated // share
        people += seated
        away += riders - seated
    return Draws(spend + vehicle_costs(vehicles_of(plan), plan.catalogue, drawn_figures), people, micro, reach, away)


def unit_prices(
    group: Mapping[Hashable, Any] | pd.Series, catalogue: Catalogue, drawn_figures: dict[str, np.ndarray]
) -> np.ndarray | int:
    """Return the gross price a taker in whole pence in each draw: the price and the mileage, each with its own draw."""
    kind, gross = catalogue.kind(group["kind"]), int(group["unit_price_pence"])
    return _price_drawn(gross, "price", kind, catalogue, drawn_figures)


def _price_drawn(
    gross: int, of: str, kind: Kind, catalogue: Catalogue, drawn_figures: dict[str, np.ndarray]
) -> np.ndarray | int:
    """Return a gross price in each draw; what it has beyond the figure `of` is mileage."""
    flat = catalogue.pence(kind, of)
    prices: float | np.ndarray = 0.0
    for figure, planned in ((of, flat), ("price_per_mile", gross - flat)):
        central = catalogue.value(kind, figure, 0.0)
        drawn = drawn_figures.get(f"{kind.id}.{figure}")
        prices = prices + (planned if drawn is None or not central else planned * drawn / central)
    return np.floor(prices + 0.5).astype(np.int64) if isinstance(prices, np.ndarray) else int(prices)


def seats_of(plan: Plan, service: str) -> int:
    """Return the seats of a service's vehicles."""
    return int(plan.allocation.services["units"].get(service, 0) * plan.choices.services.loc[service, "seats_per_unit"])


def vehicles_of(plan: Plan) -> list[Vehicles]:
    """Return the vehicles of each service of a plan."""
    bought, services = plan.allocation.services["units"], plan.choices.services["unit_cost_pence"]
    offers = plan.choices.offers[["service", "kind"]].dropna()
    kind_of = offers.drop_duplicates("service").set_index("service")["kind"]
    return [
        (plan.catalogue.kind(kind_of[service]), int(units), int(services[service])) for service, units in bought.items()
    ]


def vehicle_costs(
    vehicles: list[Vehicles], catalogue: Catalogue, drawn_figures: dict[str, np.ndarray]
) -> np.ndarray | int:
    """Return what the vehicles bought (`vehicles_of` a plan) cost in each draw, in whole pence each."""
    total: np.ndarray | int = 0
    for kind, units, gross in vehicles:
        total = total + units * _price_drawn(gross, "vehicle_price", kind, catalogue, drawn_figures)
    return total


def _band(values: np.ndarray, scale: int = 1) -> Band:
    """Return quantiles that are themselves draws, so that money stays in whole pence."""
    ends = np.quantile(values, QUANTILES, method="inverted_cdf")
    low, middle, high = (int(end) if scale == 1 else float(end / scale) for end in ends)
    return Band(low, middle, high, float(values.mean() / scale))
