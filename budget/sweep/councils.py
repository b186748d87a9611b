"""Plan for many councils, each with its own budget a head, and make one table of them.

    pounds a head × low-income young people in the bundle = the budget of its plan

A council is one job of a sweep (`budget.sweep.sweep_run`): its row says how many people there are, how many the policy
looks at, what is spent, who is brought within reach, and why, where nothing is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

import pandas as pd

from budget.planning import assumed, coverage, deadweight, left_over, within_reach
from budget.planning import plan as planning
from budget.planning.coverage import Place
from budget.planning.plan import Plan
from budget.scenarios import scenario_file
from budget.scenarios.differences import fingerprint
from budget.scenarios.scenario import Scenario
from budget.sweep.bundles import CouncilBundle
from budget.sweep.sweep import FAILED, Job, Outcome, load_county
from data import bundle
from data.faults import InputError
from data.figures import ASSUMPTION
from data.wording import exact_pounds

PLACES: tuple[Place, ...] = get_args(Place)  # where the low-income young people of a county live
COUNTS = (
    "areas", *(f"areas_{place}" for place in PLACES), "cohorts_funded", "budget_pence", "spent_pence", "warnings",
)  # fmt: skip
REACHED = tuple(f"within_reach_{name}" for name in within_reach.COUNTS)
PEOPLE = (
    "young_people", "low_income_young_people", *(f"low_income_{place}" for place in PLACES), "people", *REACHED,
    "fare_only_college",
)  # fmt: skip
SHARES = ("share_in_target", "share_of_access_on_estimates", "share_at_assumed_prices", "access", "gap")
COLUMNS = (
    "number", "council", "code", "status", "problem", "areas", *(f"areas_{place}" for place in PLACES), "young_people",
    "low_income_young_people", *(f"low_income_{place}" for place in PLACES), "share_in_target", "budget_pence",
    "spent_pence",
    "cohorts_funded", "people", *REACHED, "fare_only_college", "access", "gap", "share_of_access_on_estimates",
    "share_at_assumed_prices", "why", "warnings", "warning_texts", "bundle",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CouncilJob(Job):
    """One council to plan for; its scenario has the council's name and its budget."""

    code: str = ""

    def content(self) -> dict:
        """Return all that determines the row: also the policy and the figures that ship."""
        pinned = fingerprint(scenario_file.pinned(self.scenario))
        return super(CouncilJob, self).content() | {"table": "councils", "columns": COLUMNS, "scenario": pinned}


def jobs(
    councils: Sequence[CouncilBundle], scenario: Scenario, pence_a_head: int
) -> tuple[list[CouncilJob], dict[int, tuple[CouncilJob, Outcome]]]:
    """Return a job for each council that has a bundle, and the outcome of each that has none, numbered from 1.

    `scenario` has a day and serves all, except for its name and budget.
    """
    made, without = [], {}
    for number, one in enumerate(councils, start=1):
        job = CouncilJob(number, replace(scenario, name=one.name, bundle=""), one.folder, "", one.code)
        if one.problem:
            without[number] = (job, Outcome.failed(one.problem))
            continue
        county = bundle.load(one.folder)
        budget = round(pence_a_head * float(coverage.low_income_people(county.areas).sum()))
        own = replace(job.scenario, budget_pence=budget)
        made.append(replace(job, scenario=own, checksum=county.manifest.checksum))
    return made, without


def run_job(job: CouncilJob) -> Outcome:
    """Plan for one council, in any process. Errors are reported in the outcome and never raised."""
    try:
        county = load_county(job.folder, job.checksum)
        assert job.scenario.day is not None  # `jobs` was given one
        return Outcome(results(planning.make(county, job.scenario, job.scenario.day)))
    except InputError as error:
        return Outcome.failed("; ".join(map(str, error.faults)))
    except Exception as error:  # noqa: BLE001 - the boundary between councils; the row reports it
        return Outcome.failed(f"{type(error).__name__}: {error}")


def results(plan: Plan) -> dict:
    """Return what the row of a council says of its plan, as plain values; people to two decimals, money in pence."""
    areas, allocation, covered = plan.county.areas, plan.allocation, coverage.of_plan(plan)
    return {
        "status": allocation.status,
        "problem": "",
        "areas": len(areas),
        **{f"areas_{place}": covered.areas_in(place) for place in PLACES},
        "young_people": round(float(areas["young_people"].sum()), 2),
        "low_income_young_people": covered.people,
        **{f"low_income_{place}": covered.people_in(place) for place in PLACES},
        "share_in_target": round(covered.share, 6) if covered.people else None,
        "budget_pence": allocation.budget_pence,
        "spent_pence": allocation.spent_pence,
        "cohorts_funded": len(allocation.chosen),
        "people": round(float(allocation.people), 2),
        **{f"within_reach_{name}": count.people for name, count in within_reach.counts(plan).items()},
        "access": allocation.access,
        "gap": allocation.gap,
        "share_of_access_on_estimates": plan.estimated_share,
        "share_at_assumed_prices": round(assumed.of_plan(plan).share(ASSUMPTION), 6),
        "fare_only_college": round(deadweight.of_plan(plan).fare_only_college, 2),
        "why": _why(plan),
        "warnings": len(plan.county.manifest.warnings),
        "warning_texts": " | ".join(plan.county.manifest.warnings),
    }


def _why(plan: Plan) -> str:
    """Say what is left of the budget and why, and why nothing is bought where nothing is; "" where all is spent."""
    if plan.allocation.status == "infeasible":
        return "; ".join(plan.allocation.conflicts)
    words = left_over.in_words(plan)
    if not words and plan.allocation.chosen.empty:
        return f"Nothing is spent: the budget is {exact_pounds(plan.allocation.budget_pence)}."
    return words


def results_table(done: Mapping[int, tuple[CouncilJob, Outcome]]) -> pd.DataFrame:
    """Return one row a council, in order of its number, with COLUMNS; what failed has a status and a problem only."""
    rows = [_row(*done[number]) for number in sorted(done)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in COUNTS:
        table[name] = table[name].astype("Int64")
    for name in (*PEOPLE, *SHARES):
        table[name] = table[name].astype("float64")
    return table


def _row(job: CouncilJob, outcome: Outcome) -> dict:
    named = {"number": job.number, "council": job.scenario.name, "code": job.code, "bundle": job.checksum}
    results = {name: value for name, value in outcome.results.items() if name in COLUMNS}
    return named | results


def failed(done: Mapping[int, tuple[CouncilJob, Outcome]]) -> list[tuple[CouncilJob, Outcome]]:
    """Return the councils that could not be planned for, in order."""
    return [done[number] for number in sorted(done) if done[number][1].results["status"] == FAILED]
