"""Groups of offers and services: those with a value, or one of several, in one or more columns.

A service belongs to a group by its own column or, where it has none, where all its riders belong.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from budget.allocation.inputs.limits import Limit
from budget.allocation.inputs.toml_tables import Where
from data.faults import Fault
from data.suggest import did_you_mean


def group_faults(group: Where, offers: pd.DataFrame, where: str) -> list[Fault]:
    """Return the faults of a group: columns that are not there."""
    known = ", ".join(map(str, [*offers.index.names, *offers.columns]))
    absent = [column for column in group if not _has(offers, column)]
    return [Fault(where, f'There is no column "{column}". Columns: {known}.') for column in absent]


def group_notes(group: Where, offers: pd.DataFrame, where: str) -> list[str]:
    """Return a note for each value that no offer has, as in a scenario for many counties; and names one like it."""
    notes = []
    for column, values in group.items():
        present = set(labels_of(offers, column)[1]) if _has(offers, column) else set()
        for value in sorted(set(values) - present) if present else ():
            known = did_you_mean(value, present)
            hint = f" {known}" if known.startswith("Did") else ""
            notes.append(f'{where}: no offer has "{value}" in column {column}, so that it counts none.{hint}')
    return notes


def _has(table: pd.DataFrame, column: str) -> bool:
    return column in table.columns or column in table.index.names


def labels_of(table: pd.DataFrame, column: str) -> tuple[np.ndarray, list[str]]:
    """Return the values of a column or index level as text: a code for each row, and the label of each code.

    Whole numbers are written without a decimal point; "" is a blank.
    """
    values = table.index.get_level_values(column) if column in table.index.names else table[column]
    codes, kinds = pd.factorize(values, use_na_sentinel=False)
    labels = ["" if pd.isna(v) else str(int(v)) if isinstance(v, float) and v.is_integer() else str(v) for v in kinds]
    return codes, labels


def in_group(group: Where, table: pd.DataFrame) -> np.ndarray:
    """Return for each row of a table whether it belongs to a group; a table without the column does not."""
    belongs = np.ones(len(table), dtype=bool)
    for column, values in group.items():
        if not _has(table, column):
            return np.zeros(len(table), dtype=bool)
        codes, labels = labels_of(table, column)
        belongs &= np.array([label in values for label in labels], dtype=bool)[codes] if len(table) else belongs
    return belongs


def services_in_group(group: Where, offers: pd.DataFrame, services: pd.DataFrame) -> np.ndarray:
    """Return for each service whether it belongs to a group: by its own column, else where all its riders belong."""
    belongs = np.ones(len(services), dtype=bool)
    for column, values in group.items():
        labels = _labels_of_services(column, offers, services)
        belongs &= np.array([bool(own) and own <= set(values) for own in labels], dtype=bool)
    return belongs


def _labels_of_services(column: str, offers: pd.DataFrame, services: pd.DataFrame) -> list[set[str]]:
    """Return the labels of each service: its own, else those that its riders have."""
    if _has(services, column):
        codes, labels = labels_of(services, column)
        return [{labels[code]} for code in codes]
    by_service: dict[str, set[str]] = {name: set() for name in services.index}
    if _has(offers, column):
        rides = offers["service"].notna().to_numpy()
        codes, labels = labels_of(offers, column)
        for service, code in set(zip(offers["service"].to_numpy()[rides].tolist(), codes[rides].tolist(), strict=True)):
            by_service[service].add(labels[code])
    return list(by_service.values())


def each_group(limit: Limit, offers: pd.DataFrame) -> Iterator[dict[str, tuple[str, ...]]]:
    """Yield each group that a limit counts, in the order of its rows."""
    if limit.each is None:
        yield dict(limit.where)
        return
    codes, labels = labels_of(offers, limit.each)
    for value in sorted({labels[code] for code in np.unique(codes[in_group(limit.where, offers)])} - {""}):
        yield {**limit.where, limit.each: (value,)}


def members_by_group(
    limit: Limit, offers: pd.DataFrame, services: pd.DataFrame
) -> Iterator[tuple[dict[str, tuple[str, ...]], np.ndarray, np.ndarray]]:
    """Yield each group that a limit counts, and which offers and which services belong to it."""
    wider = {column: values for column, values in limit.where.items() if column != limit.each}
    offers_within, services_within = in_group(wider, offers), services_in_group(wider, offers, services)
    if limit.each is None:
        yield wider, offers_within, services_within
        return
    codes, labels = labels_of(offers, limit.each)
    of_offers, of_services = np.array(labels, dtype=object)[codes], _labels_of_services(limit.each, offers, services)
    for group in each_group(limit, offers):
        (value,) = group[limit.each]
        has_value = np.array([own == {value} for own in of_services], dtype=bool)
        yield group, offers_within & (of_offers == value), services_within & has_value
