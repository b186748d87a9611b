"""Compare any number of plans: money, people and reach, for whom, who gains and who loses, and why.

    comparison = compare([plan, another])
    comparison.totals                     one row for each scenario
    comparison.by_district                one row for each district and scenario; so by_decile, by_kind
    comparison.changes(0, 1)              each area whose support differs: what it gets in either plan, and why
    comparison.reasons(0, 1)              the inputs that differ, in words

Scenarios are identified by their place; `names` are their names, made different where they are not. A scenario whose
limits no plan can satisfy has its conflicts and no figures.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from budget.planning import by_group, reasons, within_reach
from budget.planning import plan as planning
from budget.planning.plan import Plan
from budget.planning.plan_changes import CHANGE_COLUMNS, changes
from budget.scenarios.differences import Difference, differences, fingerprint, with_input
from data.wording import exact_pounds

IDLE = "Vehicles without riders"  # promised already, and ridden by nobody: of no group

TOTALS = {
    "status": "str", "fingerprint": "str", "budget_pence": "Int64", "reserve_pence": "Int64", "spent_pence": "Int64",
    "unspent_pence": "Int64", "people": "Float64", "access": "Float64", "bound": "Float64", "gap": "Float64",
    "cohorts_funded": "Int64", "cohorts_not_funded": "Int64", "areas_in_target": "Int64",
    "people_in_target": "Float64", "pence_per_access": "Float64",
    **{f"within_reach_{name}": "Float64" for name in (*within_reach.COUNTS, "low", "high")},
    "pence_per_person_within_reach": "Float64", "share_on_estimates": "Float64", "proof": "str", "conflicts": "str",
}  # fmt: skip
GROUP_COLUMNS = {
    "cohorts": "Int64", "people": "Float64", "cost_pence": "Int64", "access": "Float64", "within_reach": "Float64",
}  # fmt: skip
COLUMNS = GROUP_COLUMNS | {"areas_in_target": "Int64", "low_income_people": "Float64"}
EFFECT_COLUMNS = {"cost_pence": "Int64", "people": "Float64", "access": "Float64", "within_reach": "Float64"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Plans side by side. `base` is the place of the scenario that the others are compared with.

    totals       index scenario (its name); TOTALS, money in pence, missing where there is no plan
    by_district  index district and scenario; GROUP_COLUMNS and areas_in_target, low_income_people
    by_decile    index decile (as `by_group.DECILES`) and scenario; the same
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
        """Return every input that differs, the county and the versions of policy and prices included."""
        return differences(self.plans[a].pinned_scenario, self.plans[b].pinned_scenario)

    def changes(self, a: int, b: int) -> pd.DataFrame:
        """Return `plan_changes.changes` of two of the plans; no rows where either has no plan."""
        if not (self.has_plan(a) and self.has_plan(b)):
            return pd.DataFrame(columns=list(CHANGE_COLUMNS)).rename_axis("cohort")
        return changes(self.plans[a], self.plans[b])


def compare(plans: Sequence[Plan], base: int = 0) -> Comparison:
    """Return plans side by side, in their order; the plans are not altered."""
    names = distinct_names([plan.scenario.name for plan in plans])
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
    """Return the comparison with the effect of each differing input alone; a plan is made for each.

    `effects` holds for each pair a table, index the key of the difference, EFFECT_COLUMNS: by how much spend, people,
    access and people within reach change where the base takes over that input alone. They need not add up to the whole
    change, as inputs depend on one another. Missing where there is no plan, or the input changes none.
    """
    tables = {}
    for a, b in compared.pairs:
        rows = {}
        for key in dict.fromkeys(each.key for each in compared.reasons(a, b)):
            report(f"Planning for “{compared.names[a]}” with one input of “{compared.names[b]}”: {key}.")
            rows[key] = _effect(compared.plans[a], compared.plans[b], key)
        table = pd.DataFrame(rows.values(), index=pd.Index(rows, name="key"), columns=list(EFFECT_COLUMNS))
        tables[a, b] = table.astype(EFFECT_COLUMNS)
    return replace(compared, effects=tables)


def _effect(base: Plan, other: Plan, key: str) -> tuple:
    none = (None,) * len(EFFECT_COLUMNS)
    a, b = (replace(plan.scenario, bundle="", day=plan.day) for plan in (base, other))
    changed = with_input(a, b, key)
    if changed is None or base.allocation.status == "infeasible":
        return none
    before, after = base.allocation, planning.make(base.county, changed, base.day).allocation
    if after.status == "infeasible":
        return none
    reach = within_reach.at_least_one(after) - within_reach.at_least_one(before)
    return after.spent_pence - before.spent_pence, after.people - before.people, after.access - before.access, reach


def effect_in_words(compared: Comparison, a: int, b: int, key: str) -> str:
    """Say what one input does alone: " (alone: £1,000.00 less spent, 3.20 fewer within reach)"; "" if not known."""
    if not compared.effects or compared.effects[a, b].loc[key].isna().any():
        return ""
    row = compared.effects[a, b].loc[key]
    spent, reach = int(row["cost_pence"]), row["within_reach"]
    money = f"{exact_pounds(abs(spent))} {'more' if spent >= 0 else 'less'} spent"
    return f" (alone: {money}, {abs(reach):,.2f} {'more' if reach >= 0 else 'fewer'} within reach)"


def distinct_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return names that are all different: "Plan", "Plan (2)".

    >>> distinct_names(["Plan", "Plan", "Plan (2)"])
    ('Plan', 'Plan (2)', 'Plan (2) (2)')
    """
    distinct: list[str] = []
    for name in names:
        other, number = name, 2
        while other in distinct:
            other, number = f"{name} ({number})", number + 1
        distinct.append(other)
    return tuple(distinct)


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
    counted = within_reach.counts(plan)
    most = counted[within_reach.AT_LEAST_ONE]
    return row | {
        **{f"within_reach_{name}": count.people for name, count in counted.items()},
        "within_reach_low": most.low,
        "within_reach_high": most.high,
        "pence_per_person_within_reach": allocation.spent_pence / most.people if most.people else None,
        **{name: getattr(allocation, name) for name in ("spent_pence", "people", "access", "bound", "gap")},
        "unspent_pence": allocation.budget_pence - allocation.spent_pence,
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
    """Return a row for each scenario and each group that any plan has; 0 where a plan gives the group nothing.

    Vehicles without riders belong to no group and are listed as one of their own, so that groups add up to the spend.
    """
    groups = [*groups, IDLE]
    tables = []
    for plan in plans:
        table = table_of(plan)
        table.index = table.index.map(str)
        table = table.reindex(groups).fillna(0)
        table.loc[IDLE, "cost_pence"] = plan.allocation.spent_pence - int(table["cost_pence"].sum())
        if plan.allocation.status == "infeasible":
            table = table.astype(object)
            table.loc[:, list(GROUP_COLUMNS)] = pd.NA
        tables.append(table.astype({name: kind for name, kind in COLUMNS.items() if name in table}))
    every = pd.concat(tables, keys=names, names=["scenario", level]).swaplevel()
    every = every.reindex(pd.MultiIndex.from_product([groups, names], names=[level, "scenario"]))
    used = [group for group in groups if _is_used(every.loc[group])]
    return every[every.index.get_level_values(level).isin(used)]


def _is_used(rows: pd.DataFrame) -> bool:
    numbers = rows.drop(columns="label", errors="ignore").apply(pd.to_numeric)
    return bool((numbers.fillna(0) != 0).to_numpy().any())
