"""Hide small counts of people in tables that may be passed on.

A count below five, nought included, is hidden. A table's total would give a single hidden count away, so the smallest
counts that are left are hidden with it, until two are hidden of which one is not small (a sum of eight over two small
ones would tell that both are four). A count that two tables share is hidden in both. This is the usual protection of a
published table, not proof against somebody who works through this program.
"""

from collections.abc import Mapping
from typing import TypeVar

LEAST = 5  # the smallest count that is not hidden: the usual threshold for small numbers about people
HIDDEN = "hidden"

Number = TypeVar("Number", int, float)
Key = tuple[str, ...]  # what a count is of; equal in two tables where it is the same count


def suppressed(tables: Mapping[str, Mapping[Key, Number]]) -> dict[str, dict[Key, Number | str]]:
    """Return the tables with HIDDEN in place of every count that must be hidden.

    Each table's counts add up to a total that may be given with it; see `total`.

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
    """Return what else must be hidden in a table whose total is given, so that it gives nothing away."""
    gone = {key for key in table if key in hidden}
    left = sorted((key for key in table if key not in hidden), key=lambda key: (table[key], key))
    while gone and left and (len(gone) == 1 or all(table[key] < LEAST for key in gone)):
        gone.add(left.pop(0))
    return gone


def total(table: Mapping[Key, Number], published: Mapping[Key, Number | str]) -> Number | str:
    """Return the total of a table, hidden where it is itself below five or where everything in the table is hidden.

    >>> total({("a",): 2, ("b",): 1}, {("a",): "hidden", ("b",): "hidden"})
    'hidden'
    """
    whole = sum(table.values())
    alone = len(published) == 1 and HIDDEN in published.values()
    return HIDDEN if whole < LEAST or alone else whole
