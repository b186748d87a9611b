"""Read and write the [finance] table of a scenario file; `finance` shows one."""

import datetime
from collections.abc import Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from budget.allocation.inputs.toml_tables import Number, Table, is_number, read_table
from budget.scenarios.finance import PROFILES, Finance, LedgerCodes, Profile, Virement, default_lines
from data.faults import Fault
from data.suggest import did_you_mean

MOST_VIREMENT_PENCE = 10**13

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
    start: Day | None = Field(None, description="must be a date, such as 2026-11-30.")
    prepayments_code: str = Field("", description=IN_QUOTES)
    accruals_code: str = Field("", description=IN_QUOTES)


def _one_line(text: str) -> str:
    if not text.replace("\xa0", " ").isprintable():
        raise ValueError("holds a line break or another character that cannot be seen. Write it on one line.")
    return text.strip()


OneLine = Annotated[str, AfterValidator(_one_line)]


class VirementTable(Table):
    """A [[finance.virement]] table of a scenario file."""

    source: str = Field("", alias="from", description='must be a kind of support, such as "bus_pass".')
    target: str = Field("", alias="to", description='must be a kind of support, such as "minibus".')
    amount: Any = None
    approved_by: OneLine = Field(
        "", description='must be a text in quotation marks: a post, such as "Head of Finance".'
    )
    day: Day | None = Field(None, alias="on", description="must be a date, such as 2026-10-12.")


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
    settings = {key: value for key, value in raw.items() if key not in ("lines", "virement")}
    values = read_table(FinanceTable, settings, faults, where="finance", known=["lines", "virement"])
    given = raw.get("lines", {})
    lines = _lines(given, "finance, lines", faults)
    virements = _virements(raw.get("virement", []), faults)
    lines = _with_virements(lines, virements, given, faults)
    finance = Finance(lines, **values, virements=virements)
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
            if values.get("baseline_pence", 0) < 0:
                faults.append(Fault(f"{where}.{kind}, baseline", "is below zero. Write what is spent in a year today."))
            lines[kind] = replace(defaults[kind], **values)
    return lines


def _virements(given: object, faults: list[Fault]) -> tuple[Virement, ...]:
    """Read the virements that were recorded, in the order of their days."""
    if not isinstance(given, list) or not all(isinstance(entry, Mapping) for entry in given):
        faults.append(Fault("finance, virement", "must be tables [[finance.virement]]."))
        return ()
    found, kinds = [], default_lines()
    for number, entry in enumerate(given, start=1):
        where, before = f"finance, virement {number}", len(faults)
        values = read_table(VirementTable, entry, faults, where=where)
        missing = [name for name in ("from", "to", "amount", "approved_by", "on") if _is_missing(entry.get(name))]
        faults += [Fault(f"{where}, {name}", "is missing. Write it.") for name in missing]
        ends = {name: entry.get(name) for name in ("from", "to")}
        faults += [
            Fault(f"{where}, {name}", f"is no kind of support. {did_you_mean(str(kind), kinds)}")
            for name, kind in ends.items()
            if kind and isinstance(kind, str) and kind not in kinds
        ]
        pence = _signed_pence(entry.get("amount"), f"{where}, amount", faults) if entry.get("amount") else 0
        if pence < 0:
            faults.append(Fault(f"{where}, amount", "is below zero. Write it above, and swap from and to."))
        if ends["from"] and ends["from"] == ends["to"]:
            faults.append(Fault(where, "moves money from a line to itself."))
        if len(faults) == before:
            found.append(Virement(ends["from"], ends["to"], pence, values["approved_by"], values["day"]))
    return tuple(sorted(found, key=lambda each: each.day))


def _is_missing(value: object) -> bool:
    return not (value.strip() if isinstance(value, str) else value)


def _with_virements(
    lines: dict[str, LedgerCodes], virements: tuple[Virement, ...], given: object, faults: list[Fault]
) -> dict[str, LedgerCodes]:
    """Return the lines with what was moved; where a line says its virement too, the two must agree."""
    moved: dict[str, int] = {}
    for each in virements:
        moved[each.source] = moved.get(each.source, 0) - each.pence
        moved[each.target] = moved.get(each.target, 0) + each.pence
    for kind, pence in moved.items():
        codes = lines.get(kind, default_lines()[kind])
        entry = given.get(kind, {}) if isinstance(given, Mapping) else {}
        if isinstance(entry, Mapping) and "virement" in entry and codes.virement_pence != pence:
            said = f"is {codes.virement_pence / 100:,.2f}, and the virements recorded come to {pence / 100:,.2f}"
            faults.append(Fault(f"finance, lines.{kind}, virement", f"{said}. Correct one of the two."))
        lines = {**lines, kind: replace(codes, virement_pence=pence)}
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
    names = (
        "profile", "contingency_share", "terms", "closed", "inflation", "start", "prepayments_code", "accruals_code",
    )  # fmt: skip
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
    if finance.virements:
        table["virement"] = [
            {
                "from": each.source,
                "to": each.target,
                "amount": Decimal(each.pence) / 100,
                "approved_by": each.approved_by,
                "on": each.day,
            }
            for each in finance.virements
        ]
    return table | ({"lines": lines} if lines else {})
