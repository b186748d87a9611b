"""From a county bundle and a scenario to a plan: the whole way, in the order it is read.

areas in target, or applicants → cohorts and offers → the best choice within the budget → what it buys, and for whom
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from budget import applicants as applicants_table
from budget import offers as offers_table
from budget import scenario_file, scenario_settings
from budget.allocation import Allocation, allocate
from budget.applicants import Applicants
from budget.catalogue import PURPOSES, Catalogue
from budget.explain import Explained, explain
from budget.explain_words import NOTHING_HELPS
from budget.limits import NO_LIMITS
from budget.offers import Choices
from budget.ranges import Ranges
from budget.scenario_settings import SHOWN
from budget.scenarios import Scenario
from budget.targeting import Targeting, by_purpose, target
from data import travel
from data.bundle import County
from data.faults import Fault, InputError

DECILES = (*map(str, range(1, 11)), "not known")

# What the proof of a plan says where it is not the most access that was asked for: no better plan, how far from it.
PROVED = {
    "least_cost": ("no plan that does what was asked costs less", "{} of its cost above the least there is"),
    "fair_first": (
        "no plan that raises the worst-off as far brings more within reach",
        "{} short of the best that is as fair",
    ),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan and everything it was made from."""

    county: County
    scenario: Scenario
    day: datetime.date
    catalogue: Catalogue
    targeting: Targeting
    choices: Choices
    allocation: Allocation
    applicants: Applicants | None = None  # the cohorts are those found eligible; None: areas in target
    with_pending: Allocation | None = None  # the same plan solved with those included who may yet be eligible

    @property
    def ranges(self) -> Ranges:
        """Return the ranges of take-up and prices about the scenario's central figures, whatever case it plans for."""
        return scenario_settings.of(self.scenario, with_ranges=True).ranges

    @property
    def settled_scenario(self) -> Scenario:
        """Return the scenario with its day given and bundle, policy and figures named: it determines this plan."""
        return scenario_file.settled(self.scenario, bundle=self.county.manifest.checksum, day=self.day)

    @property
    def measured_share(self) -> float | None:
        """Return the share of the plan's access that rests on measured journeys, None where there is no access."""
        total = self.allocation.chosen["access"].sum()
        return float(self.allocation.chosen["measured_access"].sum() / total) if total else None

    @property
    def estimated_share(self) -> float | None:
        """Return the share of the plan's access that rests on estimated journeys, None where there is no access."""
        return None if self.measured_share is None else 1 - self.measured_share


def make(
    county: County,
    scenario: Scenario,
    today: datetime.date,
    applicants: Applicants | None = None,
    *,
    on_other_bundle: Callable[[str], None] | None = None,
) -> Plan:
    """Make the best plan for a county under a scenario; `today` serves where the scenario names no day.

    With `applicants` the cohorts are those of them who are eligible, in place of the areas in target; where evidence is
    pending, the same plan is solved a second time with the others included. Both are solved to the end (gap 0): among
    plans that help as many, only that settles which spends the least, and what applicants cost is what is asked.
    Raises InputError for figures, kinds, targeting parameters or a policy that do not exist or are not allowed, or that
    are not those whose checksums the scenario names; for another bundle too, unless `on_other_bundle` is to be told.
    """
    day = scenario.day or today
    if problem := bundle_problem(county, scenario):
        if on_other_bundle is None:
            raise InputError("scenario", [Fault("bundle", problem)])
        on_other_bundle(problem)
        scenario = replace(scenario, bundle="")  # told once: cases and reserves are planned from this one
    settings = scenario_settings.of(scenario)
    catalogue, policy = settings.catalogue, settings.policy
    targeting = target(county.areas, county.destinations, policy, day, catalogue.figures, county.journeys)
    if applicants is None:
        choices = _area_choices(county, targeting, catalogue, scenario)
        allocation = _allocate(choices, scenario)
        return Plan(county, scenario, day, catalogue, targeting, choices, allocation)
    catalogue = applicants_table.catalogue_for(catalogue)
    choices = applicants_table.choices(applicants.eligible, county, catalogue, scenario.decay)
    to_the_end = replace(scenario, gap=0.0)
    now = with_pending = _allocate(choices, to_the_end)
    if len(applicants.pending):
        everybody = applicants_table.choices(applicants.table, county, catalogue, scenario.decay)
        with_pending = _allocate(everybody, to_the_end)
    return Plan(county, scenario, day, catalogue, targeting, choices, now, applicants, with_pending)


