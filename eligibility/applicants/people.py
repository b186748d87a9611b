"""Read applicants by one set of rules, whether from a form or from a file of thousands.

The rules are pydantic types, one a fact, made from the register (`field`). A form and a file are read column by column,
each distinct cell once. Every row ends among the people, or among the errors with its row, column, value, what is wrong
and how to write it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, TypeAdapter, ValidationError

from data.faults import Fault, InputError
from data.official.postcode_list import squeezed
from data.opening.wire import NoResult
from data.suggest import did_you_mean
from data.wording import counted
from eligibility.applicants import course_starts, sensible_dates, uc_months, values
from eligibility.applicants.headings import WIDER, ColumnMapping, Match, Target, targets
from eligibility.rules.ages import COURSE_START
from eligibility.rules.facts import APPLIED, register
from eligibility.rules.policy import Rules

if TYPE_CHECKING:
    from eligibility.applicants.applicant_file import RawTable

ERROR_COLUMNS = ["row", "column", "value", "problem"]
TEXTS = ("text", "choice")
SLIPS = 20  # dates with the day first for each with the month first, above which that one is a slip. Our assumption
DATE = "datetime64[s]"
ODD = "Some letters look as if two encodings were mixed, as Ã« for ë. Check the name before a letter goes out."


@dataclass(frozen=True, slots=True)
class People:
    """The applicants that could be read, and every error of those that could not."""

    table: pd.DataFrame  # index row, as a spreadsheet counts; columns of the register of facts, measured_… and name
    errors: pd.DataFrame  # ERROR_COLUMNS, in order of row; a row of it for each thing wrong
    duplicates: pd.DataFrame  # row, same_as, what: "reference" or "date of birth and postcode"
    warnings: tuple[str, ...]  # about whole columns
    notes: tuple[tuple[int, str], ...] = ()  # row, and what to check in it

    @property
    def rows_in(self) -> int:
        """Return how many rows came in: those read and those with errors."""
        return len(self.table) + self.errors["row"].nunique()


def field(target: Target, bare: str = "") -> Any:  # noqa: ANN401
    """Return the pydantic type of what a column or a field may give; `bare` is the unit of numbers that name none."""
    kind = target.kind
    if kind == "date":
        if target.name == COURSE_START:
            return Annotated[date | course_starts.Days | None, BeforeValidator(course_starts.read_start)]
        read = values.read_day if target.name == APPLIED else values.read_date
        return Annotated[date | None, BeforeValidator(read)]
    if kind == "yes or no":
        return Annotated[bool | None, BeforeValidator(values.read_yes_or_no)]
    if kind == "choice":
        return Annotated[str | None, BeforeValidator(lambda value: values.read_choice(value, target.choices))]
    if kind == "text":
        return Annotated[str | None, BeforeValidator(values.read_text)]
    if target.name == uc_months.SUMS[0]:  # the sum of one month
        return Annotated[values.Money | None, BeforeValidator(uc_months.read_month)]
    if kind.startswith("pounds"):
        unit = f"pounds {bare}" if bare.startswith("per ") else kind
        return Annotated[values.Money | None, BeforeValidator(lambda value: values.read_money(value, unit))]
    return Annotated[values.Bounds | None, BeforeValidator(lambda value: values.read_number(value, kind, bare))]


def read_one(given: Mapping[str, object], rules: Rules, *, decided_on: date) -> People:
    """Read one applicant from a form or from `name=value` pairs, by the same rules as a file.

    `given`: what was written, by name of fact. Facts that the policy does not use are left out, with a warning. Raises
    InputError with every name that is no fact and every value that cannot be read, without repeating the value. The row
    has the index 1, and the reference "applicant" unless one is given.
    """
    wanted = targets(rules)
    faults = [
        Fault(name, f"is not asked for by policy {rules.policy.id}. {did_you_mean(name, wanted)}")
        for name in given
        if name not in wanted and name not in register()
    ]
    columns: dict[str, list] = {"person_id": ["applicant"]}
    for name, value in given.items():
        if name in wanted:
            columns[name], problems = _column([value], wanted[name], Match(name, name, "by hand"))
            faults += [Fault(name, problem) for _, problem in problems]
    if faults:
        raise InputError("the applicant", faults)
    table = _table(columns, wanted, pd.Index([1], name="row"))
    together = list(_together(table, decided_on))
    if together:
        raise InputError("the applicant", [Fault(column, problem) for _, column, problem in together])
    spare = [name for name in given if name not in wanted]
    warnings = [f"{name} was not used: policy {rules.policy.id} does not ask for it." for name in spare]
    return People(table, errors_table([]), _duplicates(table), tuple(warnings))


def read_rows(raw: "RawTable", mapping: ColumnMapping, *, decided_on: date) -> People:
    """Read the rows of a file by a confirmed mapping; see `People`. Only columns that are taken are looked at."""
    # here: opening files takes time to start, and one person has none
    from eligibility.applicants.not_people import not_people
    from eligibility.applicants.offers import settled

    heading = {name: match.heading for name, match in mapping.taken.items()}
    places = {name: raw.headings.index(head) for name, head in heading.items()}
    texts = raw.broken_text or ("",) * len(raw.broken)
    errors = [(row, "", text, problem) for (row, problem), text in zip(raw.broken, texts, strict=True)]
    raw, waiting = settled(raw, places)
    errors += waiting
    index = pd.Index(raw.row_numbers, name="row", dtype="int64")
    columns, warnings, notes = {}, [], [(row, ODD) for row in raw.odd if row in index]
    cells = {name: [row[at] for row in raw.rows] for name, at in places.items()}
    for name, match in mapping.taken.items():
        read, problems = _column(cells[name], mapping.targets[name], match)
        if match.how == WIDER:
            asked = [
                bool(said) and (row, name) not in raw.settled for row, said in zip(raw.row_numbers, read, strict=True)
            ]
            wide = f'"{match.heading}" is yes, and is {match.note} Ask.'
            notes += [(row, wide) for row in compress(raw.row_numbers, asked)]
            read = [None if is_asked else said for is_asked, said in zip(asked, read, strict=True)]
            if len(problems) > len(raw.rows) / 2:
                read, problems = [None] * len(read), []
        columns[name] = read
        errors += [
            (raw.row_numbers[place], match.heading, values.plain(cells[name][place]), p) for place, p in problems
        ]
        warnings += _column_warnings(match, len(problems), len(raw.rows), [p for _, p in problems])
    for match in mapping.beside:
        notes += _compared(raw, match, mapping, columns, heading[match.beside])
    if "person_id" not in columns:
        columns["person_id"] = [f"row {number}" for number in raw.row_numbers]
        warnings.append("No column gives a reference: applicants are called by their rows.")
    table = _table(columns, mapping.targets, index)
    place = {number: position for position, number in enumerate(raw.row_numbers)}
    for row, name, problem in _together(table, decided_on):
        cell = values.plain(cells[name][place[row]]) if name in cells else ""
        errors.append((row, heading.get(name, ""), cell, problem))
    nobody = list(not_people(raw, places, table))
    others = {row for row, *_ in nobody}
    errors = [error for error in errors if error[0] not in others] + nobody
    readable = table.drop(index=pd.Index({row for row, *_ in errors}).intersection(index))
    return People(readable, errors_table(errors), _duplicates(table), tuple(warnings), tuple(notes))


def _compared(
    raw: "RawTable", match: Match, mapping: ColumnMapping, columns: Mapping[str, list], taken: str
) -> Iterator[tuple[int, str]]:
    """Fill the gaps of a fact from a second column of it, empty the fact where the two differ, and give what to check.

    `taken` is the heading of the column that the fact is from. What an officer saw stands.
    """
    at, read, name = raw.headings.index(match.heading), columns[match.beside], match.beside
    others, problems = _column([row[at] for row in raw.rows], mapping.targets[name], match)
    unread = {place for place, _ in problems}
    for place, (row, other) in enumerate(zip(raw.row_numbers, others, strict=True)):
        if (row, name) in raw.settled or (other is None and place not in unread) or _is_same(other, read[place]):
            continue
        if read[place] is None and place not in unread:
            read[place] = other
            continue
        read[place] = None
        why = f'"{match.heading}" cannot be read' if place in unread else f'"{taken}" and "{match.heading}" differ'
        yield row, f"{why}, so {mapping.targets[name].label} counts as not known. Ask which is right."


def _is_same(one: object, other: object) -> bool:
    """Say whether two columns say the same of somebody: postcodes are the same however they are spaced."""
    return one == other or (isinstance(one, str) and isinstance(other, str) and squeezed(one) == squeezed(other))


def _column(cells: Sequence[object], target: Target, match: Match) -> tuple[list, list[tuple[int, str]]]:
    """Return what each cell of a column says, and the place and problem of each that cannot be read."""
    adapter = TypeAdapter(field(target, match.unit))
    cells = match.decoded(cells)
    memory: dict[object, tuple[object, str]] = {}
    read, problems = [], []
    for place, cell in enumerate(cells):
        key = cell if cell.__class__ is str else (cell.__class__, cell)  # 1, 1.0 and True are the same to a dict
        known = (None, cell.problem) if isinstance(cell, NoResult) else memory.get(key)
        if known is None:
            try:
                known = adapter.validate_python(cell), ""
            except ValidationError as error:
                known = None, error.errors(include_input=False)[0]["msg"]
            memory[key] = known
        read.append(known[0])
        if known[1]:
            problems.append((place, known[1]))
    return read, problems + _month_first(cells, target, problems)


def _month_first(cells: Sequence[object], target: Target, problems: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the dates that could be read either way round, in a column that is proved to have the month first.

    One date proves it, unless so many others have the day first that it is a slip of the pen.
    """
    proofs = sum("no such month" in problem for _, problem in problems) if target.kind == "date" else 0
    if not proofs or sum(map(values.is_day_first, cells)) > SLIPS * proofs:
        return []
    return [(place, values.EITHER_WAY) for place, cell in enumerate(cells) if values.may_be_month_first(cell)]


