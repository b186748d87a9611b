"""The subject of a report: a plan with the sums of its groups and its risk."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from budget.accounts import statement
from budget.accounts.statement import Content
from budget.offers import ranges
from budget.planning.plan import Plan
from budget.report import formats, groups
from budget.report.groups import GroupedSums
from budget.risk import cases, risk_report, simulation
from data.faults import InputError

ROW = re.compile(r"(?:cohort )?\brow \d+\b")  # how a cohort of one applicant is named
MOST_DISTRICTS = 12  # rows of a table; the others are one row
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Subject:
    """A plan with the sums that a report shows."""

    plan: Plan
    content: Content
    districts: GroupedSums
    deciles: GroupedSums
    classes: GroupedSums
    kinds: GroupedSums

    @property
    def is_applicants(self) -> bool:
        """Whether the cohorts are applicants, and not areas."""
        return self.plan.applicants is not None

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan; False where the limits conflict."""
        return self.plan.allocation.status != "infeasible"

    @property
    def whole(self) -> groups.GroupSums:
        """The whole plan, as one group."""
        return self.districts.whole

    def line(self, text: object, most: int = formats.LINE) -> str:
        """Return other people's words as a line of the report of `most` characters, without applicants' row numbers."""
        words = formats.name(text, most)
        return ROW.sub("an applicant", words) if self.is_applicants else words


def subject_of(plan: Plan) -> Subject:
    """Return a plan with its sums by district, decile, class of place and kind of support."""
    content = statement.draw_up(plan)
    districts = groups.by_district(content, MOST_DISTRICTS)
    return Subject(
        plan, content, districts, groups.by_decile(content), groups.by_class(content), groups.by_kind(content)
    )


def check_comparable(plan: Plan, against: Plan) -> None:
    """Raise InputError where two plans cannot be set side by side."""
    faults = []
    if plan.county.manifest.checksum != against.county.manifest.checksum:
        names = f"{plan.county.manifest.name} and {against.county.manifest.name}"
        faults.append(f"The plans are made from two bundles ({names}). Make both from one.")
    if (plan.applicants is None) != (against.applicants is None):
        faults.append("One plan is for areas and the other for applicants. Compare plans of one sort.")
    if faults:
        raise InputError("report", faults)


def risk_of(plan: Plan, progress: Progress) -> risk_report.RiskReport | None:
    """Return the risk of a plan; None for applicants, and where there is no plan or nobody in it.

    It solves the plan again for the low and high case, and up to a dozen times more to find a reserve.
    """
    if plan.applicants is not None or plan.allocation.status == "infeasible" or plan.allocation.chosen.empty:
        return None
    progress("Simulating take-up and prices.")
    uncertain = ranges.ranges_of(plan.catalogue, plan.scenario.risk)
    simulated = simulation.simulate(plan, uncertain)
    reserve = cases.with_reserve(plan, uncertain, simulated, report=progress)
    return risk_report.RiskReport(uncertain, simulated, cases.cases(plan, uncertain), reserve)
