"""Which uncertain figure moves a plan's spend most: each at its low and its high end, with all others as planned.

These are expected takers, without the chance of the draw, so that the difference is the figure's alone.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from budget.offers.catalogue import ENDS, Range
from budget.offers.ranges import Ranges
from budget.planning.plan import Plan
from budget.risk.simulation import groups_of, seats_of, unit_prices, vehicle_costs


@dataclass(frozen=True, slots=True)
class Driver:
    """One uncertain figure, and the expected spend in pence with it at its low and at its high end."""

    range: Range
    low_pence: int
    high_pence: int

    @property
    def swing_pence(self) -> int:
        """How far apart the two are."""
        return abs(self.high_pence - self.low_pence)


def drivers(plan: Plan, ranges: Ranges) -> list[Driver]:
    """Return the figures that move the spend of a plan's offers and vehicles, the one that moves it most first."""
    groups = groups_of(plan)
    found = [
        Driver(each, *(spend_with(plan, groups, each.name, getattr(each, end).value) for end in ENDS))
        for each in ranges.ranges
    ]
    return sorted((each for each in found if each.swing_pence), key=lambda each: (-each.swing_pence, each.range.name))


def spend_with(plan: Plan, groups: pd.DataFrame, figure: str, value: float) -> int:
    """Return the expected spend in pence with one figure at a value; who finds no seat neither pays nor costs.

    `groups` are `simulation.groups_of(plan)`, the same whatever the value.
    """
    values = {figure: np.array([value])}
    total = float(np.sum(vehicle_costs(plan, values)))
    for service, rows in groups.groupby("service", sort=True):
        riders, cost = 0.0, 0.0
        for _, group in rows.iterrows():
            kind = plan.catalogue.kind(group["kind"])
            name = f"{kind.id}.take_up"
            takers = float(group["offered"]) * (value if name == figure else plan.catalogue.value(kind, "take_up", 0.0))
            net = unit_prices(group, plan.catalogue, values) - int(group["unit_contribution_pence"])
            riders, cost = riders + takers, cost + takers * float(np.sum(net))
        seats = riders if service == "" else min(riders, seats_of(plan, str(service)))
        total += cost * seats / riders if riders else 0.0
    return round(total)
