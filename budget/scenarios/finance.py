"""What the ledger needs to know of a plan: codes, profile, term dates, contingency and inflation.

None of it changes which offers are chosen; it changes how the workbook sets the plan out. In a scenario file:

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

What a council has not set is an assumption, and `provenance` says so.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal

from budget.allocation.inputs.limits import is_number
from budget.offers.catalogue import default_catalogue
from data.faults import Fault, InputError
from data.figures import ASSUMPTION, COUNCIL
from data.suggest import did_you_mean

PROFILES = ("teaching_days", "months")
MONTHS = (
    "April", "May", "June", "July", "August", "September",
    "October", "November", "December", "January", "February", "March",
)  # fmt: skip
BEFORE_SEPTEMBER = 5  # months from April that fall in the calendar year after the September
SATURDAY = 5
MOST_VIREMENT_PENCE = 10**13

# Weekdays of term in 2026-27 less half terms, bank holidays and five training days: 190, and 125 of them (two thirds)
# before 31 March. Easter moves March and April; the council replaces them with its own term dates.
PLAIN_CALENDAR = (15, 19, 18, 13, 0, 20, 17, 21, 14, 19, 15, 19)

# The groups of CIPFA's Service Reporting Code of Practice, by what the council pays for.
TRANSPORT, CONTRACTORS, INDIVIDUALS = "Transport-related expenditure", "Third party payments", "Transfer payments"
RECEIPTS = "Customer and client receipts"
COST_CENTRE = "Post-16 transport"
GROUPS = {
    "bus_pass": TRANSPORT, "bus_discount": TRANSPORT, "cycle_loan": TRANSPORT, "ebike_loan": TRANSPORT,
    "moped_loan": TRANSPORT, "shared_taxi": CONTRACTORS, "minibus": CONTRACTORS, "bursary": INDIVIDUALS,
    "mileage": INDIVIDUALS,
}  # fmt: skip

NOTES = {
    "lines": "The cost centre is a name of ours, the subjectives are CIPFA's groups: replace with the ledger's codes.",
    "profile": "By teaching days, as buses and taxis run; an annual pass that is paid for in September is not.",
    "terms": "A plain calendar of 190 days for 2026-27, Easter in late March: replace with the council's term dates.",
    "closed": "A plain calendar of 190 days for 2026-27, Easter in late March: replace with the council's term dates.",
    "contingency_share": "None, until the council says what it holds.",
    "inflation": "The Bank of England's target of 2 % a year: replace with those of the medium-term financial plan.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Where a kind of support stands in the ledger. Texts as the council writes its codes."""

    cost_centre: str = COST_CENTRE
    subjective: str = CONTRACTORS
    income_subjective: str = RECEIPTS
    virement_pence: int = 0  # moved into the line since the budget was set; out of it where negative


DEFAULT_LINES = {kind: Line(subjective=group) for kind, group in GROUPS.items()}


@dataclass(frozen=True, slots=True)
class Finance:
    """What the ledger needs to know of a plan. `lines` holds every kind that ships, and more where they were given."""

    lines: Mapping[str, Line] = field(default_factory=dict)
    profile: str = "teaching_days"
    terms: tuple[tuple[datetime.date, datetime.date], ...] = ()
    closed: tuple[datetime.date, ...] = ()
    contingency_share: float = 0.0
    inflation: tuple[float, float] = (0.02, 0.02)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", DEFAULT_LINES | dict(self.lines))

    def line(self, kind: str) -> Line:
        """Return the line of a kind of support; for one that does not ship and was not given, the plain one."""
        return self.lines.get(kind, Line())

    def provenance(self, name: str) -> str:
        """Return "set by the council" or "assumption" for one field."""
        return ASSUMPTION if getattr(self, name) == getattr(DEFAULT, name) else COUNCIL


DEFAULT = Finance()


def teaching_days(finance: Finance, year: int) -> tuple[int, ...]:
    """Return the teaching days of the academic year that begins in September of `year`, April to March.

    April to August are those of the next calendar year, at the end of the academic year. Raises InputError where the
    council's terms have not one day in it.
    """
    if not finance.terms:
        return PLAIN_CALENDAR
    counts = [0] * len(MONTHS)
    start, end = datetime.date(year, 9, 1), datetime.date(year + 1, 8, 31)
    closed = set(finance.closed)
    for first, last in finance.terms:
        day = max(first, start)
        while day <= min(last, end):
            if day.weekday() < SATURDAY and day not in closed:
                counts[(day.month - 4) % 12] += 1
            day += datetime.timedelta(days=1)
    if not any(counts):
        problem = f"have no teaching day between {start} and {end}. Give the terms of that academic year."
        raise InputError("finance", [Fault("terms", problem)])
    return tuple(counts)


def month_weights(finance: Finance, year: int) -> tuple[int, ...]:
    """Return what each month, April to March, weighs in the year's profile: its teaching days, or 1."""
    return (1,) * len(MONTHS) if finance.profile == "months" else teaching_days(finance, year)


