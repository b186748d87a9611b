"""Find the columns of a ledger's file by their headings: the usual names, and the layouts of five ledgers.

The headings are in layouts.toml. Columns that a person has confirmed come before both.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from budget.monitoring.ledger_cells import When, when
from data.faults import Fault
from data.suggest import did_you_mean
from eligibility.applicants.values import plain

USUAL = "usual"
FIGURES = ("amount", "debit", "credit", "cumulative", "committed", "accrual")
POSTED = r"(?:actuals?|net|spend|amount|posted|expenditure|total)"
OF_A_MONTH = re.compile(rf"^(?:sum of )?{POSTED} |^sum of | {POSTED}$", re.IGNORECASE)
UP_TO = r"(?:ytd|year[ -]to[ -]date|to[ -]date|cumulative|cum)"
TO_DATE = re.compile(rf"(?:{POSTED} )*{UP_TO}(?: {POSTED})*")
TO_DATE_OF_A_MONTH = re.compile(rf"\b{UP_TO}\b", re.IGNORECASE)
ACROSS_TOTAL = ("total", "row total", "grand total", "sum", "total to date")  # beside periods across
PLUS_OR_MINUS = ("+/-", "+ / -", "-/+", "±")  # headings of a column that says debit or credit
OF_ANY_LEDGER = ("description", "name", "text")
UNIT = re.compile(r"\s*\(?(?:£|gbp)\)?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each thing stands in a file: the number of its column, and the columns that are periods."""

    places: Mapping[str, int]
    months: Mapping[int, When]  # of a file with the periods across
    ledgers: tuple[str, ...]  # whose layout was recognised
    is_plain_year: bool = False  # whether the column of years is headed "year" alone: beside a month it is the day's
    is_to_date: bool = False  # whether the columns that are periods hold what has been posted up to each
    of_all: When | None = None  # the period of every row, where a line above the headings says it and no column does

    def unread(self, headings: Sequence[str]) -> list[str]:
        """Return the headings of the columns that are not read."""
        read = {*self.places.values(), *self.months}
        return [heading for number, heading in enumerate(headings) if number not in read]


@cache
def known() -> dict[str, tuple[str, str, int]]:
    """Return for each heading what it is, whose layout has it ("usual" for a usual name) and its rank among others."""
    tables = tomllib.loads(Path(__file__).with_name("layouts.toml").read_text(encoding="utf-8"))
    found: dict[str, tuple[str, str, int]] = {}
    for ledger, roles in [(USUAL, tables[USUAL]), *tables["layouts"].items()]:
        for role, names in roles.items():
            for rank, name in enumerate(names):
                found.setdefault(name.replace(" ", ""), (role, ledger, rank))
    return found


def _known(heading: str) -> tuple[str, str, int]:
    """Return what a heading is, as `known` does; of amounts to date any usual wording; "" where it is not known."""
    words = words_of(heading) or ("sign" if plain(heading) in PLUS_OR_MINUS else "")
    found = known().get(words.replace(" ", ""))
    return found or (("cumulative", USUAL, 0) if TO_DATE.fullmatch(words) else ("", "", 0))


@cache
def roles() -> tuple[str, ...]:
    """Return what a column can be: period, year, line and so on."""
    return tuple(dict.fromkeys(role for role, _, _ in known().values()))


def words_of(heading: str) -> str:
    """Return a heading as layouts.toml writes it, without the number of a second one alike, and without "(£)"."""
    text = UNIT.sub("", re.sub(r" \(\d+\)$", "", plain(heading)))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())


def is_known(heading: str, chosen: Mapping[str, str]) -> bool:
    """Return whether a heading is one of a ledger's file."""
    is_month = _month(heading) is not None or _month_to_date(heading) is not None
    return bool(_known(heading)[0]) or heading in chosen.values() or is_month


def _month(heading: str) -> When | None:
    """Return the period that a heading names by more than a number: "P6", "Sep-26", "Actual P6 (£)", "202606"."""
    text = OF_A_MONTH.sub("", UNIT.sub("", plain(heading)))
    return None if text.isdigit() and len(text) < 6 else when(text)


def _month_to_date(heading: str) -> When | None:
    """Return the period up to which a heading counts: "Sep YTD", "YTD P6", "Actual to date Sep-26"."""
    text = UNIT.sub("", plain(heading))
    rest = " ".join(TO_DATE_OF_A_MONTH.sub(" ", text).split()).strip(" -:,()")
    return _month(rest) if rest and TO_DATE_OF_A_MONTH.search(text) else None


