"""The report to members: a plan, or two compared, as a Word document of a few pages in plain English.

    content = report.to_bytes(plan)
    content = report.to_bytes(plan, against=other)

Every figure is the workbook's, in whole pounds and whole people. Its parts are in the order in which councils print
them: what is asked of members before why, and money and law before equality and risks. Numbers of people below five
are hidden (`eligibility.suppress`). Where the people are applicants, so is the money from which such a number could be
worked out.
"""

from budget.planning.plan import Plan
from budget.report import closing, compared, document, formats, money, opening, proposal, who_gains
from budget.report.blocks import Part, Picture
from budget.report.subject import Progress, check_comparable, risk_of, subject_of


def no_progress(stage: str) -> None:
    """Report no progress."""


def to_bytes(plan: Plan, against: Plan | None = None, progress: Progress = no_progress) -> bytes:
    """Return the report (.docx) on a plan, or on a plan compared with another; the same plans give the same bytes.

    It simulates the plan's risk, which solves the plan again a dozen times; `progress` is called with each stage.
    Raises InputError where two plans cannot be compared, ValueError where a plan's parts do not add up to its totals.
    """
    if against is not None:
        check_comparable(plan, against)
    parts = parts_of(plan, against, progress)
    name = f"{plan.county.manifest.name}: {plan.scenario.name}"
    return document.to_bytes(formats.name(name, 200), formats.name(name), parts, plan.day)


def map_picture(plan: Plan) -> Picture:
    """Return the map of the report, a PNG picture for a paper, with the words that describe it."""
    return who_gains.county_map(subject_of(plan))


def parts_of(plan: Plan, against: Plan | None = None, progress: Progress = no_progress) -> list[Part]:
    """Return the parts of the report, in order."""
    subject, other = subject_of(plan), None if against is None else subject_of(against)
    risk = risk_of(plan, progress)
    progress("Drawing the map and charts.")
    parts = [*opening.heading(subject, other), *opening.in_short(subject)]
    parts += compared.in_short(subject, other) if other else []
    parts += proposal.recommendations(subject, risk)
    parts += [*opening.problem(subject), *money.options(subject)]
    if other is not None and subject.has_plan and other.has_plan:
        parts += [*compared.buys(subject, other), *compared.gains(subject, other)]
    else:
        parts += [*money.buys(subject), *who_gains.gains(subject)]
    parts += [*proposal.financial(subject), *proposal.legal(subject)]
    parts += [*who_gains.equality(subject), *closing.risks(subject, risk), *closing.sources(subject)]
    return parts
