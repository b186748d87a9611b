"""Compare a plan's lines with a file of actuals, and forecast each line to the end of the financial year.

One financial year is monitored at a time. An academic year has its periods 6 to 12 in the first of two financial years,
and its periods 1 to 5 in the second. The method is in `budget.monitoring.lines`.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from budget.accounts.ledger import CONTINGENCY, YES, Ledger, LedgerLine
from budget.monitoring import matching
from budget.monitoring.ledger_cells import ADJUSTMENTS
from budget.monitoring.lines import LineForecast, OwnForecast, Thresholds
from budget.monitoring.matching import YEAR_PERIODS, Match
from budget.monitoring.monitored import Monitored
from budget.monitoring.notes import notes_of
from budget.monitoring.posting import Actuals, Posting
from budget.scenarios.finance import MONTHS, unbalanced_in_words
from data.access import Right, needs
from data.faults import Fault, InputError
from data.wording import exact_pounds

MARCH = 12  # the period
PREPAID = re.compile(r"\bpre-?\s?(?:paid|pay)|\bpaid in advance|\bpayments? in advance", re.IGNORECASE)
NO_LINE, NO_LINE_LABEL = "no line", "No line of the plan"


@needs(Right.MONITORING)
def monitor(
    ledger: Ledger,
    actuals: Actuals,
    *,
    year: str | None = None,
    closed: int | None = None,
    thresholds: Thresholds | None = None,
    entries: Mapping[str, OwnForecast] | None = None,
) -> Monitored:
    """Compare a plan's lines with actuals and forecast each. Raises InputError with every fault.

    `year` is one of the ledger's two financial years ("2026 to 2027"; None: the one that more rows fall in, else the
    first). `closed` is the last closed period, 0 to 13 (None: the last month with an actual). `entries` are what was
    typed about lines, by their keys; they replace what the file says.
    """
    thresholds = thresholds or Thresholds()
    faults = _faults_of_settings(closed, thresholds)
    year_number = _year_number(ledger, actuals, year, faults)
    matches = matching.match(ledger, actuals.postings, year_number)
    actuals = _with_prepayments_last(ledger, actuals, matches, year_number)
    rows: dict[int, list[Posting]] = defaultdict(list)  # those that count in the year, by the number of their line
    for posting, found in zip(actuals.postings, matches, strict=True):
        if not found.left_out:
            rows[found.line].append(posting)
    # an adjustment may be posted at any time, and closes no month
    months = [p.period for line in rows.values() for p in line if p.period != ADJUSTMENTS and p.posted_pence]
    last = max(months, default=0) if closed is None else closed
    lines = [_budgeted(line, n, ledger, year_number, last) for n, line in enumerate(ledger.profiled(), start=1)]
    lines.append(LineForecast(0, NO_LINE, NO_LINE_LABEL, "", 0, 0, (0,) * len(MONTHS), closed=last))
    entries = entries or {}
    lines = [_with_actuals(line, rows[line.number], last, entries.get(line.key), faults) for line in lines]
    if faults:
        raise InputError(actuals.name or "monitoring", faults)
    contingency = sum(line.gross_pence for line in ledger.lines if line.kind == CONTINGENCY)
    monitored = Monitored(
        ledger.years[year_number], year_number, last, closed is not None, thresholds, tuple(lines), actuals, matches,
        contingency,
    )  # fmt: skip
    moved = [f"Virement: {each.in_words()}." for each in ledger.finance.virements]
    moved += filter(None, [unbalanced_in_words(ledger.finance)])
    return replace(monitored, notes=(*actuals.notes, *notes_of(monitored), *moved))


def year_of(ledger: Ledger, actuals: Actuals, year: str | None = None) -> str:
    """Return the financial year that `monitor` monitors. Raises InputError where `year` is none of the plan's."""
    faults: list[Fault] = []
    number = _year_number(ledger, actuals, year, faults)
    if faults:
        raise InputError(actuals.name or "monitoring", faults)
    return ledger.years[number]


def template_lines(ledger: Ledger) -> list[str]:
    """Return the names of the lines that have a budget, for an empty file of actuals; of all where none has."""
    lines = ledger.profiled()
    used = [line for line in lines if line.net_pence or line.virement_pence]
    return [line.label for line in used or lines]


def year_named(text: str, years: Sequence[str]) -> str | None:
    """Return which of the ledger's financial years a text names: "2026-27", "2026/27", "2026 to 2027" or "2026"."""
    digits = re.findall(r"\d+", text)
    for year in years:
        first, second = year.split(" to ")
        if digits in ([first], [first, second], [first, second[2:]]):
            return year
    return None


def _faults_of_settings(closed: int | None, thresholds: Thresholds) -> list[Fault]:
    faults = []
    if closed is not None and not 0 <= closed <= ADJUSTMENTS:
        faults.append(Fault("last closed period", f"{closed} is not 0 to {ADJUSTMENTS}. Write 0 where none is closed."))
    if not 0 <= thresholds.amber <= thresholds.red <= 1:
        problem = f"amber {thresholds.amber:g} and red {thresholds.red:g} must be shares from 0 to 1, amber the lower."
        faults.append(Fault("thresholds", problem))
    return faults


