"""Compare saved scenarios: money, people and access, by place and kind, who gains and who loses, and why.

A scenario alone is compared with itself at low, central and high take-up, and has a report to members.
"""

import datetime
from pathlib import Path

import altair as alt
import pandas as pd
import streamlit as st

from budget.planning import comparison, plan_changes, within_reach
from budget.planning.comparison import Comparison
from budget.planning.plan import Plan
from budget.scenarios.differences import fingerprint
from budget.scenarios.scenario import CASES, Scenario, cases_of
from budget.store.entries import VersionEntry
from budget.store.library import Library
from budget.store.results import Results
from budget.workbook.comparison_sheets import comparison as workbook
from data.faults import Fault, InputError
from data.wording import rounded_pounds
from screens import charts, page
from screens.background import plan_jobs
from screens.background.panel import job_result, made_beside
from screens.background.plan_cache import county_for, plans_for
from screens.plan import side_by_side

KEY, LABEL = "scenarios_plans", "Planning for each scenario"
MEASURES = {"Spend": "cost_pence", "Young people supported": "people", "Brought within reach": "within_reach"}
GROUPS = {"District": "by_district", "Deprivation decile": "by_decile", "Kind of support": "by_kind"}
COLOURS = ["#1d5ea8", "#f08a24", "#28724f", "#8a3ffc", "#b0185c", "#5c6670"]
MOST = 6
CASES_KEY, CASES_LABEL = "scenarios_cases", "Each with low, central and high take-up"
ALONE = "scenarios_alone"


def show(library: Library, entries: list[VersionEntry]) -> None:
    """Compare scenarios, as soon as there is a plan for each."""
    st.header("Side by side", anchor=False)
    cases = st.checkbox(CASES_LABEL, key=CASES_KEY)
    most = MOST // len(CASES) if cases else MOST
    if len(entries) > most:
        st.warning(f"At most {most} are compared here: the first {most} of those chosen. The command line takes more.")
    if (plans := _plans(library, entries[:most], cases=cases)) is not None:
        _side_by_side(plans, base=CASES.index("central") if cases else 0)


def show_one(library: Library, entry: VersionEntry) -> None:
    """Offer the report to members on a scenario, and its plans at other take-up."""
    st.header("To take away", anchor=False)
    if st.toggle("The report to members, as a document", key="scenarios_report_of_one") and (
        plans := _plans(library, [entry], cases=False)
    ):
        _report(plans[0], None)
    st.header("If take-up turns out differently", anchor=False)
    if st.toggle("Low, central and high take-up side by side", key="scenarios_cases_of_one") and (
        plans := _plans(library, [entry], cases=True)
    ):
        _side_by_side(plans, base=CASES.index("central"))


def _side_by_side(plans: list[Plan], base: int) -> None:
    compared = _compared(tuple(map(_identity, plans)), plans, base)
    _totals(compared)
    _groups(compared)
    _pair(compared)
    _take_away(compared)


def _identity(plan: Plan) -> tuple:
    return plan.scenario.name, fingerprint(plan.pinned_scenario)


def _plans(library: Library, entries: list[VersionEntry], *, cases: bool) -> list[Plan] | None:
    """Return the plan of each scenario for its county; show why, and return None, where one cannot be made."""
    requests, faults, results = list[tuple[Path, Scenario]](), list[Fault](), list[Results | None]()
    for entry in entries:
        try:
            found = library.get(entry.id, entry.version)
            scenario = found.scenario
            folder = county_for(entry.name, scenario.bundle, (entry.summary or {}).get("county", ""))
        except InputError as error:
            faults += error.faults
        else:
            results.append(found.results)
            requests += [(folder, each) for each in (cases_of(scenario) if cases else [scenario])]
    if faults:
        page.show_faults("These cannot be compared", faults)
        return None
    return plans_for(KEY, LABEL, requests, datetime.date.today(), results)


@st.cache_resource(max_entries=4, show_spinner=False)
def _compared(identity: tuple, _plans: list[Plan], base: int) -> Comparison:
    return comparison.compare(_plans, base)


def _totals(compared: Comparison) -> None:
    rows = [
        ("Budget", "budget_pence", rounded_pounds),
        ("Spent", "spent_pence", rounded_pounds),
        ("Left", "unspent_pence", rounded_pounds),
        ("Young people supported", "people", page.one_decimal),
        ("Brought within reach of college or work", "within_reach_at_least_one", within_reach.whole),
        ("of college", "within_reach_college", within_reach.whole),
        ("of work", "within_reach_work", within_reach.whole),
        ("of both", "within_reach_both", within_reach.whole),
        ("Cost for each brought within reach", "pence_per_person_within_reach", rounded_pounds),
        ("Areas funded", "cohorts_funded", "{:,}".format),
        ("Areas in target", "areas_in_target", "{:,}".format),
    ]
    cells = pd.DataFrame({"": [label for label, *_ in rows]})
    for name in compared.names:
        totals = compared.totals.loc[name]
        cells[page.plain(name)] = ["none" if pd.isna(totals[key]) else text(totals[key]) for _, key, text in rows]
    page.show_table(cells, "The scenarios side by side, figure by figure.")
    for place, name in enumerate(compared.names):
        if not compared.has_plan(place):
            st.warning(f"**{page.plain(name)}**: {page.plain(compared.totals.loc[name, 'proof'])}")


