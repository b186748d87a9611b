"""Hold what the ledger needs to know of a plan: codes, profile, term dates, contingency and inflation.

None of it changes which offers are chosen; it changes how the workbook lays the plan out. In a scenario file:

    [finance]
    profile = "teaching_days"                     # or "months": twelve equal months
    terms = [[2026-09-03, 2026-10-23], …]         # the council's terms, first and last day; absent: a plain calendar
    closed = [2027-05-03]                         # days within a term without teaching: bank holidays, training days
    contingency_share = 0.05
    inflation = [0.02, 0.02]                      # of the second and the third year

    [finance.lines.bus_pass]
    cost_centre = "C1234"
    subjective = "4010"
    income_subjective = "9310"
    virement = -2500.00                           # pounds moved in, or out of the line, since the budget was set
    project = "P100"                              # where the ledger tells its rows apart by project
    baseline = 118000.00                          # pounds spent on it today, a year

What a council has not set is an assumption, and `provenance` says so. The subjective of a kind of support is then its
ledger group in catalogue.toml.
"""

import datetime
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

import numpy as np
from pydantic import AfterValidator, Field

from budget.allocation.inputs.toml_tables import Number, Table, is_number, read_table
from budget.offers.catalogue import default_catalogue
from data.faults import Fault, InputError
from data.figures import ASSUMPTION, COUNCIL
from data.suggest import did_you_mean

Profile = Literal["teaching_days", "months"]
PROFILES = get_args(Profile)
MONTHS = (
    "April", "May", "June", "July", "August", "September",
    "October", "November", "December", "January", "February", "March",
)  # fmt: skip
MOST_VIREMENT_PENCE = 10**13

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
class Finance:
    """What the ledger needs to know of a plan. `lines` holds every kind in the catalogue."""

    lines: Mapping[str, LedgerCodes] = field(default_factory=dict)
    profile: str = "teaching_days"
    terms: tuple[tuple[datetime.date, datetime.date], ...] = ()
    closed: tuple[datetime.date, ...] = ()
    contingency_share: float = 0.0
    inflation: tuple[float, float] = (0.02, 0.02)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", default_lines() | dict(self.lines))

    def line(self, kind: str) -> LedgerCodes:
        """Return the line of a kind of support; a plain one where neither catalogue nor council gives it."""
        return self.lines.get(kind, LedgerCodes())

    def provenance(self, name: str) -> str:
        """Return "set by the council" or "assumption" for one field."""
        return ASSUMPTION if getattr(self, name) == getattr(Finance(), name) else COUNCIL


def teaching_days(finance: Finance, year: int) -> tuple[int, ...]:
    """Return the teaching days of the academic year that begins in September of `year`, April to March.

    April to August are those of the next calendar year, at the end of the academic year. Raises InputError where the
    council's terms have not one day in it.
    """
    if not finance.terms:
        return PLAIN_CALENDAR
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
            begin, end = max(first, start), min(last, month_end(start)) + datetime.timedelta(days=1)
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
    """Return what each month, April to March, weighs in the year's profile: its teaching days, or 1."""
    return (1,) * len(MONTHS) if finance.profile == "months" else teaching_days(finance, year)


Day = datetime.date
Share = Annotated[Number, Field(ge=0, le=1), AfterValidator(float)]
Rates = Annotated[
    list[Annotated[Number, Field(ge=-0.5, le=1), AfterValidator(float)]],
    Field(min_length=2, max_length=2),
    AfterValidator(tuple),
]
Term = Annotated[list[Day], Field(min_length=2, max_length=2), AfterValidator(tuple)]
Terms = Annotated[list[Term], AfterValidator(lambda terms: tuple(sorted(terms)))]
Days = Annotated[list[Day], AfterValidator(lambda days: tuple(sorted(set(days))))]
IN_QUOTES = 'must be a text in quotation marks, such as "4010".'
SOME_TERMS = "must be pairs of dates, such as [[2026-09-03, 2026-10-23], [2026-11-02, …]]."
SOME_DAYS = "must be dates, such as [2027-05-03]."
A_SHARE = "must be a share from 0 to 1, such as 0.05."
TWO_RATES = "must be two rates from -0.5 to 1, of the second and third year: [0.02, 0.02]."


