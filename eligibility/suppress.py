"""Counts of people that may leave the house: none below five, and none that the others give away.

A count below five, nought included, is hidden. Where a table's total is shown, hidden counts can be had by taking the
others from it; so the smallest count that is left is hidden with them, until two are hidden of which one is not small.
(Were all of them small, a sum such as eight would tell that both are four.) Tables may share a count: what is hidden in
one is hidden in all. A hidden count does not say whether it was small, and each of them may be small or not for all
that the rest tells. Somebody who works through this very program may narrow some of them down further: it is the usual
protection of a published table, not proof against any effort.
"""

from collections.abc import Mapping

LEAST = 5  # the smallest count that is shown: the usual threshold for small numbers about people
HIDDEN = "hidden"

Key = tuple[str, ...]  # what a count is of; equal in two tables where it is the same count


def suppressed(tables: Mapping[str, Mapping[Key, float]]) -> dict[str, dict[Key, int | str]]:
    """Return the tables with HIDDEN in place of every count that must not be shown.

    Each table's counts add up to a total that may be shown beside it; see `total`.

    >>> suppressed({"by outcome": {("yes",): 20, ("no",): 3, ("refer",): 9}})
    {'by outcome': {('yes',): 20, ('no',): 'hidden', ('refer',): 'hidden'}}
    """
    counts = {key: count for table in tables.values() for key, count in table.items()}
    hidden = {key for key, count in counts.items() if count < LEAST}
    before = -1
    while len(hidden) != before:
        before = len(hidden)
        for table in tables.values():
            hidden |= _with_it(table, hidden)
    return {
        name: {key: HIDDEN if key in hidden else count for key, count in table.items()}
        for name, table in tables.items()
    }


def _with_it(table: Mapping[Key, float], hidden: set[Key]) -> set[Key]:
    """Return what else must be hidden in a table whose total is shown, so that it gives nothing away."""
    gone = {key for key in table if key in hidden}
    left = sorted((key for key in table if key not in hidden), key=lambda key: (table[key], key))
    while gone and left and (len(gone) == 1 or all(table[key] < LEAST for key in gone)):
        gone.add(left.pop(0))
    return gone


def total(table: Mapping[Key, float], shown: Mapping[Key, int | str]) -> int | str:
    """Return the total of a table, hidden where it is itself below five or where everything in the table is hidden.

    >>> total({("a",): 2, ("b",): 1}, {("a",): "hidden", ("b",): "hidden"})
    'hidden'
    """
    whole = sum(table.values())
    alone = len(shown) == 1 and HIDDEN in shown.values()
    return HIDDEN if whole < LEAST or alone else whole