def _year_number(ledger: Ledger, actuals: Actuals, year: str | None, faults: list[Fault]) -> int:
    years = ledger.years[:2]
    if year is None:
        return matching.year_number_of(ledger, actuals.postings)
    if (named := year_named(year, years)) is None:
        problem = f'"{year}" is not one of the years of this plan: {years[0]} or {years[1]}. Write one of them.'
        faults.append(Fault("financial year", problem))
        return 0
    return years.index(named)


def _budgeted(line: LedgerLine, number: int, ledger: Ledger, year_number: int, closed: int) -> LineForecast:
    """Return a line without its actuals. A virement is spread over the months as the budget is."""
    months = ledger.by_month(replace(line, gross_pence=line.net_pence + line.virement_pence, income_pence=0))
    in_advance = line.in_advance == YES
    due = _paid_at_once(months, ledger, year_number) if in_advance else _paid_when_used(months, year_number)
    return LineForecast(
        number=number,
        key=line.key,
        label=line.label,
        kind=line.kind,
        original_pence=line.net_pence,
        virement_pence=line.virement_pence,
        months=tuple(months),
        due=tuple(due),
        closed=closed,
        in_advance=in_advance,
    )


def _with_prepayments_last(ledger: Ledger, actuals: Actuals, matches: Sequence[Match], year_number: int) -> Actuals:
    """Return the actuals with the prepayments at 31 March in period 13, whatever they were posted in, said aloud.

    One is known by its reason, or as a row of March below zero that is at least half of what the line prepays.
    """
    lines = dict(enumerate(ledger.profiled(), start=1))
    rows, notes = [], []
    for posting, found in zip(actuals.postings, matches, strict=True):
        line = lines.get(found.line)
        if (
            year_number == 0
            and line
            and line.in_advance == YES
            and posting.amount_pence < 0
            and posting.period < ADJUSTMENTS
        ):
            prepaid = _budgeted(line, found.line, ledger, year_number, 0).due[-1]
            is_large = posting.period == MARCH and 2 * posting.amount_pence <= prepaid < 0
            if is_large or PREPAID.search(posting.reason):
                amount = exact_pounds(posting.amount_pence)
                notes.append(f"Row {posting.row}, {amount}, is read as the prepayment at 31 March, in period 13.")
                posting = replace(posting, period=ADJUSTMENTS)  # noqa: PLW2901
        rows.append(posting)
    return replace(actuals, postings=tuple(rows), notes=(*actuals.notes, *notes)) if notes else actuals


def _paid_when_used(months: Sequence[int], year_number: int) -> list[int]:
    return [months[n - 1] if n in YEAR_PERIODS[year_number] else 0 for n in range(1, ADJUSTMENTS + 1)]


def _paid_at_once(months: Sequence[int], ledger: Ledger, year_number: int) -> list[int]:
    """Return by period what is paid in the first period of use, and what of it is prepaid at 31 March.

    In the first year the prepayment stands below zero in period 13; in the second it is charged in period 1.
    """
    due, first = [0] * ADJUSTMENTS, ledger.first_period
    prepaid = sum(months[n - 1] for n in YEAR_PERIODS[1])
    if first in YEAR_PERIODS[year_number]:
        due[first - 1] = sum(months)
    if first in YEAR_PERIODS[0]:
        if year_number == 0:
            due[-1] -= prepaid
        else:
            due[0] += prepaid
    return due


def _with_actuals(
    line: LineForecast, postings: Sequence[Posting], closed: int, entry: OwnForecast | None, faults: list[Fault]
) -> LineForecast:
    """Add what the file says about a line, and what was typed about it."""
    forecasts = {posting.forecast_pence for posting in postings if posting.forecast_pence is not None}
    in_order = sorted(postings, key=lambda posting: (posting.period, posting.reason, posting.amount_pence))
    reasons = dict.fromkeys(posting.reason for posting in in_order if posting.reason)
    own, reason = (next(iter(forecasts)) if len(forecasts) == 1 else None), "; ".join(reasons)
    confirmed = next((posting.confirmed for posting in reversed(in_order) if posting.confirmed), "")
    if entry is not None:
        own, reason, confirmed = entry.forecast_pence, entry.reason.strip(), entry.confirmed
    elif len(forecasts) > 1:
        rows = ", ".join(str(posting.row) for posting in postings if posting.forecast_pence is not None)
        faults.append(Fault(f"rows {rows}, forecast", f'"{line.label}" has more than one forecast. Give it one.'))
    if own is not None and not reason:
        problem = "has a forecast of your own and no reason. Say why it is better than the method's."
        faults.append(Fault(f'line "{line.label}", reason', problem))
    posted = [0] * ADJUSTMENTS
    for posting in postings:
        posted[posting.period - 1] += posting.posted_pence
    return replace(
        line,
        posted=tuple(posted),
        actual_pence=sum(posting.amount_pence for posting in postings),
        accrual_pence=sum(posting.accrual_pence for posting in postings),
        committed_pence=sum(posting.committed_pence for posting in postings),
        own_forecast_pence=own,
        reason=reason,
        confirmed=confirmed,
    )
