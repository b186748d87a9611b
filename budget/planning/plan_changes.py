"""Find which cohorts gain and lose between two plans, and say it briefly: a table, a sentence, the vehicles."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from budget.planning import by_group, reasons
from budget.planning.plan import Plan
from data.wording import counted, listed

MEASURES = ("cost_pence", "people", "access", "within_reach")
GAINS, LOSES, NEITHER = "gains", "loses", "neither"
GAINS_SUPPORT, GAINS_ACCESS = "gains support", "gains access"
LOSES_SUPPORT, LOSES_ACCESS = "loses support", "loses access"
ANOTHER_KIND, OTHER_FIGURES = "another kind", "same support, other figures"
EFFECTS = {
    LOSES_SUPPORT: LOSES, LOSES_ACCESS: LOSES, GAINS_SUPPORT: GAINS, GAINS_ACCESS: GAINS,
    ANOTHER_KIND: NEITHER, OTHER_FIGURES: NEITHER,
}  # fmt: skip
NOTICED = 1e-6  # of access, and of a person
UNRANKED = {  # those who neither gain nor lose, by what happens to them: of one area, and of several
    ANOTHER_KIND: ("has another kind of support at the same score", "have another kind of support at the same score"),
    OTHER_FIGURES: ("keeps the same support with other figures", "keep the same support with other figures"),
}
CHANGE_COLUMNS = (
    "area_name", "district", "decile", "effect", "change", "before", "after", "people_before", "people_after",
    "cost_pence_before", "cost_pence_after", "access_before", "access_after", "within_reach_before",
    "within_reach_after", "why",
)  # fmt: skip
VEHICLE_COLUMNS = ("label", "before", "after")
WORDS = {
    "would gain support": (GAINS_SUPPORT,),
    "would have another kind of support": (GAINS_ACCESS, ANOTHER_KIND, LOSES_ACCESS),
    "would lose theirs": (LOSES_SUPPORT,),
}


@dataclass(frozen=True, slots=True)
class Affected:
    """Those who gain, lose or neither: areas, people (takers in the better plan), access and within_reach gained."""

    areas: int
    people: float
    access: float
    within_reach: float


def _support(plan: Plan) -> pd.DataFrame:
    """Return what each cohort is given: option, label, part, people, cost_pence with its share of a vehicle, access and
    within_reach."""
    chosen = by_group.with_vehicle_share(plan).reset_index().set_index("cohort")
    labels = {kind.id: kind.label for kind in plan.catalogue.kinds}
    table = chosen[["option", "people", "access", "within_reach"]].assign(cost_pence=chosen["whole_cost_pence"])
    table["label"] = chosen["kind"].map(labels).fillna(chosen["option"])
    table["part"] = chosen.get("part", 1.0)
    return table


def changes(a: Plan, b: Plan) -> pd.DataFrame:
    """Return each cohort whose support in b differs from that in a; both plans must exist.

    Index cohort; CHANGE_COLUMNS: those who lose first, by the change of access. `before` and `after` are the kinds of
    support, "" for none; `why` says why a cohort has none in one of the plans.
    """
    both = _support(a).add_suffix("_before").join(_support(b).add_suffix("_after"), how="outer").sort_index()
    table = pd.DataFrame(index=both.index.rename("cohort"))
    cohorts = pd.concat([a.choices.cohorts, b.choices.cohorts])
    cohorts = cohorts[~cohorts.index.duplicated()].reindex(table.index)
    tenths = pd.concat([by_group.deciles(a), by_group.deciles(b)])
    table["area_name"], table["district"] = cohorts["area_name"].astype(str), cohorts["district"].astype(str)
    table["decile"] = tenths[~tenths.index.duplicated()].reindex(table.index)
    for side in ("before", "after"):
        table[side] = both[f"label_{side}"].astype(object).fillna("")
        for measure in MEASURES:
            table[f"{measure}_{side}"] = both[f"{measure}_{side}"].fillna(0)
        table[f"cost_pence_{side}"] = table[f"cost_pence_{side}"].astype("int64")
        both[f"what_{side}"] = both[f"option_{side}"].astype(object).fillna("")
        both[f"part_{side}"] = both[f"part_{side}"].fillna(0.0)
    table["change"] = [_change(*row) for row in _pairs(both, table)]
    table = table[table["change"] != ""].copy()
    table["effect"] = table["change"].map(EFFECTS)
    table["why"] = _why(table, a, b)
    between = (table["access_after"] - table["access_before"]).abs()
    order = table["change"].map({change: number for number, change in enumerate(EFFECTS)})
    table = table.assign(order=order, most=-between).sort_values(["order", "most"], kind="stable")
    return table[list(CHANGE_COLUMNS)]


def _pairs(both: pd.DataFrame, table: pd.DataFrame) -> Iterator[tuple]:
    """Yield what `_change` needs to know of each cohort."""
    same_part = (both["part_before"] - both["part_after"]).abs() <= NOTICED
    more = table["access_after"] - table["access_before"]
    same = pd.Series(True, index=table.index)
    for measure, noticed in (("people", NOTICED), ("access", NOTICED), ("within_reach", NOTICED), ("cost_pence", 0)):
        same &= (table[f"{measure}_after"] - table[f"{measure}_before"]).abs() <= noticed
    return zip(both["what_before"], both["what_after"], same_part, more, same, strict=True)


def _change(before: str, after: str, same_part: bool, more: float, same: bool) -> str:
    """Return what happens to one cohort; "" for nothing."""
    if not before or not after:
        return GAINS_SUPPORT if after else LOSES_SUPPORT
    if before == after and same_part:
        return "" if same else OTHER_FIGURES
    return GAINS_ACCESS if more > NOTICED else LOSES_ACCESS if more < -NOTICED else ANOTHER_KIND


def _why(table: pd.DataFrame, a: Plan, b: Plan) -> pd.Series:
    """Return why a cohort has no support in the plan that gives it none, "" where it has some in both."""
    words = pd.Series("", index=table.index, dtype=object)
    for change, plan in ((GAINS_SUPPORT, a), (LOSES_SUPPORT, b)):
        here = table.index[table["change"] == change]
        if len(here):
            given = reasons.not_funded(plan)["reason"].reindex(here).astype(object)
            name = plan.scenario.name
            words.loc[here] = [f"{name}: {'not in target.' if pd.isna(r) else r}" for r in given]
    return words


def affected(changes: pd.DataFrame) -> dict[str, Affected]:
    """Return how many areas and people gain, lose and neither, from a table of `changes`."""
    return {effect: _side(changes[changes["effect"] == effect], effect) for effect in (GAINS, LOSES, NEITHER)}


def _side(rows: pd.DataFrame, effect: str) -> Affected:
    taken = rows["people_before" if effect == LOSES else "people_after"]
    more = (float((rows[f"{m}_after"] - rows[f"{m}_before"]).sum()) for m in ("access", "within_reach"))
    return Affected(len(rows), round(float(taken.sum()), 4), *(round(each, 6) for each in more))


def sides_in_words(changes: pd.DataFrame) -> list[str]:
    """Say who gains, who loses and who does neither, from a table of `changes`; their figures add up to the difference.

    Gain and loss go by the access score: those who gain may be fewer within reach, so every figure has its sign.
    """
    sides = affected(changes)
    lines = [
        f"{counted(sides[effect].areas, 'area')} {words} by the access score: {sides[effect].people:,.2f} takers, "
        f"{signed(sides[effect].within_reach)} within reach"
        for effect, one, many in ((GAINS, "gains", "gain"), (LOSES, "loses", "lose"))
        for words in [one if sides[effect].areas == 1 else many]
    ]
    for change, (one, many) in UNRANKED.items():
        side = _side(changes[changes["change"] == change], NEITHER)
        if side.areas:
            words = one if side.areas == 1 else many
            lines.append(f"{counted(side.areas, 'area')} {words}: {signed(side.within_reach)} within reach")
    return lines


def signed(people: float) -> str:
    """Write a change of people with its sign, to two decimals.

    >>> signed(31.5), signed(-21.5), signed(0)
    ('+31.50', '-21.50', '0.00')
    """
    rounded = round(people, 2)
    return f"{rounded:+,.2f}" if rounded else "0.00"


def sentence(changes: pd.DataFrame) -> str:
    """Say how many areas gain support, lose it or have another kind, from a table of `changes`."""
    counts = {words: int(changes["change"].isin(kinds).sum()) for words, kinds in WORDS.items()}
    parts = [f"{counted(count, 'area')} {words}" for words, count in counts.items() if count]
    return f"{listed(parts)}." if parts else "The same areas would have the same support."


def vehicles(before: Plan, after: Plan) -> pd.DataFrame:
    """Return how many vehicles run in either plan where that differs: index service, VEHICLE_COLUMNS."""
    units = pd.DataFrame({"before": before.allocation.services["units"], "after": after.allocation.services["units"]})
    units = units.fillna(0).astype(int)
    units = units[units["before"] != units["after"]]
    labels = pd.concat([before.choices.services["label"], after.choices.services["label"]])
    units.insert(0, "label", labels[~labels.index.duplicated()].reindex(units.index))
    return units.rename_axis("service")[list(VEHICLE_COLUMNS)]