def _months(headings: Sequence[str], places: Mapping[str, int]) -> dict[int, When]:
    """Return the columns that are periods across: named as such, or else numbered 1 to 13 and nothing else."""
    free = [(n, heading) for n, heading in enumerate(headings) if n not in places.values()]
    months = {n: at for n, heading in free if (at := _month(heading))}
    if len(months) < 2:
        months = {n: at for n, heading in free if plain(heading).isdigit() and (at := when(heading))}
    return {} if "period" in places or "date" in places or len(months) < 2 else months


def _months_to_date(headings: Sequence[str], places: Mapping[str, int]) -> dict[int, When]:
    """Return the columns that hold amounts up to a period, in the order of these."""
    if "period" in places or "date" in places:
        return {}
    found = {
        n: at for n, heading in enumerate(headings) if n not in places.values() and (at := _month_to_date(heading))
    }
    return dict(sorted(found.items(), key=lambda pair: (pair[1].year or 0, pair[1].period)))


def find(
    headings: Sequence[str], chosen: Mapping[str, str], faults: list[Fault], of_all: When | None = None
) -> Columns:
    """Find the columns; `chosen` has the heading of each that a person has confirmed. Adds what is wrong to faults.

    `of_all` is the period that a line above the headings says: it counts where no column has one.
    """
    places: dict[str, int] = {}
    for role, heading in chosen.items():
        if role not in roles():
            faults.append(Fault(f'column "{heading}"', f"cannot be {role}. {did_you_mean(role, roles())}"))
        elif heading in headings:
            places[role] = list(headings).index(heading)
    ledgers, taken = set(), set(places.values())
    best: dict[str, tuple[int, int]] = {}  # rank and column
    for number, heading in enumerate(headings):
        role, ledger, rank = _known(heading)
        if not role or number in taken or role in chosen and chosen[role] in headings:
            continue
        if ledger == USUAL and role in best and best[role][0] == 0 and role not in ("date", "code"):
            first = headings[best[role][1]]
            faults.append(Fault(f'column "{heading}"', f'is {role} too, as "{first}" is. Keep one of the two.'))
        order = rank if ledger != USUAL or role == "code" else 0
        order += 100 * (ledger != USUAL)
        if role not in best or order < best[role][0]:
            best[role] = (order, number)
        if ledger != USUAL and words_of(heading) not in OF_ANY_LEDGER:
            ledgers.add(ledger)
    places |= {role: number for role, (_, number) in best.items()}
    months, to_date = _months(headings, places), _months_to_date(headings, places)
    is_to_date = bool(to_date) and not months
    if months and to_date and "cumulative" not in places:
        last = list(to_date)[-1]  # what the months beside it must come to, where none of them is later
        if all((at.year or 0, at.period) <= (to_date[last].year or 0, to_date[last].period) for at in months.values()):
            places["cumulative"] = last
    months = months or to_date
    if months and not is_to_date and "cumulative" not in places:
        total = next((n for n, heading in enumerate(headings) if words_of(heading) in ACROSS_TOTAL), None)
        if total is not None:
            places["cumulative"] = total
    is_plain_year = "year" in places and words_of(headings[places["year"]]) == "year"
    if {"period", "date"} & places.keys() or months:
        of_all = None
    found = Columns(places, months, tuple(sorted(ledgers)), is_plain_year, is_to_date, of_all)
    faults += _missing(found, headings)
    return found


def _missing(found: Columns, headings: Sequence[str]) -> list[Fault]:
    has = found.places.keys()
    lacking = []
    if not ({"period", "date"} & has or found.months or found.of_all):
        lacking.append("period")
    if not {"line", "code"} & has:
        lacking.append("line")
    if not (set(FIGURES) & has or found.months):
        lacking.append("amount")
    if ("debit" in has) != ("credit" in has) and "amount" not in has:
        lacking.append("credit" if "debit" in has else "debit")
    faults = [
        Fault("", f'has no column {role}. {did_you_mean(role, headings)} Head one "{role}", or say which column it is.')
        for role in lacking
    ]
    if "period" in lacking and "cumulative" in has:
        faults.append(
            Fault(
                "",
                "has amounts to date of one day: add a column period with the last closed one, as P8, "
                "or a line above the headings that says it, as Period 8 2026-27.",
            )
        )
    return faults
