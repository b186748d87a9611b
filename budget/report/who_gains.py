"""Who gains and who is left out: by district, by deprivation, on the map; and what that says of equality."""

from dataclasses import replace

import pandas as pd

from budget.planning.areas import by_area
from budget.report import formats, pictures
from budget.report.blocks import Part, Picture, Pictures, Table, Text, paragraphs
from budget.report.formats import PERSON
from budget.report.groups import Group, Groups
from budget.report.pictures import DARK, LIGHT, MIDDLE, PALE
from budget.report.subject import Told
from eligibility.suppress import HIDDEN, LEAST

MAP_CM, CHART_CM = 8.0, 8.4
WIDTHS = (4.6, 2.2, 2.3, 1.6, 2.1, 2.9, 2.2)


def gains(told: Told) -> list[Part]:
    """Return who gains and who is left out under one plan."""
    parts: list[Part] = [Text("heading", "Who gains and who is left out" if told.has_plan else "Where help is needed")]
    if not told.districts.rows:
        return [*parts, *paragraphs("Nobody is in target.")]
    parts += paragraphs(*_left_out(told))
    parts.append(_figure(told))
    parts.append(table("By district", "District", told.districts, told))
    parts.append(table("By deprivation of the area, in tenths of England", "Decile", told.deciles, told))
    return parts


def table(caption: str, head: str, groups: Groups, told: Told) -> Table:
    """Return a table of groups: in target, in what is funded, takers, spend and access; without a plan, in target."""
    who, got = ("Eligible", "Helped") if told.is_applicants else ("In target", "With an offer")
    heads = (head, who, got, "Share", "Takers", "Spend", "Within reach")
    rows = [_row(row, told) for row in groups.rows]
    rows.append(_row(groups.whole, told, is_total=True))
    columns = range(len(heads))
    if not told.has_plan:
        columns = (0, 1)
    elif told.is_applicants:  # who have all asked: the helped are the takers
        columns = (0, 1, 2, 3, 5, 6)
    people = "applicants" if told.is_applicants else "low-income young people"
    return Table(
        f"{caption}: {people}",
        tuple(heads[column] for column in columns),
        tuple(tuple(row[column] for column in columns) for row in rows),
        tuple(WIDTHS[column] for column in columns),
        has_total=True,
    )


def _row(row: Group, told: Told, is_total: bool = False) -> tuple[str, ...]:
    """Return a row of the table; of applicants, money that would tell a hidden number is hidden with it."""
    no_money = row.hides() and told.is_applicants and not is_total
    return (
        formats.name(row.label),
        HIDDEN if row.hides("target") else formats.people(row.target_micro, told.is_applicants),
        HIDDEN if row.hides("reached") else formats.people(row.reached_micro, told.is_applicants),
        HIDDEN if row.hides("target", "reached") else formats.share(row.covered),
        HIDDEN if row.hides("takers") else formats.people(row.takers_micro, told.is_applicants),
        HIDDEN if no_money else formats.money(row.spend_pence),
        HIDDEN if row.hides("access") else formats.access(row.access),
    )


def _left_out(told: Told) -> list[str]:
    """Say how many get no offer, and what keeps them out."""
    if not told.has_plan:
        return ["There is no plan, so nobody gains. This is where the people in target are."]
    missing = told.content.not_funded
    people = told.whole.target_micro - told.whole.reached_micro
    if missing.empty:
        return ["Every eligible applicant gets help." if told.is_applicants else "Every area in target gets an offer."]
    if told.is_applicants:
        few = "fewer than five" if people < LEAST * PERSON else formats.people(people, True)
        return [f"Of the eligible applicants, {few} get no offer: the money goes further for others, or nothing helps."]
    few = "" if people < LEAST * PERSON else f" {formats.people(people)} low-income young people live in them."
    why = missing["kept_out_by"].astype("string").fillna("").value_counts().sort_index()
    reasons = [f"{_because(str(reason))} ({count:,})" for reason, count in why.items() if reason]
    kept = f" What keeps them out: {formats.listed(reasons)}." if reasons else ""
    return [f"{formats.number(len(missing), 'area')} in target {_get(len(missing))} no offer.{few}{kept}"]


def _get(count: int) -> str:
    return "gets" if count == 1 else "get"


def _because(reason: str) -> str:
    return {
        "nothing on offer": "nothing on offer brings more within reach",
        "the margin": "others are as good for the money",
        "its seats": "its minibus is full",
    }.get(reason, formats.name(reason))


