"""The plan as lines of a ledger, and each line by period: what Budget lines and the profiles show, in whole pence."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from budget.planning.plan import Plan
from budget.scenarios import finance as finances
from budget.scenarios.finance import MONTHS, Finance
from data.figures import ASSUMPTION, COUNCIL

EXPENDITURE, INCOME, CONTINGENCY, SPARE = "Expenditure", "Income", "Contingency", "Not allocated"
YES, NO = "yes", "no"
LAST = MONTHS.index("July")  # the last month of teaching takes the odd pennies
SECOND_YEAR = range(MONTHS.index("September"))  # periods of the academic year that fall in the second financial year
FIRST_YEAR = range(MONTHS.index("September"), len(MONTHS))
FEWEST_TERMS, SPARE_TERMS = 6, 2
FEWEST_CLOSED, SPARE_CLOSED = 8, 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger. Money in pence; `original_pence` is signed, an income below nought."""

    kind: str  # EXPENDITURE, INCOME, CONTINGENCY, SPARE
    option: str  # the kind of support; "" for the two lines that belong to none
    label: str
    mode: str
    cost_centre: str
    subjective: str
    gross_pence: int
    income_pence: int
    virement_pence: int
    in_advance: str
    provenance: str

    @property
    def net_pence(self) -> int:
        """Gross less income."""
        return self.gross_pence - self.income_pence

    @property
    def is_profiled(self) -> bool:
        """Whether the line is spent over the year; what is held back is not."""
        return self.kind in (EXPENDITURE, INCOME)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The lines, and the calendar by which they are spread: each tuple of months April to March."""

    finance: Finance
    year: int  # of the September in which the academic year begins
    lines: tuple[Line, ...]
    days_by_term: tuple[tuple[int, ...], ...]  # one tuple of twelve a term
    teaching_days: tuple[int, ...]
    weights: tuple[int, ...]

    @property
    def years(self) -> tuple[str, str, str]:
        """The two financial years of the academic year, and the one after."""
        first = self.year
        return tuple(f"{first + n} to {first + n + 1}" for n in range(3))

    def month_starts(self) -> list[datetime.date]:
        """Return the first day of each month, April to March: from April they are of the year after the September."""
        numbers = [(number + 3) % 12 + 1 for number in range(len(MONTHS))]
        return [datetime.date(self.year + (month < 9), month, 1) for month in numbers]

    def by_month(self, line: Line) -> list[int]:
        """Return a line's net pence by month: shares rounded half up away from nought, July what is left."""
        pence, total = line.net_pence, sum(self.weights)
        sign = -1 if pence < 0 else 1
        months = [sign * ((2 * abs(pence) * weight + total) // (2 * total)) for weight in self.weights]
        months[LAST] += pence - sum(months)
        return months

    def profiled(self) -> list[Line]:
        """Return the lines that are spent over the year, in order."""
        return [line for line in self.lines if line.is_profiled]

    def months_of(self, kind: str) -> list[int]:
        """Return the net pence of all lines of a kind by month."""
        rows = [self.by_month(line) for line in self.lines if line.kind == kind]
        return [sum(column) for column in zip(*rows, strict=True)] if rows else [0] * len(MONTHS)


def of(plan: Plan, funded: pd.DataFrame, services: pd.DataFrame) -> Ledger:
    """Return the ledger of a plan; `funded` and `services` are those of `content`."""
    finance: Finance = plan.scenario.finance
    year = academic_year(plan.day)
    by_term = tuple(_days(first, last, finance, year) for first, last in finance.terms)
    teaching = finances.teaching_days(finance, year)
    weights = finances.month_weights(finance, year)
    lines = (*_lines(plan, funded, services, finance), *_held(plan, funded, services, finance))
    return Ledger(finance, year, lines, by_term, teaching, weights)


def academic_year(day: datetime.date) -> int:
    """Return the year of the September in which the academic year of a day begins; in August the one to come."""
    return day.year if day.month >= 8 else day.year - 1


def _days(first: datetime.date, last: datetime.date, finance: Finance, year: int) -> tuple[int, ...]:
    """Return the weekdays of one term that are not closed, April to March, as NETWORKDAYS counts them."""
    counts = []
    for number in range(len(MONTHS)):
        month = (number + 3) % 12 + 1
        start = np.datetime64(f"{year + (month < 9):04d}-{month:02d}")
        begin = max(np.datetime64(first), start.astype("datetime64[D]"))
        end = min(np.datetime64(last), (start + 1).astype("datetime64[D]") - 1)
        counts.append(int(np.busday_count(begin, end + 1, holidays=list(finance.closed))) if end >= begin else 0)
    return tuple(counts)


def _lines(plan: Plan, funded: pd.DataFrame, services: pd.DataFrame, finance: Finance) -> Iterator[Line]:
    """Yield what is spent, and then what is received, by kind of support."""
    gross = funded.groupby("option")["gross_pence"].sum().add(_by_kind(services), fill_value=0)
    income = funded.groupby("option")["income_pence"].sum()
    for kind in plan.catalogue.kinds:
        line = finance.line(kind.id)
        source = COUNCIL if line != finances.Finance().line(kind.id) else ASSUMPTION
        advance = YES if kind.paid_in_advance else NO
        whole = int(gross.get(kind.id, 0))
        texts = (kind.label, kind.mode, line.cost_centre, line.subjective)
        yield Line(EXPENDITURE, kind.id, *texts, whole, 0, line.virement_pence, advance, source)
    for kind in plan.catalogue.kinds:
        line = finance.line(kind.id)
        source = COUNCIL if line != finances.Finance().line(kind.id) else ASSUMPTION
        texts = (f"Contributions: {kind.label}", kind.mode, line.cost_centre, line.income_subjective)
        yield Line(INCOME, kind.id, *texts, 0, int(income.get(kind.id, 0)), 0, NO, source)


def _by_kind(services: pd.DataFrame) -> pd.Series:
    return services.groupby("kind")["cost_pence"].sum() if len(services) else pd.Series(dtype="int64")


def _held(plan: Plan, funded: pd.DataFrame, services: pd.DataFrame, finance: Finance) -> Iterator[Line]:
    """Yield what is held against surprises, as far as the money is there, and what no line has."""
    spend = int(funded["cost_pence"].sum()) + int(services["cost_pence"].sum())
    left = plan.allocation.budget_pence - spend
    held = max(0, min(contingency_wanted(spend, finance), left))
    common = ("", finances.COST_CENTRE)
    source = ASSUMPTION
    yield Line(CONTINGENCY, "", "Contingency", *common, "Contingency", held, 0, 0, NO, source)
    words = "Not allocated, the rest of the reserve included"
    yield Line(SPARE, "", words, *common, "Not allocated", left - held, 0, 0, NO, source)


def contingency_wanted(spend_pence: int, finance: Finance) -> int:
    """Return the contingency that the share asks for, halves up."""
    millionths = round(round(finance.contingency_share, 6) * 1_000_000)  # as Assumptions shows it
    return (2 * spend_pence * millionths + 1_000_000) // 2_000_000
