"""Two plans side by side: which inputs differ, what that changes, and who gains and loses."""

from dataclasses import replace

import pandas as pd

from budget.planning import comparison
from budget.planning.plan_changes import GAINS, GAINS_SUPPORT, LOSES, LOSES_SUPPORT
from budget.planning.within_reach import AT_LEAST_ONE, LABELS
from budget.report import formats, pictures
from budget.report.blocks import Part, Picture, Pictures, ReportTable, ReportText, bullets, paragraphs
from budget.report.formats import PERSON, people_or_few
from budget.report.groups import GroupedSums, GroupSums
from budget.report.money import access_note
from budget.report.pictures import DARK, LIGHT, MIDDLE, PALE
from budget.report.subject import Subject
from budget.report.who_gains import CHART_CM, map_of
from data.wording import counted, whole_pounds
from eligibility.suppress import HIDDEN, LEAST

MOST_INPUTS = 8
INPUTS_OF_PEOPLE = ("must_fund", "committed")  # inputs that name cohorts, who may be applicants
PEOPLE_DIFFER = "Who must be helped, or has a promise, differs."
HEADS = ("Spend before", "Spend now", "Change", "In reach before", "In reach now", "Change")
EMPTY = GroupSums("")


def in_short(subject: Subject, against: Subject) -> list[Part]:
    """Return what changes as a whole, as bullets that follow those of the plan."""
    name = formats.name(against.plan.scenario.name)
    if not subject.has_plan or not against.has_plan:
        which = f"“{name}”" if subject.has_plan else "this plan"
        return bullets(f"There is no plan under the limits of {which}, so the two cannot be compared.")
    spend = subject.content.spend_pence - against.content.spend_pence
    reach = subject.whole.within_reach - against.whole.within_reach
    lines = [f"Compared with “{name}”, spend changes by {formats.more(spend)}."]
    if not _is_small(subject.whole, against.whole, subject):
        of = LABELS[AT_LEAST_ONE]
        lines[0] += f" The young people brought within reach of {of} change by about {formats.change(reach, 0)}."
    return bullets(*lines)


def buys(subject: Subject, against: Subject) -> list[Part]:
    """Return which inputs differ and what the two plans buy, by kind of support."""
    before, now = (formats.name(each.plan.scenario.name) for each in (against, subject))
    return [
        ReportText("heading", "What the money buys"),
        *_inputs(subject, against),
        *paragraphs(f"Before is the plan “{before}”. Now is the plan “{now}”."),
        _table("By kind of support, before and now", "Kind of support", against.kinds, subject.kinds, subject),
        *access_note(subject),
    ]


def gains(subject: Subject, against: Subject) -> list[Part]:
    """Return who gains and who loses between two plans."""
    parts: list[Part] = [ReportText("heading", "Who gains and who loses")]
    changes = comparison.changes(against.plan, subject.plan)
    effects = changes["effect"]
    parts += paragraphs(*_areas(subject, against, effects), *_all_support(subject, changes["change"]))
    pictured = (() if subject.is_applicants else (_map(subject, against, effects),)) + (_chart(subject, against),)
    left = "" if subject.is_applicants else "Left, areas that gain and lose. Right, "
    words = f"{left}what is brought within reach by decile of deprivation (1 is the most deprived tenth)"
    parts.append(Pictures(words[:1].upper() + words[1:], pictured))
    for caption, head, sides in (
        ("By district, before and now", "District", (against.districts, subject.districts)),
        ("By deprivation of the area, before and now", "Decile", (against.deciles, subject.deciles)),
    ):
        parts.append(_table(caption, head, *sides, subject))
    return parts


def _inputs(subject: Subject, against: Subject) -> list[Part]:
    """Return which inputs differ; those that name applicants are only mentioned."""
    differences = comparison.compare([against.plan, subject.plan]).reasons(0, 1)
    if not differences:
        return paragraphs("No input differs: the two plans are the same.")
    of_people = INPUTS_OF_PEOPLE if subject.is_applicants else ()
    words = (PEOPLE_DIFFER if each.key in of_people else subject.line(each.words) for each in differences)
    lines = list(dict.fromkeys(words))
    rest = len(lines) - MOST_INPUTS
    more = [f"Another {counted(rest, 'input')} differ: the workbook of the comparison lists them."] if rest > 0 else []
    return [*paragraphs("These inputs differ:"), *bullets(*lines[:MOST_INPUTS], *more)]


