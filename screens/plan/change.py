"""Show what the last change of a plan did: what was changed, and before and after side by side."""

import re

import streamlit as st

from budget.planning import within_reach
from budget.planning.areas import by_area
from budget.planning.plan import Plan
from budget.scenarios.differences import differences
from data.wording import counted, listed, rounded_pounds
from screens import page
from screens.plan import where
from screens.scenario import form, request

MOST_NAMED = 5  # areas in a sentence


def show(plan: Plan) -> None:
    """Show what changed since the plan that stood on the page before, where it was of the same county."""
    before = st.session_state.get(request.BEFORE)
    if before is None or before.allocation.status == "infeasible":
        return
    each_way = differences(before.pinned_scenario, plan.pinned_scenario)  # to save a plan pins its day: no change of it
    changed = [with_names(each.words, plan) for each in each_way if each.key not in form.NOT_LISTED]
    if not changed:
        return
    with st.container(border=True):
        st.markdown(f"**What your change did.**\n\n{page.bullets(changed)}")
        page.show_table(_figures(before, plan), "The plan before the change and after it.")
        for line in _areas(before, plan):
            st.markdown(page.plain(line))
        st.button("Back to the plan before", on_click=form.fill, args=(before.scenario,))


def with_names(words: str, plan: Plan) -> str:
    """Return what is said of cohorts with the names of their areas in place of the codes."""
    names, places = plan.county.areas["area_name"].to_dict(), where.places(plan)

    def named(match: re.Match) -> str:
        return _called(names[match[1]], places[match[1]]) if match[1] in names else match[0]

    return re.sub(r"cohort (\w+)", named, words)


def _figures(before: Plan, after: Plan) -> dict[str, list[str]]:
    both = (before, after)
    reach = [within_reach.counts(plan)["at_least_one"].people for plan in both]
    areas = [int((by_area(plan)["status"] == "funded").sum()) for plan in both]
    rows = [
        ("Young people brought within reach", *map(within_reach.whole, reach)),
        ("Spent", *(rounded_pounds(plan.allocation.spent_pence) for plan in both)),
        ("Areas with an offer", *(f"{count:,}" for count in areas)),
        ("Areas in target", *(f"{len(plan.targeting.in_target):,}" for plan in both)),
    ]
    return {heading: [row[place] for row in rows] for place, heading in enumerate(("", "Before", "After"))}


def _areas(before: Plan, after: Plan) -> list[str]:
    """Name the areas that have an offer now and had none, and the other way round."""
    was, now = (set(table.index[table["status"] == "funded"]) for table in map(by_area, (before, after)))
    names, places = after.county.areas["area_name"], where.places(after)
    told = (("With an offer now", sorted(now - was)), ("Without an offer now", sorted(was - now)))
    return [
        f"{what}: {_named([_called(names[code], places[code]) for code in codes])}." for what, codes in told if codes
    ]


def _called(name: str, place: str) -> str:
    return f"{name} ({place})" if place else name


def _named(names: list[str]) -> str:
    """Return names for a sentence, the first few of many.

    >>> _named(["A", "B"]), _named(list("ABCDEFG"))
    ('A and B', 'A, B, C, D, E and 2 areas more')
    """
    more = len(names) - MOST_NAMED
    return listed([*names[:MOST_NAMED], f"{counted(more, 'area')} more"] if more > 0 else names)
