"""The beginning of the report: what is proposed, in short, and the problem it answers."""

from budget.accounts.statement import each, pounds
from budget.offers.catalogue import PURPOSES
from budget.planning import coverage, coverage_words, left_over, water, within_reach
from budget.planning.reasons import proof
from budget.report import formats
from budget.report.blocks import Part, ReportText, bullets, paragraphs
from budget.report.councils import council_lines
from budget.report.formats import FEW, PERSON, people_or_few
from budget.report.groups import GroupSums
from budget.report.subject import Subject
from data.wording import listed, percent, whole_pounds
from eligibility.rules import library
from eligibility.suppress import LEAST

MADE_UP = "This county is made up. The figures describe no real place."
MOST_NAMED = 3  # districts


def heading(subject: Subject, against: Subject | None) -> list[Part]:
    """Return the title, the day and the plans that the report is about."""
    plan = subject.plan
    about = f" Plan: {formats.name(plan.scenario.name)}." if plan.scenario.is_named or against is not None else ""
    if against is not None:
        about = f"{about[:-1]}, compared with {formats.name(against.plan.scenario.name)}."
    title = f"Transport support for young people in {formats.name(plan.county.manifest.name)}"
    subtitle = f"Report to members, {formats.day(plan.day)}.{about}"
    warning = paragraphs(MADE_UP if plan.county.manifest.made_up else "", style="warning")
    return [ReportText("title", title), ReportText("subtitle", subtitle), *warning]


def in_short(subject: Subject) -> list[Part]:
    """Return the plan in a few bullets; where there is none, what conflicts."""
    plan, whole = subject.plan, subject.whole
    parts: list[Part] = [ReportText("heading", "In short")]
    budget = plan.allocation.budget_pence
    if not subject.has_plan:
        lines = [f"The budget is {whole_pounds(budget)}. No plan can keep to all the limits that were set."]
        conflicts = [f"These cannot be kept together: {subject.line(c)}." for c in plan.allocation.conflicts]
        return [*parts, *bullets(*lines, *conflicts, "Change a limit or the budget, and plan again.")]
    reserve = plan.scenario.reserve_pence
    held = f" Of that, {whole_pounds(reserve)} is held back as a reserve." if reserve else ""
    spend = subject.content.spend_pence
    left = f"The plan spends {whole_pounds(spend)} and leaves {whole_pounds(budget - spend)}.{held}"
    lines = [f"The budget is {whole_pounds(budget)}. {left}", *_reaches(subject, whole), proof(plan)]
    lines.append(formats.in_whole_pounds(left_over.in_words(plan)))
    return [*parts, *bullets(*lines)]


def _reaches(subject: Subject, whole: GroupSums) -> list[str]:
    if subject.is_applicants:
        return _applicants(subject)
    if not whole.funded:
        return ["The plan reaches nobody."]
    lines = [
        f"We expect {people_or_few(whole.takers_micro)} young people to take up support.",
        _within_reach(subject),
    ]
    if whole.within_reach >= LEAST:
        cost = each(pounds(subject.content.spend_pence), whole.within_reach)
        lines[1] += f" That is {whole_pounds(round(cost * 100))} for each one brought within reach."
    if not whole.hides("target", "reached"):
        lines.append(
            f"Of {formats.about(whole.target_micro)} low-income young people in target, "
            f"{formats.about(whole.reached_micro)} ({percent(whole.covered)}) live in areas that get an offer."
        )
    return lines


def _within_reach(subject: Subject) -> str:
    """Return how many come within reach of each; where a part is below five, of at least one alone."""
    counted = within_reach.counts(subject.plan)
    most = counted[within_reach.AT_LEAST_ONE]
    of = within_reach.LABELS[within_reach.AT_LEAST_ONE]
    parts = [most.people - counted[purpose].people for purpose in PURPOSES] + [counted[within_reach.BOTH].people]
    if most.people < LEAST:
        return f"It would bring {FEW} young people within reach of {of}."
    if not any(0 < round(part, 6) < LEAST for part in parts):
        choice = within_reach.choice_in_words(counted)
        if any(0 < count.people < LEAST for count in counted.values()):
            choice = ""
        return " ".join(filter(None, [within_reach.in_words(counted), choice]))
    return within_reach.in_words_as_a_whole(most)


