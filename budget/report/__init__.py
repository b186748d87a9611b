"""The report to members: a plan, or two compared, as a Word document of two to four pages in plain English.

    content = report.to_bytes(plan)
    content = report.to_bytes(plan, against=other)

Every figure is the workbook's, to the penny. Numbers of people below five are hidden (`eligibility.suppress`), and so
is the money that would tell them where the people are applicants.
"""

from budget.planning.plan import Plan
from budget.report import closing, compared, document, formats, money, opening, who_gains
from budget.report.blocks import Part
from budget.report.subject import Progress, check_comparable, risk_of, tell


def silent(stage: str) -> None:
    """Tell nobody how far the report is."""


def to_bytes(plan: Plan, against: Plan | None = None, progress: Progress = silent) -> bytes:
    """Return the report (.docx) on a plan, or on a plan compared with another; the same plans give the same bytes.

    It simulates the plan's risk, which solves the plan again a dozen times; `progress` is told each stage. Raises
    InputError where two plans cannot be compared, ValueError where a plan's parts do not add up to its totals.
    """
    if against is not None:
        check_comparable(plan, against)
    parts = parts_of(plan, against, progress)
    name = plan.county.manifest.name
    title = formats.name(f"{name}: {plan.scenario.name}", 200)
    return document.of(title, formats.name(f"{name}: {plan.scenario.name}"), parts, plan.day)


def parts_of(plan: Plan, against: Plan | None = None, progress: Progress = silent) -> list[Part]:
    """Return the parts of the report, in order."""
    told, other = tell(plan), None if against is None else tell(against)
    report = risk_of(plan, progress)
    progress("Drawing the map and charts.")
    is_compared = other is not None and told.has_plan and other.has_plan
    parts = [*opening.heading(told, other), *opening.in_short(told)]
    parts += compared.in_short(told, other) if other else []
    parts += [*opening.problem(told), *money.options(told)]
    if is_compared:
        parts += [*compared.buys(told, other), *compared.gains(told, other)]
    else:
        parts += [*money.buys(told), *who_gains.gains(told)]
    parts += [*who_gains.equality(told), *closing.risks(told, report), *closing.sources(told)]
    return parts
