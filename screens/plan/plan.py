"""Show the plan screen: what a budget buys, where, for whom and why; and the workbook to download."""

import datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from budget.accounts import statement
from budget.offers import needs
from budget.offers.catalogue import PURPOSES
from budget.planning import (
    college_sites,
    left_over,
    reasons,
    services_report,
    tickets_report,
    within_reach,
)
from budget.planning.areas import funded, pence_each
from budget.planning.plan import Plan, once
from data.wording import rounded_pounds, whole_pounds
from eligibility.rules import library
from screens import page
from screens.background import process_pool
from screens.background.panel import is_job_running
from screens.limits import limits, results, state
from screens.plan import area, change, coverage, infeasible, map, spent, tables, where
from screens.scenario import files, form, prices, read_back, request, saved, saved_panel, services

WITHIN_REACH = (
    "Expected takers who could not get to a college, or to work, within the time and cost set, and can with support; "
    "each is counted once. It is not a forecast of more people in education or work."
)
SCORE = (
    "The plan's **access score**, by which plans are compared, is {score:,.2f}. It counts {college:g} for each young "
    "person who comes within reach of a college{studies} and {work:g} for work{favoured}. It is no number of people."
)
CHANCE = "Take-up and prices may turn out otherwise: *What if* has the chance of spending more than the budget."
TAB = "plan_tab"  # the key in the session of the title of the open tab, one of TABS
STUDIES = " ({academic:g} for academic study and {technical:g} for technical study)"


def show() -> None:
    """Show the plan screen: the budget, what it buys, and the map beside the list; what changes the plan follows."""
    today = datetime.date.today()
    process_pool.warm()
    st.title("Plan: what a budget buys", anchor=False)
    saved_panel.show_open()
    pressed, beside = form.show(today)
    state.write_address()
    page.keep(TAB)
    open_scenario = st.container()  # filled after the plan is made, as are the other two
    bought, to_change, rest = st.container(), st.container(), st.container()
    if pressed or request.ASKED not in st.session_state:
        request.read_form(today)
    with bought:
        is_current = request.make(today)
        _faults()
    plan = st.session_state.get(request.PLAN)
    with open_scenario:
        saved_panel.show(plan, is_current)
    with to_change:
        _ways_to_change(plan)
    saved.write_address()
    if plan is None:
        return
    with bought:
        with st.empty():  # always one element of the page, as in `run_job`
            if not is_current:
                until = "until this one is there" if is_job_running(request.PLAN) else "that could be made"
                st.info(f"Below is the last plan {until}.")
        is_plan = _bought(plan, beside)
    with rest:
        if is_plan:
            _more(plan)
        tables.show_basis(plan)


def _faults() -> None:
    if faults := st.session_state[request.FAULTS]:
        page.show_faults("This cannot be planned yet", faults)
        if form.has_checksums():
            st.button(
                "Plan with the county, rules and figures as they stand here today",
                key="use_what_stands",
                on_click=form.drop_checksums,
            )


def _ways_to_change(plan: Plan | None) -> None:
    """Show what changes the plan and is not in the form on top; the last plan's county has the choices."""
    st.header("Change the plan", anchor=form.CHANGE)
    limits.show(plan)
    prices.show()
    services.show(plan, where.AREA)
    read_back.show()


def _bought(plan: Plan, beside: DeltaGenerator) -> bool:
    """Show what the money buys and where, or why no plan can be made; return whether there is a plan.

    `beside` is the place beside the budget, for the figures.
    """
    if plan.allocation.status == "infeasible" or infeasible.no_plan_in_time(plan):
        infeasible.show(plan)
        _caution(plan)
        return False
    own_tickets = tickets_report.within_reach_anyway(plan)
    with beside:
        _figures(plan, own_tickets)
    page.move_focus(".st-key-bought h2", st.session_state.get(request.TURN, 0), view=True)
    rests_on = [*own_tickets, college_sites.beside_the_proof(plan)]
    st.markdown(" ".join([f"**{reasons.proof(plan)}**", *(page.plain(told) for told in rests_on if told)]))
    change.show(plan)
    map.send_shapes(plan)
    _map_and_area(plan)
    _caution(plan)
    _told(plan)
    results.show(plan)
    return True


def _caution(plan: Plan) -> None:
    if plan.county.manifest.made_up:
        st.info(
            f"**{page.plain(plan.county.manifest.name)} is a made-up county:** it shows how the tool works. Add your "
            "own on the page *Rules and data*, then choose it on top."
        )
    if note := library.note_on(plan.scenario.policy):
        st.info(page.plain(note))