def _column_warnings(match: Match, wrong: int, rows: int, problems: Sequence[str]) -> list[str]:
    warnings = []
    if wrong > rows / 2:
        warnings.append(
            f'Most of the column "{match.heading}" cannot be read as {match.target}: is it another column? '
            "Choose another, or none."
        )
    month_first = sum("no such month" in problem for problem in problems)
    if month_first:
        either = "Each date in it that could be read either way round is an error"
        if values.EITHER_WAY not in problems:
            either = "The others are read day first, as nearly all must be"
        warnings.append(
            f'The column "{match.heading}" has {counted(month_first, "date")} with the month first. {either}: ask how '
            "the file was made."
        )
    return warnings


def _table(columns: Mapping[str, list], wanted: Mapping[str, Target], index: pd.Index) -> pd.DataFrame:
    """Return typed columns: strings, datetimes, booleans with gaps, numbers with _low and _high, money with _period."""
    typed: dict[str, object] = {}
    for name, read in columns.items():
        kind = wanted[name].kind
        if name in uc_months.MONTHS:
            continue
        if kind in TEXTS:
            typed[name] = pd.array(read, dtype="string")
        elif kind == "date":
            typed |= _dates(name, read)
        elif kind == "yes or no":
            typed[name] = pd.array(read, dtype="boolean")
        else:
            typed |= _bounds(name, read)
            if kind.startswith("pounds per "):
                typed[f"{name}_period"] = pd.array([value and value[2] for value in read], dtype="string")
    table = uc_months.added_up(pd.DataFrame(typed | uc_months.months_read(columns), index=index))
    parts = [name for name in ("first_name", "last_name") if name in table]
    if parts:
        joined = table[parts].fillna("").agg(" ".join, axis=1).str.strip().astype("string").replace("", pd.NA)
        table["name"] = table["name"].fillna(joined) if "name" in table else joined
    return table.drop(columns=parts)


