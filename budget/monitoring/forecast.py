"""Compare a plan's lines with a file of actuals, and forecast each line to the end of the financial year.

One financial year is monitored at a time. An academic year has its periods 6 to 12 in the first of two financial years,
and its periods 1 to 5 in the second. The method is in `budget.monitoring.lines`.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from budget.accounts.ledger import INCOME, Ledger, LedgerLine
from budget.monitoring.actuals_file import ADJUSTMENTS, Actuals, Posting
from budget.monitoring.lines import LineForecast, OwnForecast, Thresholds, normalised
from budget.monitoring.monitored import YEAR_PERIODS, Monitored, counts_in, is_final
from budget.monitoring.notes import notes_of
from budget.scenarios.finance import MONTHS
from data.faults import Fault, InputError

NO_LINE, NO_LINE_LABEL = "no line", "No line of the plan"


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
    numbers = _line_numbers(ledger)
    line_of = tuple(numbers.get(normalised(posting.line), 0) for posting in actuals.postings)
    rows: dict[int, list[Posting]] = defaultdict(list)  # those that count in the year, by the number of their line
    for posting, number in zip(actuals.postings, line_of, strict=True):
        if counts_in(posting, year_number):
            rows[number].append(posting)
    # an adjustment may be posted at any time, and closes no month
    months = [p.period for line in rows.values() for p in line if p.period != ADJUSTMENTS and p.amount_pence]
    last = max(months, default=0) if closed is None else closed
    lines = [_budgeted(line, n, ledger, year_number, last) for n, line in enumerate(ledger.profiled(), start=1)]
    lines.append(LineForecast(0, NO_LINE, NO_LINE_LABEL, "", 0, 0, (0,) * len(MONTHS), 0, 0))
    entries = entries or {}
    lines = [_with_actuals(line, rows[line.number], last, entries.get(line.key), faults) for line in lines]
    if faults:
        raise InputError(actuals.name or "monitoring", faults)
    contingency = sum(line.gross_pence for line in ledger.lines if line.kind == "Contingency")
    monitored = Monitored(
        ledger.years[year_number], year_number, last, closed is not None, thresholds, tuple(lines), actuals, line_of,
        contingency,
    )  # fmt: skip
    return replace(monitored, notes=(*actuals.notes, *notes_of(monitored)))


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
        first, second = (sum(posting.period in periods for posting in actuals.postings) for periods in YEAR_PERIODS)
        return int(second > first)
    if (named := year_named(year, years)) is None:
        problem = f'"{year}" is not one of the years of this plan: {years[0]} or {years[1]}. Write one of them.'
        faults.append(Fault("financial year", problem))
        return 0
    return years.index(named)


def _budgeted(line: LedgerLine, number: int, ledger: Ledger, year_number: int, closed: int) -> LineForecast:
    """Return a line without its actuals. A virement is spread over the months as the budget is."""
    months = ledger.by_month(replace(line, gross_pence=line.net_pence + line.virement_pence, income_pence=0))
    periods, in_advance = YEAR_PERIODS[year_number], line.in_advance == "yes"
    still_open = [period for period in periods if (periods[0] if in_advance else period) > closed]
    return LineForecast(
        number=number,
        key=line.key,
        label=line.label,
        kind=line.kind,
        original_pence=line.net_pence,
        virement_pence=line.virement_pence,
        months=tuple(months),
        budget_pence=sum(months[period - 1] for period in periods),
        open_budget_pence=sum(months[period - 1] for period in still_open),
        in_advance=in_advance,
    )


def _with_actuals(
    line: LineForecast, postings: Sequence[Posting], closed: int, entry: OwnForecast | None, faults: list[Fault]
) -> LineForecast:
    """Add what the file says about a line, and what was typed about it."""
    forecasts = {posting.forecast_pence for posting in postings if posting.forecast_pence is not None}
    in_order = sorted(postings, key=lambda posting: (posting.period, posting.reason, posting.amount_pence))
    reasons = dict.fromkeys(posting.reason for posting in in_order if posting.reason)
    own, reason = (next(iter(forecasts)) if len(forecasts) == 1 else None), "; ".join(reasons)
    if entry is not None:
        own, reason = entry.forecast_pence, entry.reason.strip()
    elif len(forecasts) > 1:
        rows = ", ".join(str(posting.row) for posting in postings if posting.forecast_pence is not None)
        faults.append(Fault(f"rows {rows}, forecast", f'"{line.label}" has more than one forecast. Give it one.'))
    if own is not None and not reason:
        problem = "has a forecast of your own and no reason. Say why it is better than the method's."
        faults.append(Fault(f'line "{line.label}", reason', problem))
    return replace(
        line,
        actual_pence=sum(posting.amount_pence for posting in postings),
        committed_pence=sum(posting.committed_pence for posting in postings),
        taken_pence=sum(p.amount_pence + p.committed_pence for p in postings if not is_final(p.period, closed)),
        own_forecast_pence=own,
        reason=reason,
    )


def _line_numbers(ledger: Ledger) -> dict[str, int]:
    """Return the number of the line that each name means; a ledger code only where one line alone has it."""
    numbers: dict[str, int] = {}
    by_code: dict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(ledger.profiled(), start=1):
        names = [line.label, line.key]
        if line.kind == INCOME:
            names += [f"{word} {line.option}" for word in ("income", "contributions")]
        numbers |= {normalised(name): number for name in names}
        for code in (line.subjective, f"{line.cost_centre} {line.subjective}"):
            by_code[normalised(code)].add(number)
    return {code: min(lines) for code, lines in by_code.items() if len(lines) == 1} | numbers
