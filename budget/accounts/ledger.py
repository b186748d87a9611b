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
MILLION = 1_000_000
LAST = MONTHS.index("July")  # the last month of teaching takes the odd pennies
SECOND_YEAR = range(MONTHS.index("September"))  # periods of the academic year that fall in the second financial year
FIRST_YEAR = range(MONTHS.index("September"), len(MONTHS))


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the ledger. Money in pence."""

    kind: str  # EXPENDITURE, INCOME, CONTINGENCY, SPARE
    option: str  # the kind of support; "" for the contingency and what is not allocated
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
        """Gross less income, in pence; below nought on a line of income."""
        return self.gross_pence - self.income_pence

    @property
    def is_profiled(self) -> bool:
        """Whether the line is spent over the year: the contingency and what is not allocated are not."""
        return self.kind in (EXPENDITURE, INCOME)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The lines, and the calendar that spreads them over the months, April to March."""

    finance: Finance
    year: int  # of the September in which the academic year begins
    lines: tuple[LedgerLine, ...]
    days_by_term: tuple[tuple[int, ...], ...]  # one tuple of twelve a term
    weights: tuple[int, ...]

    @property
    def years(self) -> tuple[str, str, str]:
        """The two financial years of the academic year, and the one after."""
        first, second, third = (f"{year} to {year + 1}" for year in range(self.year, self.year + 3))
        return first, second, third

    def month_starts(self) -> list[datetime.date]:
        """Return the first day of each month, April to March; April to August are of the year after the September."""
        return _month_starts(self.year)

    def by_month(self, line: LedgerLine) -> list[int]:
        """Return a line's net pence by month. Shares are rounded, halves away from nought; July has what is left."""
        pence, total = line.net_pence, sum(self.weights)
        sign = -1 if pence < 0 else 1
        months = [sign * ((2 * abs(pence) * weight + total) // (2 * total)) for weight in self.weights]
        months[LAST] += pence - sum(months)
        return months

    def profiled(self) -> list[LedgerLine]:
        """Return the lines that are spent over the year, in order."""
        return [line for line in self.lines if line.is_profiled]

    def months_of(self, kind: str) -> list[int]:
        """Return the net pence of all lines of a kind by month."""
        rows = [self.by_month(line) for line in self.lines if line.kind == kind]
        return [sum(column) for column in zip(*rows, strict=True)] if rows else [0] * len(MONTHS)


def make_ledger(plan: Plan, funded: pd.DataFrame, services: pd.DataFrame) -> Ledger:
    """Return the ledger of a plan; `funded` and `services` are tables of its statement.

    Raises InputError where the council's terms have no teaching day in the academic year.
    """
    finance = plan.scenario.finance
    year = academic_year(plan.day)
    by_term = tuple(_days(first, last, finance, year) for first, last in finance.terms)
    finances.teaching_days(finance, year)  # raises InputError where the terms have no day in the year
    spend = int(funded["cost_pence"].sum()) + int(services["cost_pence"].sum())
    unspent = plan.allocation.budget_pence - spend
    lines = (*_profiled_lines(plan, funded, services, finance), *_other_lines(unspent, spend, finance))
    return Ledger(finance, year, lines, by_term, finances.month_weights(finance, year))


def academic_year(day: datetime.date) -> int:
    """Return the year of the September in which the academic year of a day begins; in August the one to come."""
    return day.year if day.month >= 8 else day.year - 1


def _month_starts(year: int) -> list[datetime.date]:
    return [datetime.date(year + (month < 9), month, 1) for month in (*range(4, 13), *range(1, 4))]


def month_end(start: datetime.date) -> datetime.date:
    """Return the last day of the month that begins on `start`."""
    return (start + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)


def _days(first: datetime.date, last: datetime.date, finance: Finance, year: int) -> tuple[int, ...]:
    """Return the weekdays of one term that are not closed, April to March, as NETWORKDAYS counts them."""
    counts = []
    for start in _month_starts(year):
        begin, end = max(first, start), min(last, month_end(start)) + datetime.timedelta(days=1)
        counts.append(int(np.busday_count(begin, end, holidays=list(finance.closed))) if end > begin else 0)
    return tuple(counts)


def _profiled_lines(plan: Plan, funded: pd.DataFrame, services: pd.DataFrame, finance: Finance) -> Iterator[LedgerLine]:
    """Yield what is spent, and then what is received, by kind of support."""
    vehicles = services.groupby("kind")["cost_pence"].sum()
    gross = funded.groupby("option")["gross_pence"].sum().add(vehicles, fill_value=0)
    income = funded.groupby("option")["income_pence"].sum()
    for kind in plan.catalogue.kinds:
        codes, advance = finance.line(kind.id), YES if kind.paid_in_advance else NO
        texts = (kind.label, kind.mode, codes.cost_centre, codes.subjective)
        amounts = (int(gross.get(kind.id, 0)), 0, codes.virement_pence)
        yield LedgerLine(EXPENDITURE, kind.id, *texts, *amounts, advance, _provenance(kind.id, finance))
    for kind in plan.catalogue.kinds:
        codes = finance.line(kind.id)
        texts = (f"Contributions: {kind.label}", kind.mode, codes.cost_centre, codes.income_subjective)
        received = int(income.get(kind.id, 0))
        yield LedgerLine(INCOME, kind.id, *texts, 0, received, 0, NO, _provenance(kind.id, finance))


def _provenance(kind_id: str, finance: Finance) -> str:
    return COUNCIL if finance.line(kind_id) != finances.Finance().line(kind_id) else ASSUMPTION


def _other_lines(unspent: int, spend: int, finance: Finance) -> Iterator[LedgerLine]:
    """Yield the contingency, as far as the unspent pence allow, and what is not allocated."""
    contingency = max(0, min(contingency_wanted(spend, finance), unspent))
    for kind, label, pence in (
        (CONTINGENCY, "Contingency", contingency),
        (SPARE, "Not allocated, the rest of the reserve included", unspent - contingency),
    ):
        yield LedgerLine(kind, "", label, "", finances.COST_CENTRE, kind, pence, 0, 0, NO, ASSUMPTION)


def contingency_wanted(spend_pence: int, finance: Finance) -> int:
    """Return the contingency in pence that the council's share of the spend asks for, halves up."""
    millionths = round(round(finance.contingency_share, 6) * MILLION)  # as Assumptions writes it
    return (2 * spend_pence * millionths + MILLION) // (2 * MILLION)