def _area_choices(county: County, targeting: Targeting, catalogue: Catalogue, scenario: Scenario) -> Choices:
    areas = county.areas.loc[targeting.in_target]
    journeys = {
        purpose: travel.all_journeys(areas, destinations, catalogue.figures, county.journeys)
        for purpose, destinations in by_purpose(county.destinations, catalogue.figures).items()
    }
    return offers_table.make(areas, journeys, catalogue, scenario.decay, county.destinations)


def _allocate(choices: Choices, scenario: Scenario) -> Allocation:
    return allocate(
        choices.offers,
        scenario.budget_pence,
        services=choices.services,
        limits=scenario.limits,
        objective=scenario.objective,
        reserve_pence=scenario.reserve_pence,
        gap=scenario.gap,
        time_limit_seconds=scenario.time_limit_seconds,
    )


def bundle_problem(county: County, scenario: Scenario) -> str | None:
    """Say that a scenario was made for another bundle than this county's, or None."""
    here = county.manifest.checksum
    if scenario.bundle in ("", here):
        return None
    return (
        f'"{scenario.name}" was made for another bundle ({scenario.bundle[:SHOWN]}…) than {county.manifest.name} as it '
        f"is here ({here[:SHOWN]}…): its plan may differ. Use the bundle it was made for, or take the line bundle out "
        "of the scenario to plan with this one."
    )


def by_district(plan: Plan) -> pd.DataFrame:
    """Return young people in target, and people, spend and access funded, by district, as `by_group` does."""
    return by_group(plan, plan.choices.cohorts["district"])


def by_decile(plan: Plan) -> pd.DataFrame:
    """Return the same by the deprivation decile of the area (IMD, 1 the most deprived tenth): index as in DECILES."""
    table = by_group(plan, deciles(plan).rename("decile"))
    return table.reindex([decile for decile in DECILES if decile in table.index])


def deciles(plan: Plan) -> pd.Series:
    """Return the deprivation decile of each cohort's area as one of DECILES."""
    cohorts = plan.choices.cohorts
    areas = cohorts.index if plan.applicants is None else cohorts["area_code"]
    known = plan.county.areas["imd_decile"].reindex(areas)
    words = ["not known" if pd.isna(decile) else str(int(decile)) for decile in known]
    return pd.Series(words, index=cohorts.index, dtype=object)


def by_group(plan: Plan, groups: pd.Series) -> pd.DataFrame:
    """Return what each group of cohorts has and is given; `groups` names the group of each cohort.

    Index the group, sorted; areas_in_target, low_income_people, cohorts, people, cost_pence (offers and the group's
    share of vehicles by riders, to the penny), access.
    """
    cohorts = plan.choices.cohorts
    table = pd.DataFrame(
        {
            "areas_in_target": cohorts.groupby(groups).size(),
            "low_income_people": cohorts["people"].groupby(groups).sum(),
        }
    )
    funded = with_vehicle_share(plan)
    by = funded.groupby(groups.reindex(funded.index.get_level_values("cohort")).to_numpy())
    table["cohorts"] = by.size()
    for column, source in (("people", "people"), ("cost_pence", "whole_cost_pence"), ("access", "access")):
        table[column] = by[source].sum()
    return table.fillna(0).astype({"cohorts": int, "cost_pence": int}).sort_index()


def by_kind(plan: Plan) -> pd.DataFrame:
    """Return cohorts, people, spend (with vehicles) and access by kind of support, in the catalogue's order."""
    funded = with_vehicle_share(plan).reset_index()
    groups = funded.groupby("kind")
    table = pd.DataFrame(
        {
            "label": {kind.id: kind.label for kind in plan.catalogue.kinds},
            "cohorts": groups.size(),
            "people": groups["people"].sum(),
            "cost_pence": groups["whole_cost_pence"].sum(),
            "access": groups["access"].sum(),
        }
    )
    order = [kind.id for kind in plan.catalogue.kinds]
    numbers = {"cohorts": 0, "people": 0.0, "cost_pence": 0, "access": 0.0}
    return table.reindex(order).fillna(numbers).astype({"cohorts": int, "cost_pence": int}).rename_axis("kind")


