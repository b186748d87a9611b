"""Budget monitoring: what each line of a plan has spent, is forecast to spend by the end of the year, and why.

    forecast outturn = actual to date + commitments + what remains of the profile

What remains of the profile is the revised budget of the periods that are not closed, less what is paid or ordered for
them already, so that nothing is counted twice. A line paid in advance (an annual pass) has its whole budget of the year
in the year's first period: once that is closed nothing remains, and what was paid is the forecast. A person's own
forecast of a line, with its reason, stands in place of it.

One financial year is monitored at a time: an academic year has its periods 6 to 12 in the first of two, and 1 to 5 in
the second. Variance is forecast less revised budget: above nought an overspend. Money is signed pence, income below
nought, in whole pence throughout.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from budget.monitoring.actuals_file import ADJUSTMENTS, Actuals, Posting
from budget.scenarios.finance import MONTHS
from data.faults import Fault, InputError
from data.suggest import did_you_mean

if TYPE_CHECKING:  # the workbook's package imports this module
    from budget.accounts.ledger import Ledger, LedgerLine

INCOME = "Income"  # as budget.accounts.ledger has it
NO_LINE, NO_LINE_LABEL = "no line", "No line of the plan"
YEAR_PERIODS = (range(6, 13), range(1, 6))  # of the plan, in the first and in the second financial year
GREEN, AMBER, RED = "Green", "Amber", "Red"
MILLION = 1_000_000
METHOD = (
    "Forecast outturn = actual to date + commitments + what remains of the profile: the revised budget of the periods "
    "not yet closed, less what is already paid or ordered for them. A forecast of your own, with its reason, stands in "
    "place of it."
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which variance a line is amber or red: shares of its budget, and pounds up to which it is green.

    Assumptions, for the council to replace by those of its own budget monitoring.
    """

    amber: float = 0.02
    red: float = 0.05
    least_pence: int = 100_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person has typed of a line: a forecast of their own, in signed pence, and a reason."""

    forecast_pence: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LineForecast:
    """One line of the plan in the year that is monitored; number 0 gathers the actuals that fit no line."""

    number: int
    key: str
    label: str
    kind: str
    original_pence: int  # of the academic year
    virement_pence: int
    months: tuple[int, ...]  # the revised budget of the academic year, April to March
    budget_pence: int  # the revised budget of this financial year
    open_budget_pence: int  # of it, of the periods that are not closed
    in_advance: bool = False  # whether it is paid for in the year's first period
    actual_pence: int = 0
    committed_pence: int = 0
    taken_pence: int = 0  # paid or ordered for periods that are not closed
    own_forecast_pence: int | None = None
    reason: str = ""

    @property
    def revised_pence(self) -> int:
        """The revised budget of the academic year."""
        return self.original_pence + self.virement_pence

    def is_due(self, found: "Monitored") -> bool:
        """Say whether something of the budget is of periods that are closed."""
        return found.closed >= found.periods[0] and self.open_budget_pence != self.budget_pence

    @property
    def remaining_pence(self) -> int:
        """What remains of the profile: never of another sign than the budget, never more than it."""
        return self.open_budget_pence - sorted((0, self.taken_pence, self.open_budget_pence))[1]

    @property
    def method_pence(self) -> int:
        """The forecast by the method."""
        return self.actual_pence + self.committed_pence + self.remaining_pence

    @property
    def forecast_pence(self) -> int:
        """The forecast outturn: a person's own where there is one."""
        return self.method_pence if self.own_forecast_pence is None else self.own_forecast_pence

    @property
    def variance_pence(self) -> int:
        """Forecast less revised budget: above nought an overspend, or income that does not come."""
        return self.forecast_pence - self.budget_pence

    @property
    def variance_share(self) -> float | None:
        """The variance as a share of the budget's size, None where there is no budget."""
        return self.variance_pence / abs(self.budget_pence) if self.budget_pence else None


@dataclass(frozen=True, slots=True)
class Period:
    """One period of all lines together, 13 for adjustments."""

    number: int
    budget_pence: int
    actual_pence: int
    forecast_pence: int


