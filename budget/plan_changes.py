"""What changes between two plans of one county: who gains support, who loses it, whose kind of support is another."""

from dataclasses import dataclass

import pandas as pd

from budget.plan import Plan, with_vehicle_share

ENTERS, SWITCHES, LEAVES = "gains support", "another kind", "loses support"
CHANGE_COLUMNS = ("area_name", "district", "change", "before", "after", "people", "cost_pence", "access")
VEHICLE_COLUMNS = ("label", "before", "after")


@dataclass(frozen=True, slots=True)
class Changes:
    """What one plan does otherwise than another.

    `cohorts` (index cohort; CHANGE_COLUMNS): those whose offer is another; `before` and `after` name it ("" for none);
    people, cost_pence (with the share of a vehicle) and access are what the change adds. `vehicles` (index service;
    VEHICLE_COLUMNS): how many run before and after, where that differs. `shared_pence` is what cohorts that keep their
    offer bear more of the vehicles they share: with the costs of `cohorts` it makes up the whole change in spend.
    """

    cohorts: pd.DataFrame
    vehicles: pd.DataFrame
    shared_pence: int

    def count(self, change: str) -> int:
        """Return how many cohorts change in this way."""
        return int((self.cohorts["change"] == change).sum())


def between(before: Plan, after: Plan) -> Changes:
    """Return what `after` does otherwise than `before`, the cohorts that gain first; neither plan is altered."""
    old, new = _held(before), _held(after)
    both = old.join(new, how="outer", lsuffix="_before", rsuffix="_after").sort_index()
    names = both[["label_before", "label_after"]].astype(object).fillna("")
    figures = {
        column: both[f"{column}_after"].fillna(0) - both[f"{column}_before"].fillna(0)
        for column in ("people", "cost_pence", "access")
    }
    figures["cost_pence"] = figures["cost_pence"].astype("int64")
    table = pd.DataFrame({"before": names["label_before"], "after": names["label_after"], **figures})
    is_other = table["before"] != table["after"]
    shared = int(table.loc[~is_other, "cost_pence"].sum())
    table = table[is_other].copy()
    table["change"] = [_change(*pair) for pair in zip(table["before"], table["after"], strict=True)]
    known = pd.concat([before.choices.cohorts, after.choices.cohorts])
    known = known[~known.index.duplicated()]
    table[["area_name", "district"]] = known[["area_name", "district"]].reindex(table.index)
    order = table["change"].map({ENTERS: 0, SWITCHES: 1, LEAVES: 2})
    table = table.assign(order=order, most=-table["access"].abs()).sort_values(["order", "most"], kind="stable")
    return Changes(table[list(CHANGE_COLUMNS)].rename_axis("cohort"), _vehicles(before, after), shared)


def sentence(changes: Changes) -> str:
    """Return how many cohorts gain support, lose it or have another kind."""
    counts = {name: changes.count(name) for name in (ENTERS, SWITCHES, LEAVES)}
    words = {ENTERS: "would gain support", SWITCHES: "would have another kind of support", LEAVES: "would lose theirs"}
    said = [f"{count:,} {'area' if count == 1 else 'areas'} {words[name]}" for name, count in counts.items() if count]
    return f"{join(said)}." if said else "The same areas would have the same support."


def join(parts: list[str]) -> str:
    """Join parts of a sentence.

    >>> join(["a", "b", "c"]), join(["a"])
    ('a, b and c', 'a')
    """
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def _change(before: str, after: str) -> str:
    if not before:
        return ENTERS
    return SWITCHES if after else LEAVES


def _held(plan: Plan) -> pd.DataFrame:
    """Return the offer that each funded cohort has: its label, people, cost_pence with its vehicle, access."""
    chosen = with_vehicle_share(plan).reset_index("option")
    labels = {kind.id: kind.label for kind in plan.catalogue.kinds}
    held = pd.DataFrame({"label": chosen["kind"].map(labels).astype(object)}, index=chosen.index)
    if "part" in chosen:
        parts = [f"{label}, {part:.0%} of it" for label, part in zip(held["label"], chosen["part"], strict=True)]
        held["label"] = held["label"].where(chosen["part"] == 1, parts)
    held["people"], held["access"] = chosen["people"].astype(float), chosen["access"].astype(float)
    held["cost_pence"] = chosen["whole_cost_pence"]
    return held


def _vehicles(before: Plan, after: Plan) -> pd.DataFrame:
    units = pd.DataFrame({"before": before.allocation.services["units"], "after": after.allocation.services["units"]})
    units = units.fillna(0).astype(int)
    units = units[units["before"] != units["after"]]
    labels = pd.concat([before.choices.services["label"], after.choices.services["label"]])
    units.insert(0, "label", labels[~labels.index.duplicated()].reindex(units.index))
    return units.rename_axis("service")[list(VEHICLE_COLUMNS)]