def with_vehicle_share(plan: Plan) -> pd.DataFrame:
    """Return the chosen offers with `whole_cost_pence`: their own cost and their share of the vehicle they ride on.

    A vehicle's cost is shared by expected riders, to the penny.
    """
    chosen = plan.allocation.chosen.copy()
    chosen["whole_cost_pence"] = chosen["cost_pence"].astype("int64")
    for service, row in plan.allocation.services.iterrows():
        riders = chosen.index[chosen["service"] == service]
        chosen.loc[riders, "whole_cost_pence"] += shared_out(int(row["cost_pence"]), chosen.loc[riders, "people"])
    return chosen


def shared_out(pence: int, by: pd.Series) -> pd.Series:
    """Share whole pence in proportion to `by` (positive, to six decimals), losing none.

    Each part is what the running share, rounded half up, grows by: a rule that the workbook can compute as well.
    """
    so_far = (by * 1_000_000).round().astype("int64").cumsum()
    total = int(so_far.iloc[-1]) if len(so_far) else 0
    running = [(2 * pence * part + total) // (2 * total) for part in so_far.tolist()]
    return pd.Series(running, index=by.index, dtype="int64").diff().fillna(running[0] if running else 0).astype("int64")


def explained(plan: Plan) -> Explained:
    """Return why each cohort is funded or not, and what one more unit of each limit would buy."""
    return explain(
        plan.choices.offers,
        plan.allocation,
        services=plan.choices.services,
        limits=plan.scenario.limits,
        reserve_pence=plan.scenario.reserve_pence,
        labels={kind.id: kind.label for kind in plan.catalogue.kinds},
        cohorts=plan.choices.cohorts.index,
    )


def not_funded(plan: Plan) -> pd.DataFrame:
    """Return every cohort in target without an offer, and why.

    Index cohort; area_name, district, people, reason (a sentence), best_option, cost_pence and access of the offer it
    would get first (NA where there is none), entry_budget_pence (the budget at which it comes in, NA where that is not
    known), kept_out_by, pence_per_access and forced_in_access as in `budget.explain`.
    """
    cohorts, why = plan.choices.cohorts, explained(plan).cohorts
    left = why.index[~why["funded"]]
    table = cohorts.loc[left, ["area_name", "district", "people"]].copy()
    columns = {"best_option": "best_option", "best_cost_pence": "cost_pence", "best_access": "access"}
    columns |= {n: n for n in ("entry_budget_pence", "kept_out_by", "pence_per_access", "forced_in_access", "reason")}
    for source, name in columns.items():
        table[name] = why.loc[left, source]
    is_applicants = plan.applicants is not None
    reach = cohorts.loc[left, [f"reach_{purpose}" for purpose in PURPOSES]] >= 1
    within = reach.any(axis=1) if is_applicants else reach.all(axis=1)
    where = "Their own destination is" if is_applicants else "College and work are"
    nothing = table["kept_out_by"] == NOTHING_HELPS
    table.loc[within & nothing, "reason"] = f"{where} within reach without help."
    return table


def proof(plan: Plan) -> str:
    """Return how good the plan is known to be, as a sentence; it claims only what the plan was to be best at."""
    allocation = plan.allocation
    better, short = PROVED.get(allocation.aim, (f"no plan for this money{_limited(plan)} brings more within reach", ""))
    if allocation.status == "infeasible":
        return "No plan can satisfy the limits: " + "; ".join(allocation.conflicts) + "."
    if allocation.status == "optimal" and allocation.gap == 0:
        return f"Proved best: {better}."
    behind = f"{allocation.gap:.2%}" if allocation.gap >= 0.0001 else "0.01%"
    if allocation.status == "optimal":
        return f"Proved best to within {behind}: {better} than that."
    short = short or f"{behind} short of the best there is"
    return f"Stopped at the time limit: the best plan found, at most {short.format(behind)}."


def _limited(plan: Plan) -> str:
    return "" if plan.scenario.limits == NO_LIMITS else " within these limits"