def _groups(compared: Comparison) -> None:
    left, right = st.columns(2)
    group = left.selectbox("By", GROUPS, key="scenarios_by")
    measure = right.selectbox("Of", MEASURES, key="scenarios_measure")
    table = getattr(compared, GROUPS[group])[MEASURES[measure]]
    wide = table.unstack("scenario", sort=False)[list(compared.names)].astype("Float64")
    wide = wide / 100 if measure == "Spend" else wide
    order = list(dict.fromkeys(table.index.get_level_values(0)))
    wide = wide.reindex(order)
    st.altair_chart(
        _bars(wide, group, f"{measure}, £" if measure == "Spend" else measure),
        theme=None,
        alt=f"{measure} by {group.lower()}, a bar for each of {len(compared.names)} scenarios; the table has the same.",
    )
    number_format = page.POUNDS if measure == "Spend" else page.PEOPLE
    formats = dict.fromkeys(compared.names, number_format)
    page.show_rows(wide.rename_axis(group).reset_index(), f"{measure} by {group.lower()} and scenario.", **formats)


def _bars(wide: pd.DataFrame, group: str, title: str) -> alt.LayerChart | alt.Chart:
    """Return bars of each group, one for each scenario, told apart by place and colour."""
    names = list(wide.columns)
    rows = [
        {"group": str(index), "scenario": name, "value": None if pd.isna(value) else float(value)}
        for index, row in wide.iterrows()
        for name, value in row.items()
    ]
    drawn = alt.Chart(pd.DataFrame(rows)).mark_bar().encode(
        y=alt.Y("group:N", sort=None, title=None, axis=charts.NAMES_AXIS),
        yOffset=alt.YOffset("scenario:N", sort=names),
        x=alt.X("value:Q", title=title, axis=alt.Axis(format=",.0f", tickCount=4)),
        color=charts.colours_by("scenario:N", dict(zip(names, COLOURS, strict=False)), columns=1, labelLimit=260),
    )  # fmt: skip
    return charts.styled(drawn.properties(height=max(len(wide), 1) * (14 * len(names) + 14) + 60))


def _pair(compared: Comparison) -> None:
    """Show who gains and who loses between two, and why."""
    st.header("Who gains, who loses, and why", anchor=False)
    before, after = st.columns(2)
    names = compared.names
    # without keys: boxes for other scenarios are new ones, and do not keep a choice made among the last
    a = before.selectbox("From", range(len(names)), index=compared.base, format_func=lambda place: names[place])
    others = [place for place in range(len(names)) if place != a]
    b = after.selectbox("To", others, format_func=lambda place: names[place])
    _why(compared, a, b)
    if not (compared.has_plan(a) and compared.has_plan(b)):
        st.markdown("One of them has no plan, so there is nobody who gains or loses.")
        return
    changed = compared.changes(a, b)
    st.markdown(page.bullets(f"{line}." for line in plan_changes.sides_in_words(changed)))
    side_by_side.show_changes(changed, f"Before: {compared.names[a]}", f"After: {compared.names[b]}")


def _why(compared: Comparison, a: int, b: int) -> None:
    """Show the differences between two scenarios, and on request what each does alone."""
    reasons = compared.reasons(a, b)
    if not reasons:
        st.markdown("The two scenarios are the same.")
        return
    both = compared.plans[a], compared.plans[b]
    pair = (ALONE, *map(_identity, both))
    alone = None
    if len(reasons) > 1 and st.session_state.get(ALONE) == pair:
        label = "Planning once more for each difference"
        alone = job_result("scenarios_effects", label, plan_jobs.effects, *both, identity=pair)
    listed = (each.words + (comparison.effect_in_words(alone, 0, 1, each.key) if alone else "") for each in reasons)
    st.markdown(f"**How the scenarios differ**\n\n{page.bullets(listed)}")
    if alone:
        st.caption("They need not add up: differences affect each other.")
    elif len(reasons) > 1:
        about = "Plans once more for each of them, with all the rest as in the first."
        page.was_asked(ALONE, pair, "What does each difference do alone?", help=about)


def _take_away(compared: Comparison) -> None:
    """Offer the workbook, and the report to members on the base compared with the first of the others."""
    st.header("The comparison to take away", anchor=False)
    book, members = st.columns(2)
    label = "Download the comparison as a workbook"
    with book:
        make = made_beside("comparison_workbook", workbook.to_bytes, compared)
        page.download(label, make, "farebridge-comparison.xlsx", page.XLSX, width="stretch")
    with members:
        subject, against = compared.pairs[0]
        _report(compared.plans[subject], compared.plans[against])


def _report(plan: Plan, against: Plan | None) -> None:
    """Offer the report to members on a plan, compared with another where there is one."""
    identity = ("report", _identity(plan), against and _identity(against))
    other = f", compared with “{page.plain(against.scenario.name)}”" if against else ""
    about = f"On “{page.plain(plan.scenario.name)}”{other}. It takes a minute or so."
    if not page.was_asked("scenarios_report", identity, "Write the report to members", help=about, width="stretch"):
        return
    label = "Writing the report to members"
    content = job_result("scenarios_report_work", label, plan_jobs.report, plan, against, identity=identity)
    if content is not None:
        page.download("Download the report to members", content, "farebridge-report.docx", page.DOCX, width="stretch")
