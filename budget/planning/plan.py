"""Make a plan from a county bundle and a scenario, step by step.

areas in target, or applicants → cohorts and offers → the best choice within the budget → what it buys, and for whom
"""

import datetime
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, TypeVar

import pandas as pd

from budget.allocation import Allocation, AllocationProblem, solve
from budget.allocation.answer import Answer, taken_up
from budget.offers import applicants as applicants_table
from budget.offers import offers as offers_table
from budget.offers import ticketed
from budget.offers.applicants import Applicants
from budget.offers.catalogue import Catalogue
from budget.offers.offers import OfferTables
from budget.offers.ranges import Ranges
from budget.offers.targeting import Targeting, base_journeys, journeys_in_target, target
from budget.planning import services_changed
from budget.scenarios import scenario_file, scenario_settings
from budget.scenarios.scenario import Scenario
from budget.scenarios.scenario_settings import SHOWN
from data.bundle import County
from data.faults import Fault, InputError

Found = TypeVar("Found")
ASKED = ("budget_pence", "reserve_pence", "limits", "objective")  # of a problem, as the scenario says


class WorkedOut(dict[str, Any]):
    """What was worked out of a plan, by name. Whoever works something out holds the lock, so that it is done once."""

    def __init__(self):
        super().__init__()
        self.lock = threading.RLock()

    def __reduce__(self) -> tuple:
        """Leave the lock out where a plan goes to another process."""
        return WorkedOut, (), None, None, iter(list(self.items()))


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan and everything it was made from."""

    county: County
    scenario: Scenario
    day: datetime.date
    catalogue: Catalogue
    targeting: Targeting
    choices: OfferTables
    problem: AllocationProblem  # the checked question that `allocation` answers
    allocation: Allocation
    applicants: Applicants | None = None  # the cohorts are those found eligible; None: areas in target
    with_pending: Allocation | None = None  # the same plan solved with those included who may yet be eligible
    worked_out: WorkedOut = field(default_factory=WorkedOut, init=False, repr=False, compare=False)  # see `once`

    def __post_init__(self) -> None:
        """Refuse a scenario that asks for something else than the problem that was solved."""
        other = [name for name in ASKED if getattr(self.scenario, name) != getattr(self.problem, name)]
        if other:
            raise ValueError(f"Scenario and problem differ in {', '.join(other)}: make the plan again (`replan`).")

    @property
    def ranges(self) -> Ranges:
        """Return the ranges of take-up and prices about the scenario's central figures, whatever case it plans for."""
        ranges = scenario_settings.settings_of(self.scenario, with_ranges=True).ranges
        assert ranges is not None  # because of with_ranges
        return ranges

    @property
    def pinned_scenario(self) -> Scenario:
        """Return the scenario with its day given and bundle, policy and figures named: it determines this plan."""
        return scenario_file.pinned(self.scenario, bundle=self.county.manifest.checksum, day=self.day)

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
    answers: Sequence[Answer] = (),
) -> Plan:
    """Make the best plan for a county under a scenario; `today` serves where the scenario names no day.

    With `applicants` the cohorts are those of them who are eligible, in place of the areas in target. Where evidence is
    pending, a second plan is made with the pending applicants included. Both are solved to a gap of 0: only then is the
    plan the cheapest of those that help as many, and the question is what applicants cost.
    Where one of `answers` is the answer to this very question, found here before, nothing is solved.
    Raises InputError for figures, kinds, targeting parameters or a policy that do not exist, are not allowed or do not
    match the checksums in the scenario. Raises it for another bundle too, unless `on_other_bundle` is given: it then
    receives the message.
    """
    day = scenario.day or today
    if other_bundle := bundle_problem(county, scenario):
        if on_other_bundle is None:
            raise InputError("scenario", [Fault("bundle", other_bundle)])
        on_other_bundle(other_bundle)
        scenario = replace(scenario, bundle="")  # reported once: cases and reserves are planned from this one
    settings = scenario_settings.settings_of(scenario)
    catalogue = settings.catalogue
    county = services_changed.without_lines(county, scenario)
    ticketed.check(county.published or county, scenario.tickets)
    base = base_journeys(county, catalogue.figures)
    targeting = target(county, settings.policy, day, catalogue.figures, base)
    if applicants is None:
        areas = county.areas.loc[targeting.in_target]
        journeys = journeys_in_target(county, targeting.in_target, catalogue.figures, base)
        journeys = services_changed.with_services(journeys, county, scenario, catalogue)
        choices = offers_table.for_areas(areas, journeys, catalogue, scenario.decay, county.destinations)
        problem, allocation = _solved(choices, scenario, answers=answers)
        return Plan(county, scenario, day, catalogue, targeting, choices, problem, allocation)
    catalogue = applicants_table.catalogue_for(catalogue)

    def altered(table: pd.DataFrame) -> pd.DataFrame:
        return services_changed.with_services({"": table}, county, scenario, catalogue)[""]

    choices = applicants_table.offer_tables(applicants.eligible, county, catalogue, scenario.decay, altered)
    problem, allocation = _solved(choices, scenario, gap=0.0)
    with_pending = allocation
    if len(applicants.pending):
        everybody = applicants_table.offer_tables(applicants.table, county, catalogue, scenario.decay, altered)
        _, with_pending = _solved(everybody, scenario, gap=0.0)
    return Plan(county, scenario, day, catalogue, targeting, choices, problem, allocation, applicants, with_pending)


def _solved(
    choices: OfferTables, scenario: Scenario, gap: float | None = None, answers: Sequence[Answer] = ()
) -> tuple[AllocationProblem, Allocation]:
    """Return the checked problem of these tables, with the scenario's gap unless one is given, and its best plan."""
    started = time.perf_counter()
    problem = AllocationProblem.checked(
        choices.offers,
        scenario.budget_pence,
        services=choices.services,
        limits=scenario.limits,
        objective=scenario.objective,
        reserve_pence=scenario.reserve_pence,
        gap=scenario.gap if gap is None else gap,
        time_limit_seconds=scenario.time_limit_seconds,
    )
    return problem, taken_up(problem, answers) or solve(problem, started)


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


def replan(plan: Plan, scenario: Scenario) -> Plan:
    """Return the plan for the same people on the same day under another scenario."""
    return make(plan.county, scenario, plan.day, plan.applicants)


def solve_again(plan: Plan, scenario: Scenario) -> Plan:
    """Return the plan of the same offers under a scenario that differs in budget, reserve, limits or objective only."""
    if plan.applicants is not None:  # those with evidence pending have offers of their own, which a plan does not keep
        return replan(plan, scenario)
    problem, allocation = _solved(plan.choices, scenario)
    return replace(plan, scenario=scenario, problem=problem, allocation=allocation)


def once(work: Callable[[Plan], Found]) -> Callable[[Plan], Found]:
    """Return work on a plan that is done once for each plan: a plan never changes, and many pages show it many times.

    Pages that ask for it in the same moment wait for the first. A table is given as a copy of its own, so that whoever
    adds a column to it alters nobody else's.
    """
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def kept(plan: Plan) -> Found:
        with plan.worked_out.lock:
            if name not in plan.worked_out:
                plan.worked_out[name] = work(plan)
            found = plan.worked_out[name]
        return found.copy(deep=False) if isinstance(found, pd.DataFrame) else found

    return kept