@dataclass(frozen=True, slots=True)
class Monitored:
    """A plan's lines against a file of actuals, in one financial year."""

    year: str  # "2026 to 2027"
    year_number: int  # 0 the first, 1 the second of the academic year
    closed: int  # the last period that is closed; 0 none
    closed_given: bool
    thresholds: Thresholds
    lines: tuple[LineForecast, ...]  # the last is number 0
    actuals: Actuals
    line_of: tuple[int, ...]  # of each posting: the number of its line, 0 where it fits none
    contingency_pence: int  # held for the whole plan
    notes: tuple[str, ...] = field(default=())

    @property
    def periods(self) -> range:
        """The periods of this financial year that the plan has months in."""
        return YEAR_PERIODS[self.year_number]

    def counts(self, posting: Posting) -> bool:
        """Say whether a row belongs to this plan's part of the year, or is an adjustment of it."""
        return _in_plan(posting, self.year_number)

    @property
    def outside(self) -> tuple[Posting, ...]:
        """The rows of periods that belong to another academic year's plan."""
        return tuple(posting for posting in self.actuals.postings if not self.counts(posting))

    @property
    def unmatched(self) -> tuple[Posting, ...]:
        """The rows that fit no line, in the order of the file."""
        pairs = zip(self.actuals.postings, self.line_of, strict=True)
        return tuple(posting for posting, number in pairs if number == 0 and self.counts(posting))

    def total(self, name: str) -> int:
        """Return the sum of an amount over all lines, such as "forecast_pence"."""
        return sum(getattr(line, name) for line in self.lines)

    def rating(self, line: LineForecast) -> str:
        """Return Green, Amber or Red, by the size of the variance: an underspend is rated as an overspend is."""
        return rated(line.variance_pence, line.budget_pence, self.thresholds)

    def by_period(self) -> tuple[Period, ...]:
        """Return the thirteen periods. What is still to come is spread as the open budget is, the last month the rest.

        Where no month is open it is an adjustment.
        """
        counted = [posting for posting in self.actuals.postings if self.counts(posting)]
        budgets, actuals, known = ([0] * ADJUSTMENTS for _ in range(3))
        for number in self.periods:
            budgets[number - 1] = sum(line.months[number - 1] for line in self.lines if not line.in_advance)
        budgets[self.periods[0] - 1] += sum(line.budget_pence for line in self.lines if line.in_advance)
        for posting in counted:
            actuals[posting.period - 1] += posting.amount_pence
            if is_settled(posting.period, self.closed):
                known[posting.period - 1] += posting.amount_pence + posting.committed_pence
        rest = self.total("forecast_pence") - sum(known)
        months = [number for number in self.periods if number > self.closed]
        open_budget, last = sum(budgets[number - 1] for number in months), months[-1] if months else ADJUSTMENTS
        parts = {number: _rounded(rest * budgets[number - 1], open_budget) for number in months[:-1]}
        for number, part in parts.items():
            known[number - 1] += part
        known[last - 1] += rest - sum(parts.values())
        rows = zip(range(1, ADJUSTMENTS + 1), budgets, actuals, known, strict=True)
        return tuple(Period(*row) for row in rows)


def is_settled(period: int, closed: int) -> bool:
    """Say whether a period's amounts are final: it is closed, or holds adjustments, which no month is to follow."""
    return period <= closed or period == ADJUSTMENTS


def of(
    ledger: "Ledger",
    actuals: Actuals,
    *,
    year: str | None = None,
    closed: int | None = None,
    thresholds: Thresholds | None = None,
    entries: Mapping[str, Entry] | None = None,
) -> Monitored:
    """Hold a plan's lines against actuals.

    `year` is one of the ledger's two financial years ("2026 to 2027"; None: the one that more rows fall in, else the
    first); `closed` the last closed period, 0 to 13 (None: the last month with an actual); `entries` what was typed of
    a line, by its key: it goes before what the file says. Raises InputError with every fault.
    """
    thresholds = thresholds or Thresholds()
    faults = _faults_of_settings(closed, thresholds)
    number = _year_number(ledger, actuals, year, faults)
    names = _names(ledger)
    line_of = tuple(names.get(_plain(posting.line), 0) for posting in actuals.postings)
    counted = [_in_plan(posting, number) for posting in actuals.postings]
    last = closed if closed is not None else _last_with_actual(actuals, counted)
    rows = _rows(actuals, line_of, counted)
    lines = tuple(_line(line, n, ledger, number, last) for n, line in enumerate(ledger.profiled(), start=1))
    lines = tuple(
        _with_actuals(line, rows[line.number], last, (entries or {}).get(line.key), faults)
        for line in (*lines, LineForecast(0, NO_LINE, NO_LINE_LABEL, "", 0, 0, (0,) * len(MONTHS), 0, 0))
    )
    if faults:
        raise InputError(actuals.name or "monitoring", faults)
    held = sum(line.gross_pence for line in ledger.lines if line.kind == "Contingency")
    found = Monitored(ledger.years[number], number, last, closed is not None, thresholds, lines, actuals, line_of, held)
    return replace(found, notes=(*actuals.notes, *_notes(found, ledger, line_of)))


