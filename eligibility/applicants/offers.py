"""What a file has that only a person can settle: hidden rows and merged cells. Nothing is done without a yes.

    questions(raw)                          # what to ask, by kind
    raw = replace(raw, accepted=frozenset({"hidden-rows"}))
    rows, errors = settled(raw, {"postcode": 3})

Until the yes the rows concerned are in the error report, and nobody is decided about by them.
"""

from collections.abc import Mapping
from dataclasses import replace

from eligibility.applicants.applicant_file import RawTable, named_rows
from eligibility.applicants.values import plain

HIDDEN, MERGED = "hidden-rows", "merged-cells"
OFFERS = {  # kind -> what a person says yes to
    HIDDEN: "Decide about the hidden rows too",
    MERGED: "Fill merged cells with the value of their first row",
}


def questions(raw: RawTable) -> dict[str, str]:
    """Return by kind what a file has that a person must settle, in a sentence with its rows or cells."""
    found = {}
    if raw.hidden:
        where = named_rows(sorted(raw.hidden))
        found[HIDDEN] = f"{where}: hidden in the file, as by a filter. They may be withdrawn, or forgotten."
    if raw.merged:
        areas = ", ".join(each.area for each in raw.merged[:12])
        more = f" and {len(raw.merged) - 12:,} more" if len(raw.merged) > 12 else ""
        found[MERGED] = f"Merged cells: {areas}{more}. The value stands in the first row of each; the others are empty."
    return found


def settled(raw: RawTable, columns: Mapping[str, int]) -> tuple[RawTable, list[tuple[int, str, str, str]]]:
    """Return the rows that may be read, and an error (row, column, value, problem) for each that waits for a yes.

    `columns`: the place of each column that is read; merged cells in others are left alone.
    """
    errors = [] if HIDDEN in raw.accepted else [_waiting(row, "is hidden in the file", HIDDEN) for row in raw.hidden]
    out = {row for row, *_ in errors}
    rows = dict(zip(raw.row_numbers, raw.rows, strict=True))
    last = max(rows, default=0)
    filled_to = dict[
        int, int
    ]()  # by column: no row is looked at twice, however many merges a damaged file lays over it
    for merged in sorted(raw.merged, key=lambda each: (each.column, each.first)):
        value = rows[merged.first][merged.column] if merged.first in rows else ""
        if merged.column not in columns.values() or not plain(value):
            continue
        begin, end = max(merged.first, filled_to.get(merged.column, 0)), min(merged.last, last)
        filled_to[merged.column] = max(begin, end)
        for number in range(begin + 1, end + 1):
            if number not in rows or plain(rows[number][merged.column]):
                continue
            if MERGED in raw.accepted:
                cells = rows[number]
                rows[number] = (*cells[: merged.column], value, *cells[merged.column + 1 :])
            elif number not in out:
                heading = raw.headings[merged.column]
                what = f"is empty: the value stands in the first row of the merged cells {merged.area}"
                errors.append((number, heading, "", _waiting(number, what, MERGED)[3]))
    out |= {row for row, *_ in errors}
    kept = {number: row for number, row in rows.items() if number not in out}
    return replace(raw, rows=tuple(kept.values()), row_numbers=tuple(kept)), errors


def _waiting(row: int, what: str, kind: str) -> tuple[int, str, str, str]:
    problem = f'{what}. Nobody is decided about by it until you say yes to "{OFFERS[kind]}" (--yes {kind}).'
    return row, "", "", problem