def _dates(name: str, read: list) -> dict[str, np.ndarray]:
    """Return the days of a column, and where some are only known to lie between two, those two as bounds."""
    between = [value if isinstance(value, tuple) else (None, None) for value in read]
    exact = [None if isinstance(value, tuple) else value for value in read]
    found = {name: np.array(exact, dtype=DATE)}
    if any(low for low, _ in between):
        found |= {
            f"{name}_{end}": np.array(days, dtype=DATE)
            for end, days in zip(("low", "high"), zip(*between, strict=True), strict=True)
        }
    return found


def _bounds(name: str, read: list) -> dict[str, np.ndarray]:
    low, high = (np.array([np.nan if value is None else value[end] for value in read], dtype=float) for end in (0, 1))
    exact = low == high
    if (exact | np.isnan(low)).all():
        return {name: low}
    return {name: np.where(exact, low, np.nan), f"{name}_low": low, f"{name}_high": high}


def _together(table: pd.DataFrame, decided_on: date) -> Iterator[tuple[int, str, str]]:
    """Give row, column and problem of values that contradict each other, or cannot be true on the day."""
    today = pd.Timestamp(decided_on)
    if "person_id" in table:
        yield from _say(table["person_id"].isna(), "person_id", "is empty. Give each applicant a reference.")
    if "date_of_birth" in table:
        for rows, name, problem in sensible_dates.problems(table, today):
            yield from _say(rows, name, problem)
    if APPLIED in table:
        yield from _say(table[APPLIED] > today, APPLIED, "is after the day of the decision. Check it.")
    for rows, name, problem in uc_months.problems(table):
        yield from _say(rows, name, problem)
    yield from _measurements(table, today)