def year_of(ledger: "Ledger", actuals: Actuals, year: str | None = None) -> str:
    """Return the financial year that `of` monitors. Raises InputError where `year` is none of the plan's."""
    faults: list[Fault] = []
    number = _year_number(ledger, actuals, year, faults)
    if faults:
        raise InputError(actuals.name or "monitoring", faults)
    return ledger.years[number]


def key_of(line: "LedgerLine") -> str:
    """Return what a line is called in what a person has typed of it: "bus_pass", "bus_pass income"."""
    return f"{line.option} income" if line.kind == INCOME else line.option


def template_lines(ledger: "Ledger") -> list[str]:
    """Return the names of the lines that have a budget, for an empty file of actuals; of all where none has."""
    lines = ledger.profiled()
    used = [line for line in lines if line.net_pence or line.virement_pence]
    return [line.label for line in used or lines]


def rated(variance_pence: int, budget_pence: int, thresholds: Thresholds) -> str:
    """Return Green, Amber or Red for a variance against a budget."""
    size = abs(variance_pence)
    if size <= thresholds.least_pence:
        return GREEN
    red, amber = (
        _rounded(abs(budget_pence) * round(share * MILLION), MILLION) for share in (thresholds.red, thresholds.amber)
    )
    return RED if size > red else AMBER if size > amber else GREEN


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


def _year_number(ledger: "Ledger", actuals: Actuals, year: str | None, faults: list[Fault]) -> int:
    years = ledger.years[:2]
    if year is not None:
        if (named := year_named(year, years)) is None:
            problem = f'"{year}" is none of the years of this plan: {years[0]} or {years[1]}. Write one of them.'
            faults.append(Fault("financial year", problem))
            return 0
        return years.index(named)
    in_second = sum(posting.period in YEAR_PERIODS[1] for posting in actuals.postings)
    in_first = sum(posting.period in YEAR_PERIODS[0] for posting in actuals.postings)
    return int(in_second > in_first)


def _in_plan(posting: Posting, year_number: int) -> bool:
    return posting.period == ADJUSTMENTS or posting.period in YEAR_PERIODS[year_number]


def _last_with_actual(actuals: Actuals, counted: Sequence[bool]) -> int:
    """Return the last month with an actual: an adjustment may be posted at any time, and closes none."""
    pairs = ((p, here) for p, here in zip(actuals.postings, counted, strict=True) if p.period != ADJUSTMENTS)
    return max((posting.period for posting, here in pairs if here and posting.amount_pence), default=0)


def _rows(actuals: Actuals, line_of: Sequence[int], counted: Sequence[bool]) -> Mapping[int, list[Posting]]:
    rows: dict[int, list[Posting]] = defaultdict(list)
    for posting, number, here in zip(actuals.postings, line_of, counted, strict=True):
        if here:
            rows[number].append(posting)
    return rows


def _line(line: "LedgerLine", number: int, ledger: "Ledger", year_number: int, closed: int) -> LineForecast:
    """Return a line without its actuals. A virement is spread over the months as the budget is."""
    revised = line.net_pence + line.virement_pence
    months = ledger.by_month(replace(line, gross_pence=revised, income_pence=0))
    periods, in_advance = YEAR_PERIODS[year_number], line.in_advance == "yes"
    still = [period for period in periods if (periods[0] if in_advance else period) > closed]
    return LineForecast(
        number=number,
        key=key_of(line),
        label=line.label,
        kind=line.kind,
        original_pence=line.net_pence,
        virement_pence=line.virement_pence,
        months=tuple(months),
        budget_pence=sum(months[period - 1] for period in periods),
        open_budget_pence=sum(months[period - 1] for period in still),
        in_advance=in_advance,
    )


