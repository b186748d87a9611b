"""Rows of a ledger's file that are no postings: subtotals, which are left out and checked; amounts to date."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from budget.monitoring.layouts import Columns
from budget.monitoring.ledger_cells import pence_of, when
from budget.monitoring.posting import Posting
from data.faults import Fault
from data.wording import counted, exact_pounds
from eligibility.applicants.values import plain

TOTAL = re.compile(r"(?:(sub|grand|overall|report)?[\s-]*totals?\b)", re.IGNORECASE)
MOST_TOLD = 5
Row = tuple[int, Mapping[int, object]]


def not_totals(rows: list[Row], found: Columns) -> tuple[list[Row], list[str]]:
    """Return the rows that are postings, and sentences on the totals left out and on each that does not add up."""
    kept: list[Row] = []
    amounts: list[int] = []
    left_out, notes = [], []
    for row, cells in rows:
        pence = _amount(cells, found)
        if (name := _total_name(cells, found)) is None:
            kept.append((row, cells))
            amounts.append(pence)
            if (to_date := _to_date(cells, found)) not in (None, pence):
                said = (
                    f"its periods add up to {exact_pounds(pence)}, its year to date says {exact_pounds(to_date or 0)}"
                )
                notes.append(f"Row {row}: {said}.")
            continue
        left_out.append(row)
        if _adds_up(name, pence, amounts):
            continue
        above = sum(amounts)
        way = "less" if pence > above else "more"
        notes.append(
            f'Row {row}, "{name}", says {exact_pounds(pence)}; the rows above it add up to {exact_pounds(above)}, '
            f"which is {exact_pounds(abs(pence - above))} {way}. Check that no row is missing."
        )
    if found.months and "cumulative" in found.places and not notes:
        notes.append("The year to date agrees with the periods beside it in every row, and is not added.")
    if left_out:
        rows_named = ", ".join(map(str, left_out[:MOST_TOLD])) + (" and more" if len(left_out) > MOST_TOLD else "")
        notes.insert(0, f"Left out, as they are totals of other rows: {counted(len(left_out), 'row')} ({rows_named}).")
    return kept, notes


def _total_name(cells: Mapping[int, object], found: Columns) -> str | None:
    """Return what a row of a total calls itself; None where it is a row of the ledger: those have a period."""
    at = found.places.get("period", found.places.get("date"))
    if at is not None and when(cells[at]) is not None:
        return None
    figures = {found.places[role] for role in ("amount", "reason", "forecast") if role in found.places}
    texts = (plain(cell) for number, cell in cells.items() if number not in figures and number not in found.months)
    return next((text for text in texts if TOTAL.match(text)), None)


def _amount(cells: Mapping[int, object], found: Columns) -> int:
    places = found.places
    if found.months:
        return sum(pence_of(cells[at]) or 0 for at in found.months)
    if "amount" not in places and "debit" in places:
        debit, credit = (pence_of(cells[places[role]]) or 0 if role in places else 0 for role in ("debit", "credit"))
        return debit - credit
    return pence_of(cells[places["amount"]]) or 0 if "amount" in places else 0


def _to_date(cells: Mapping[int, object], found: Columns) -> int | None:
    """Return the year to date that stands beside periods across, None where there is none."""
    if not found.months or "cumulative" not in found.places or not plain(cells[found.places["cumulative"]]):
        return None
    return pence_of(cells[found.places["cumulative"]])


def _adds_up(name: str, pence: int, amounts: list[int]) -> bool:
    """Return whether a grand total is the sum of all rows above, and a subtotal that of the last of them."""
    if not name.lower().startswith("sub"):
        if sum(amounts) == pence:
            return True
        if re.match(r"(grand|overall|report)", name, re.IGNORECASE) or TOTAL.fullmatch(name):
            return False
    last = 0
    for amount in reversed(amounts):
        last += amount
        if last == pence:
            return True
    return not amounts and not pence


def of_each_period(postings: list[Posting], heading: str, faults: list[Fault]) -> tuple[list[Posting], list[str]]:
    """Return amounts to date as the amounts of each period: each less the one before of its line and year, said aloud.

    Two rows of one line and period cannot be told apart from two transactions: a fault for each such line.
    """
    by_line: dict[tuple, list[int]] = defaultdict(list)
    for at, posting in enumerate(postings):
        by_line[posting.line, posting.code, posting.centre, posting.project, posting.year].append(at)
    amounts, told = {}, []
    for places in by_line.values():
        in_order = sorted(places, key=lambda at: postings[at].period)
        rows = [postings[at] for at in in_order]
        if len({row.period for row in rows}) < len(rows):
            numbers = ", ".join(str(row.row) for row in rows)
            problem = (
                f'"{heading}" needs one row a period of "{rows[0].line}". Give the amount of each period in place.'
            )
            faults.append(Fault(f"rows {numbers}", problem))
        before, words = 0, []
        for at, row in zip(in_order, rows, strict=True):
            amounts[at], before = row.amount_pence - before, row.amount_pence
            words.append(f"P{row.period} {exact_pounds(amounts[at])}")
        told.append(f"{rows[0].line} {', '.join(words)}")
    note = f'"{heading}" adds up from the start of the year, so each period is what it has more than the one before: '
    note += "; ".join(told[:MOST_TOLD]) + (
        f"; and {len(told) - MOST_TOLD} lines more." if len(told) > MOST_TOLD else "."
    )
    return [replace(posting, amount_pence=amounts[at]) for at, posting in enumerate(postings)], [note] if told else []