def _figures(plan: Plan, own_tickets: list[str]) -> None:
    """Show the three figures; `own_tickets` are sentences on whom the first leaves out."""
    allocation, cost = plan.allocation, pence_each(plan)
    with st.container(key="bought"):
        st.header(
            f"What {rounded_pounds(allocation.budget_pence)} buys in {page.plain(plan.county.manifest.name)}",
            anchor=False,
        )
    most = within_reach.counts(plan)["at_least_one"]
    figures = [
        ("Young people brought within reach", within_reach.whole(most.people), " ".join([WITHIN_REACH, *own_tickets])),
        ("Spent", rounded_pounds(allocation.spent_pence), f"Of a budget of {rounded_pounds(allocation.budget_pence)}."),
        (
            "Cost for each brought within reach",
            "none" if cost is None else whole_pounds(cost),
            "Spend divided by the young people brought within reach of at least one.",
        ),
    ]
    with st.grid(3, min_column_width=150):
        for label, value, text in figures:
            st.metric(label, value, help=text, border=True, height="stretch")


def _told(plan: Plan) -> None:
    """Show in words what the figures come to, what is left, and what each service and ticket brings."""
    counted = within_reach.counts(plan)
    supported = f"{page.people(plan.allocation.people)} young people are expected to take what is offered."
    reach = [within_reach.in_words(counted), within_reach.choice_in_words(counted), supported]
    st.markdown(page.plain(" ".join(filter(None, reach))))
    left = left_over.in_words(plan)
    words = [left, left_over.next_pounds(plan), coverage.besides(plan, left), _part_year(plan)]
    margin = " ".join(filter(None, words))
    st.markdown(f"{page.plain(margin)} {CHANCE}" if plan.allocation.spent_pence else page.plain(margin))
    for line in [*services_report.in_words(plan), *tickets_report.in_words(plan)]:
        st.markdown(page.plain(line))
    st.caption(_score(plan))
    with st.container(horizontal=True):
        files.download_workbook(plan)
        page.link_to("what_if", "What if: other budgets, risk", icon=":material/query_stats:")
        page.link_to("take_away", "Take away: report, map, link", icon=":material/download:")


@once
def _part_year(plan: Plan) -> str:
    return "" if plan.applicants is not None else statement.draw_up(plan).ledger.part_year_in_words()


@st.fragment
def _more(plan: Plan) -> None:
    """Show what is looked up now and then, each on its tab: what is not funded, the spend, whom the rules look at.

    Only the tab that is open is worked out. What draws the charts of the spend is the largest part of the app to load,
    so their tab is not the first.
    """
    tabs = st.tabs(list(TABS), key=TAB, on_change="rerun")
    for tab, show_tab in zip(tabs, TABS.values(), strict=True):
        if tab.open:
            with tab:
                show_tab(plan)


def _score(plan: Plan) -> str:
    """Return what the plan has the most of, and how it differs from people."""
    figures, favoured = plan.catalogue.figures, ""
    if figures["deprived_weight"] != 1:
        favoured = f", times {figures['deprived_weight']:g} in the most deprived areas"
    weights = {purpose: figures[f"{purpose}_weight"] for purpose in PURPOSES}
    studies = STUDIES.format_map(needs.weights(figures)) if needs.is_known(plan.county.destinations) else ""
    words = SCORE.format(score=plan.allocation.access, studies=studies, favoured=favoured, **weights)
    return f"{words} {within_reach.MORE_MONEY}" if plan.allocation.aim == "most_access" else words


@st.fragment
def _map_and_area(plan: Plan) -> None:
    left, right = st.columns([3, 2], gap="medium")
    with left:
        where.show_map(plan)
        page.link_to("areas", "All areas and the rules that choose them", icon=":material/tune:")
    with right:
        if chosen := where.choose(plan):
            area.show(plan, chosen, where.places(plan)[chosen])
        st.subheader("What is funded", anchor=False)
        tables.show_funded(funded(plan), where.places(plan))


def _not_funded(plan: Plan) -> None:
    labels = {kind.id: kind.label for kind in plan.catalogue.kinds}
    tables.show_not_funded(reasons.not_funded(plan), labels, where.places(plan))


TABS = {
    "In target and not funded": _not_funded,
    "Where the money goes": spent.show,
    "Whom the rules look at": coverage.show,
}
