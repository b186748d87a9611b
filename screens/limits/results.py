"""After the plan: each limit as kept, by how much, what a little more of it would bring, and what it costs."""

from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from budget.allocation.inputs.limit_wording import SIDES, easing_in_words, figure_in_words
from budget.allocation.inputs.limits import Grant, Limit, PartFunding
from budget.allocation.inputs.objective import MOST_ACCESS
from budget.allocation.price_of_fairness import price_of_fairness
from budget.planning.plan import Plan
from data.wording import pounds
from screens import page
from screens.background import plan_work
from screens.limits import cost as limits_cost
from screens.limits import wording as words
from screens.limits.entries import Entry, MustFund, Promised, PromisedUnits, entries_of, rows_of
from screens.limits.fairness_chart import price_alt, price_chart, price_table

COSTS, PRICE = "limits_cost", "price_of_fairness"


@st.fragment
def show(plan: Plan) -> None:
    """Show how the plan keeps its limits, where there are any, and what fairness costs where that comes first."""
    scenario = plan.scenario
    entries = entries_of(scenario.limits)
    if not entries and scenario.objective == MOST_ACCESS:
        return
    names = words.names_of(plan)
    st.header("What was asked of the plan, and what it cost", anchor=False)
    st.markdown(page.plain(words.aim(scenario.objective, names)))
    if entries:
        _table(plan, entries, names)
    if plan.allocation.fairness is not None:
        _fairness(plan)


def _table(plan: Plan, entries: tuple[Entry, ...], names: words.Names) -> None:
    rows, place = rows_shown(plan, names), st.container()
    costs = _costs(plan, entries)
    for number, cost in enumerate(costs or []):
        next(row for row in rows if row["entry"] == number)["What it costs"] = cost
    shown = pd.DataFrame(rows).drop(columns="entry").fillna("").map(page.plain)
    place.table(
        shown, hide_index=True, border="horizontal", alt="Each limit: what is asked, and what the plan makes of it."
    )


def _costs(plan: Plan, entries: tuple[Entry, ...]) -> list[str] | None:
    """Return what each limit costs in words, once that was asked for and worked out."""
    identity = ("costs", *plan_work.identity(plan, plan.scenario))
    if st.session_state.get(COSTS) != identity:
        st.button("Work out what each limit costs", key=f"{COSTS}_asked", on_click=_ask, args=(COSTS, identity))
        return None
    label = "Making the plan again without each limit"
    found = plan_work.result(
        COSTS, label, limits_cost.without_each, plan.choices, plan.scenario, entries, identity=identity
    )
    return None if found is None else [cost_words(plan, *without) for without in found]


def _ask(key: str, identity: tuple) -> None:
    st.session_state[key] = identity


def cost_words(plan: Plan, status: str, access: float, spent_pence: int) -> str:
    """Return what a limit costs, from the plan without it: access, or money where the least cost was asked for."""
    if status == "infeasible":
        return "not known: without it no plan was found"
    if plan.allocation.aim == "least_cost":
        less = plan.allocation.spent_pence - spent_pence
        return pounds(less) if less > 0 else "nothing"
    more = access - plan.allocation.access
    if more <= plan.scenario.gap * access:
        return "nothing"
    return f"{more:,.2f} within reach"


def rows_shown(plan: Plan, names: words.Names) -> list[dict]:
    """Return a row of texts for each limit, and for each group and side of one; `entry` is its place in the list."""
    entries, rows, number_of_limit = entries_of(plan.scenario.limits), [], {}
    for place, entry in enumerate(entries):
        if isinstance(entry, Limit):
            number_of_limit[len(number_of_limit)] = place
        else:
            rows.append({"entry": place, "Limit": words.sentence(entry, names), **_of(entry, plan)})
    of_rows = rows_of(plan.scenario.limits, plan.choices.offers)
    read = plan.allocation.limits.to_dict("records")[: len(of_rows)]
    for (number, group, sense), row in zip(of_rows, read, strict=bool(read)):  # no plan, no rows
        limit = plan.scenario.limits.limits[number]
        other = {"at_least": None} if sense == "<=" else {"at_most": None}
        own = replace(limit, where=group, each=None, **other)
        rows.append({"entry": number_of_limit[number], "Limit": words.sentence(own, names), **_figures(row)})
    return rows