def _with_actuals(
    line: LineForecast, postings: Sequence[Posting], closed: int, typed: Entry | None, faults: list[Fault]
) -> LineForecast:
    """Add what the file says of a line, and what was typed of it."""
    forecasts = {posting.forecast_pence for posting in postings if posting.forecast_pence is not None}
    reasons = dict.fromkeys(posting.reason for posting in sorted(postings, key=_in_order) if posting.reason)
    own, reason = (next(iter(forecasts)) if len(forecasts) == 1 else None), "; ".join(reasons)
    if typed is not None:
        own, reason = typed.forecast_pence, typed.reason.strip()
    elif len(forecasts) > 1:
        rows = ", ".join(str(posting.row) for posting in postings if posting.forecast_pence is not None)
        faults.append(Fault(f"rows {rows}, forecast", f'"{line.label}" has more than one forecast. Give it one.'))
    if own is not None and not reason:
        problem = "has a forecast of your own and no reason. Say why the method's does not serve."
        faults.append(Fault(f'line "{line.label}", reason', problem))
    return replace(
        line,
        actual_pence=sum(posting.amount_pence for posting in postings),
        committed_pence=sum(posting.committed_pence for posting in postings),
        taken_pence=sum(p.amount_pence + p.committed_pence for p in postings if not is_settled(p.period, closed)),
        own_forecast_pence=own,
        reason=reason,
    )


def _in_order(posting: Posting) -> tuple:
    return posting.period, posting.reason, posting.amount_pence


def _names(ledger: "Ledger") -> dict[str, int]:
    """Return the number of the line that each name means; a ledger code only where one line alone has it."""
    names: dict[str, int] = {}
    codes: dict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(ledger.profiled(), start=1):
        called = [line.label, key_of(line)]
        if line.kind == INCOME:
            called += [f"{word} {line.option}" for word in ("income", "contributions")]
        names |= {_plain(name): number for name in called}
        for code in (line.subjective, f"{line.cost_centre} {line.subjective}"):
            codes[_plain(code)].add(number)
    return {code: min(numbers) for code, numbers in codes.items() if len(numbers) == 1} | names


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[^\w]+|_", " ", name.casefold()).split())


def _rounded(number: int, by: int) -> int:
    """Return number / by to the nearest whole, halves away from nought; 0 where `by` is 0."""
    if not by:
        return 0
    sign = -1 if (number < 0) != (by < 0) else 1
    return sign * ((2 * abs(number) + abs(by)) // (2 * abs(by)))


def _notes(found: Monitored, ledger: "Ledger", line_of: Sequence[int]) -> list[str]:
    """Say what a person should look at: rows that fit no line or no month, rows alike, income of the wrong sign."""
    known = [line.label for line in ledger.profiled()]
    notes = []
    for posting in found.unmatched:
        notes.append(f'{_row(posting)}: "{posting.line}" is no line of the plan. {_meant(posting.line, known)}')
    for posting in found.outside:
        when = "the academic year before" if found.year_number == 0 else "the academic year after"
        notes.append(f"{_row(posting)}: period {posting.period} belongs to {when}, and is not counted.")
    notes += _alike(found.actuals.postings, line_of)
    if silent := [line.label for line in found.lines if line.is_due(found) and not line.actual_pence]:
        notes.append(f"No actual up to period {found.closed} for: {', '.join(silent)}.")
    for line in found.lines:
        if line.kind == INCOME and line.actual_pence > 0:
            notes.append(
                f'"{line.label}" has {_pounds(line.actual_pence)} above nought: what is received stands below nought, '
                "as -1,200.00 or (1,200.00)."
            )
        if line.in_advance and found.year_number == 0 and line.forecast_pence > line.budget_pence:
            later = line.revised_pence - line.budget_pence
            notes.append(
                f'"{line.label}" is paid for in advance: about {_pounds(later)} of it is for April to July, a '
                "prepayment at 31 March. Where the ledger has not posted it, add it below nought in period 13."
            )
    return notes


def _meant(name: str, known: Sequence[str]) -> str:
    said = did_you_mean(name, known)
    return said if said.startswith("Did") else "Name it as the plan does, or leave it here as spend without a budget."


def _row(posting: Posting) -> str:
    return f"Row {posting.row} ({_pounds(posting.amount_pence)}, committed {_pounds(posting.committed_pence)})"


def _alike(postings: Sequence[Posting], line_of: Sequence[int]) -> Iterable[str]:
    groups: dict[tuple, list[int]] = defaultdict(list)
    for posting, number in zip(postings, line_of, strict=True):
        if posting.amount_pence or posting.committed_pence:
            line = number or _plain(posting.line)
            groups[posting.period, line, posting.amount_pence, posting.committed_pence].append(posting.row)
    for (period, _, amount, _), rows in groups.items():
        if len(rows) > 1:
            listed = ", ".join(map(str, rows))
            yield (
                f"Rows {listed} are alike (period {period}, {_pounds(amount)}): all are counted. Delete what is a copy."
            )


def _pounds(pence: int) -> str:
    return f"{'-' if pence < 0 else ''}£{abs(pence) / 100:,.2f}"
