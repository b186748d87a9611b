"""Two plans side by side: what was put in otherwise, what that changes, and who gains and loses by it."""

from dataclasses import replace

import pandas as pd

from budget.planning import comparison
from budget.planning.comparison import GAINS, GAINS_SUPPORT, LOSES, LOSES_SUPPORT
from budget.report import formats, pictures
from budget.report.blocks import Part, Picture, Pictures, Table, Text, bullets, paragraphs
from budget.report.formats import PERSON
from budget.report.groups import Group, Groups
from budget.report.money import access_note
from budget.report.pictures import DARK, LIGHT, MIDDLE, PALE
from budget.report.subject import Told
from budget.report.who_gains import CHART_CM, map_of
from eligibility.suppress import HIDDEN, LEAST

MOST_INPUTS = 8
OF_PEOPLE = ("must_fund", "committed")  # inputs that name cohorts, who may be applicants
HEADS = ("Spend before", "Spend now", "Change", "In reach before", "In reach now", "Change")
NOBODY = Group("")


def in_short(told: Told, against: Told) -> list[Part]:
    """Return what changes as a whole, as bullets that follow those of the plan."""
    name = formats.name(against.plan.scenario.name)
    if not told.has_plan or not against.has_plan:
        which = "“" + name + "”" if told.has_plan else "this plan"
        return bullets(f"There is no plan under the limits of {which}, so the two cannot be compared.")
    spend = told.content.spend_pence - against.content.spend_pence
    reach = told.content.access - against.content.access
    lines = [f"Compared with “{name}”, spend changes by {formats.more(spend)}."]
    if not _is_small(told.whole, against.whole, told):
        lines[0] += f" The number brought within reach changes by {formats.change(reach, 3)}."
    return bullets(*lines)


def buys(told: Told, against: Told) -> list[Part]:
    """Return which inputs differ and what the two plans buy, by kind of support."""
    before, now = (formats.name(one.plan.scenario.name) for one in (against, told))
    return [
        Text("heading", "What the money buys"),
        *_inputs(told, against),
        *paragraphs(f"Before is the plan “{before}”. Now is the plan “{now}”."),
        _table("By kind of support, before and now", "Kind of support", against.kinds, told.kinds, told),
        *access_note(told),
    ]


def gains(told: Told, against: Told) -> list[Part]:
    """Return who gains and who loses between two plans."""
    parts: list[Part] = [Text("heading", "Who gains and who loses")]
    changes = comparison.changes(against.plan, told.plan)
    effects = changes["effect"]
    parts += paragraphs(*_areas(told, against, effects), *_all_support(told, changes["change"]))
    pictured = (() if told.is_applicants else (_map(told, against, effects),)) + (_chart(told, against),)
    left = "" if told.is_applicants else "Left, areas that gain and lose. Right, "
    words = f"{left}what is brought within reach by decile of deprivation (1 is the most deprived tenth)"
    parts.append(Pictures(words[:1].upper() + words[1:], pictured))
    for caption, head, sides in (
        ("By district, before and now", "District", (against.districts, told.districts)),
        ("By deprivation of the area, before and now", "Decile", (against.deciles, told.deciles)),
    ):
        parts.append(_table(caption, head, *sides, told))
    return parts


def _inputs(told: Told, against: Told) -> list[Part]:
    """Return which inputs differ; those that name a person are counted, not told."""
    found = comparison.compare([against.plan, told.plan]).reasons(0, 1)
    if not found:
        return paragraphs("Nothing was put in otherwise: the two plans are the same.")
    lines = [
        "Who must be helped, or has a promise, differs."
        if told.is_applicants and difference.key in OF_PEOPLE
        else told.line(difference.words)
        for difference in found
    ]
    lines = list(dict.fromkeys(lines))
    more = [f"And {len(lines) - MOST_INPUTS:,} more."] if len(lines) > MOST_INPUTS else []
    return [*paragraphs("What was put in otherwise:"), *bullets(*lines[:MOST_INPUTS], *more)]