def _measurements(table: pd.DataFrame, today: pd.Timestamp) -> Iterator[tuple[int, str, str]]:
    """Give the officers' measurements that lack who, how or when."""
    known = [name for name in register() if f"measured_{name}" in table]
    if not known:
        return
    measured = pd.concat([table[f"measured_{name}"].notna() for name in known], axis=1).any(axis=1)
    for name in known:
        if f"measured_{name}_low" in table:
            ranged = table[f"measured_{name}"].isna() & table[f"measured_{name}_low"].notna()
            yield from _say(ranged, f"measured_{name}", "is a range. A measurement is one number.")
    for name, what in (("measured_by", "who measured"), ("measured_how", "how"), ("measured_on", "on which day")):
        lacking = table[name].isna() if name in table else pd.Series(True, index=table.index)
        yield from _say(measured & lacking, name, f"is empty, and there is a measured value. Say {what}.")
    if "measured_on" in table:
        yield from _say(table["measured_on"] > today, "measured_on", "is after the day of the decision. Check it.")


def _say(wrong: pd.Series, column: str, problem: str) -> Iterator[tuple[int, str, str]]:
    for row in wrong.index[wrong.fillna(False).to_numpy(dtype=bool)]:
        yield row, column, problem


def errors_table(errors: Sequence[tuple[int, str, str, str]]) -> pd.DataFrame:
    """Return errors as a table with ERROR_COLUMNS, in order of row."""
    table = pd.DataFrame(sorted(errors, key=lambda error: error[0]), columns=ERROR_COLUMNS)
    return table.astype({"row": "int64", "column": "string", "value": "string", "problem": "string"})


def _duplicates(table: pd.DataFrame) -> pd.DataFrame:
    keys = {"reference": table["person_id"].str.casefold()} if "person_id" in table else {}
    if "date_of_birth" in table and "postcode" in table:
        squeezed = table["postcode"].str.upper().str.replace(r"[^A-Z0-9]", "", regex=True)
        born = pd.Series(table["date_of_birth"].dt.strftime("%Y-%m-%d"), dtype="string")
        keys["date of birth and postcode"] = born + " " + squeezed
    found = []
    for what, key in keys.items():
        key = key.dropna()
        first = pd.Series(key.index, index=key.index).groupby(key).transform("first")
        found += [(row, same_as, what) for row, same_as in first[first != first.index].items()]
    return pd.DataFrame(sorted(found), columns=["row", "same_as", "what"])
