"""Hold what the ledger needs to know of a plan: codes, profile, term dates, contingency and inflation.

None of it changes which offers are chosen; it changes how the workbook lays the plan out. In a scenario file:

    [finance]
    profile = "teaching_days"                     # or "months": twelve equal months
    terms = [[2026-09-03, 2026-10-23], …]         # the council's terms, first and last day; absent: a plain calendar
    closed = [2027-05-03]                         # days within a term without teaching: bank holidays, training days
    contingency_share = 0.05
    inflation = [0.02, 0.02]                      # of the second and the third year
    start = 2026-11-30                            # first day of the plan; absent: the day it is made, if in term
    prepayments_code = "91000"                    # of the balance sheet, for journals
    accruals_code = "92000"

    [finance.lines.bus_pass]
    cost_centre = "C1234"
    subjective = "4010"
    income_subjective = "9310"
    virement = -2500.00                           # pounds moved in, or out of the line, since the budget was set
    project = "P100"                              # where the ledger tells its rows apart by project
    baseline = 118000.00                          # pounds spent on it today, a year

    [[finance.virement]]                          # the record of what was moved; the lines then need no virement
    from = "bus_pass"
    to = "shared_taxi"
    amount = 2500.00
    approved_by = "Head of Finance"
    on = 2026-10-12

What a council has not set is an assumption, and `provenance` says so. The subjective of a kind of support is then its
ledger group in catalogue.toml.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from budget.offers.catalogue import default_catalogue
from data.faults import Fault, InputError
from data.figures import ASSUMPTION, COUNCIL
from data.wording import exact_pounds

Profile = Literal["teaching_days", "months"]
PROFILES = get_args(Profile)
MONTHS = (
    "April", "May", "June", "July", "August", "September",
    "October", "November", "December", "January", "February", "March",
)  # fmt: skip

FIRST_MONTH = 9  # of the academic year
PLANNED_FROM = 8  # the month from which on a day is of the academic year to come

# Weekdays of term in 2026-27 less half terms, bank holidays and five training days: 190, and 125 of them (two thirds)
# before 31 March. Easter moves March and April; the council replaces them with its own term dates.
PLAIN_CALENDAR = (15, 19, 18, 13, 0, 20, 17, 21, 14, 19, 15, 19)

CONTRACTORS, RECEIPTS = "Third party payments", "Customer and client receipts"  # groups of CIPFA's Code of Practice
COST_CENTRE = "Post-16 transport"

NOTES = {
    "lines": "The cost centre is a name of ours, the subjectives are CIPFA's groups: replace with the ledger's codes.",
    "profile": "By teaching days, as buses and taxis run; an annual pass that is paid for in September is not.",
    "terms": "A plain calendar of 190 days for 2026-27, Easter in late March: replace with the council's term dates.",
    "closed": "A plain calendar of 190 days for 2026-27, Easter in late March: replace with the council's term dates.",
    "contingency_share": "None, until the council says what it holds.",
    "inflation": "The Bank of England's target of 2% a year: replace with those of the medium-term financial plan.",
}


@dataclass(frozen=True, slots=True)
class LedgerCodes:
    """The ledger codes of a kind of support, as the council writes them, and its virement."""

    cost_centre: str = COST_CENTRE
    subjective: str = CONTRACTORS
    income_subjective: str = RECEIPTS
    virement_pence: int = 0  # moved into the line since the budget was set; out of it where negative
    project: str = ""  # the ledger's code of a project, where rows of the ledger are told apart by it
    baseline_pence: int | None = None  # what is spent on this kind of support today, a year; None where not known


def default_lines() -> dict[str, LedgerCodes]:
    """Return the line of each kind in the catalogue, by its id, as long as the council has not set it."""
    return {kind.id: LedgerCodes(subjective=kind.ledger_group) for kind in default_catalogue().kinds}


@dataclass(frozen=True, slots=True)
class Virement:
    """Money moved from one line to another since the budget was set, with who approved it and when."""

    source: str  # the kind of support that it leaves
    target: str
    pence: int
    approved_by: str
    day: datetime.date

    def in_words(self) -> str:
        """Return it as a sentence says it."""
        moved = f"{exact_pounds(self.pence)} from {self.source} to {self.target}"
        return f"{moved}, approved by {self.approved_by} on {self.day}"


@dataclass(frozen=True, slots=True)
class Finance:
    """What the ledger needs to know of a plan. `lines` holds every kind in the catalogue."""

    lines: Mapping[str, LedgerCodes] = field(default_factory=dict)
    profile: str = "teaching_days"
    terms: tuple[tuple[datetime.date, datetime.date], ...] = ()
    closed: tuple[datetime.date, ...] = ()
    contingency_share: float = 0.0
    inflation: tuple[float, float] = (0.02, 0.02)
    start: datetime.date | None = None  # the first day of the plan; None: the day it is made, or September before that
    prepayments_code: str = ""  # of the balance sheet, for journals
    accruals_code: str = ""
    virements: tuple[Virement, ...] = ()  # who approved what was moved between lines

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", default_lines() | dict(self.lines))

    def line(self, kind: str) -> LedgerCodes:
        """Return the line of a kind of support; a plain one where neither catalogue nor council gives it."""
        return self.lines.get(kind, LedgerCodes())

    @property
    def baseline_pence(self) -> int | None:
        """What is spent in a year today on the kinds whose baseline is said, in pence; None where none is said."""
        said = [codes.baseline_pence for codes in self.lines.values() if codes.baseline_pence is not None]
        return sum(said) if said else None

    def provenance(self, name: str) -> str:
        """Return "set by the council" or "assumption" for one field."""
        return ASSUMPTION if getattr(self, name) == getattr(Finance(), name) else COUNCIL


def unbalanced_in_words(finance: Finance) -> str:
    """Say by how much the virements of all lines do not come to nought; "" where what one gives another receives."""
    over = sum(line.virement_pence for line in finance.lines.values())
    if not over:
        return ""
    gives = "receive" if over > 0 else "give"
    return (
        f"The virements do not balance: the lines {gives} {exact_pounds(abs(over))} that no other line "
        f"{'gives' if over > 0 else 'receives'}. Correct the virements of the lines in the scenario."
    )


def academic_year(day: datetime.date) -> int:
    """Return the year of the September in which the academic year of a day begins; in August the one to come."""
    return day.year if day.month >= PLANNED_FROM else day.year - 1


def teaching_days(finance: Finance, year: int) -> tuple[int, ...]:
    """Return the teaching days of the academic year that begins in September of `year`, April to March.

    April to August are those of the next calendar year, at the end of the academic year. Raises InputError where the
    council's terms have not one day in it.
    """
    if not finance.terms:
        return tuple(
            days_from(finance, start, days) for start, days in zip(month_starts(year), PLAIN_CALENDAR, strict=True)
        )
    counts = tuple(map(sum, zip(*days_by_term(finance, year), strict=True)))
    if not any(counts):
        start, end = datetime.date(year, 9, 1), datetime.date(year + 1, 8, 31)
        problem = f"have no teaching day between {start} and {end}. Give the terms of that academic year."
        raise InputError("finance", [Fault("terms", problem)])
    return counts


def days_by_term(finance: Finance, year: int) -> tuple[tuple[int, ...], ...]:
    """Return the weekdays of each term that are not closed, April to March, as NETWORKDAYS counts them."""
    terms = []
    for first, last in finance.terms:
        counts = []
        for start in month_starts(year):
            begin, end = (
                max(first, start, finance.start or first),
                min(last, month_end(start)) + datetime.timedelta(days=1),
            )
            counts.append(int(np.busday_count(begin, end, holidays=list(finance.closed))) if end > begin else 0)
        terms.append(tuple(counts))
    return tuple(terms)


def month_starts(year: int) -> list[datetime.date]:
    """Return the first day of each month, April to March; April to August are of the year after the September."""
    return [datetime.date(year + (month < 9), month, 1) for month in (*range(4, 13), *range(1, 4))]


def month_end(start: datetime.date) -> datetime.date:
    """Return the last day of the month that begins on `start`."""
    return (start + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)


def month_weights(finance: Finance, year: int) -> tuple[int, ...]:
    """Return what each month, April to March, weighs in the year's profile: its teaching days, or 1.

    A month that ends before the plan's first day weighs nothing.
    """
    if finance.profile == "months":
        return tuple(int(not is_before(finance, start)) for start in month_starts(year))
    return teaching_days(finance, year)


def is_before(finance: Finance, month: datetime.date) -> bool:
    """Return whether a month, by its first day, ends before the plan's first day."""
    return finance.start is not None and month_end(month) < finance.start


def days_from(finance: Finance, month: datetime.date, days: int) -> int:
    """Return how many of a month's teaching days are left from the plan's first day on, by its weekdays, halves up."""
    if finance.start is None or finance.start <= month:
        return days
    if is_before(finance, month):
        return 0
    after = month_end(month) + datetime.timedelta(days=1)
    left, whole = (int(np.busday_count(first, after)) for first in (finance.start, month))
    return (2 * days * left + whole) // (2 * whole)
