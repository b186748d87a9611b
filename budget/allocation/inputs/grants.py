"""Grants: the rows that keep them to what they may pay for, and how much each pays of a plan."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from budget.allocation.inputs.groups import in_group, services_in_group
from budget.allocation.inputs.limit_rows import LimitRow
from budget.allocation.inputs.limits import Grant

Payers = frozenset[int]  # numbers of the grants that may pay for something


def grant_rows(
    grants: tuple[Grant, ...], ceiling_pence: int, offers: pd.DataFrame, services: pd.DataFrame
) -> Iterator[LimitRow]:
    """Yield a row for each set of grants that matters: what only they and the rest of the budget may pay for.

    A plan can be paid for just where, for every set of grants, the cost of what no other grant may pay for is at most
    the set and the rest of the budget together (P. Hall, 1935; for flows: maximum flow is minimum cut). The set of all
    grants is the budget itself, and is not repeated here.
    """
    if not grants:
        return
    may_pay = [
        np.concatenate([in_group(g.pays_for, offers), services_in_group(g.pays_for, offers, services)]) for g in grants
    ]
    payers = {frozenset(np.flatnonzero(column).tolist()) for column in np.array(may_pay).T.tolist()}
    costs = np.concatenate([offers["cost_pence"].to_numpy("int64"), services["unit_cost_pence"].to_numpy("int64")])
    rest = ceiling_pence - sum(grant.amount_pence for grant in grants)
    for size in range(len(grants)):
        for numbers in combinations(range(len(grants)), size):
            if set(numbers) != set().union(*(each for each in payers if each <= set(numbers))):
                continue  # a smaller set asks for the same
            others = [may_pay[g] for g in range(len(grants)) if g not in numbers]
            on = np.where(np.any(others, axis=0), 0, costs)
            if on.any():
                right = rest + sum(grants[g].amount_pence for g in numbers)
                words = _words([grants[g].name for g in numbers])
                yield LimitRow.from_dense("spend", words, (on[: len(offers)], on[len(offers) :]), "<=", right, 100)


def _words(names: list[str]) -> str:
    if not names:
        return "what no grant may pay for"
    return f"what {' and '.join(names)} may pay for, and what no grant may"


@dataclass(frozen=True, slots=True)
class Paid:
    """What each grant pays, in the order of the grants, and what the rest of the budget must pay."""

    by_grant: tuple[int, ...]
    own: int


def paid_by(amounts: Sequence[int], costs: Mapping[Payers, int]) -> Paid:
    """Spend as much of the grants as can be spent, in whole pence.

    `costs` is what there is to pay by the set of grants that may pay for it. Augmenting paths (L. R. Ford and
    D. R. Fulkerson, 1956): each goes from a set with something unpaid to a grant with money left, and may move what
    another set was paid.

    >>> paid_by([100, 50], {frozenset({0, 1}): 120, frozenset({0}): 60, frozenset(): 10})
    Paid(by_grant=(100, 50), own=40)
    """
    unpaid, left = dict(costs), list(amounts)
    pays: dict[tuple[Payers, int], int] = {}
    for payers in sorted(unpaid, key=sorted):
        while unpaid[payers] and (path := _path(payers, left, pays)):
            moved = min([unpaid[payers], left[path[-1][1]], *(pays[back] for back in _taken_back(path))])
            for pair in path:
                pays[pair] = pays.get(pair, 0) + moved
            for back in _taken_back(path):
                pays[back] -= moved
            unpaid[payers] -= moved
            left[path[-1][1]] -= moved
    return Paid(tuple(a - b for a, b in zip(amounts, left, strict=True)), sum(unpaid.values()))


def _taken_back(path: list[tuple[Payers, int]]) -> list[tuple[Payers, int]]:
    """Return what is taken back along a path: what the next set was paid by the grant before it."""
    return [(path[n + 1][0], path[n][1]) for n in range(len(path) - 1)]


def _path(start: Payers, left: Sequence[int], pays: Mapping[tuple[Payers, int], int]) -> list[tuple[Payers, int]]:
    """Return pairs (set, grant) from a set to a grant with money left, or nothing."""
    seen: set[int] = set()
    waiting: list[tuple[Payers, list[tuple[Payers, int]]]] = [(start, [])]
    while waiting:
        payers, path = waiting.pop(0)
        for grant in sorted(payers - seen):
            seen.add(grant)
            longer = [*path, (payers, grant)]
            if left[grant]:
                return longer
            waiting += [(other, longer) for (other, by), pence in pays.items() if by == grant and pence]
    return []
