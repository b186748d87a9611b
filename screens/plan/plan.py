"""Show the plan screen: what a budget buys, where, for whom and why; and the workbook to download."""

import datetime

import pandas as pd
import streamlit as st

from budget.offers.catalogue import PURPOSES
from budget.planning import by_group, dear, left_over, reasons, services_report, tickets_report, within_reach
from budget.planning.areas import funded, pence_each
from budget.planning.plan import Plan
from data.wording import percent, rounded_pounds, whole_pounds
from eligibility.rules import library
from screens import charts, page
from screens.background import process_pool
from screens.background.panel import is_job_running
from screens.limits import limits, results, state
from screens.plan import area, change, coverage, infeasible, map, tables, take_away, where
from screens.scenario import form, prices, read_back, request, saved, saved_panel, services

WITHIN_REACH = (
    "Expected takers who could not get to a college, or to work, within the time and cost set, and can with support; "
    "each is counted once. It is not a forecast of more people in education or work."
)
SCORE = (
    "The plan's **access score**, by which plans are compared, is {score:,.2f}. It counts {college:g} for each young "
    "person who comes within reach of a college and {work:g} for work{favoured}. It is no number of people."
)


def show() -> None:
    """Show the plan screen."""
    today = datetime.date.today()
    process_pool.warm()
    st.title("Plan: what a budget buys", anchor=False)
    saved_panel.show_open()
    pressed = form.show(today)
    state.write_address()
    below_the_form = st.container()  # filled after the plan is made: its county has the choices for limits
    if pressed or request.ASKED not in st.session_state:
        request.read_form(today)
    is_current = request.make(today)
    if faults := st.session_state[request.FAULTS]:
        page.show_faults("This cannot be planned yet", faults)
        if form.has_checksums():
            st.button(
                "Plan with the county, rules and figures as they stand here today",
                key="use_what_stands",
                on_click=form.drop_checksums,
            )
    plan = st.session_state.get(request.PLAN)
    with below_the_form:
        limits.show(plan)
        prices.show()
        services.show(plan)
        read_back.show()
        saved_panel.show(plan, is_current)
    saved.write_address()
    if plan is None:
        return
    with st.empty():  # always one element of the page, as in `run_job`
        if not is_current:
            until = "until this one is there" if is_job_running(request.PLAN) else "that could be made"
            st.info(f"Below is the last plan {until}.")
    _results(plan)


def _results(plan: Plan) -> None:
    _caution(plan)
    if plan.allocation.status == "infeasible" or infeasible.no_plan_in_time(plan):
        infeasible.show(plan)
        tables.show_basis(plan)
        return
    change.show(plan)
    _figures(plan)
    results.show(plan)
    map.send_shapes(plan)
    _map_and_area(plan)
    _spend(plan)
    _lists(plan)
    coverage.show(plan)
    tables.show_basis(plan)


def _caution(plan: Plan) -> None:
    if plan.county.manifest.made_up:
        st.info(
            f"**{page.plain(plan.county.manifest.name)} is a made-up county:** it shows how the tool works. Add your "
            "own on the page *Rules and data*, then choose it on top."
        )
    if note := library.note_on(plan.scenario.policy):
        st.info(page.plain(note))


def _figures(plan: Plan) -> None:
    allocation, cost = plan.allocation, pence_each(plan)
    counted = within_reach.counts(plan)
    estimated = plan.estimated_share
    st.header(
        f"What {rounded_pounds(allocation.budget_pence)} buys in {page.plain(plan.county.manifest.name)}", anchor=False
    )
    figures = [
        ("Young people brought within reach", within_reach.whole(counted["at_least_one"].people), WITHIN_REACH),
        ("Spent", rounded_pounds(allocation.spent_pence), f"Of a budget of {rounded_pounds(allocation.budget_pence)}."),
        ("Young people supported", page.people(allocation.people), "Expected takers of what is offered."),
        (
            "Cost for each brought within reach",
            "none" if cost is None else whole_pounds(cost),
            "Spend divided by the young people brought within reach of at least one.",
        ),
        (
            "Rests on estimated journeys",
            "none" if estimated is None else percent(estimated),
            "Share of the access score that rests on estimated, not measured, journey times.",
        ),
    ]
    with st.grid(5, min_column_width=170):
        for label, value, text in figures:
            st.metric(label, value, help=text, border=True, height="stretch")
    reach = [within_reach.in_words(counted), within_reach.choice_in_words(counted)]
    st.markdown(page.plain(" ".join(filter(None, reach))))
    left = left_over.in_words(plan)
    margin = " ".join(filter(None, [left, left_over.next_pounds(plan), coverage.besides(plan, left)]))
    st.markdown(f"**{reasons.proof(plan)}** {page.plain(margin)}")
    for line in [*services_report.in_words(plan), *tickets_report.in_words(plan)]:
        st.markdown(page.plain(line))
    st.caption(_score(plan))
    with st.container(horizontal=True):
        take_away.download_workbook(plan)
        page.link_to("what_if", "What if: other budgets, risk", icon=":material/query_stats:")
        page.link_to("take_away", "Take away: report, map, link", icon=":material/download:")


def _score(plan: Plan) -> str:
    """Return what the plan has the most of, and how it differs from people."""
    figures, favoured = plan.catalogue.figures, ""
    if figures["deprived_weight"] != 1:
        favoured = f", times {figures['deprived_weight']:g} in the most deprived areas"
    weights = {purpose: figures[f"{purpose}_weight"] for purpose in PURPOSES}
    words = SCORE.format(score=plan.allocation.access, favoured=favoured, **weights)
    return f"{words} {within_reach.MORE_MONEY}" if plan.allocation.aim == "most_access" else words


@st.fragment
def _map_and_area(plan: Plan) -> None:
    st.header("Where", anchor=False)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        where.show_map(plan)
        page.link_to("areas", "All areas and the rules that choose them", icon=":material/tune:")
    with right:
        if chosen := where.choose(plan):
            area.show(plan, chosen, where.places(plan)[chosen])
        st.subheader("What is funded", anchor=False)
        tables.show_funded(funded(plan), where.places(plan))


def _spend(plan: Plan) -> None:
    st.header("Where the money goes", anchor=False)
    if told := dear.in_words(plan):
        st.markdown(f":material/warning: {page.plain(told)}")
    kind, district = st.columns(2, gap="large")
    by_kind = by_group.by_kind(plan)
    with kind:
        st.subheader("By kind of support", anchor=False)
        _bars(by_kind[by_kind["cost_pence"] > 0], "label", "kind of support")
    with district:
        st.subheader("By district", anchor=False)
        _bars(by_group.by_district(plan).reset_index(), "district", "district")


def _bars(table: pd.DataFrame, label: str, what: str) -> None:
    if table.empty:
        st.markdown("Nothing is spent.")
        return
    st.altair_chart(charts.spend_bars(table, label), theme=None, alt=charts.spend_alt(table, label, what))
    if len(table) > charts.MOST_BARS:
        st.caption(f"The {charts.MOST_BARS} with the most spend, of {len(table)} in all.")


def _lists(plan: Plan) -> None:
    tables.show_vehicles(plan)
    st.header("In target and not funded", anchor=False)
    labels = {kind.id: kind.label for kind in plan.catalogue.kinds}
    not_funded = page.worked_out("not_funded", plan, reasons.not_funded)
    tables.show_not_funded(not_funded, labels, where.places(plan))