def _areas(subject: Subject, against: Subject, effects: pd.Series) -> list[str]:
    """Say how many areas gain and lose, and how many low-income young people live in them."""
    if subject.is_applicants:
        counts = [people_or_few(int((effects == effect).sum()) * PERSON, True) for effect in (GAINS, LOSES)]
        return [f"Of the applicants, {counts[0]} gain and {counts[1]} lose."]
    people = subject.plan.choices.cohorts["people"].reindex(effects.index)
    people = people.fillna(against.plan.choices.cohorts["people"].reindex(effects.index)).astype(float)
    sentences = []
    for effect, word in ((GAINS, "gain"), (LOSES, "lose")):
        of_effect = people[effects == effect]
        living = people_or_few(int((of_effect * PERSON).round().sum()))
        who = f"{counted(len(of_effect), 'area')} {word}{'s' if len(of_effect) == 1 else ''}"
        sentences.append(f"{who}, with {living} low-income young people." if len(of_effect) else f"No area {word}s.")
    return [" ".join(sentences)]


def _all_support(subject: Subject, changes: pd.Series) -> list[str]:
    """Say in how many areas all support begins or ends; nothing for applicants, as it could point to one."""
    if subject.is_applicants:
        return []
    begins, ends = (int((changes == change).sum()) for change in (GAINS_SUPPORT, LOSES_SUPPORT))
    if not begins and not ends:
        return []
    return [f"Support begins in {counted(begins, 'area')} and ends in {counted(ends, 'area')}."]


def _map(subject: Subject, against: Subject, effects: pd.Series) -> Picture:
    status = pd.Series("not_in_target", index=subject.plan.county.areas.index, dtype=object)
    for each in (subject, against):
        status.loc[each.plan.choices.cohorts.index] = "same"
    status.loc[effects.index[effects == GAINS]] = "gains"
    status.loc[effects.index[effects == LOSES]] = "loses"
    looks = {
        "gains": replace(DARK, label="Gains"),
        "loses": replace(MIDDLE, label="Loses"),
        "same": replace(LIGHT, label="In target, neither"),
        "not_in_target": replace(PALE, label="Not in target"),
    }
    return map_of(subject, status, looks, "It shows which areas gain or lose between the two plans.")


def _paired(before: GroupedSums, now: GroupedSums) -> list[tuple[GroupSums, GroupSums]]:
    """Return the groups of two plans side by side, in the order of the second, then those that only the first has."""
    sides = [{row.label: row for row in groups.rows} for groups in (before, now)]
    labels = list(dict.fromkeys([*sides[1], *sides[0]]))
    return [(sides[0].get(label, replace(EMPTY, label=label)), sides[1].get(label, EMPTY)) for label in labels]


def _is_small(now: GroupSums, before: GroupSums, subject: Subject) -> bool:
    """Return whether a row must be hidden: in either plan, or as the difference could point to a few applicants."""
    if now.hides("within_reach") or before.hides("within_reach"):
        return True
    changed = abs(now.takers_micro - before.takers_micro) / PERSON
    return subject.is_applicants and 0 < changed < LEAST


def _table(caption: str, head: str, before: GroupedSums, now: GroupedSums, subject: Subject) -> ReportTable:
    rows = []
    for old, new in [*_paired(before, now), (replace(before.whole, label="Total"), now.whole)]:
        small = _is_small(new, old, subject)
        no_money = small and new is not now.whole
        spend = (whole_pounds(old.spend_pence), whole_pounds(new.spend_pence))
        money = (*spend, formats.more(new.spend_pence - old.spend_pence))
        change = formats.change(new.within_reach - old.within_reach, 0)
        reach = (formats.reach(old.within_reach), formats.reach(new.within_reach), change)
        hidden = (HIDDEN,) * 3
        rows.append((formats.name(old.label), *(hidden if no_money else money), *(hidden if small else reach)))
    return ReportTable(caption, (head, *HEADS), tuple(rows), (4.1, 2.4, 2.4, 2.6, 1.9, 1.9, 1.9), has_total=True)


def _chart(subject: Subject, against: Subject) -> Picture:
    pairs = _paired(against.deciles, subject.deciles)
    before, now, words = [], [], []
    for old, new in pairs:
        small = _is_small(new, old, subject)
        before.append(None if small else old.within_reach)
        now.append(None if small else new.within_reach)
        figures = f"{formats.reach(old.within_reach)} before and {formats.reach(new.within_reach)} now"
        words.append(f"{old.label}, {HIDDEN if small else figures}")
    values = {replace(MIDDLE, label="Before"): before, replace(DARK, label="Now"): now}
    values_in_words = "; ".join(words)
    alt = f"Bar chart of young people brought within reach by decile of deprivation, before and now. {values_in_words}."
    names = [old.label.split(" ")[0] for old, _ in pairs]
    return pictures.bars(names, values, "Brought within reach", alt, CHART_CM)
