"""What other budgets would buy: the curve to click on, and the exact plan at any budget beside the plan on screen."""

from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from budget.allocation.curve.frontier import Frontier
from budget.planning import plan_changes, plan_frontier, reasons
from budget.planning.plan import Plan
from budget.scenarios import scenario as scenarios
from data.faults import Fault, InputError
from screens import page, tables
from screens.background import plan_work
from screens.plan import frontier_charts, side_by_side
from screens.scenario import form

OPEN, RANGE, BUDGET, CURVE = "frontier_open", "frontier_range", "frontier_budget", "frontier_curve"
WHOLE, NEAR = "From nothing to all", "Near this plan's budget"
NEARNESS = 0.2  # of the budget, to either side


@st.fragment
def show(plan: Plan) -> None:
    """Show the frontier of a plan of areas, once its box is opened."""
    if plan.applicants is not None:
        return
    st.header("What other budgets would buy", anchor=False)
    box = st.expander("Access for every budget: a curve to click on", key=OPEN, on_change="rerun")
    if not box.open:
        return
    with box:
        frontier = _traced(plan, _is_near(plan))
        if frontier is not None:
            _show(plan, frontier)


def _is_near(plan: Plan) -> bool:
    """Show the choice of how much of the curve to see; a plan for nothing has nothing near it."""
    if not plan.allocation.budget_pence:
        return False
    return st.segmented_control("Budgets shown", [WHOLE, NEAR], key=RANGE, default=WHOLE, required=True) == NEAR


def _traced(plan: Plan, near: bool) -> Frontier | None:
    """Have the curve worked out; it does not depend on the plan's own budget, unless it is to lie near it."""
    ends = _ends(plan.allocation.budget_pence) if near else (0, None)
    trace = partial(plan_frontier.trace_plan, from_pence=ends[0], to_pence=ends[1])
    identity = (*plan_work.identity(plan, replace(plan.scenario, name="", budget_pence=0)), *ends)
    return plan_work.result("frontier", "Working out what every budget buys", trace, plan, identity=identity)


def _ends(budget_pence: int) -> tuple[int, int]:
    """Return budgets below and above by NEARNESS, apart by whole thousands of pounds where the budget is large."""
    unit = 100_000 if budget_pence >= 5_000_000 else 100
    away = max(round(budget_pence * NEARNESS / unit) * unit, unit)
    return max(budget_pence - away, 0), budget_pence + away


def _show(plan: Plan, frontier: Frontier) -> None:
    st.markdown("\n".join(f"- {page.plain(sentence)}" for sentence in plan_frontier.sentences(plan, frontier)))
    if frontier_charts.table_of(frontier).empty:
        return
    begins = (
        " The upright axis does not begin at nought."
        if frontier_charts.heights(frontier_charts.table_of(frontier))[0]
        else ""
    )
    st.markdown(f"**Young people brought within reach, by budget.** Click a point to see its plan.{begins}")
    drawn, asked = st.empty(), st.container()
    with asked:
        budget = _budget(plan, frontier)
        made = None if budget is None else _exact(plan, budget)
    marked = None if made is None else (budget, made.allocation.access)
    now = plan.allocation.budget_pence
    drawn.altair_chart(
        frontier_charts.access(frontier, now, marked),
        theme=None,
        key=CURVE,
        on_select=_picked,
        selection_mode=frontier_charts.PICK,
        alt=frontier_charts.access_alt(frontier, now),
    )
    if made is not None:
        _beside(plan, made, budget)
    st.markdown("**What £1,000 more brings within reach, by budget.** Each line is ten times the one below.")
    st.altair_chart(frontier_charts.next_pounds(frontier), theme=None, alt=frontier_charts.next_alt(frontier))
    st.markdown("**The same figures as a table**")
    _table(plan_frontier.table(plan, frontier))
    st.caption(page.plain(plan_frontier.method_in_words(frontier)))


def _picked() -> None:
    """Take over the budget of the point that was clicked."""
    points = st.session_state[CURVE].selection.get(frontier_charts.PICK)
    if points:
        st.session_state[BUDGET] = _shown(round(points[0]["budget"] * 100))


def _shown(pence: int) -> str:
    return f"£{form.written(pence)}"


def _budget(plan: Plan, frontier: Frontier) -> int | None:
    """Show the choice of a budget; return it in pence, None where there is none or it is that of the plan on screen."""
    given = st.selectbox(
        "Look closer at a budget",
        [_shown(int(pence)) for pence in frontier.points.index],
        index=None,
        key=BUDGET,
        accept_new_options=True,
        filter_mode="contains",
        placeholder="Click a point of the curve, choose a budget here, or type any amount",
    )
    if not given:
        return None
    try:
        budget = scenarios.pence(given, "Budget")
    except InputError as error:
        page.show_faults("This is no budget", [Fault("Budget", fault.problem) for fault in error.faults])
        return None
    if budget == plan.allocation.budget_pence:
        st.markdown("That is the budget of the plan on screen.")
        return None
    return budget


def _exact(plan: Plan, budget_pence: int) -> Plan | None:
    """Have the plan for another budget made, as if the form had asked for it."""
    scenario = replace(plan.scenario, budget_pence=budget_pence)
    label, identity = f"Finding the best plan for {_shown(budget_pence)}", plan_work.identity(plan, scenario)
    allocation = plan_work.result(
        "frontier_plan", label, plan_frontier.allocation_at, plan, budget_pence, identity=identity
    )
    named = replace(scenario, name=f"For {_shown(budget_pence)}")
    return None if allocation is None else replace(plan, scenario=named, allocation=allocation)


def _beside(plan: Plan, made: Plan, budget: int) -> None:
    """Show the plan at the chosen budget beside the plan on screen, and what enters and leaves."""
    st.subheader(page.plain(f"The plan for {_shown(budget)}"), anchor=False)
    if made.allocation.status == "infeasible":
        st.warning(page.plain(reasons.proof(made)))
        return
    changes = side_by_side.changes((plan_work.identity(plan, plan.scenario), budget), plan, made)
    st.markdown(f"**{page.plain(reasons.proof(made))}** {page.plain(plan_changes.sentence(changes))}")
    side_by_side.show_figures(plan, made, made.scenario.name)
    if st.button("Plan with this budget", type="primary", on_click=form.plan_with, kwargs={"budget": budget}):
        st.rerun()
    side_by_side.show_changes(changes)


def _table(table: pd.DataFrame) -> None:
    """Show every point of the frontier: a table of `budget.planning.plan_frontier.table`."""
    shown = pd.DataFrame(
        {
            "Budget, £": table.index / 100,
            "Brought within reach": table["access"],
            "No plan brings more than": table["bound"],
            "Proved": table["status"].map({"optimal": "yes", "time_limit": "not within the time"}).fillna("no plan"),
            "£1,000 more brings": table["access_per_extra_1000_pounds"],
            "Spent, £": table["spent_pence"].astype("Float64") / 100,
            "Areas": table["cohorts"],
            "Enters": table["enters"],
            "Leaves": table["leaves"],
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        height=tables.height(shown),
        column_config={
            "Budget, £": st.column_config.NumberColumn(format="localized"),
            "Brought within reach": tables.PEOPLE,
            "No plan brings more than": tables.PEOPLE,
            "£1,000 more brings": st.column_config.NumberColumn(format="%.3f"),
            "Spent, £": tables.POUNDS,
        },
        alt=f"{len(shown)} budgets: what each brings within reach, what no plan can pass, what enters and leaves.",
    )
