"""What the offers of a plan would cost in the years ahead, as this year's children grow into sixth formers.

A bundle built with `--ages 15-17` counts those who are 16 to 18 in a year. Each offer's takers and cost go by the
young people of its area then and now; vehicles are whole, as many as their riders need or a limit promised; prices go
by an inflation of each kind of support. Nobody moves, and shares of low income and take-up stay: assumptions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from budget.accounts.ledger import rounded
from budget.accounts.statement import Content
from budget.planning.within_reach import MICRO
from data.bundle import County
from data.faults import Fault, InputError

MOST_YEARS = 3
PARTS = 1_000_000


@dataclass(frozen=True, slots=True)
class YearAhead:
    """One academic year of the same offers. Money in pence, net of contributions."""

    year: int  # of the September in which it begins
    young_people: float  # in the areas that the plan funds
    takers: float
    pence: Mapping[str, int]  # by kind of support, vehicles included

    @property
    def total_pence(self) -> int:
        """The cost of all kinds."""
        return sum(self.pence.values())


def years_ahead(content: Content, bundles: Sequence[County], rates: Mapping[str, Sequence[float]]) -> list[YearAhead]:
    """Return the year of the plan and one for each bundle of a younger cohort, in order.

    `rates` has each kind's inflation of the first, second and third year ahead; the council's own, or else those of the
    scenario. Raises InputError with every fault.
    """
    cohorts = _by_year(content, bundles)
    first, years = content.ledger.year, []
    for number in (0, *sorted(cohorts)):
        county = cohorts.get(number, content.plan.county)
        young = county.areas["young_people"].reindex(content.funded["cohort"]).to_numpy(dtype=float)
        levels = {kind.id: _level(content, kind.id, rates, number) for kind in content.plan.catalogue.kinds}
        years.append(_year(content, first + number, young, levels))
    return years


def _by_year(content: Content, bundles: Sequence[County]) -> dict[int, County]:
    now, faults, found = content.plan.county.manifest.ages, [], {}
    if content.plan.applicants is not None:
        faults.append(Fault("", "is planned for applicants, who are named, and not for cohorts that age."))
    for county in bundles:
        low, high = county.manifest.ages
        number = now[0] - low
        where = f"bundle {county.manifest.name}, ages {low}-{high}"
        if not 1 <= number <= MOST_YEARS or high != now[1] - number:
            wanted = ", ".join(f"{now[0] - n}-{now[1] - n}" for n in range(1, MOST_YEARS + 1))
            faults.append(Fault(where, f"is no cohort of the years ahead. Build it with --ages {wanted}."))
        elif missing := sorted(set(content.funded["cohort"]) - set(county.areas.index)):
            faults.append(Fault(where, f"lacks {len(missing)} areas of the plan, such as {missing[0]}. Build it anew."))
        found[number] = county
    if faults:
        raise InputError("years ahead", faults)
    return found


def _level(content: Content, kind: str, rates: Mapping[str, Sequence[float]], number: int) -> int:
    """Return the price level of a kind in a year ahead, in millionths of this year's."""
    yearly = list(rates.get(kind, content.ledger.finance.inflation))
    level = PARTS
    for at in range(number):
        rate = yearly[min(at, len(yearly) - 1)]
        level = rounded(level * (PARTS + round(rate * PARTS)), PARTS)
    return level


def _year(content: Content, year: int, young: Sequence[float], levels: Mapping[str, int]) -> YearAhead:
    funded, services = content.funded, content.services
    now = content.plan.county.areas["young_people"].reindex(funded["cohort"]).to_numpy(dtype=float)
    parts = [round(PARTS * then / before) if before else PARTS for then, before in zip(young, now, strict=True)]
    pence: dict[str, int] = dict.fromkeys(levels, 0)
    for option, cost, part in zip(funded["option"], funded["cost_pence"], parts, strict=True):
        pence[option] += rounded(int(cost) * part * levels[option], PARTS * PARTS)
    riders = [rounded(int(people) * part, PARTS) for people, part in zip(funded["people_micro"], parts, strict=True)]
    if len(services):
        needed = _needed(content, riders)
        spare = services["units"] > _needed(content, funded["people_micro"])  # a limit promises them, riders or none
        for (_, service), least, is_promised in zip(services.iterrows(), needed, spare, strict=True):
            units = max(int(least), int(service["units"]) if is_promised else 0)
            pence[service["kind"]] += rounded(units * int(service["price_pence"]) * levels[service["kind"]], PARTS)
    return YearAhead(year, float(sum(young)), sum(riders) / MICRO, {kind: cost for kind, cost in pence.items() if cost})


def _needed(content: Content, riders: Sequence[int]) -> pd.Series:
    """Return the fewest whole vehicles of each service that seat so many riders, in millionths by funded offer."""
    by_service = pd.Series(list(riders), index=content.funded["service_key"]).groupby(level=0).sum()
    people = content.services["key"].map(by_service).fillna(0).astype("int64")
    return -(-people // (MICRO * content.services["seats_each"]))
