"""Which grant pays for what: a maximum flow of pence from the grants to what each of them may pay for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paid:
    """What each grant pays, in the order of the grants, and what the council's own money must pay."""

    by_grant: tuple[int, ...]
    own: int


def paid_by(amounts: Sequence[int], costs: Mapping[frozenset[int], int]) -> Paid:
    """Spend as much of the grants as can be spent, in whole pence.

    `costs` is what there is to pay by the set of grants that may pay for it. Augmenting paths (L. R. Ford and
    D. R. Fulkerson, 1956): each goes from a set with something unpaid to a grant with money left, and may move what
    another set was paid.

    >>> paid_by([100, 50], {frozenset({0, 1}): 120, frozenset({0}): 60, frozenset(): 10})
    Paid(by_grant=(100, 50), own=40)
    """
    unpaid, left = dict(costs), list(amounts)
    pays: dict[tuple[frozenset[int], int], int] = {}
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


def _taken_back(path: list[tuple[frozenset[int], int]]) -> list[tuple[frozenset[int], int]]:
    """Return what is taken back along a path: what the next set was paid by the grant before it."""
    return [(path[n + 1][0], path[n][1]) for n in range(len(path) - 1)]


def _path(start: frozenset[int], left: Sequence[int], pays: Mapping) -> list[tuple[frozenset[int], int]]:
    """Return pairs (set, grant) from a set to a grant with money left, or nothing."""
    seen: set[int] = set()
    waiting = [(start, [])]
    while waiting:
        payers, path = waiting.pop(0)
        for grant in sorted(payers - seen):
            seen.add(grant)
            longer = [*path, (payers, grant)]
            if left[grant]:
                return longer
            waiting += [(other, longer) for (other, by), pence in pays.items() if by == grant and pence]
    return []
