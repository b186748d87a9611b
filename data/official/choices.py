"""Choose between sources that give the same column, and remember the choice.

Completeness comes first: a source that has a value for every area of the council wins over a better one that has
not, so that one column is not patched together from figures that mean different things. Among equals the first wins;
callers offer candidates best first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from data.faults import Fault
from data.official.recognise import Found


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column that one source can give."""

    found: Found
    values: pd.Series  # indexed by area_code
    note: str  # what it is: "IDACI rate", "mid-2024 estimates, ages 16 to 18"
    vintage: str
    estimated: bool = False  # True where the figure was carried, shared out or reckoned rather than published


@dataclass(frozen=True, slots=True)
class Choice:
    """The column that was chosen for a council's areas."""

    values: pd.Series  # indexed by the council's areas; missing where the source has none
    candidate: Candidate | None
    note: str
    passed_over: tuple[str, ...] = ()  # better sources that cover only a part of the council

    @property
    def missing(self) -> pd.Index:
        """The areas without a value."""
        return self.values.index[self.values.isna()]


def choose(candidates: Sequence[Candidate], areas: pd.Index) -> Choice:
    """Return the first candidate that covers every area, or else the one that covers most of them."""
    if not candidates:
        return Choice(pd.Series(pd.NA, index=areas, dtype="object"), None, "no source was loaded")
    covered = [int(candidate.values.reindex(areas).notna().sum()) for candidate in candidates]
    best = covered.index(max(covered))  # the first of those that cover most
    chosen = candidates[best]
    passed_over = tuple(
        f"{other.note} of {other.found.file} passed over: it has {count:,} of {len(areas):,} areas"
        for other, count in zip(candidates[:best], covered, strict=False)
        if count
    )
    note = "; ".join([f"{chosen.note} ({chosen.vintage})", *passed_over])
    return Choice(chosen.values.reindex(areas), chosen, note, passed_over)


def gap_fault(column: str, choice: Choice, mend: str) -> Fault:
    """Say which areas an essential column lacks, and which file would mend it."""
    if choice.candidate is None:
        return Fault(column, f"no file was found that gives it. Load {mend}.")
    missing = choice.missing
    shown = ", ".join(missing[:3]) + (f" and {len(missing) - 3:,} more" if len(missing) > 3 else "")
    return Fault(
        column,
        f"{choice.candidate.found.file} has no value for {len(missing):,} of {len(choice.values):,} areas ({shown}). "
        f"It may be cut short, or of another geography. Load {mend}.",
    )