class FinanceTable(Table):
    """The [finance] table of a scenario file, its lines apart, with values as `Finance` has them."""

    profile: Profile = Field("teaching_days", description=f"must be one of {', '.join(PROFILES)}.")
    terms: Terms = Field([], description=SOME_TERMS)
    closed: Days = Field([], description=SOME_DAYS)
    contingency_share: Share = Field(0.0, description=A_SHARE)
    inflation: Rates = Field([], description=TWO_RATES)


class LineTable(Table):
    """A [finance.lines.KIND] table of a scenario file."""

    cost_centre: str = Field("", description=IN_QUOTES)
    subjective: str = Field("", description=IN_QUOTES)
    income_subjective: str = Field("", description=IN_QUOTES)
    project: str = Field("", description=IN_QUOTES)
    virement: Any = None
    baseline: Any = None


def finance_from(raw: object, faults: list[Fault]) -> Finance:
    """Make the finance settings of the [finance] table of a scenario file, adding every fault to `faults`."""
    if not isinstance(raw, Mapping):
        faults.append(Fault("finance", "must be a table [finance]."))
        return Finance()
    before = len(faults)
    settings = {key: value for key, value in raw.items() if key != "lines"}
    values = read_table(FinanceTable, settings, faults, where="finance", known=["lines"])
    lines = _lines(raw.get("lines", {}), "finance, lines", faults)
    finance = Finance(lines, **values)
    _check_terms(finance.terms, faults)
    if len(faults) > before:
        return Finance()
    if outside := [day for day in finance.closed if not any(a <= day <= b for a, b in finance.terms)]:
        days = ", ".join(map(str, outside))
        faults.append(Fault("finance, closed", f"{days}: in none of the terms. Give the terms, or take the days out."))
    return finance


def _check_terms(terms: tuple[tuple[Day, Day], ...], faults: list[Fault]) -> None:
    where = "finance, terms"
    faults += [Fault(where, f"{first} to {last} ends before it begins.") for first, last in terms if last < first]
    for (_, last), (first, _) in zip(terms, terms[1:], strict=False):
        if first <= last:
            faults.append(Fault(where, f"the term that begins on {first} begins before another ends on {last}."))


def _lines(given: object, where: str, faults: list[Fault]) -> dict[str, LedgerCodes]:
    if not isinstance(given, Mapping):
        faults.append(Fault(where, "must be tables, such as [finance.lines.bus_pass]."))
        return {}
    defaults = default_lines()
    lines = {}
    for kind, entry in given.items():
        if kind not in defaults:
            faults.append(Fault(f"{where}.{kind}", f"is no kind of support. {did_you_mean(kind, defaults)}"))
        elif not isinstance(entry, Mapping):
            faults.append(Fault(f"{where}.{kind}", "must be a table with cost_centre, subjective and the like."))
        else:
            values = read_table(LineTable, entry, faults, where=f"{where}.{kind}")
            for key in ("virement", "baseline"):
                if key in values:
                    values[f"{key}_pence"] = _signed_pence(values.pop(key), f"{where}.{kind}, {key}", faults)
            lines[kind] = replace(defaults[kind], **values)
    return lines


def _signed_pence(given: object, where: str, faults: list[Fault]) -> int:
    pence = Decimal(str(given)) * 100 if is_number(given) else Decimal("NaN")
    if not pence.is_finite() or abs(pence) > MOST_VIREMENT_PENCE or pence != int(pence):
        faults.append(Fault(where, "must be pounds with at most two decimals, negative where money leaves the line."))
        return 0
    return int(pence)


def to_mapping(finance: Finance) -> dict:
    """Return what differs from the defaults, as a scenario file holds it."""
    default = Finance()
    names = ("profile", "contingency_share", "terms", "closed", "inflation")
    table: dict = {name: getattr(finance, name) for name in names if getattr(finance, name) != getattr(default, name)}
    lines = {}
    for kind, line in finance.lines.items():
        plain = asdict(default.line(kind))
        entry: dict = {key: value for key, value in asdict(line).items() if value != plain[key]}
        for key in ("virement", "baseline"):
            if f"{key}_pence" in entry:
                entry[key] = Decimal(entry.pop(f"{key}_pence")) / 100
        if entry:
            lines[kind] = entry
    return table | ({"lines": lines} if lines else {})