def _areas(told: Told, against: Told, effects: pd.Series) -> list[str]:
    """Say how many areas gain and lose, and how many low-income young people live in them."""
    if told.is_applicants:
        counts = [_few(int((effects == effect).sum()) * PERSON, True) for effect in (GAINS, LOSES)]
        return [f"Of the applicants, {counts[0]} gain and {counts[1]} lose."]
    people = told.plan.choices.cohorts["people"].reindex(effects.index)
    people = people.fillna(against.plan.choices.cohorts["people"].reindex(effects.index)).astype(float)
    said = []
    for effect, word in ((GAINS, "gain"), (LOSES, "lose")):
        mask = effects == effect
        count = int(mask.sum())
        living = int((people[mask] * PERSON).round().sum())
        verb = word if count != 1 else f"{word}s"
        said.append(
            f"{formats.number(count, 'area')} {verb}, with {_few(living, False)} low-income young people."
            if count
            else f"No area {word}s."
        )
    return [" ".join(said)]


def _all_support(told: Told, changes: pd.Series) -> list[str]:
    """Say in how many areas support begins or ends altogether; of applicants nothing that could point to one."""
    if told.is_applicants:
        return []
    begins, ends = (int((changes == change).sum()) for change in (GAINS_SUPPORT, LOSES_SUPPORT))
    if not begins and not ends:
        return []
    return [f"Support begins in {formats.number(begins, 'area')} and ends in {formats.number(ends, 'area')}."]


def _few(micro: int, whole: bool) -> str:
    return "fewer than five" if micro < LEAST * PERSON else formats.people(micro, whole)


def _map(told: Told, against: Told, effects: pd.Series) -> Picture:
    status = pd.Series("not_in_target", index=told.plan.county.areas.index, dtype=object)
    for one in (told, against):
        status.loc[one.plan.choices.cohorts.index] = "same"
    status.loc[effects.index[effects == GAINS]] = "gains"
    status.loc[effects.index[effects == LOSES]] = "loses"
    looks = {
        "gains": replace(DARK, label="Gains"),
        "loses": replace(MIDDLE, label="Loses"),
        "same": replace(LIGHT, label="In target, neither"),
        "not_in_target": replace(PALE, label="Not in target"),
    }
    return map_of(told, status, looks, "It shows which areas gain or lose between the two plans.")


def _paired(before: Groups, now: Groups) -> list[tuple[Group, Group]]:
    """Return the groups of two plans side by side, in the order of the second, and what only the first has."""
    sides = [{row.label: row for row in groups.rows} for groups in (before, now)]
    labels = list(dict.fromkeys([*sides[1], *sides[0]]))
    return [(sides[0].get(label, replace(NOBODY, label=label)), sides[1].get(label, NOBODY)) for label in labels]


def _is_small(now: Group, before: Group, told: Told) -> bool:
    """Say whether a row must be hidden: in either plan, or as the two together tell of a few applicants."""
    if now.hides("access") or before.hides("access"):
        return True
    changed = abs(now.takers_micro - before.takers_micro) / PERSON
    return told.is_applicants and 0 < changed < LEAST


def _table(caption: str, head: str, before: Groups, now: Groups, told: Told) -> Table:
    pairs = [*_paired(before, now), (replace(before.whole, label="Total"), now.whole)]
    rows = []
    for number, (old, new) in enumerate(pairs):
        is_total = number == len(pairs) - 1
        small = _is_small(new, old, told)
        money = [
            formats.money(old.spend_pence),
            formats.money(new.spend_pence),
            formats.more(new.spend_pence - old.spend_pence),
        ]
        if small and told.is_applicants and not is_total:
            money = [HIDDEN] * 3
        reach = [formats.access(old.access), formats.access(new.access), formats.change(new.access - old.access, 3)]
        rows.append((formats.name(old.label), *money, *([HIDDEN] * 3 if small else reach)))
    return Table(caption, (head, *HEADS), tuple(rows), (4.1, 2.4, 2.4, 2.6, 1.9, 1.9, 1.9), has_total=True)


def _chart(told: Told, against: Told) -> Picture:
    pairs = _paired(against.deciles, told.deciles)
    values = {
        look: [None if _is_small(new, old, told) else (old, new)[side].access for old, new in pairs]
        for side, look in enumerate((replace(MIDDLE, label="Before"), replace(DARK, label="Now")))
    }
    said = "; ".join(
        f"{old.label}, {HIDDEN}"
        if _is_small(new, old, told)
        else f"{old.label}, {formats.access(old.access)} before and {formats.access(new.access)} now"
        for old, new in pairs
    )
    alt = f"Bar chart of young people brought within reach by decile of deprivation, before and now. {said}."
    names = [old.label.split(" ")[0] for old, _ in pairs]
    return pictures.side_by_side(names, values, "Brought within reach", alt, CHART_CM)
