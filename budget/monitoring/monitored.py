"""What monitoring a plan gives: its lines with their forecasts, the rows of the file, and the sums by period."""

from collections.abc import Iterator
from dataclasses import dataclass

from budget.accounts.ledger import rounded
from budget.monitoring.ledger_cells import ADJUSTMENTS
from budget.monitoring.lines import EMPTY, LineForecast, Thresholds
from budget.monitoring.matching import YEAR_PERIODS, Match
from budget.monitoring.posting import Actuals, Posting


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
    matches: tuple[Match, ...]  # for each posting the number of its line, 0 where it fits none, and why it is left out
    contingency_pence: int  # for the whole plan
    notes: tuple[str, ...] = ()

    @property
    def periods(self) -> range:
        """The periods of this financial year that the plan has months in."""
        return YEAR_PERIODS[self.year_number]

    @property
    def rows(self) -> Iterator[tuple[Posting, Match]]:
        """Each row of the file with its match."""
        return zip(self.actuals.postings, self.matches, strict=True)

    @property
    def counted(self) -> tuple[Posting, ...]:
        """The rows that belong to this plan's part of the year, or are an adjustment of it."""
        return tuple(posting for posting, found in self.rows if not found.left_out)

    @property
    def outside(self) -> tuple[Posting, ...]:
        """The rows that are left out: of another cost centre, project or year, or of another academic year's plan."""
        return tuple(posting for posting, found in self.rows if found.left_out)

    @property
    def unmatched(self) -> tuple[Posting, ...]:
        """The rows that fit no line, in the order of the file."""
        return tuple(posting for posting, found in self.rows if found.line == 0 and not found.left_out)

    def total(self, name: str) -> int:
        """Return the sum of an amount over all lines, such as "forecast_pence"."""
        return sum(getattr(line, name) for line in self.lines)

    @property
    def overspends_pence(self) -> int:
        """Every overspend that is forecast, without the underspends of other lines: at or above zero."""
        return sum(max(0, line.variance_pence) for line in self.lines)

    @property
    def available_pence(self) -> int:
        """What may be spent on something else: the savings confirmed, less every overspend that is forecast."""
        return max(0, self.total("saving_pence") - self.overspends_pence)

    def rating(self, line: LineForecast) -> str:
        """Return Green, Amber or Red, by the size of the variance; "" for a line with nothing in it."""
        return EMPTY if line.is_empty else self.thresholds.rating(line.variance_pence, line.budget_pence)

    def by_period(self) -> tuple[PeriodTotals, ...]:
        """Return the thirteen periods; the actual has what is accrued in it.

        What is still to come is spread over the open months in proportion to their budgets; the last takes the rest.
        Where no month is open it is put into period 13, as is the prepayment to come.
        """
        budgets = [sum(line.due[n] for line in self.lines) for n in range(ADJUSTMENTS)]
        actuals = [sum(line.posted[n] for line in self.lines) for n in range(ADJUSTMENTS)]
        forecasts = [posted if is_final(n, self.closed) else 0 for n, posted in enumerate(actuals, start=1)]
        forecasts[-1] += self.total("prepayment_pence")
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
