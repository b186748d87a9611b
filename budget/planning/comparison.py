"""Any number of plans side by side: money, people and access, for whom, who gains and who loses, and why.

    comparison = of([plan, another])
    comparison.totals                     a row a scenario
    comparison.by_district                a row a district and scenario; so by_decile, by_kind
    comparison.changes(0, 1)              each area that is treated otherwise, what it got before and after, and why
    comparison.reasons(0, 1)              the inputs that differ, in words

Scenarios are told apart by their place; `names` are their names, made different where they are not. A scenario that no
plan can satisfy stands among the others with its conflicts, and its figures are missing rather than nought.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from budget.planning import by_group, reasons
from budget.planning import plan as planning
from budget.planning.plan import Plan
from budget.scenarios.differences import Difference, differences, fingerprint, with_input

MEASURES = ("cost_pence", "people", "access")
GAINS, LOSES, NEITHER = "gains", "loses", "neither"
GAINS_SUPPORT, GAINS_ACCESS = "gains support", "gains access"
LOSES_SUPPORT, LOSES_ACCESS = "loses support", "loses access"
ANOTHER_KIND, OTHER_FIGURES = "another kind", "same support, other figures"
EFFECTS = {
    LOSES_SUPPORT: LOSES, LOSES_ACCESS: LOSES, GAINS_SUPPORT: GAINS, GAINS_ACCESS: GAINS,
    ANOTHER_KIND: NEITHER, OTHER_FIGURES: NEITHER,
}  # fmt: skip
IDLE = "Vehicles without riders"  # promised already, and ridden by nobody: of no group
NOTICED = 1e-6  # of access, and of a person

TOTALS = {
    "status": "str", "fingerprint": "str", "budget_pence": "Int64", "reserve_pence": "Int64", "spent_pence": "Int64",
    "unspent_pence": "Int64", "people": "Float64", "access": "Float64", "bound": "Float64", "gap": "Float64",
    "cohorts_funded": "Int64", "cohorts_not_funded": "Int64", "areas_in_target": "Int64",
    "people_in_target": "Float64", "pence_per_access": "Float64", "share_on_estimates": "Float64", "proof": "str",
    "conflicts": "str",
}  # fmt: skip
GROUP_COLUMNS = {"cohorts": "Int64", "people": "Float64", "cost_pence": "Int64", "access": "Float64"}
COLUMNS = GROUP_COLUMNS | {"areas_in_target": "Int64", "low_income_people": "Float64"}
EFFECT_COLUMNS = {"cost_pence": "Int64", "people": "Float64", "access": "Float64"}
CHANGE_COLUMNS = (
    "area_name", "district", "decile", "effect", "change", "before", "after", "people_before", "people_after",
    "cost_pence_before", "cost_pence_after", "access_before", "access_after", "why",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """Those who gain, or those who lose: areas, people (expected takers in the better of the two), access between."""

    areas: int
    people: float
    access: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Plans side by side. `base` is the place of the scenario that the others are held against.

    totals       index scenario (its name); TOTALS, money in pence, missing where there is no plan
    by_district  index district and scenario; GROUP_COLUMNS and areas_in_target, low_income_people
    by_decile    index decile (as `planning.DECILES`) and scenario; the same
    by_kind      index kind (its label) and scenario; GROUP_COLUMNS
    """

    plans: tuple[Plan, ...]
    names: tuple[str, ...]
    base: int
    totals: pd.DataFrame
    by_district: pd.DataFrame
    by_decile: pd.DataFrame
    by_kind: pd.DataFrame
    effects: Mapping[tuple[int, int], pd.DataFrame] = field(default_factory=dict)  # of pairs; see `with_effects`

    def has_plan(self, place: int) -> bool:
        """Say whether any plan keeps the scenario's limits."""
        return self.plans[place].allocation.status != "infeasible"

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Return the base with each of the other scenarios."""
        return tuple((self.base, place) for place in range(len(self.plans)) if place != self.base)

    def reasons(self, a: int, b: int) -> tuple[Difference, ...]:
        """Return every input that b has otherwise than a, the county and the versions of policy and prices included."""
        return differences(self.plans[a].pinned_scenario, self.plans[b].pinned_scenario)

    def changes(self, a: int, b: int) -> pd.DataFrame:
        """Return each cohort that b treats otherwise than a; none where either has no plan.

        Index cohort; CHANGE_COLUMNS: those who lose first, by the access between. `before` and `after` are the kinds of
        support, "" for none; `why` says why there is none, where there was or will be some.
        """
        if not (self.has_plan(a) and self.has_plan(b)):
            return pd.DataFrame(columns=list(CHANGE_COLUMNS)).rename_axis("cohort")
        return changes(self.plans[a], self.plans[b])

    def sides(self, a: int, b: int) -> dict[str, Side]:
        """Return how many areas and people gain and lose between a and b, by GAINS, LOSES and NEITHER."""
        return sides(self.changes(a, b))


def compare(plans: Sequence[Plan], base: int = 0) -> Comparison:
    """Return plans side by side, in their order; the plans are not altered."""
    names = told_apart([plan.scenario.name for plan in plans])
    totals = pd.DataFrame([_totals(plan) for plan in plans], index=pd.Index(names, name="scenario"))
    districts = sorted({str(name) for plan in plans for name in plan.choices.cohorts["district"]})
    kinds = list(dict.fromkeys(kind.label for plan in plans for kind in plan.catalogue.kinds))
    return Comparison(
        tuple(plans),
        names,
        base,
        totals[list(TOTALS)].astype(TOTALS),
        _grouped(plans, names, by_group.by_district, districts, "district"),
        _grouped(plans, names, by_group.by_decile, by_group.DECILES, "decile"),
        _grouped(plans, names, lambda plan: by_group.by_kind(plan).set_index("label"), kinds, "kind"),
    )


def with_effects(compared: Comparison, report: Callable[[str], None] = lambda text: None) -> Comparison:
    """Return the comparison with what each input that differs from the base's does alone: a plan made for each.

    `effects` holds for each pair a table, index the key of the difference, EFFECT_COLUMNS: what spend, people and
    access change by where the base has that input alone as the other scenario has it. They need not add up to the whole
    change, as inputs work on one another. Missing where there is no plan, or the input alters none.
    """
    tables = {}
    for a, b in compared.pairs:
        before, after = compared.plans[a], compared.plans[b]
        keys = dict.fromkeys(each.key for each in compared.reasons(a, b))
        rows = {}
        for key in keys:
            report(f"Planning for “{compared.names[a]}” with one input of “{compared.names[b]}”: {key}.")
            rows[key] = _alone(before, after, key)
        table = pd.DataFrame(rows.values(), index=pd.Index(rows, name="key"), columns=list(EFFECT_COLUMNS))
        tables[a, b] = table.astype(EFFECT_COLUMNS)
    return replace(compared, effects=tables)


def _alone(before: Plan, after: Plan, key: str) -> tuple:
    nothing = (None,) * len(EFFECT_COLUMNS)
    changed = with_input(*(replace(plan.scenario, bundle="", day=plan.day) for plan in (before, after)), key)
    if changed is None or before.allocation.status == "infeasible":
        return nothing
    now, then = planning.make(before.county, changed, before.day).allocation, before.allocation
    if now.status == "infeasible":
        return nothing
    return now.spent_pence - then.spent_pence, now.people - then.people, now.access - then.access


def alone_in_words(compared: Comparison, a: int, b: int, key: str) -> str:
    """Say what one input does alone: " (alone: £1,000.00 less spent, 3.20 less access)"; "" where that is not known."""
    if not compared.effects or compared.effects[a, b].loc[key].isna().any():
        return ""
    row = compared.effects[a, b].loc[key]
    spent, access = row["cost_pence"] / 100, row["access"]
    money = f"£{abs(spent):,.2f} {'more' if spent >= 0 else 'less'} spent"
    return f" (alone: {money}, {abs(access):,.2f} {'more' if access >= 0 else 'less'} access)"


def told_apart(names: Sequence[str]) -> tuple[str, ...]:
    """Return names that are all different: "Plan", "Plan (2)".

    >>> told_apart(["Plan", "Plan", "Plan (2)"])
    ('Plan', 'Plan (2)', 'Plan (2) (2)')
    """
    made: list[str] = []
    for name in names:
        other, number = name, 2
        while other in made:
            other, number = f"{name} ({number})", number + 1
        made.append(other)
    return tuple(made)


def _totals(plan: Plan) -> dict:
    allocation, cohorts = plan.allocation, plan.choices.cohorts
    row = {
        "status": allocation.status,
        "fingerprint": fingerprint(plan.pinned_scenario),
        "budget_pence": allocation.budget_pence,
        "reserve_pence": plan.scenario.reserve_pence,
        "areas_in_target": len(plan.targeting.in_target),
        "people_in_target": round(float(cohorts["people"].sum()), 2),
        "proof": reasons.proof(plan),
        "conflicts": "\n".join(allocation.conflicts),
    }
    if allocation.status == "infeasible":
        return dict.fromkeys(TOTALS) | row
    return row | {
        "spent_pence": allocation.spent_pence,
        "unspent_pence": allocation.budget_pence - allocation.spent_pence,
        "people": allocation.people,
        "access": allocation.access,
        "bound": allocation.bound,
        "gap": allocation.gap,
        "cohorts_funded": len(allocation.chosen),
        "cohorts_not_funded": len(cohorts) - len(allocation.chosen),
        "pence_per_access": allocation.spent_pence / allocation.access if allocation.access else None,
        "share_on_estimates": plan.estimated_share,
    }


def _grouped(
    plans: Sequence[Plan],
    names: Sequence[str],
    table_of: Callable[[Plan], pd.DataFrame],
    groups: Sequence[str],
    level: str,
) -> pd.DataFrame:
    """Return a row for each group that any plan has, and scenario: nought where a plan gives it nothing.

    What no group has, the vehicles without riders, is a group of its own, so that the groups add up to the spend.
    """
    tables = []
    for plan in plans:
        table = table_of(plan)
        table.index = table.index.map(str)
        table = table.reindex([*groups, IDLE]).fillna(0)
        table.loc[IDLE, "cost_pence"] = plan.allocation.spent_pence - int(table["cost_pence"].sum())
        if plan.allocation.status == "infeasible":
            table = table.astype(object)
            table.loc[:, list(GROUP_COLUMNS)] = pd.NA
        tables.append(table.astype({name: kind for name, kind in COLUMNS.items() if name in table}))
    both = pd.concat(tables, keys=names, names=["scenario", level]).swaplevel()
    groups = [*groups, IDLE]
    known = pd.MultiIndex.from_product([groups, names], names=[level, "scenario"])
    both = both.reindex(known)
    used = [group for group in groups if _is_used(both.loc[group])]
    return both[both.index.get_level_values(level).isin(used)]


def _is_used(rows: pd.DataFrame) -> bool:
    numbers = rows.drop(columns="label", errors="ignore").apply(pd.to_numeric)
    return bool((numbers.fillna(0) != 0).to_numpy().any())


def _held(plan: Plan) -> pd.DataFrame:
    """Return what each cohort is given: option, label, part, people, cost_pence with its share of a vehicle, access."""
    chosen = by_group.with_vehicle_share(plan).reset_index().set_index("cohort")
    labels = {kind.id: kind.label for kind in plan.catalogue.kinds}
    table = chosen[["option", "people", "access"]].assign(cost_pence=chosen["whole_cost_pence"])
    table["label"] = chosen["kind"].map(labels).fillna(chosen["option"])
    table["part"] = chosen.get("part", 1.0)
    return table


def changes(a: Plan, b: Plan) -> pd.DataFrame:
    """Return what `Comparison.changes` does, of two plans that are there."""
    both = _held(a).add_suffix("_before").join(_held(b).add_suffix("_after"), how="outer").sort_index()
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


def _pairs(both: pd.DataFrame, table: pd.DataFrame):
    same_part = (both["part_before"] - both["part_after"]).abs() <= NOTICED
    more = table["access_after"] - table["access_before"]
    same = pd.Series(True, index=table.index)
    for measure, noticed in (("people", NOTICED), ("access", NOTICED), ("cost_pence", 0)):
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


def sides(changes: pd.DataFrame) -> dict[str, Side]:
    """Return how many areas and people gain and lose, of the table that `Comparison.changes` returns."""
    found = {}
    for effect in (GAINS, LOSES, NEITHER):
        rows = changes[changes["effect"] == effect]
        people = rows[["people_before", "people_after"]]
        taken = people["people_before"] if effect == LOSES else people["people_after"]
        between = float((rows["access_after"] - rows["access_before"]).sum())
        found[effect] = Side(len(rows), round(float(taken.sum()), 4), round(between, 6))
    return found
