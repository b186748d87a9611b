"""What one plan does otherwise than another, said briefly: a sentence, and the vehicles that differ."""

import pandas as pd

from budget.planning.comparison import ANOTHER_KIND, GAINS_ACCESS, GAINS_SUPPORT, LOSES_ACCESS, LOSES_SUPPORT
from budget.planning.plan import Plan

VEHICLE_COLUMNS = ("label", "before", "after")
WORDS = {
    "would gain support": (GAINS_SUPPORT,),
    "would have another kind of support": (GAINS_ACCESS, ANOTHER_KIND, LOSES_ACCESS),
    "would lose theirs": (LOSES_SUPPORT,),
}


def sentence(changes: pd.DataFrame) -> str:
    """Say how many areas gain support, lose it or have another kind, from a table of `comparison.changes`."""
    counts = {words: int(changes["change"].isin(kinds).sum()) for words, kinds in WORDS.items()}
    said = [f"{count:,} {'area' if count == 1 else 'areas'} {words}" for words, count in counts.items() if count]
    return f"{_joined(said)}." if said else "The same areas would have the same support."


def _joined(parts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def vehicles(before: Plan, after: Plan) -> pd.DataFrame:
    """Return how many vehicles run in either plan where that differs: index service, VEHICLE_COLUMNS."""
    units = pd.DataFrame({"before": before.allocation.services["units"], "after": after.allocation.services["units"]})
    units = units.fillna(0).astype(int)
    units = units[units["before"] != units["after"]]
    labels = pd.concat([before.choices.services["label"], after.choices.services["label"]])
    units.insert(0, "label", labels[~labels.index.duplicated()].reindex(units.index))
    return units.rename_axis("service")[list(VEHICLE_COLUMNS)]
