"""Which uncertain figure moves a plan's spend most: each at its low and its high end, with all others as planned.

These are expected takers, without the chance of the draw, so that the difference is the figure's alone.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

from budget.offers.catalogue import ENDS, Range
from budget.offers.ranges import Ranges
from budget.planning.plan import Plan
from budget.risk.simulation import Vehicles, groups_of, seats_of, unit_prices, vehicle_costs, vehicles_of

Riders = dict[str, list[dict[Hashable, Any]]]


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
    riders, vehicles = riders_of(plan), vehicles_of(plan)
    found = [
        Driver(each, *(spend_with(plan, riders, vehicles, each.name, getattr(each, end).value) for end in ENDS))
        for each in ranges.ranges
    ]
    return sorted((each for each in found if each.swing_pence), key=lambda each: (-each.swing_pence, each.range.name))


def riders_of(plan: Plan) -> Riders:
    """Return the rows of `groups_of` a plan by the service that they ride on; "" for none."""
    by_service = groups_of(plan).groupby("service", sort=True)
    return {str(service): rows.to_dict("records") for service, rows in by_service}


def spend_with(plan: Plan, riders_of_plan: Riders, vehicles: list[Vehicles], figure: str, value: float) -> int:
    """Return the expected spend in pence with one figure at a value; who finds no seat neither pays nor costs.

    `riders_of` and `vehicles_of` the plan are the same whatever the value.
    """
    values = {figure: np.array([value])}
    total = float(np.sum(vehicle_costs(vehicles, plan.catalogue, values)))
    for service, groups in riders_of_plan.items():
        riders, cost = 0.0, 0.0
        for group in groups:
            kind = plan.catalogue.kind(group["kind"])
            name = f"{kind.id}.take_up"
            takers = float(group["offered"]) * (value if name == figure else plan.catalogue.value(kind, "take_up", 0.0))
            net = unit_prices(group, plan.catalogue, values) - int(group["unit_contribution_pence"])
            riders, cost = riders + takers, cost + takers * float(np.sum(net))
        seats = riders if service == "" else min(riders, seats_of(plan, service))
        total += cost * seats / riders if riders else 0.0
    return round(total)
