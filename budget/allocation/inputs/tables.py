"""Read and check an offers and a services table, and list every fault at once.

A checked table is sorted by cohort and option, costs are whole pence, and every other number is exact to `DECIMALS`
decimals, so that everything after it can be computed in integers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from data import text_tables
from data.faults import Fault, InputError

DECIMALS = 6
MICRO = 10**DECIMALS  # whole parts of one person or one of access
LARGEST_PENCE = 10**13  # £100 billion: beyond any budget, and sums of it stay exact
LARGEST_NUMBER = 9 * 10**9  # times 10^DECIMALS this is still exact in a float
FAULTS_SHOWN = 50  # of one kind in one column; the rest are counted
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
    return text_tables.read_table(Path(path).read_bytes(), str(path))


def checked_tables(
    offers: pd.DataFrame, services: pd.DataFrame | None = None, *, subject: str = "offers"
) -> CheckedTables:
    """Check an offers table and its services and return them ready to compute with; neither is altered.

    `offers` has the index (cohort, option) or columns of those names; `cost_pence` and `access` are needed,
    `people` defaults to 1, `seats` to `people`, `service` to none. Text that reads as a number is taken as one.
    Raises InputError with every fault and its row.
    """
    faults: list[Fault] = []
    services = _services(services, faults)
    flat = _flat(offers, ("cohort", "option"))
    if missing := [name for name in ("cohort", "option", "cost_pence", "access") if name not in flat]:
        faults.append(_missing(missing, flat))
        raise InputError(subject, faults)
    faults += _key_faults(flat, ["cohort", "option"])
    flat = _with_defaults(flat)
    flat = _numbers(flat, OFFER_NUMBERS, faults)
    flat["service"] = flat["service"].replace("", pd.NA)
    faults += _unknown_services(flat["service"], services)
    flat = _resources(flat, faults)
    if faults:
        raise InputError(subject, faults)
    flat[["cohort", "option"]] = flat[["cohort", "option"]].astype(str)
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
    flat = _resources(_numbers(flat, SERVICE_NUMBERS, own), own)
    if not own:
        flat = flat.astype({"service": str, "unit_cost_pence": "int64", "max_units": "int64"})
    faults += [Fault(f"services table, {fault.where}", fault.problem) for fault in own]
    return flat.set_index("service")


def _flat(frame: pd.DataFrame, keys: tuple[str, ...]) -> pd.DataFrame:
    """Return a copy with the keys as columns and, as its index, the row of the file or the place in the table."""
    named = [name for name in frame.index.names if name in keys]
    if named:
        flat = frame.reset_index(level=named)
        flat.index = pd.RangeIndex(1, len(flat) + 1)
        return flat
    flat = frame.copy()
    if flat.index.name != text_tables.ROW:
        flat.index = pd.RangeIndex(1, len(flat) + 1)
    return flat


def _missing(names: list[str], frame: pd.DataFrame, table: str = "offers table") -> Fault:
    found = ", ".join(map(str, frame.columns)) or "none"
    return Fault("", f"The {table} has no column {' and no column '.join(names)}. Its columns are: {found}.")


def _with_defaults(flat: pd.DataFrame) -> pd.DataFrame:
    people = flat["people"] if "people" in flat else pd.Series(1.0, flat.index)
    seats = people if "seats" not in flat else flat["seats"].where(~_blank(flat["seats"]), people)
    service = flat["service"] if "service" in flat else pd.Series(pd.NA, flat.index, dtype=object)
    return flat.assign(people=people, seats=seats, service=service.astype(object))


def _blank(column: pd.Series) -> pd.Series:
    return column.isna() | (column.astype(object) == "")


def _rows(rows: Iterable[object], column: str, problem: str) -> list[Fault]:
    """Return a fault for each row, or for the first of them and one that counts the rest."""
    rows = list(rows)
    faults = [Fault(f"row {row}, {column}".removesuffix(", "), problem) for row in rows[:FAULTS_SHOWN]]
    if len(rows) > FAULTS_SHOWN:
        faults.append(Fault(column, f"{len(rows) - FAULTS_SHOWN:,} more rows have this fault."))
    return faults


def _key_faults(flat: pd.DataFrame, keys: list[str]) -> list[Fault]:
    faults = []
    for key in keys:
        faults += _rows(flat.index[_blank(flat[key])], key, f"The {key} is blank. Give each row its {key}.")
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
        blank = _blank(flat[name])
        number = pd.to_numeric(flat[name].mask(blank), errors="coerce").astype(float)
        faults += _rows(flat.index[blank], name, "The cell is blank. Write a number, 0 where there is nothing.")
        is_nan = flat[name].astype(str).str.lower().isin(["nan", "-nan", "+nan"]) & ~blank
        is_text = number.isna() & ~blank & ~is_nan
        for row, value in zip(flat.index[is_text][:FAULTS_SHOWN], flat.loc[is_text, name], strict=False):
            faults.append(Fault(f"row {row}, {name}", f'"{value}" is not a number. Write digits only, such as 540000.'))
        if is_text.sum() > FAULTS_SHOWN:
            faults.append(Fault(name, f"{int(is_text.sum()) - FAULTS_SHOWN:,} more rows have text for a number."))
        infinite = np.isinf(number) | is_nan
        faults += _rows(flat.index[infinite], name, "Neither NaN nor infinity is a number to plan with. Give a figure.")
        flat[name] = number
        faults += _range_faults(number.where(np.isfinite(number)), name)
    return flat


def _range_faults(number: pd.Series, name: str) -> list[Fault]:
    faults = []
    if name != "access":
        faults += _rows(number.index[number < 0], name, "The number is negative. Write 0 or more.")
    if name.endswith("cost_pence"):
        fraction = number.notna() & (number != np.floor(number))
        faults += _rows(number.index[fraction], name, "Money is in whole pence: write 1250 for £12.50.")
        largest, limit = LARGEST_PENCE, "£100 billion"
    else:
        largest, limit = LARGEST_NUMBER, f"{LARGEST_NUMBER:,}"
    if name == "max_units":
        part = number.notna() & (number != np.floor(number))
        faults += _rows(number.index[part], name, "Services are bought whole: write a whole number.")
    if name == "seats_per_unit":
        faults += _rows(number.index[number == 0], name, "A service without seats carries nobody. Write its seats.")
    faults += _rows(number.index[number.abs() > largest], name, f"The number is beyond {limit}. Check its unit.")
    return faults


def _unknown_services(service: pd.Series, services: pd.DataFrame) -> list[Fault]:
    unknown = service.notna() & ~service.isin(services.index)
    known = ", ".join(map(str, services.index[:10])) or "none: give a services table"
    return [
        Fault(f"row {row}, service", f'"{name}" is not in the services table. Known: {known}.')
        for row, name in service[unknown].items()
    ][: FAULTS_SHOWN * 2]


def _resources(flat: pd.DataFrame, faults: list[Fault]) -> pd.DataFrame:
    """Turn every further column that holds only numbers (and blanks) into numbers; others are left as text."""
    flat = flat.copy()
    for name in flat.columns.difference(["cohort", "option", "service", *OFFER_NUMBERS, *SERVICE_NUMBERS]):
        blank = _blank(flat[name])
        number = pd.to_numeric(flat[name].mask(blank), errors="coerce").astype(float)
        if blank.all() or (number.isna() & ~blank).any():
            continue
        wrong = np.isinf(number) | (number.abs() > LARGEST_PENCE)
        faults += _rows(flat.index[wrong], name, "The number is infinite or too large to use. Give a figure.")
        flat[name] = number
    return flat


def _exact(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    frame, notes = frame.copy(), []
    for name in frame.select_dtypes("float").columns:
        rounded = frame[name].round(DECIMALS)
        changed = int(((rounded - frame[name]).abs() > 1e-9).sum())
        if changed:
            notes.append(f"{name}: {changed:,} figures were rounded to {DECIMALS} decimals.")
        frame[name] = rounded
    return frame, notes
