"""A pivot table in outline, as Excel makes it: a cost centre with its total, its codes beneath it in the same column.

Such a row is known by arithmetic alone: the rows beneath it come to its amounts, each row belongs to one of them, and
the grand total is theirs.
"""

from collections.abc import Mapping
from dataclasses import replace

from budget.monitoring.layouts import Columns
from budget.monitoring.ledger_cells import pence_of
from data.wording import counted
from eligibility.applicants.values import plain

Row = tuple[int, Mapping[int, object]]
Amounts = tuple[int, ...]


def without_groups(rows: list[Row], found: Columns) -> tuple[list[Row], Columns, list[str]]:
    """Return the rows without those that hold the sums of the rows beneath them; of a cost centre, these rows have it.

    The last row is the grand total. Where the file is no such pivot table, everything is returned as it came.
    """
    at = [found.places[role] for role in ("line", "code") if role in found.places]
    if not found.months or len(at) != 1 or "centre" in found.places or len(rows) < 3:
        return rows, found, []
    *amounts, whole = [_amounts(cells, found) for _, cells in rows]
    groups = _groups(amounts)
    if groups is None or _sum(amounts) == whole or _sum([amounts[first] for first in groups]) != whole:
        return rows, found, []
    centre, kept, name = 1 + max(rows[0][1]), list[Row](), ""
    for place, (row, cells) in enumerate(rows):
        if place == len(amounts):
            kept.append((row, {**cells, centre: ""}))
        elif place in groups:
            name = plain(cells[at[0]])
        else:
            kept.append((row, {**cells, centre: name if any(letter.isdigit() for letter in name) else ""}))
    names = ", ".join(plain(rows[first][1][at[0]]) for first in groups)
    note = f"Left out, as they are totals of the rows beneath them: {counted(len(groups), 'row')} ({names})."
    return kept, replace(found, places={**found.places, "centre": centre}), [note]


def _amounts(cells: Mapping[int, object], found: Columns) -> Amounts:
    return tuple(pence_of(cells[at]) or 0 for at in found.months)


def _sum(rows: list[Amounts]) -> Amounts:
    return tuple(map(sum, zip(*rows, strict=True)))


def _groups(amounts: list[Amounts]) -> list[int] | None:
    """Return the places of the rows that hold the sum of the rows after them; None where these are not all rows."""
    heads, place = list[int](), 0
    while place < len(amounts):
        heads.append(place)
        sums, end = (0,) * len(amounts[place]), place + 1
        while end < len(amounts) and (end == place + 1 or sums != amounts[place]):
            sums = _sum([sums, amounts[end]])
            end += 1
        if end == place + 1 or sums != amounts[place]:
            return None
        place = end
    return heads
