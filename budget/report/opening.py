"""How the report begins: what is proposed, in short, and the problem it answers."""

from budget.accounts.statement import each, pounds
from budget.planning import left_over
from budget.planning.reasons import proof
from budget.report import formats
from budget.report.blocks import Part, Text, bullets, paragraphs
from budget.report.councils import council_lines
from budget.report.formats import PERSON
from budget.report.groups import Group
from budget.report.subject import Told
from eligibility import suppress

FEW = "fewer than five"
MADE_UP = "This county is made up. The figures describe no real place."
WHERE = 3  # districts named


def title(told: Told) -> str:
    """Return the title of the report."""
    return f"Transport support for young people in {formats.name(told.plan.county.manifest.name)}"


def heading(told: Told, against: Told | None) -> list[Part]:
    """Return the title, the day and the plans that the report is about."""
    plan = told.plan
    about = f"Plan: {formats.name(plan.scenario.name)}."
    if against is not None:
        about = f"Plan: {formats.name(plan.scenario.name)}, compared with {formats.name(against.plan.scenario.name)}."
    parts: list[Part] = [Text("title", title(told))]
    parts.append(Text("subtitle", f"Report to members, {formats.day(plan.day)}. {about}"))
    if plan.county.manifest.made_up:
        parts.append(Text("warning", MADE_UP))
    return parts


def counted(micro: int, whole: bool) -> str:
    """Return a number of people, or that it is too small to be shown."""
    return FEW if micro < suppress.LEAST * PERSON else formats.people(micro, whole)


def within_reach(group: Group) -> str:
    """Return how many are brought within reach, or that it is too small to be shown."""
    return FEW if group.access < suppress.LEAST else formats.access(group.access)


def in_short(told: Told) -> list[Part]:
    """Return the plan in a few bullets; where there is none, what conflicts."""
    plan, whole = told.plan, told.whole
    parts: list[Part] = [Text("heading", "In short")]
    budget = plan.allocation.budget_pence
    if not told.has_plan:
        lines = [f"The budget is {formats.money(budget)}. No plan can keep to all the limits that were set."]
        conflicts = [f"These cannot be kept together: {told.line(c)}." for c in plan.allocation.conflicts]
        return [*parts, *bullets(*lines, *conflicts, "Change a limit or the budget, and plan again.")]
    reserve = plan.scenario.reserve_pence
    held = f" Of that, {formats.money(reserve)} is held back as a reserve." if reserve else ""
    spend = told.content.spend_pence
    left = f"The plan spends {formats.money(spend)} and leaves {formats.money(budget - spend)}.{held}"
    lines = [f"The budget is {formats.money(budget)}. {left}", *_reaches(told, whole), proof(plan)]
    lines.append(left_over.in_words(plan))
    more = plan.allocation.access_per_extra_1000_pounds
    if more is not None and more > 0:
        lines.append(f"Another £1,000 would bring about {formats.access(more)} more young people within reach.")
    return [*parts, *bullets(*lines)]


def _reaches(told: Told, whole: Group) -> list[str]:
    if told.is_applicants:
        return _applicants(told)
    if not whole.funded:
        return ["The plan reaches nobody."]
    lines = [
        f"We expect {counted(whole.takers_micro, False)} young people to take up support.",
        f"It would bring {within_reach(whole)} young people within reach of college and work.",
    ]
    if whole.access >= suppress.LEAST:
        cost = each(pounds(told.content.spend_pence), told.content.access)
        lines[1] += f" That is {formats.money(round(cost * 100))} for each of them."
    if not whole.hides("target", "reached"):
        lines.append(
            f"Of {formats.people(whole.target_micro)} low-income young people in target, "
            f"{formats.people(whole.reached_micro)} ({formats.share(whole.covered)}) live in areas that get an offer."
        )
    return lines


def _applicants(told: Told) -> list[str]:
    """Return where the applicants stand; a small number is not told, nor is the money that would tell it."""
    plan = told.plan
    eligible, pending = (len(table) * PERSON for table in (plan.choices.cohorts, plan.applicants.pending))
    lines = [f"We found {counted(eligible, True)} applicants eligible, with a home and a destination that we know."]
    lines.append(f"The plan helps {counted(told.whole.funded * PERSON, True)} of them.")
    if pending >= suppress.LEAST * PERSON:
        later = plan.with_pending.spent_pence
        lines.append(
            f"Evidence is awaited from {counted(pending, True)} more. If all of it is good, the plan would spend "
            f"{formats.money(later)}."
        )
    elif pending:
        lines.append(f"Evidence is awaited from {FEW} more. What they may cost is not shown, as it could point to one.")
    return lines


def problem(told: Told) -> list[Part]:
    """Return what is wrong, where, and for how many."""
    plan, manifest = told.plan, told.plan.county.manifest
    policy, areas = plan.targeting.rules.policy, plan.county.areas
    first, last = manifest.ages
    target = areas.loc[plan.targeting.in_target]
    young = round(float(target["young_people"].sum()))
    rule = formats.name(
        next((line for line in policy.summary.split("\n\n") if line.strip()), policy.title), formats.LINE
    )
    is_in = "is" if len(target) == 1 else "are"
    lines = [
        f"Some young people live where no college or job can be reached in good time. {rule}",
        f"In {formats.name(manifest.name)}, {len(target):,} of {len(areas):,} areas {is_in} in target. About "
        f"{_whole(young)} young people aged {first} to {last} live in them. {_low_income(told)} {_where(told)}".strip(),
    ]
    settled = ""
    if len(plan.targeting.not_settled):
        left = formats.number(len(plan.targeting.not_settled), "more area")
        settled = f"The data do not settle {left}. They are in no plan until journeys are measured. "
    if manifest.columns.get("areas.young_people", {}).get("estimated"):
        settled += "The number of young people in each area is an estimate from older figures."
    lines.append(settled.strip())
    return [Text("heading", "The problem"), *paragraphs(*lines, *council_lines(plan.county))]


def _whole(people: int) -> str:
    return FEW if people < suppress.LEAST else f"{people:,}"


def _low_income(told: Told) -> str:
    if told.is_applicants:
        return "This plan is for applicants, wherever they live."
    if not told.whole.target_micro:
        return ""
    return f"We expect {counted(told.whole.target_micro, False)} of them to be in low-income families."


def _where(told: Told) -> str:
    """Name the districts where most of those in target live, where their numbers may be shown."""
    rows = [row for row in told.districts.rows if not row.hides("target") and row.target_micro]
    if len(rows) < 2 or len(told.districts.rows) > len(rows) + 2:
        return ""
    most = sorted(rows, key=lambda row: (-row.target_micro, row.label))[:WHERE]
    most = [row for row in most if not row.label.startswith("The other ")]
    named = [f"{formats.name(row.label)} ({formats.people(row.target_micro, told.is_applicants)})" for row in most]
    return f"Most of them are in {formats.listed(named)}." if not told.is_applicants else ""
