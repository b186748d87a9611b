"""Part-funding: an offer for a part of a cohort, as further rows of the offers table.

Where it is allowed, an offer becomes `parts` offers: for the whole cohort, and for each k/parts of it. A part's cost is
rounded up to the penny and its seats up to a millionth; its access, people and resources are rounded down to a
millionth. So no part costs less or brings more than its share, and a cohort still receives one offer at most. A cohort
that must be funded, or has a committed offer, is funded whole.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from budget.allocation.inputs.groups import in_group
from budget.allocation.inputs.limit_rows import money_column
from budget.allocation.inputs.limits import Limits
from budget.allocation.inputs.tables import MICRO, CheckedTables


def with_parts(tables: CheckedTables, limits: Limits) -> CheckedTables:
    """Return the tables with a column `part` (1 is the whole cohort) and a row for each part that may be funded."""
    if limits.part_funding is None:
        return tables
    offers, parts = tables.offers, limits.part_funding.parts
    whole_only = {*limits.must_fund, *(cohort for cohort, _ in limits.committed)}
    may = in_group(limits.part_funding.where, offers)
    may &= ~np.isin(offers.index.get_level_values("cohort").to_numpy().astype(str), list(whole_only) or [""])
    repeats = np.where(may, parts, 1)
    rows = np.repeat(np.arange(len(offers)), repeats)
    last = np.repeat(np.cumsum(repeats), repeats)
    of_parts = np.where(may[rows], last - np.arange(len(rows)), parts)  # parts, parts − 1, …, 1
    scaled = offers.iloc[rows].copy()
    measures = [limit.measure for limit in limits.limits]
    columns = {money_column(measure, offers, tables.services) or measure for measure in measures}
    columns |= {"access", "people"}
    columns |= {name for name in offers if name == "measured_access" or str(name).startswith("within_reach")}
    for name in sorted(columns & set(offers.columns) - {"cost_pence", "seats"}):
        scaled[name] = _share(scaled[name], of_parts, parts)
    scaled["seats"] = -_share(-scaled["seats"], of_parts, parts)
    scaled["cost_pence"] = -(-(scaled["cost_pence"].to_numpy("int64") * of_parts) // parts)
    return replace(tables, offers=scaled.assign(part=of_parts / parts))


def _share(figures: pd.Series, of_parts: np.ndarray, parts: int) -> np.ndarray:
    """Return k/parts of figures of at most six decimals, rounded down to six."""
    micro = [round(figure * MICRO) for figure in figures.tolist()]
    return np.array([m * int(k) // parts / MICRO for m, k in zip(micro, of_parts, strict=True)], dtype=float)
