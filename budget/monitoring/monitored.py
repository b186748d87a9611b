"""What monitoring a plan gives: its lines with their forecasts, the rows of the file, and the sums by period."""

from dataclasses import dataclass

from budget.accounts.ledger import rounded
from budget.monitoring.actuals_file import ADJUSTMENTS, Actuals, Posting
from budget.monitoring.lines import LineForecast, Thresholds

YEAR_PERIODS = (range(6, 13), range(1, 6))  # of the plan, in the first and in the second financial year


@dataclass(frozen=True, slots=True)
class PeriodTotals:
    """The sums of all lines in one period; period 13 is for adjustments."""

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
    line_of: tuple[int, ...]  # for each posting the number of its line, 0 where it fits none
    contingency_pence: int  # for the whole plan
    notes: tuple[str, ...] = ()

    @property
    def periods(self) -> range:
        """The periods of this financial year that the plan has months in."""
        return YEAR_PERIODS[self.year_number]

    def counts(self, posting: Posting) -> bool:
        """Return whether a row belongs to this plan's part of the year, or is an adjustment of it."""
        return counts_in(posting, self.year_number)

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
        """Return Green, Amber or Red, by the size of the variance."""
        return self.thresholds.rating(line.variance_pence, line.budget_pence)

    def by_period(self) -> tuple[PeriodTotals, ...]:
        """Return the thirteen periods.

        What is still to come is spread over the open months in proportion to their budgets; the last takes the rest.
        Where no month is open it is put into period 13.
        """
        budgets, actuals, forecasts = ([0] * ADJUSTMENTS for _ in range(3))
        for number in self.periods:
            budgets[number - 1] = sum(line.months[number - 1] for line in self.lines if not line.in_advance)
        budgets[self.periods[0] - 1] += sum(line.budget_pence for line in self.lines if line.in_advance)
        for posting in filter(self.counts, self.actuals.postings):
            actuals[posting.period - 1] += posting.amount_pence
            if is_final(posting.period, self.closed):
                forecasts[posting.period - 1] += posting.amount_pence + posting.committed_pence
        to_come = self.total("forecast_pence") - sum(forecasts)
        *months, last = [number for number in self.periods if number > self.closed] or [ADJUSTMENTS]
        open_budget = sum(budgets[number - 1] for number in (*months, last))
        parts = [rounded(to_come * budgets[number - 1], open_budget) for number in months]
        for number, part in zip((*months, last), (*parts, to_come - sum(parts)), strict=True):
            forecasts[number - 1] += part
        rows = zip(range(1, ADJUSTMENTS + 1), budgets, actuals, forecasts, strict=True)
        return tuple(PeriodTotals(*row) for row in rows)


def is_final(period: int, closed: int) -> bool:
    """Return whether a period's amounts are final: it is closed, or it holds adjustments."""
    return period <= closed or period == ADJUSTMENTS


def counts_in(posting: Posting, year_number: int) -> bool:
    """Return whether a row belongs to the plan's part of a financial year, or is an adjustment of it."""
    return posting.period == ADJUSTMENTS or posting.period in YEAR_PERIODS[year_number]
