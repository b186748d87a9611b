"""Rows of a ledger's file that are no postings: subtotals, which are left out and checked; amounts to date; signs."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from budget.monitoring.layouts import FIGURES, Columns
from budget.monitoring.ledger_cells import pence_of, when
from budget.monitoring.ledger_periods import across
from budget.monitoring.posting import Posting
from data.faults import Fault
from data.wording import counted, exact_pounds
from eligibility.applicants.values import plain

TOTAL = re.compile(  # "Subtotal", "Total 202606", "C12341 Total", "Sum", "**" (SAP)
    r"(?:sub|grand|overall|report)?[\s-]*totals?\b.*|.*\b(?:sub)?totals?:?"
    r"|[\u03a3\u2211].*|.*\s[\u03a3\u2211]|sum(?: of .*)?|\*{1,4}|(?:overall )?result"
    r"|(?:balance )?(?:carried|brought) forward|balance [bc]/?f|[bc]/f|(?:opening|closing) balance|net movement",
    re.IGNORECASE,
)
ONLY_TOTAL = re.compile(r"(?:(?:sub|grand|overall|report)[\s-]*)?totals?:?", re.IGNORECASE)
ALL = re.compile(r"grand|overall|report|totals?:?$", re.IGNORECASE)
WORDS_OF_TOTAL = re.compile(r"\b(?:sub|grand|overall|report)?[\s-]*totals?\b:?", re.IGNORECASE)
MOST_TOLD = 5
Row = tuple[int, Mapping[int, object]]


def not_totals(rows: list[Row], found: Columns) -> tuple[list[Row], list[str]]:
    """Return the rows that are postings, and sentences on the totals left out and on each that does not add up."""
    kept: list[Row] = []
    amounts: list[int] = []
    left_out, notes, since = [], [], 0  # since: how many rows there were at the last total
    for row, cells in rows:
        pence = _amount(cells, found)
        name = _total_name(cells, found)
        if name is None and amounts and pence and _is_bare(cells, found) and _adds_up("", pence, amounts):
            name = ""  # a sum with nothing beside it
        if name is None or _is_perhaps_a_posting(name, cells, found) and not _adds_up(name, pence, amounts):
            kept.append((row, cells))
            amounts.append(pence)
            if (to_date := _to_date(cells, found)) not in (None, pence):
                said = (
                    f"its periods add up to {exact_pounds(pence)}, its year to date says {exact_pounds(to_date or 0)}"
                )
                notes.append(f"Row {row}: {said}. The periods are counted: check that none is missing.")
            continue
        left_out.append(row)
        if _adds_up(name, pence, amounts):
            since = len(amounts)
            continue
        above = sum(amounts[0 if ALL.match(name) else since :])
        since = len(amounts)
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


def grand_total(rows: list[Row], found: Columns) -> bool:
    """Return whether the last row is a total of all rows."""
    name = _total_name(rows[-1][1], found) if rows else None
    return name is not None and ALL.match(name) is not None


def without_headings(rows: list[Row], headings: Sequence[str]) -> list[Row]:
    """Return rows without those that repeat the headings, as ledgers print them on every page."""
    return [(row, cells) for row, cells in rows if [plain(cell) for cell in cells.values()] != list(headings)]


def _total_name(cells: Mapping[int, object], found: Columns) -> str | None:
    """Return what a row of a total calls itself; None where it is a row of the ledger, with period and code."""
    if _has_period(cells, found):
        at = found.places.get("code", found.places.get("line"))
        texts = [plain(cells[at])] if at is not None else []
    else:
        figures = {found.places[role] for role in ("amount", "reason", "forecast") if role in found.places}
        texts = [plain(cell) for number, cell in cells.items() if number not in figures and number not in found.months]
    return next((text for text in texts if TOTAL.fullmatch(text)), None)


def _is_bare(cells: Mapping[int, object], found: Columns) -> bool:
    """Return whether a row has nothing but amounts."""
    figures = {at for role, at in found.places.items() if role in FIGURES} | found.months.keys()
    return not any(plain(cell) for number, cell in cells.items() if number not in figures)


def _has_period(cells: Mapping[int, object], found: Columns) -> bool:
    return any(role in found.places and when(cells[found.places[role]]) for role in ("period", "date"))


def _is_perhaps_a_posting(name: str, cells: Mapping[int, object], found: Columns) -> bool:
    """Return whether what looks like a total may be a posting, of a line or a supplier such as "Total fuel".

    One with a period is a line where there are no codes. One whose period is missing or mistyped is a posting where a
    line or code stands beside the name, and the name is not that of the total of something.
    """
    if ONLY_TOTAL.fullmatch(name):
        return False
    if _has_period(cells, found):
        return "code" not in found.places
    beside = [plain(cells[found.places[role]]).casefold() for role in ("code", "line") if role in found.places]
    if not any(text and not TOTAL.fullmatch(text) for text in beside):
        return False
    of_what = WORDS_OF_TOTAL.sub("", name).strip().casefold()
    return of_what != name.casefold() and of_what not in beside and not any(map(str.isdigit, of_what))


def _amount(cells: Mapping[int, object], found: Columns) -> int:
    places = found.places
    if found.months:
        return sum(pence or 0 for _, pence, _ in across(cells, found))
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
        if ALL.match(name):
            return False
    last = 0
    for amount in reversed(amounts):
        last += amount
        if last == pence:
            return True
    return not amounts and not pence


def without_signs_of_credits(rows: list[Row], found: Columns, heading: str) -> tuple[list[Row], list[str]]:
    """Return the rows with credits above zero, where the file writes every one of them below zero, and say so."""
    at = found.places["credit"]
    credits = [pence_of(cells[at]) or 0 for _, cells in rows]
    if not any(credits) or max(credits) > 0:
        return rows, []
    turned = [
        (row, {**cells, at: str(Decimal(-pence) / 100)}) for (row, cells), pence in zip(rows, credits, strict=True)
    ]
    kept = [new if pence else old for old, new, pence in zip(rows, turned, credits, strict=True)]
    return kept, [f'Every amount in "{heading}" is written below zero: each is read as a credit of that size.']


def disagreements(rows: list[Row], found: Columns) -> list[str]:
    """Return a sentence where amounts to date, which stand beside amounts, are not the sums of these."""
    at = found.places["cumulative"]
    keys = [found.places[role] for role in ("line", "code", "centre", "project", "year") if role in found.places]
    sums: dict[tuple, int] = defaultdict(int)
    wrong = []
    for row, cells in rows:
        key = tuple(plain(cells[number]) for number in keys)
        sums[key] += _amount(cells, found)
        if plain(cells[at]) and (to_date := pence_of(cells[at])) is not None and to_date != sums[key]:
            wrong.append(f"row {row} says {exact_pounds(to_date)}, the amounts up to it are {exact_pounds(sums[key])}")
    if not wrong:
        return ["The amounts to date agree with the amounts beside them in every row, and are not added."]
    more = f", and {counted(len(wrong) - MOST_TOLD, 'row')} more" if len(wrong) > MOST_TOLD else ""
    told = "; ".join(wrong[:MOST_TOLD])
    return [f"Amounts to date do not agree: {told}{more}. The amounts are counted: check that no row is missing."]


def of_each_period(postings: list[Posting], heading: str, faults: list[Fault]) -> tuple[list[Posting], list[str]]:
    """Return amounts to date as the amounts of each period: each less the one before of its line and year, said aloud.

    What is ordered or accrued is then a balance too: that of the last period counts.
    Two rows of one line and period cannot be told apart from two transactions: a fault for each such line.
    """
    by_line: dict[tuple, list[int]] = defaultdict(list)
    for at, posting in enumerate(postings):
        by_line[posting.line, posting.code, posting.centre, posting.project, posting.year].append(at)
    amounts, told, latest = {}, [], set()
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
        latest.add(in_order[-1])
        told.append(f"{rows[0].line} {', '.join(words)}")
    note = f'"{heading}" adds up from the start of the year, so each period is what it has more than the one before: '
    note += "; ".join(told[:MOST_TOLD]) + (
        f"; and {len(told) - MOST_TOLD} lines more." if len(told) > MOST_TOLD else "."
    )
    earlier = [posting for at, posting in enumerate(postings) if at not in latest]
    if any(posting.committed_pence or posting.accrual_pence for posting in earlier):
        note += " What is ordered or accrued is taken from the last period of each line, as a balance."
    spread = []
    for at, posting in enumerate(postings):
        ordered, accrued = (posting.committed_pence, posting.accrual_pence) if at in latest else (0, 0)
        spread.append(replace(posting, amount_pence=amounts[at], committed_pence=ordered, accrual_pence=accrued))
    return spread, [note] if told else []
