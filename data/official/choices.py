"""Choose between the sources that give one column of the areas table, and record the choice.

A source that has a value for every area of the council wins over a better one that has not, so that no column mixes
figures that mean different things. Among equals the first wins: callers give the best candidate first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from data.faults import Fault
from data.official.cells import first_few
from data.official.tables import OfficialTable


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column that one source can give."""

    source: OfficialTable
    values: pd.Series  # indexed by area_code
    note: str  # what it is: "IDACI rate", "mid-2024 estimates, ages 16 to 18"
    vintage: str
    estimated: bool = False  # True where the figure was carried, shared out or calculated, not published
    percentiles: pd.Series | None = None  # by area_code: where a rate stands among England's, 0 to 100


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """One column of the areas table, and the source that it comes from."""

    values: pd.Series  # indexed by the council's areas; missing where the source has none
    candidate: Candidate | None
    note: str
    passed_over: tuple[str, ...] = ()  # better sources that cover only a part of the council

    @property
    def missing(self) -> pd.Index:
        """The areas without a value."""
        return self.values.index[self.values.isna()]


def choose(candidates: Sequence[Candidate], areas: pd.Index) -> ColumnChoice:
    """Return the first candidate that covers every area, or else the one that covers most of them."""
    if not candidates:
        return ColumnChoice(pd.Series(pd.NA, index=areas, dtype="object"), None, "no source was loaded")
    covered = [int(each.values.reindex(areas).notna().sum()) for each in candidates]
    best = covered.index(max(covered))  # the first of those that cover most
    candidate = candidates[best]
    passed_over = tuple(
        f"{other.note} of {other.source.file} passed over: it has {count:,} of {len(areas):,} areas"
        for other, count in zip(candidates[:best], covered, strict=False)
        if count
    )
    note = "; ".join([f"{candidate.note} ({candidate.vintage})", *passed_over])
    return ColumnChoice(candidate.values.reindex(areas), candidate, note, passed_over)


def gap_fault(column: str, choice: ColumnChoice, file: str) -> Fault:
    """Say which areas an essential column lacks, and which file gives it."""
    if choice.candidate is None:
        return Fault(column, f"no file was found that gives it. Load {file}.")
    missing = list(choice.missing)
    return Fault(
        column,
        f"{choice.candidate.source.file} has no value for {len(missing):,} of {len(choice.values):,} areas "
        f"({first_few(missing)}). "
        f"It may be cut short, or of another geography. Load {file}.",
    )
