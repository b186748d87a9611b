"""Show what other budgets would buy: a curve to click on, and the exact plan at any budget."""

from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from budget.allocation.curve.frontier import Frontier
from budget.allocation.inputs import money
from budget.planning import plan_changes, plan_frontier, reasons
from budget.planning.plan import Plan
from data.faults import Fault, gathered
from data.wording import pounds
from screens import page
from screens.background.panel import job_result
from screens.background.plan_cache import plan_identity
from screens.plan import frontier_charts, side_by_side
from screens.scenario import form

RANGE, BUDGET, CURVE = "frontier_range", "frontier_budget", "frontier_curve"
WHOLE, NEAR = "From nothing to all", "Near this plan's budget"
NEARNESS = 0.2  # of the budget, to either side


@st.fragment
def show(plan: Plan) -> None:
    """Show what other budgets would buy: a curve to click on."""
    st.header("What other budgets would buy", anchor=False)
    if frontier := _traced(plan, _is_near(plan)):
        _show(plan, frontier)


def _is_near(plan: Plan) -> bool:
    """Show the choice of how much of the curve to see; a plan without a budget has none near it."""
    if not plan.allocation.budget_pence:
        return False
    first = first_shown(plan.allocation.budget_pence, plan.allocation.spent_pence)
    shown = st.segmented_control(
        "Budgets shown", [NEAR, WHOLE], key=RANGE, default=first, required=True, persist_state="session"
    )
    return shown == NEAR


def first_shown(budget_pence: int, spent_pence: int) -> str:
    """Return which budgets are shown first: all, where the plan leaves so much that each near it buys the same."""
    return NEAR if spent_pence >= _ends(budget_pence)[0] else WHOLE


def _traced(plan: Plan, near: bool) -> Frontier | None:
    """Work out the curve; it depends on the plan's own budget only where it is to lie near it."""
    ends = _ends(plan.allocation.budget_pence) if near else (0, None)
    trace = partial(plan_frontier.trace_plan, from_pence=ends[0], to_pence=ends[1])
    identity = (*plan_identity(plan, replace(plan.scenario, name="", budget_pence=0)), *ends)
    return job_result("frontier", "Working out what every budget buys", trace, plan, identity=identity)


def _ends(budget_pence: int) -> tuple[int, int]:
    """Return budgets below and above by NEARNESS, apart by whole thousands of pounds where the budget is large."""
    unit = 100_000 if budget_pence >= 5_000_000 else 100
    away = max(round(budget_pence * NEARNESS / unit) * unit, unit)
    return max(budget_pence - away, 0), budget_pence + away


def _show(plan: Plan, frontier: Frontier) -> None:
    st.markdown(page.bullets(plan_frontier.sentences(plan, frontier)))
    points = frontier_charts.point_table(frontier)
    if points.empty:
        return
    begins = " The vertical axis does not start at 0." if frontier_charts.heights(points)[0] else ""
    st.markdown(f"**The access score, by budget.** Click a point to see its plan.{begins}")
    chart, below = st.empty(), st.container()
    with below:
        other = _other_plan(plan, frontier)
    picked = None if other is None else (other.allocation.budget_pence, other.allocation.access)
    now = plan.allocation.budget_pence
    chart.altair_chart(
        frontier_charts.access(frontier, now, picked),
        theme=None,
        key=CURVE,
        on_select=_picked,
        selection_mode=frontier_charts.PICK,
        alt=frontier_charts.access_alt(frontier, now),
    )
    if other is not None:
        _compare(plan, other)
    st.markdown("**What £1,000 more adds to the access score, by budget.** Each line is ten times the one below.")
    st.altair_chart(frontier_charts.next_pounds(frontier), theme=None, alt=frontier_charts.next_alt(frontier))
    st.markdown("**The same figures as a table**")
    _table(plan_frontier.table(plan, frontier))
    st.caption(page.plain(plan_frontier.method_in_words(frontier)))


def _picked() -> None:
    """Take over the budget of the point that was clicked."""
    if points := st.session_state[CURVE].selection.get(frontier_charts.PICK):
        st.session_state[BUDGET] = pounds(round(points[0]["budget"] * 100))


def _other_plan(plan: Plan, frontier: Frontier) -> Plan | None:
    """Show the choice of a budget; return its plan, None while there is none or it is the plan on screen."""
    given = st.selectbox(
        "Look closer at a budget",
        [pounds(pence) for pence in frontier.points.index],
        index=None,
        key=BUDGET,
        persist_state="session",
        accept_new_options=True,
        filter_mode="contains",
        placeholder="Click a point of the curve, choose a budget here, or type any amount",
    )
    if not given:
        return None
    faults = list[Fault]()
    budget = gathered(faults, lambda: money.pence(given), 0, "Budget")
    if faults:
        page.show_faults("This is not a budget", faults)
        return None
    if budget == plan.allocation.budget_pence:
        st.markdown("That is the budget of the plan on screen.")
        return None
    return _exact(plan, budget)


def _exact(plan: Plan, budget_pence: int) -> Plan | None:
    """Make the plan for another budget, as if the form had asked for it."""
    scenario = replace(plan.scenario, budget_pence=budget_pence)
    label, identity = f"Finding the best plan for {pounds(budget_pence)}", plan_identity(plan, scenario)
    allocation = job_result("frontier_plan", label, plan_frontier.allocation_at, plan, budget_pence, identity=identity)
    if allocation is None:
        return None
    named = replace(scenario, name=f"For {pounds(budget_pence)}")
    problem = replace(plan.problem, budget_pence=budget_pence)
    return replace(plan, scenario=named, problem=problem, allocation=allocation)


def _compare(plan: Plan, other: Plan) -> None:
    """Compare the plan at another budget with the plan on screen, and show what enters and leaves."""
    budget = other.allocation.budget_pence
    st.subheader(page.plain(f"The plan for {pounds(budget)}"), anchor=False)
    if other.allocation.status == "infeasible":
        st.warning(page.plain(reasons.proof(other)))
        return
    changes = side_by_side.changes((plan_identity(plan, plan.scenario), budget), plan, other)
    st.markdown(f"**{page.plain(reasons.proof(other))}** {page.plain(plan_changes.sentence(changes))}")
    side_by_side.show_figures(plan, other, other.scenario.name)
    form.plan_with_button("Plan with this budget", budget=budget)
    side_by_side.show_changes(changes)


def _table(table: pd.DataFrame) -> None:
    rows = {
        "Budget, £": table.index / 100,
        "Brought within reach": table["within_reach"],
        "Of college": table["within_reach_college"],
        "Of work": table["within_reach_work"],
        "Access score": table["access"],
        "No plan scores more than": table["bound"],
        "Proved": table["status"].map({"optimal": "yes", "time_limit": "not within the time"}).fillna("no plan"),
        "£1,000 more adds": table["access_per_extra_1000_pounds"],
        "Spent, £": (table["spent_pence"].astype("Float64") / 100).round(),
        "Areas": table["cohorts"],
        "Enters": table["enters"],
        "Leaves": table["leaves"],
    }
    formats = {"Budget, £": "localized", "Spent, £": "localized", "£1,000 more adds": "%.3f"}
    page.show_rows(
        rows,
        f"{len(table)} budgets: what each brings within reach, the highest score proved, what enters and leaves.",
        **{heading: st.column_config.NumberColumn(format=text) for heading, text in formats.items()},
    )