def _figures(row: dict) -> dict[str, str]:
    """Return what a cap or a floor allows, what the plan makes of it and what a little more would bring."""
    return {
        "Asked": f"{SIDES[row['sense']]} {figure_in_words(row, row['bound'])}",
        "In this plan": figure_in_words(row, row["value"]),
        "Room left": figure_in_words(row, row["slack"]),
        "Kept": "yes" if row["met"] else "no",
        "If eased a little": easing_in_words(row),
    }


def _of(entry: Entry, plan: Plan) -> dict[str, str]:
    """Return how the plan keeps what is no cap or floor."""
    allocation = plan.allocation
    chosen = allocation.chosen
    match entry:
        case MustFund(cohorts):
            own = chosen[chosen.index.get_level_values("cohort").isin(cohorts)]
            met = len(own.index.unique("cohort")) == len(cohorts)
            said = f"{len(own):,} funded, {pounds(int(own['cost_pence'].sum()))} beside vehicles"
            return _kept(f"{len(cohorts):,} areas", said, met)
        case Promised(cohort, option):
            met = (cohort, option) in chosen.index
            pence = int(chosen.loc[[(cohort, option)], "cost_pence"].sum()) if met else 0
            return _kept("this offer", pounds(pence), met)
        case PromisedUnits(service, units):
            runs = int(allocation.services["units"].get(service, 0))
            return _kept(f"at least {units}", f"{runs}", runs >= units) | {"Room left": f"{runs - units}"}
        case Grant(name, amount_pence):
            used = int(allocation.grants.set_index("grant")["used_pence"].get(name, 0))
            left = pounds(amount_pence - used)
            return _kept(f"up to {pounds(amount_pence)}", f"{pounds(used)} used", True) | {"Room left": left}
        case PartFunding():
            partly = int((chosen["part"] < 1).sum()) if "part" in chosen else 0
            return _kept("", f"{partly:,} areas helped in part", True)


def _kept(asked: str, made: str, met: bool) -> dict[str, str]:
    return {"Asked": asked, "In this plan": made, "Room left": "", "Kept": "yes" if met else "no"}


def _fairness(plan: Plan) -> None:
    """Show how far the worst-off group was raised and, once that is asked for, what it costs to raise it further."""
    fairness = plan.allocation.fairness
    by = words.COLUMNS.get(fairness.by, fairness.by)
    st.markdown(
        f"The worst-off {by} receives **{float(fairness.share):.1%}** of its need, and no plan can give it more than "
        f"{float(fairness.bound):.1%}. Need is the most that its areas could be given if money were no object."
    )
    identity = ("fairness", *plan_work.identity(plan, plan.scenario))
    if st.session_state.get(PRICE) != identity:
        st.button("Work out the price of fairness", key=f"{PRICE}_asked", on_click=_ask, args=(PRICE, identity))
        return
    settings = limits_cost.settings_of(plan.scenario)
    settings.pop("objective")
    job = partial(price_of_fairness, by=fairness.by, services=plan.choices.services, **settings)
    curve = plan_work.result(
        PRICE,
        "Working out the price of fairness",
        job,
        plan.choices.offers,
        plan.scenario.budget_pence,
        identity=identity,
    )
    if curve is None or curve.empty:
        return
    st.subheader("The price of fairness", anchor=False)
    st.altair_chart(price_chart(curve, by), theme=None, alt=price_alt(curve, by))
    st.table(price_table(curve, by), hide_index=True, border="horizontal", alt="The price of fairness, step by step.")
