"""What a report tells: a plan, its groups, its risk and, in a comparison, the plan that it is held against."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from budget.accounts import statement as contents
from budget.accounts.statement import Content
from budget.offers import ranges
from budget.planning.plan import Plan
from budget.report import formats, groups
from budget.report.groups import Groups
from budget.risk import cases, risk_report, simulation
from data.faults import InputError

ROW = re.compile(r"(?:cohort )?\brow \d+\b")  # what a cohort of one is called
MOST_DISTRICTS = 12  # rows of a table; the others are one row
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Told:
    """A plan with the sums that a report shows."""

    plan: Plan
    content: Content
    districts: Groups
    deciles: Groups
    classes: Groups
    kinds: Groups

    @property
    def is_applicants(self) -> bool:
        """Whether the cohorts are applicants, and not areas."""
        return self.plan.applicants is not None

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan; False where the limits conflict."""
        return self.plan.allocation.status != "infeasible"

    @property
    def whole(self) -> groups.Group:
        """The whole plan, as one group."""
        return self.districts.whole

    def line(self, text: object) -> str:
        """Return somebody else's words as a line of the report, without the rows by which applicants are named."""
        words = formats.name(text, formats.LINE)
        return ROW.sub("an applicant", words) if self.is_applicants else words


def tell(plan: Plan) -> Told:
    """Return a plan with its sums by district, decile, class of place and kind of support."""
    held = contents.of(plan)
    return Told(
        plan,
        held,
        groups.by_district(held, MOST_DISTRICTS),
        groups.by_decile(held),
        groups.by_class(held),
        groups.by_kind(held),
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


def risk_of(plan: Plan, progress: Progress) -> risk_report.Report | None:
    """Return how far a plan may be off; None for applicants, and where there is no plan or nobody in it.

    Solves again for the low and high case, and up to a dozen times more for a reserve.
    """
    if plan.applicants is not None or plan.allocation.status == "infeasible" or plan.allocation.chosen.empty:
        return None
    progress("Simulating take-up and prices.")
    uncertain = ranges.ranges_of(plan.catalogue, plan.scenario.risk)
    simulated = simulation.simulate(plan, uncertain)
    held = cases.with_reserve(plan, uncertain, simulated, report=progress)
    return risk_report.Report(uncertain, simulated, cases.cases(plan, uncertain), held)