def finance_from(raw: object, faults: list[Fault]) -> Finance:
    """Make the finance settings of the [finance] table of a scenario file, adding every fault to `faults`."""
    if not isinstance(raw, Mapping):
        faults.append(Fault("finance", "must be a table [finance]."))
        return DEFAULT
    known = [item.name for item in fields(Finance)]
    faults += [Fault(f"finance, {key}", f"is not known. {did_you_mean(key, known)}") for key in raw if key not in known]
    readers = {
        "lines": _lines, "profile": _profile, "terms": _terms, "closed": _closed,
        "contingency_share": _share, "inflation": _inflation,
    }  # fmt: skip
    before = len(faults)
    values = {name: read(raw[name], f"finance, {name}", faults) for name, read in readers.items() if name in raw}
    if len(faults) > before:
        return DEFAULT
    finance = Finance(**values)
    outside = [day for day in finance.closed if not any(first <= day <= last for first, last in finance.terms)]
    if outside:
        days = ", ".join(map(str, outside))
        faults.append(Fault("finance, closed", f"{days}: in none of the terms. Give the terms, or take the days out."))
    return finance


def _profile(given: object, where: str, faults: list[Fault]) -> str:
    if given not in PROFILES:
        faults.append(Fault(where, f"must be one of {', '.join(PROFILES)}."))
    return str(given)


def _terms(given: object, where: str, faults: list[Fault]) -> tuple:
    pairs = given if isinstance(given, list) else [None]
    if not all(isinstance(pair, list) and len(pair) == 2 and all(_is_date(day) for day in pair) for pair in pairs):
        faults.append(Fault(where, "must be pairs of dates, such as [[2026-09-03, 2026-10-23], [2026-11-02, …]]."))
        return ()
    terms = tuple(sorted((first, last) for first, last in pairs))
    faults += [Fault(where, f"{first} to {last} ends before it begins.") for first, last in terms if last < first]
    for (_, last), (first, _) in zip(terms, terms[1:], strict=False):
        if first <= last:
            faults.append(Fault(where, f"the term that begins on {first} begins before another ends on {last}."))
    return terms


def _closed(given: object, where: str, faults: list[Fault]) -> tuple[datetime.date, ...]:
    if not isinstance(given, list) or not all(_is_date(day) for day in given):
        faults.append(Fault(where, "must be dates, such as [2027-05-03]."))
        return ()
    return tuple(sorted(set(given)))


def _is_date(value: object) -> bool:
    return type(value) is datetime.date  # a datetime is one as well


def _share(given: object, where: str, faults: list[Fault]) -> float:
    if not (is_number(given) and 0 <= given <= 1):
        faults.append(Fault(where, "must be a share from 0 to 1, such as 0.05."))
        return 0.0
    return float(given)


def _inflation(given: object, where: str, faults: list[Fault]) -> tuple[float, float]:
    rates = given if isinstance(given, list) else []
    if len(rates) != 2 or not all(is_number(rate) and -0.5 <= rate <= 1 for rate in rates):
        faults.append(Fault(where, "must be two rates from -0.5 to 1, of the second and third year: [0.02, 0.02]."))
        return (0.0, 0.0)
    return (float(rates[0]), float(rates[1]))


def _lines(given: object, where: str, faults: list[Fault]) -> dict[str, Line]:
    if not isinstance(given, Mapping):
        faults.append(Fault(where, "must be tables, such as [finance.lines.bus_pass]."))
        return {}
    kinds = [kind.id for kind in default_catalogue().kinds]
    lines = {}
    for kind, entry in given.items():
        if kind not in kinds:
            faults.append(Fault(f"{where}.{kind}", f"is no kind of support. {did_you_mean(kind, kinds)}"))
        elif not isinstance(entry, Mapping):
            faults.append(Fault(f"{where}.{kind}", "must be a table with cost_centre, subjective and the like."))
        else:
            lines[kind] = _line(entry, DEFAULT_LINES.get(kind, Line()), f"{where}.{kind}", faults)
    return lines


def _line(entry: Mapping, line: Line, where: str, faults: list[Fault]) -> Line:
    texts = ("cost_centre", "subjective", "income_subjective")
    for key, value in entry.items():
        if key in texts:
            if isinstance(value, str):
                line = replace(line, **{key: value})
            else:
                faults.append(Fault(f"{where}, {key}", 'must be a text in quotation marks, such as "4010".'))
        elif key == "virement":
            line = replace(line, virement_pence=_signed_pence(value, f"{where}, virement", faults))
        else:
            faults.append(Fault(f"{where}, {key}", f"is not known. {did_you_mean(key, (*texts, 'virement'))}"))
    return line


def _signed_pence(given: object, where: str, faults: list[Fault]) -> int:
    pence = Decimal(str(given)) * 100 if is_number(given) else Decimal("NaN")
    if not pence.is_finite() or abs(pence) > MOST_VIREMENT_PENCE or pence != int(pence):
        faults.append(Fault(where, "must be pounds with at most two decimals, negative where money leaves the line."))
        return 0
    return int(pence)


def to_mapping(finance: Finance) -> dict:
    """Return what differs from the defaults, as a scenario file holds it."""
    table: dict = {}
    for name in ("profile", "contingency_share"):
        if getattr(finance, name) != getattr(DEFAULT, name):
            table[name] = getattr(finance, name)
    if finance.terms:
        table["terms"] = [list(term) for term in finance.terms]
    if finance.closed:
        table["closed"] = list(finance.closed)
    if finance.inflation != DEFAULT.inflation:
        table["inflation"] = list(finance.inflation)
    lines = {}
    for kind, line in finance.lines.items():
        plain = DEFAULT_LINES.get(kind, Line())
        entry = {
            key: getattr(line, key)
            for key in ("cost_centre", "subjective", "income_subjective")
            if getattr(line, key) != getattr(plain, key)
        }
        if line.virement_pence != plain.virement_pence:
            entry["virement"] = Decimal(line.virement_pence) / 100
        if entry:
            lines[kind] = entry
    return table | ({"lines": lines} if lines else {})