def _applicants(subject: Subject) -> list[str]:
    """Return how many applicants are helped; small numbers are hidden, and the money that would reveal them."""
    plan = subject.plan
    assert plan.applicants is not None
    eligible, pending = (len(table) * PERSON for table in (plan.choices.cohorts, plan.applicants.pending))
    lines = [
        f"We found {people_or_few(eligible, True)} applicants eligible, with a home and a destination that we know."
    ]
    lines.append(f"The plan helps {people_or_few(subject.whole.funded * PERSON, True)} of them.")
    if pending >= LEAST * PERSON:
        assert plan.with_pending is not None  # with applicants whose evidence is awaited there is one
        later = plan.with_pending.spent_pence
        lines.append(
            f"Evidence is awaited from {people_or_few(pending, True)} more. If all of it is good, the plan would spend "
            f"{whole_pounds(later)}."
        )
    elif pending:
        lines.append(f"Evidence is awaited from {FEW} more. What they may cost is not shown, as it could point to one.")
    return lines


def problem(subject: Subject) -> list[Part]:
    """Return the problem: where it is, and for how many."""
    plan, manifest = subject.plan, subject.plan.county.manifest
    policy, areas = plan.targeting.rules.policy, plan.county.areas
    first, last = manifest.ages
    target = areas.loc[plan.targeting.in_target]
    young = round(float(target["young_people"].sum()))
    summary = next((line for line in policy.summary.split("\n\n") if line.strip()), policy.title)
    rule = formats.name(summary, formats.LINE)
    is_in = "is" if len(target) == 1 else "are"
    lines = [
        f"Some young people live where no college or job can be reached in good time. {rule}",
        f"In {formats.name(manifest.name)}, {len(target):,} of {len(areas):,} areas {is_in} in target. About "
        f"{FEW if young < LEAST else f'{young:,}'} young people aged {first} to {last} live in them. "
        f"{_who(subject)}".strip(),
    ]
    settled = ""
    if len(plan.targeting.not_settled):
        settled = "Areas that the data do not settle are in no plan until journeys are measured. "
    if not water.is_known(plan) or water.counts(plan)["areas_without_a_way"]:  # a way round needs no member's attention
        settled += f"{water.sentence(plan)} "
    if manifest.columns.get("areas.young_people", {}).get("estimated"):
        settled += "The number of young people in each area is an estimate from older figures."
    lines.append(settled.strip())
    told = [] if subject.is_applicants else [_coverage(subject), library.note_on(plan.scenario.policy)]
    return [ReportText("heading", "The problem"), *paragraphs(*lines, *told, *council_lines(plan.county))]


def _coverage(subject: Subject) -> str:
    """Say whom the rules look at and leave out, where "In short" has not said it, and which rule would add most."""
    found = coverage.of_plan(subject.plan)
    whole, left = coverage_words.whole(found), left_over.in_words(subject.plan)
    measure = f"They are counted by the rate of {found.measure}."
    return " ".join([*([] if whole in left else [whole]), measure, *coverage_words.sentences(found)[1:]])


def _who(subject: Subject) -> str:
    """Say how many of those in target have a low income, and in which districts most live, as far as may be shown."""
    if subject.is_applicants:
        return "This plan is for applicants, wherever they live."
    if not subject.whole.target_micro:
        return ""
    low = f"We expect {people_or_few(subject.whole.target_micro)} of them to be in low-income families."
    rows = [row for row in subject.districts.rows if not row.hides("target") and row.target_micro]
    if len(rows) < 2 or len(subject.districts.rows) > len(rows) + 2:
        return low
    most = sorted(rows, key=lambda row: (-row.target_micro, row.label))[:MOST_NAMED]
    most = [row for row in most if not row.label.startswith("The other ")]
    named = [f"{formats.name(row.label)} ({formats.about(row.target_micro)})" for row in most]
    return f"{low} Most of them are in {listed(named)}."
