"""Limits as integer rows over the checked tables, in the order they were written."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
import pandas as pd

from budget.allocation.inputs.groups import group_faults, group_notes, members_by_group
from budget.allocation.inputs.limit_wording import limit_name
from budget.allocation.inputs.limits import Limit, Limits, Share
from budget.allocation.inputs.tables import FAULTS_SHOWN, whole
from budget.allocation.inputs.toml_tables import Where
from data.faults import Fault


@dataclass(frozen=True, slots=True)
class LimitRow:
    """Σ on_offers·x + Σ on_units·units `sense` right, in integers; divided by `scale` it is in the measure's unit.

    `offers` and `units` are the positions with a coefficient.
    """

    measure: str
    words: str
    offers: np.ndarray
    on_offers: np.ndarray
    units: np.ndarray
    on_units: np.ndarray
    sense: str
    right: int
    scale: int
    share: Fraction | None = None  # of the plan's total, where the limit is one

    @classmethod
    def from_dense(
        cls,
        measure: str,
        words: str,
        on: tuple[np.ndarray, np.ndarray],
        sense: str,
        right: int,
        scale: int,
        share: Fraction | None = None,
    ) -> "LimitRow":
        """Return a row of the coefficients on every offer and on every service, those of 0 left out."""
        offers, units = map(np.flatnonzero, on)
        return cls(measure, words, offers, on[0][offers], units, on[1][units], sense, right, scale, share)


def limit_rows(limits: Limits, offers: pd.DataFrame, services: pd.DataFrame) -> list[LimitRow]:
    """Return a row for each cap and floor, in the order they were written. The limits have none of `limit_faults`."""
    return [row for limit in limits.limits for row in _rows(limit, offers, services)]


def limit_faults(limits: Limits, offers: pd.DataFrame, services: pd.DataFrame) -> list[Fault]:
    """Return every fault of limits that shows beside the tables, which may have faults of their own.

    A cohort, column or value that is not there, text or blanks in a measure, a cap below all that there is.
    """
    faults = _cohort_faults(limits, offers) + _service_faults(limits, services)
    for number, limit in enumerate(limits.limits, start=1):
        faults += _column_faults(limit, offers, services, f"limit {number}")
    return faults + [fault for where, group in _groups(limits) for fault in group_faults(group, offers, where)]


def limit_notes(limits: Limits, offers: pd.DataFrame) -> list[str]:
    """Return a note for each value that a limit, a grant or part funding names and no offer has."""
    groups = [(f"Limit {number}", limit.where) for number, limit in enumerate(limits.limits, start=1)]
    return [note for where, group in (*groups, *_groups(limits)) for note in group_notes(group, offers, where)]


def _groups(limits: Limits) -> list[tuple[str, Where]]:
    """Return the groups of grants and of part funding, with what names them."""
    groups = [(f"grant {grant.name}", grant.pays_for) for grant in limits.grants]
    if limits.part_funding is not None:
        groups.append(("part_funding", limits.part_funding.where))
    return groups


def _cohort_faults(limits: Limits, offers: pd.DataFrame) -> list[Fault]:
    if not limits.must_fund and not limits.committed:
        return []
    known = set(offers.index.get_level_values("cohort"))
    faults = [
        Fault("must_fund", f'Cohort "{cohort}" has no offer in the offers table. Correct its name or take it out.')
        for cohort in limits.must_fund
        if cohort not in known
    ]
    for cohort, option in limits.committed:
        if (cohort, option) not in offers.index:
            faults.append(Fault("committed", f'There is no offer "{option}" for cohort "{cohort}". Check both names.'))
    return faults


def _service_faults(limits: Limits, services: pd.DataFrame) -> list[Fault]:
    faults = []
    for service, units in limits.committed_units.items():
        if service not in services.index:
            faults.append(Fault("committed", f'"{service}" is not in the services table. Check its name.'))
        elif units < 0 or units > (most := services["max_units"].groupby(level=0).max()[service]):
            faults.append(Fault("committed", f"{units} units of {service} are promised; it has at most {most:.0f}."))
    return faults


def _column_faults(limit: Limit, offers: pd.DataFrame, services: pd.DataFrame, where: str) -> list[Fault]:
    faults = group_faults({**({limit.each: ()} if limit.each else {}), **limit.where}, offers, where)
    if limit.measure in ("spend", "people"):
        return faults + _cap_faults(limit, where)
    column = money_column(limit.measure, offers, services) or limit.measure
    if column not in offers.columns and column not in services.columns:
        known = ", ".join(map(str, [*offers.index.names, *offers.columns]))
        return [*faults, Fault(where, f'The measure "{limit.measure}" is not a column. Columns: {known}.')]
    least = 0.0
    for table, kind in ((offers, "cohort {}, option {}"), (services, "service {}")):
        if column in table.columns:
            numbers = pd.to_numeric(table[column], errors="coerce").astype(float)
            least = min(least, numbers.min())
            if column == "access":  # a number, or a fault of the table
                continue
            for key in table.index[~np.isfinite(numbers)][:FAULTS_SHOWN]:
                named = kind.format(*(key if isinstance(key, tuple) else (key,)))
                faults.append(Fault(where, f"{column} of {named} is not a number."))
    return faults if least < 0 else faults + _cap_faults(limit, where)


def _cap_faults(limit: Limit, where: str) -> list[Fault]:
    """Return the fault of a cap below nothing, of a measure that no offer or service has less than nothing of."""
    if not isinstance(limit.at_most, Fraction) or limit.at_most >= 0:
        return []
    problem = f"at_most is {float(limit.at_most):,.10g}, and nothing has less than 0 {limit.measure}. Write 0 or more."
    return [Fault(where, problem)]


def money_column(measure: str, offers: pd.DataFrame, services: pd.DataFrame) -> str | None:
    """Return the column of pence that a measure in pounds names, such as capital_pence for "capital"; else None."""
    column = f"{measure}_pence"
    own = measure in offers.columns or measure in services.columns
    return column if not own and (column in offers.columns or column in services.columns) else None


def _rows(limit: Limit, offers: pd.DataFrame, services: pd.DataFrame) -> Iterator[LimitRow]:
    on_offers, on_units, scale = _measures(limit.measure, offers, services)
    is_money = limit.measure == "spend" or money_column(limit.measure, offers, services) is not None
    for group, offers_in, services_in in members_by_group(limit, offers, services):
        for figure, sense in ((limit.at_most, "<="), (limit.at_least, ">=")):
            if figure is None:
                continue
            name = limit_name(limit, figure, sense, group, is_money=is_money)
            if isinstance(figure, Share):
                share = figure.share
                on = _less_share(share, on_offers, offers_in), _less_share(share, on_units, services_in)
                yield LimitRow.from_dense(limit.measure, name, on, sense, 0, scale * share.denominator, share)
            else:
                right = floor(figure * scale) if sense == "<=" else ceil(figure * scale)
                on = on_offers * offers_in, on_units * services_in
                yield LimitRow.from_dense(limit.measure, name, on, sense, right, scale)


def _less_share(share: Fraction, on: np.ndarray, within: np.ndarray) -> np.ndarray:
    """Return what each adds to the group's measure less a share of the whole, times the share's denominator."""
    kind = on.dtype if share.denominator < 2**20 else np.dtype(object)
    times: np.ndarray = share.denominator * within.astype(kind) - share.numerator
    coefficients: np.ndarray = on.astype(kind) * times
    return coefficients


def _measures(measure: str, offers: pd.DataFrame, services: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, int]:
    """Return what each offer and each unit of a service adds to a measure, as integers, and their scale."""
    if measure == "spend":
        integers = [*offers["cost_pence"].tolist(), *services["unit_cost_pence"].astype(int).tolist()]
        scale = 100
    else:
        column = money_column(measure, offers, services)
        figures = np.concatenate([_column(column or measure, table) for table in (offers, services)])
        integers, scale = whole(figures)
        scale *= 100 if column else 1
    fits = not integers or max(map(abs, integers)) < 2**40  # room for a share's denominator
    both = np.array(integers, dtype="int64" if fits else object)
    return both[: len(offers)], both[len(offers) :], scale


def _column(measure: str, table: pd.DataFrame) -> np.ndarray:
    if measure not in table.columns:
        return np.zeros(len(table))
    return np.asarray(pd.to_numeric(table[measure], errors="coerce").fillna(0.0), dtype=float)


def promised_rows(limits: Limits, services: pd.DataFrame) -> list[LimitRow]:
    """Return a row for each service of which units were promised already."""
    none = np.array([], dtype="int64")
    return [
        LimitRow.from_dense(
            "units",
            f"{units} units of service {service}, promised already",
            (none, (services.index == service).astype("int64")),
            ">=",
            units,
            1,
        )
        for service, units in limits.committed_units.items()
        if units
    ]
