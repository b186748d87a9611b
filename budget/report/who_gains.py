"""Who gains and who is left out, by district, deprivation and on the map; and the evidence on equality."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from budget.accounts.statement import each, pounds, ratio
from budget.planning.already_near import NEAR
from budget.planning.areas import by_area
from budget.report import formats, pictures
from budget.report.blocks import Part, Picture, Pictures, ReportTable, ReportText, paragraphs
from budget.report.formats import PERSON
from budget.report.groups import GroupedSums, GroupSums
from budget.report.pictures import DARK, LIGHT, MIDDLE, PALE
from budget.report.subject import Subject
from data.wording import counted, listed, whole_pounds
from eligibility.suppress import HIDDEN, LEAST

MAP_CM, CHART_CM = 8.0, 8.4


def gains(subject: Subject) -> list[Part]:
    """Return who gains and who is left out under one plan."""
    parts: list[Part] = [
        ReportText("heading", "Who gains and who is left out" if subject.has_plan else "Where help is needed")
    ]
    if not subject.districts.rows:
        return [*parts, *paragraphs("Nobody is in target.")]
    parts += paragraphs(*_left_out(subject))
    parts.append(table("By district", "District", subject.districts, subject))
    parts.append(_figure(subject))
    parts.append(table("By deprivation of the area, in tenths of England", "Decile", subject.deciles, subject))
    return parts


def table(caption: str, head: str, groups: GroupedSums, subject: Subject) -> ReportTable:
    """Return a table of groups: in target, with an offer, takers, spend and reach; without a plan only in target."""
    who, got = ("Eligible", "Helped") if subject.is_applicants else ("In target", "With an offer")
    columns = [("target", who, 2.2), ("reached", got, 2.3), ("covered", "Share", 1.6), ("takers", "Takers", 2.1)]
    columns += [("spend", "Spend", 2.9), ("within_reach", "Within reach", 2.2)]
    if not subject.has_plan:
        del columns[1:]
    elif subject.is_applicants:  # who have all asked: those helped are the takers
        del columns[3]
    people = "applicants" if subject.is_applicants else "low-income young people"
    return group_table(f"{caption}: {people}", (head, 4.6), columns, groups, subject)


def group_table(
    caption: str,
    head: tuple[str, float],
    columns: Sequence[tuple[str, str, float]],
    groups: GroupedSums,
    subject: Subject,
) -> ReportTable:
    """Return a table of groups and the whole; a column is a figure of `_figures`, its heading and its width."""
    keys, heads, widths = zip(*columns, strict=True)
    rows = [(row, _figures(row, subject)) for row in (*groups.rows, groups.whole)]
    lines = tuple((formats.name(row.label), *(figures[key] for key in keys)) for row, figures in rows)
    return ReportTable(caption, (head[0], *heads), lines, (head[1], *widths), has_total=True)


def _figures(row: GroupSums, subject: Subject) -> dict[str, str]:
    """Return the figures of a group, hidden where they must be; the number of areas that get an offer tells nobody."""
    one = whole_pounds(round(each(pounds(row.spend_pence), row.within_reach) * 100))
    return {
        "target": HIDDEN if row.hides("target") else formats.people(row.target_micro),
        "reached": HIDDEN if row.hides("reached") else formats.people(row.reached_micro),
        "covered": HIDDEN if row.hides("target", "reached") else formats.share(row.covered),
        "funded": HIDDEN if row.hides("spend") and subject.is_applicants else f"{row.funded:,}",
        "takers": HIDDEN if row.hides("takers") else formats.people(row.takers_micro),
        "spend": HIDDEN if row.hides("spend") else whole_pounds(row.spend_pence),
        "share": HIDDEN if row.hides("spend") else formats.share(ratio(row.spend_pence, subject.content.spend_pence)),
        "within_reach": HIDDEN if row.hides("within_reach") else formats.reach(row.within_reach),
        "each": HIDDEN if row.hides("within_reach") else one,
    }


def _left_out(subject: Subject) -> list[str]:
    """Say how many get no offer, and what keeps them out."""
    if not subject.has_plan:
        return ["There is no plan, so nobody gains. This is where the people in target are."]
    missing = subject.content.not_funded
    people = subject.whole.target_micro - subject.whole.reached_micro
    if missing.empty:
        return [f"Every {'eligible applicant gets help' if subject.is_applicants else 'area in target gets an offer'}."]
    if subject.is_applicants:
        few = formats.people_or_few(people, True)
        return [f"Of the eligible applicants, {few} get no offer: the money goes further for others, or nothing helps."]
    few = "" if people < LEAST * PERSON else f" In them live {formats.about(people)} low-income young people."
    kept_out_by = missing["kept_out_by"].astype("string").fillna("")
    why = kept_out_by.mask(missing["reason"].str.startswith(NEAR), NEAR).value_counts().sort_index()
    reasons = [f"{_because(str(reason))} ({count:,})" for reason, count in why.items() if reason]
    keeping_out = f" What keeps them out: {listed(reasons)}." if reasons else ""
    get = "gets" if len(missing) == 1 else "get"
    return [f"{counted(len(missing), 'area')} in target {get} no offer.{few}{keeping_out}"]


def _because(reason: str) -> str:
    return {
        "nothing on offer": "nothing on offer brings more within reach",
        "the margin": "others are as good for the money",
        "its seats": "its shared vehicle is full",
        NEAR: "college and work are within reach without help",
    }.get(reason, formats.name(reason))


def map_of(subject: Subject, status: pd.Series, looks: dict, words: str) -> Picture:
    """Return the map of the county by status, with words that count the areas of each."""
    counts = status.value_counts()
    numbers = "; ".join(f"{look.label.lower()}: {int(counts.get(name, 0)):,}" for name, look in looks.items())
    alt = f"Map of {formats.name(subject.plan.county.manifest.name)}. {words} Number of areas: {numbers}."
    return pictures.map_of(subject.plan.county, status, looks, alt, MAP_CM)


def county_map(subject: Subject) -> Picture:
    """Return the map of who in target gets an offer; for applicants, of the areas in target alone."""
    if subject.is_applicants or not subject.has_plan:  # where applicants live is not shown
        plan = subject.plan
        status = pd.Series("not_in_target", index=plan.county.areas.index, dtype=object)
        status.loc[plan.targeting.not_settled] = "not_settled"
        status.loc[plan.targeting.in_target] = "in_target"
        looks = {"in_target": replace(DARK, label="In target")}
        words = "It shows areas in target by published figures. It does not show where applicants live."
        words = words if subject.is_applicants else "It shows areas in target."
    else:
        status = by_area(subject.plan)["status"]
        looks = {
            "funded": replace(DARK, label="In target, gets an offer"),
            "not_funded": replace(MIDDLE, label="In target, no offer"),
        }
        words = "It shows which areas in target get an offer."
    looks["not_settled"] = replace(LIGHT, label="Not settled by the data")
    looks["not_in_target"] = replace(PALE, label="Not in target")
    return map_of(subject, status, looks, words)


def _chart(subject: Subject) -> Picture:
    rows = subject.deciles.rows
    reached = [None if row.hides("target", "reached") else row.reached_micro / PERSON for row in rows]
    left = [None if row.hides("target", "reached") else (row.target_micro - row.reached_micro) / PERSON for row in rows]
    offer = "Gets help" if subject.is_applicants else "In areas that get an offer"
    series = {replace(DARK, label=offer): reached, replace(MIDDLE, label="No offer"): left}
    if not subject.has_plan:
        target = [None if row.hides("target") else row.target_micro / PERSON for row in rows]
        series = {replace(DARK, label="In target"): target}
    values = "; ".join(f"{row.label}, {_in_words(row, subject)}" for row in rows)
    alt = f"Bar chart by decile of deprivation, 1 the most deprived. {values}."
    axis = "Applicants" if subject.is_applicants else "Low-income young people"
    return pictures.bars([row.label.split(" ")[0] for row in rows], series, axis, alt, CHART_CM, is_stacked=True)


def _in_words(row: GroupSums, subject: Subject) -> str:
    if row.hides("target", "reached"):
        return HIDDEN
    whole = formats.people(row.target_micro)
    return f"{formats.people(row.reached_micro)} of {whole}" if subject.has_plan else whole


def _figure(subject: Subject) -> Pictures:
    """Return the map, with the chart of deciles to its right unless all of it is hidden."""
    what = "areas in target" if subject.is_applicants or not subject.has_plan else "what the plan does with each area"
    colleges = "; triangles are colleges" if len(pictures.colleges_in(subject.plan.county)) else ""
    if all(row.hides("target", "reached") for row in subject.deciles.rows):
        return Pictures(f"{what[:1].upper()}{what[1:]}{colleges}", (county_map(subject),))
    people = "applicants" if subject.is_applicants else "young people"
    words = f"Left, {what}{colleges}. Right, {people} by decile of deprivation (1 is the most deprived tenth)"
    return Pictures(words, (county_map(subject), _chart(subject)))


DUTY = (
    "When it decides, the council must have due regard to equality (Equality Act 2010, section 149). What follows is "
    "evidence for that. It is not an equality impact assessment."
)
NOT_RECORDED = (
    "What the data do not say. The plan holds nothing on sex, race, disability, religion or belief, sexual "
    "orientation, gender reassignment, or pregnancy and maternity. So it cannot show how people who share these "
    "characteristics gain or lose. The council should ask them, and its own services, before it decides."
)
SUITS = (
    "A bicycle or moped will not suit everybody. The plan does not price vehicles for wheelchairs or a passenger "
    "assistant. Young people with special educational needs have other rights, which this plan does not replace."
)
PLACES = (
    "Figures for an area describe the place, not each person in it. Most young people on a low income do not live in "
    "deprived areas."
)


def equality(subject: Subject) -> list[Part]:
    """Return the evidence on equality, and what the data do not say."""
    first, last = subject.plan.county.manifest.ages
    age = f"Age. Support is planned for young people aged {first} to {last}. Others gain nothing from it directly."
    names = "This report holds no name, address, date of birth or reference of any applicant." * subject.is_applicants
    parts: list[Part] = [ReportText("heading", "Equality"), *paragraphs(DUTY)]
    if subject.classes.rows:
        parts.append(table("By rural or urban class of the area", "Class of place", subject.classes, subject))
    return [
        *parts,
        *paragraphs(" ".join(filter(None, [_hiding(subject), names])), f"{age} {PLACES}", NOT_RECORDED, SUITS),
    ]


def _hiding(subject: Subject) -> str:
    """Return the rule for small numbers, and whether it hides anything in this report."""
    rule = (
        "Numbers of young people below five are hidden, with the money from which they could be worked out, and where "
        "needed a second row so that the first stays hidden."
    )
    if not any(g.any_hidden for g in (subject.districts, subject.deciles, subject.classes, subject.kinds)):
        return f"{rule} No number in this report had to be."
    return rule