def map_of(told: Told, status: pd.Series, looks: dict, words: str) -> Picture:
    """Return the map of the county by status, with words that count the areas of each."""
    counts = status.value_counts()
    said = "; ".join(f"{look.label.lower()}: {int(counts.get(name, 0)):,}" for name, look in looks.items())
    alt = f"Map of {formats.name(told.plan.county.manifest.name)}. {words} Number of areas: {said}."
    return pictures.map_of(told.plan.county, status, looks, alt, MAP_CM)


def _map(told: Told) -> Picture:
    if told.is_applicants or not told.has_plan:  # where an applicant lives is nobody's business
        plan = told.plan
        status = pd.Series("not_in_target", index=plan.county.areas.index, dtype=object)
        status.loc[plan.targeting.not_settled] = "not_settled"
        status.loc[plan.targeting.in_target] = "in_target"
        looks = {"in_target": replace(DARK, label="In target")}
        words = "It shows areas in target by published figures. It does not show where applicants live."
        words = words if told.is_applicants else "It shows areas in target."
    else:
        status = by_area(told.plan)["status"]
        looks = {
            "funded": replace(DARK, label="In target, gets an offer"),
            "not_funded": replace(MIDDLE, label="In target, no offer"),
        }
        words = "It shows which areas in target get an offer."
    looks["not_settled"] = replace(LIGHT, label="Not settled by the data")
    looks["not_in_target"] = replace(PALE, label="Not in target")
    return map_of(told, status, looks, words)


def _chart(told: Told) -> Picture:
    rows = told.deciles.rows
    reached = [None if row.hides("target", "reached") else row.reached_micro / PERSON for row in rows]
    left = [None if row.hides("target", "reached") else (row.target_micro - row.reached_micro) / PERSON for row in rows]
    offer = "Gets help" if told.is_applicants else "In areas that get an offer"
    series = {replace(DARK, label=offer): reached, replace(MIDDLE, label="No offer"): left}
    if not told.has_plan:
        target = [None if row.hides("target") else row.target_micro / PERSON for row in rows]
        series = {replace(DARK, label="In target"): target}
    said = "; ".join(f"{row.label}, {_said(row, told)}" for row in rows)
    alt = f"Bar chart by decile of deprivation, 1 the most deprived. {said}."
    axis = "Applicants" if told.is_applicants else "Low-income young people"
    return pictures.stacked([row.label.split(" ")[0] for row in rows], series, axis, alt, CHART_CM)


def _said(row: Group, told: Told) -> str:
    if row.hides("target", "reached"):
        return HIDDEN
    whole = formats.people(row.target_micro, told.is_applicants)
    return f"{formats.people(row.reached_micro, told.is_applicants)} of {whole}" if told.has_plan else whole


def _figure(told: Told) -> Pictures:
    """Return the map, and beside it the chart of deciles unless all of it is hidden."""
    what = "areas in target" if told.is_applicants or not told.has_plan else "what the plan does with each area"
    colleges = "; triangles are colleges" if len(pictures.colleges_in(told.plan.county)) else ""
    if all(row.hides("target", "reached") for row in told.deciles.rows):
        return Pictures(f"{what[:1].upper()}{what[1:]}{colleges}", (_map(told),))
    people = "applicants" if told.is_applicants else "young people"
    words = f"Left, {what}{colleges}. Right, {people} by decile of deprivation (1 is the most deprived tenth)"
    return Pictures(words, (_map(told), _chart(told)))


DUTY = (
    "When it decides, the council must have due regard to equality (Equality Act 2010, section 149). What follows is "
    "evidence for that. It is not an equality impact assessment."
)
NOT_HELD = (
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


def equality(told: Told) -> list[Part]:
    """Return the evidence on equality, and what the data do not say."""
    first, last = told.plan.county.manifest.ages
    age = f"Age. Support is planned for young people aged {first} to {last}. Others gain nothing from it directly."
    own = "This report holds no name, address, date of birth or reference of any applicant." * told.is_applicants
    parts: list[Part] = [Text("heading", "Equality"), *paragraphs(DUTY)]
    if told.classes.rows:
        parts.append(table("By rural or urban class of the area", "Class of place", told.classes, told))
    return [*parts, *paragraphs(" ".join(filter(None, [_hiding(told), own])), f"{age} {PLACES}", NOT_HELD, SUITS)]


def _hiding(told: Told) -> str:
    """Say the rule for small numbers, and whether it hides anything here."""
    rule = (
        "Numbers of young people below five are hidden, and where needed a second one so that the first stays hidden."
    )
    every = (told.districts, told.deciles, told.classes, told.kinds)
    if not any(groups.any_hidden for groups in every):
        return f"{rule} No number in this report had to be."
    return rule + (" So is the money that would tell them." if told.is_applicants else "")
