"""Read and check an offers and a services table, and list every fault at once.

A checked table is sorted by cohort and option, costs are whole pence, and every other number is exact to `DECIMALS`
decimals, so that everything after it can be computed in integers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from data import text_tables
from data.faults import Fault, InputError
from data.opening.files import content_of
from data.wording import listed

DECIMALS = 6
MICRO = 10**DECIMALS  # whole parts of one person or one of access
LARGEST_PENCE = 10**13  # £100 billion: beyond any budget, and sums of it stay exact
LARGEST_NUMBER = 9 * 10**9  # times 10^DECIMALS this is still exact in a float
FAULTS_SHOWN = 50  # of one kind in one column; the rest are counted
CODE = re.compile(r"\+.*|-?0\d+.*|-?\d+[eE]\d+")  # text that reads as a number and is none: its zeros would be lost
OFFER_NUMBERS = ("people", "cost_pence", "access", "seats")
SERVICE_NUMBERS = ("unit_cost_pence", "seats_per_unit", "max_units")


@dataclass(frozen=True, slots=True)
class CheckedTables:
    """Checked offers (index cohort, option) and services (index service), and notes of what was rounded."""

    offers: pd.DataFrame
    services: pd.DataFrame
    notes: tuple[str, ...]


def read_table(path: str | Path) -> pd.DataFrame:
    """Read an offers or a services table from a text file; see `text_tables.read_table`. Raises OSError too."""
    return text_tables.read_table(content_of(Path(path)), str(path))


def checked_tables(
    offers: pd.DataFrame, services: pd.DataFrame | None = None, *, subject: str = "offers"
) -> CheckedTables:
    """Check an offers table and its services and return them ready to compute with; neither is altered.

    `offers` has the index (cohort, option) or columns of those names; `cost_pence` and `access` are needed,
    `people` defaults to 1, `seats` to `people`, `service` to none. Text that reads as a number is taken as one.
    Raises InputError with every fault and its row.
    """
    faults: list[Fault] = []
    tables = read_tables(offers, services, faults)
    if tables is None or faults:
        raise InputError(subject, faults)
    return tables


def read_tables(offers: pd.DataFrame, services: pd.DataFrame | None, faults: list[Fault]) -> CheckedTables | None:
    """Return the tables as `checked_tables` does, adding their faults to `faults`.

    With faults they serve to check other inputs against, no more; None where a needed column is not there.
    """
    services = _services(services, faults)
    flat = _flat(offers, ("cohort", "option"))
    if missing := [name for name in ("cohort", "option", "cost_pence", "access") if name not in flat]:
        faults.append(_missing(missing, flat))
        return None
    faults += _key_faults(flat, ["cohort", "option"])
    flat = _with_defaults(flat)
    flat = _numbers(flat, OFFER_NUMBERS, faults)
    flat["service"] = flat["service"].replace("", pd.NA)
    faults += _unknown_services(flat["service"], services)
    flat = _resources(flat, faults)
    flat[["cohort", "option"]] = flat[["cohort", "option"]].astype(str)
    if not faults:
        flat["cost_pence"] = flat["cost_pence"].astype("int64")
    offers, rounded = _exact(flat.set_index(["cohort", "option"]).sort_index())
    services, rounded_too = _exact(services.sort_index())
    return CheckedTables(offers, services, tuple(rounded + rounded_too))


def whole(values: np.ndarray) -> tuple[list[int], int]:
    """Return integers and the scale (a power of ten) by which they exceed `values`, which have at most 6 decimals.

    >>> whole(np.array([1.5, 2.25]))
    ([150, 225], 100)
    """
    integers, decimals = _by_powers_of_ten(values)
    return [int(integer) for integer in integers.tolist()], 10**decimals


def exact_total(figures: pd.Series) -> float:
    """Return the sum of figures of at most six decimals, exactly."""
    integers, scale = whole(figures.to_numpy(float))
    return sum(integers) / scale


def whole_array(values: np.ndarray) -> tuple[np.ndarray, int]:
    """Return what `whole` returns, for figures of at most `LARGEST_NUMBER`, as 64-bit integers."""
    integers, decimals = _by_powers_of_ten(values)
    return integers.astype("int64"), 10**decimals


def _by_powers_of_ten(values: np.ndarray) -> tuple[np.ndarray, int]:
    for decimals in range(DECIMALS + 1):
        integers = np.rint(values * 10**decimals)
        if np.array_equal(integers / 10**decimals, values):
            break
    return integers, decimals


def _services(services: pd.DataFrame | None, faults: list[Fault]) -> pd.DataFrame:
    if services is None:
        services = pd.DataFrame(columns=["service", *SERVICE_NUMBERS])
    flat = _flat(services, ("service",))
    if missing := [name for name in ("service", *SERVICE_NUMBERS) if name not in flat]:
        faults.append(_missing(missing, flat, "services table"))
        return pd.DataFrame(columns=list(SERVICE_NUMBERS), index=pd.Index([], name="service"))
    own: list[Fault] = _key_faults(flat, ["service"])
    flat = _resources(_numbers(flat, SERVICE_NUMBERS, own), own).astype({"service": str})
    if not own:
        flat = flat.astype({"unit_cost_pence": "int64", "max_units": "int64"})
    faults += [Fault(f"services table, {fault.where}", fault.problem) for fault in own]
    return flat.set_index("service")


def _flat(frame: pd.DataFrame, keys: tuple[str, ...]) -> pd.DataFrame:
    """Return a copy with the keys as columns and, as its index, the row of the file or the place in the table."""
    named = [name for name in frame.index.names if name in keys]
    flat = frame.reset_index(level=named) if named else frame.copy()
    if named or flat.index.name != text_tables.ROW:
        flat.index = pd.RangeIndex(1, len(flat) + 1)
    return flat


def _missing(names: list[str], frame: pd.DataFrame, table: str = "offers table") -> Fault:
    found = ", ".join(map(str, frame.columns)) or "none"
    return Fault("", f"The {table} has no column {listed(names, 'or')}. Its columns are: {found}.")


def _with_defaults(flat: pd.DataFrame) -> pd.DataFrame:
    people = flat["people"] if "people" in flat else pd.Series(1.0, flat.index)
    seats = people if "seats" not in flat else flat["seats"].where(~_blank(flat["seats"]), people)
    service = flat["service"] if "service" in flat else pd.Series(pd.NA, flat.index, dtype=object)
    return flat.assign(people=people, seats=seats, service=service.astype(object))


def _blank(column: pd.Series) -> pd.Series:
    return column.isna() | (column.astype(object) == "")


def _rows(wrong: pd.Series, column: str, problem: str, rest: str = "have this fault") -> list[Fault]:
    """Return a fault for each row of a column's wrong values, or for the first of them and one that counts the rest.

    "{}" in the problem stands for the value.
    """
    shown = wrong.head(FAULTS_SHOWN).items()
    faults = [Fault(f"row {row}, {column}", problem.replace("{}", str(value))) for row, value in shown]
    if len(wrong) > FAULTS_SHOWN:
        faults.append(Fault(column, f"{len(wrong) - FAULTS_SHOWN:,} more rows {rest}."))
    return faults


def _key_faults(flat: pd.DataFrame, keys: list[str]) -> list[Fault]:
    faults = []
    for key in keys:
        faults += _rows(flat[key][_blank(flat[key])], key, f"The {key} is blank. Give each row its {key}.")
    twice = flat[keys].astype(str).duplicated()
    for row, values in zip(flat.index[twice][:FAULTS_SHOWN], flat.loc[twice, keys].to_numpy().tolist(), strict=False):
        named = ", ".join(f"{key} {value}" for key, value in zip(keys, values, strict=True))
        faults.append(Fault(f"row {row}", f"{named} is there already in an earlier row. Keep one of them."))
    if twice.sum() > FAULTS_SHOWN:
        faults.append(Fault(", ".join(keys), f"{int(twice.sum()) - FAULTS_SHOWN:,} more rows are there twice."))
    return faults


def _numbers(flat: pd.DataFrame, columns: Iterable[str], faults: list[Fault]) -> pd.DataFrame:
    flat = flat.copy()
    for name in columns:
        given, blank = flat[name], _blank(flat[name])
        number = pd.to_numeric(given.mask(blank), errors="coerce").astype(float)
        faults += _rows(given[blank], name, "The cell is blank. Write a number, 0 where there is nothing.")
        is_nan = given.astype(str).str.lower().isin(["nan", "-nan", "+nan"]) & ~blank
        text = given[number.isna() & ~blank & ~is_nan]
        problem = '"{}" is not a number. Write digits only, such as 540000.'
        faults += _rows(text, name, problem, "have text for a number")
        infinite = given[np.isinf(number) | is_nan]
        faults += _rows(infinite, name, "Neither NaN nor infinity is a number to plan with. Give a figure.")
        flat[name] = number
        faults += _range_faults(number[np.isfinite(number)], name)
    return flat


def _range_faults(number: pd.Series, name: str) -> list[Fault]:
    is_money, is_part = name.endswith("cost_pence"), number != np.floor(number)
    largest, limit = (LARGEST_PENCE, "£100 billion") if is_money else (LARGEST_NUMBER, f"{LARGEST_NUMBER:,}")
    checks = (
        (name != "access", number < 0, "The number is negative. Write 0 or more."),
        (is_money, is_part, "Money is in whole pence: write 1250 for £12.50."),
        (name == "max_units", is_part, "Services are bought whole: write a whole number."),
        (name == "seats_per_unit", number == 0, "A service without seats carries nobody. Write its seats."),
        (True, number.abs() > largest, f"The number is beyond {limit}. Check its unit."),
    )
    return [fault for applies, wrong, problem in checks if applies for fault in _rows(number[wrong], name, problem)]


def _unknown_services(service: pd.Series, services: pd.DataFrame) -> list[Fault]:
    unknown = service.notna() & ~service.isin(services.index)
    known = ", ".join(map(str, services.index[:10])) or "none: give a services table"
    return [
        Fault(f"row {row}, service", f'"{name}" is not in the services table. Known: {known}.')
        for row, name in service[unknown].items()
    ][: FAULTS_SHOWN * 2]


def _resources(flat: pd.DataFrame, faults: list[Fault]) -> pd.DataFrame:
    """Turn every further column that holds only numbers (and blanks) into numbers; others are left as text.

    Codes are text: a column in which "01" or "1E5" stands somewhere is left as it was written.
    """
    flat = flat.copy()
    for name in flat.columns.difference(["cohort", "option", "service", *OFFER_NUMBERS, *SERVICE_NUMBERS]):
        blank = _blank(flat[name])
        number = pd.to_numeric(flat[name].mask(blank), errors="coerce").astype(float)
        if blank.all() or (number.isna() & ~blank).any() or _has_codes(flat[name]):
            continue
        wrong = number[number.abs() > LARGEST_PENCE]
        faults += _rows(wrong, name, "The number is infinite or too large to use. Give a figure.")
        flat[name] = number
    return flat


def _has_codes(column: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(column):
        return False
    return bool(column.map(lambda value: isinstance(value, str) and CODE.fullmatch(value) is not None).any())


def _exact(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    notes = []
    for name in frame.select_dtypes("float").columns:
        rounded = frame[name].round(DECIMALS)
        changed = int(((rounded - frame[name]).abs() > 1e-9).sum())
        if changed:
            notes.append(f"{name}: {changed:,} figures were rounded to {DECIMALS} decimals.")
        frame[name] = rounded
    return frame, notes
