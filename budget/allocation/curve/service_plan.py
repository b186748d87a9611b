"""A plan for a service or a few with all who may ride there; and what is common to every such group of services."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

ROOM = 2**60  # sums of scores stay below this, and so exact in 64 bits


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A plan for a cluster: its offers, pairs of a service and the units that it runs, and what it costs and brings."""

    cost: int
    value: int
    offers: tuple[int, ...]
    units: tuple[tuple[int, int], ...]


def exact_weights(access: int, money: int, value: int, spend: int) -> tuple[int, int]:
    """Return two weights in the same proportion, or nearly so, that keep exact the scores of so much value and spend.

    `value` and `spend` are in steps of access and pence: what all offers and units of a cluster come to.
    """
    shared = gcd(access, money) or 1
    access, money = access // shared, money // shared
    over = max((access * value + money * spend) // ROOM, 0)
    return access >> over.bit_length(), money >> over.bit_length()


def upper_hull(costs: Sequence[int], values: Sequence[int]) -> list[int]:
    """Return which points are on the upper hull, exactly; costs and values both rise from each point to the next.

    >>> upper_hull([0, 2, 3, 4], [0, 1, 4, 5])
    [0, 2, 3]
    """
    hull: list[int] = []
    for n in range(len(costs)):
        while len(hull) > 1:
            a, b = hull[-2:]
            if (values[b] - values[a]) * (costs[n] - costs[b]) > (values[n] - values[b]) * (costs[b] - costs[a]):
                break
            hull.pop()
        hull.append(n)
    return hull
