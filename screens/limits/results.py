"""Show how the plan meets each limit, what easing it a little would bring, and what it costs."""

from functools import partial

import altair as alt
import pandas as pd
import streamlit as st

from budget.allocation.aims.fairness import Fairness
from budget.allocation.inputs.limit_wording import SIDES, easing_in_words, figure_in_words
from budget.allocation.inputs.limits import Grant, Limit, PartFunding
from budget.allocation.inputs.objective import MOST_ACCESS
from budget.allocation.price_of_fairness import price_of_fairness
from budget.planning.plan import Plan
from data.wording import counted, percent, pounds
from screens import page
from screens.background.panel import job_result
from screens.background.plan_cache import plan_identity
from screens.charts import BAR, INK, styled
from screens.limits import entries as limit_entries
from screens.limits import wording as words
from screens.limits.entries import LimitEntry, MustFund, Promised, PromisedUnits

TO_SPARE = "How far from the limit"
COSTS, PRICE = "limits_cost", "price_of_fairness"


@st.fragment
def show(plan: Plan) -> None:
    """Show how the plan meets its limits, where there are any, and what fairness costs where it comes first."""
    scenario = plan.scenario
    entries = limit_entries.entries_of(scenario.limits)
    if not entries and scenario.objective == MOST_ACCESS:
        return
    names = words.names_of(plan)
    st.header("What was asked of the plan, and what it cost", anchor=False)
    st.markdown(page.plain(words.aim(scenario.objective, names)))
    if entries:
        _table(plan, entries, names)
    if plan.allocation.fairness is not None:
        _fairness(plan, plan.allocation.fairness)


def _table(plan: Plan, entries: tuple[LimitEntry, ...], names: words.Names) -> None:
    rows, place = limit_rows(plan, names), st.container()
    costs = _costs(plan, entries)
    for number, cost in enumerate(costs or []):
        next(row for row in rows if row["entry"] == number)["What it costs"] = cost
    cells = pd.DataFrame(rows).drop(columns="entry").fillna("").map(page.plain)
    with place:
        page.show_table(cells, "Each limit: what is asked, and what the plan makes of it.")


def _costs(plan: Plan, entries: tuple[LimitEntry, ...]) -> list[str] | None:
    """Return what each limit costs in words, once the button was pressed and it is worked out."""
    identity = ("costs", *plan_identity(plan, plan.scenario))
    if not page.was_asked(COSTS, identity, "Work out what each limit costs", key=f"{COSTS}_asked"):
        return None
    label = "Making the plan again without each limit"
    work = limit_entries.without_each
    plans = job_result(COSTS, label, work, plan.choices, plan.scenario, entries, identity=identity)
    return None if plans is None else [cost_words(plan, *without) for without in plans]


def cost_words(plan: Plan, status: str, access: float, spent_pence: int) -> str:
    """Return what a limit costs, from the plan without it: access score, or money where the aim is the least cost."""
    if status == "infeasible":
        return "not known: without it no plan was found"
    if plan.allocation.aim == "least_cost":
        less = plan.allocation.spent_pence - spent_pence
        return pounds(less) if less > 0 else "nothing"
    more = access - plan.allocation.access
    if more <= plan.scenario.gap * access:
        return "nothing"
    return f"{more:,.2f} of the access score"


def limit_rows(plan: Plan, names: words.Names) -> list[dict]:
    """Return a row of texts for each limit, and for each group and side of one; `entry` is its place in the list."""
    entries = limit_entries.entries_of(plan.scenario.limits)
    places = [place for place, entry in enumerate(entries) if isinstance(entry, Limit)]
    rows: list[dict] = [
        {"entry": place, "Limit": words.sentence(entry, names), **_other(entry, plan)}
        for place, entry in enumerate(entries)
        if not isinstance(entry, Limit)
    ]
    of_rows = limit_entries.rows_of(plan.scenario.limits, plan.choices.offers)
    read = plan.allocation.limits.to_dict("records")[: len(of_rows)]
    for (number, group, sense), row in zip(of_rows, read, strict=bool(read)):  # no plan, no rows
        own = limit_entries.one_sided(plan.scenario.limits.limits[number], group, sense)
        rows.append({"entry": places[number], "Limit": words.sentence(own, names), **_figures(row)})
    return rows


def _figures(row: dict) -> dict[str, str]:
    """Return what a cap or a floor allows, what the plan makes of it and what a little more would bring."""
    return {
        "Asked": f"{SIDES[row['sense']]} {figure_in_words(row, row['bound'])}",
        "In this plan": figure_in_words(row, row["value"]),
        TO_SPARE: figure_in_words(row, row["slack"]),
        "Kept": "yes" if row["met"] else "no",
        "If eased a little": easing_in_words(row),
    }


def _other(entry: LimitEntry, plan: Plan) -> dict[str, str]:
    """Return how the plan meets an entry that is not a cap or a floor."""
    allocation = plan.allocation
    funded = allocation.chosen
    match entry:
        case MustFund(cohorts):
            own = funded[funded.index.get_level_values("cohort").isin(cohorts)]
            met = len(own.index.unique("cohort")) == len(cohorts)
            result = f"{len(own):,} funded, {pounds(int(own['cost_pence'].sum()))} without vehicles"
            return _row(counted(len(cohorts), "area"), result, met)
        case Promised(cohort, option):
            met = (cohort, option) in funded.index
            pence = int(funded.loc[[(cohort, option)], "cost_pence"].sum()) if met else 0
            return _row("this offer", pounds(pence), met)
        case PromisedUnits(service, units):
            runs = int(allocation.services["units"].get(service, 0))
            return _row(f"at least {units}", f"{runs}", runs >= units) | {TO_SPARE: f"{runs - units}"}
        case Grant(name, amount_pence):
            used = int(allocation.grants.set_index("grant")["used_pence"].get(name, 0))
            left = pounds(amount_pence - used)
            return _row(f"up to {pounds(amount_pence)}", f"{pounds(used)} used", True) | {TO_SPARE: left}
        case PartFunding():
            partly = int((funded["part"] < 1).sum()) if "part" in funded else 0
            return _row("", f"{counted(partly, 'area')} helped in part", True)
    raise TypeError(entry)


def _row(asked: str, result: str, met: bool) -> dict[str, str]:
    return {"Asked": asked, "In this plan": result, TO_SPARE: "", "Kept": "yes" if met else "no"}


def _fairness(plan: Plan, fairness: Fairness) -> None:
    """Show how far the worst-off group was raised and, on request, what it costs to raise it further."""
    by = words.COLUMNS.get(fairness.by, fairness.by)
    st.markdown(
        f"The worst-off {by} receives **{percent(float(fairness.share), 1)}** of its need, and no plan can give it "
        f"more than {percent(float(fairness.bound), 1)}. Need is the most that its areas could get at any budget."
    )
    identity = ("fairness", *plan_identity(plan, plan.scenario))
    if not page.was_asked(PRICE, identity, "Work out the price of fairness", key=f"{PRICE}_asked"):
        return
    settings = limit_entries.settings_of(plan.scenario)
    settings.pop("objective")
    job = partial(price_of_fairness, by=fairness.by, services=plan.choices.services, **settings)
    label, offers, budget = "Working out the price of fairness", plan.choices.offers, plan.scenario.budget_pence
    curve = job_result(PRICE, label, job, offers, budget, identity=identity)
    if curve is None or curve.empty:
        return
    st.subheader("The price of fairness", anchor=False)
    st.altair_chart(price_chart(curve, by), theme=None, alt=price_alt(curve, by))
    page.show_table(price_table(curve, by), "The price of fairness, step by step.")


def _steps(curve: pd.DataFrame) -> pd.DataFrame:
    return curve[~curve[["worst_group", "worst_share", "access"]].duplicated()]


def price_chart(curve: pd.DataFrame, by: str) -> alt.LayerChart:
    """Return the share of access lost, by the share of its need that the worst-off group receives."""
    steps = _steps(curve)
    table = pd.DataFrame({"share": steps["worst_share"], "price": steps["price"]}).astype(float)
    table["text"] = steps["price"].map(_price)
    base = alt.Chart(table).encode(
        x=alt.X(
            "share:Q",
            title=f"What the worst-off {by} receives of its need",
            axis=alt.Axis(format=".0%", tickCount=6),
            scale=alt.Scale(domain=[0, 1]),
        ),
        y=alt.Y(
            "price:Q",
            title=None,
            axis=alt.Axis(format=".1%", tickCount=4),
            scale=alt.Scale(domain=[0, max(float(table["price"].max()) * 1.3, 0.01)]),
        ),
    )
    ends = alt.Chart(table.iloc[[0, -1]].drop_duplicates()).encode(x="share:Q", y="price:Q", text="text:N")
    drawn = base.mark_line(color=BAR, strokeWidth=2.5) + base.mark_circle(color=BAR, size=70, opacity=1)
    drawn += ends.mark_text(dy=-14, color=INK)
    title = alt.Title("How much lower the access score is", anchor="start")
    return styled(drawn.properties(height=220, title=title))


def price_table(curve: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the curve as texts."""
    steps = _steps(curve)
    return pd.DataFrame(
        {
            f"Worst-off {by}": [page.plain(group) for group in steps["worst_group"]],
            "Receives of its need": [percent(share, 1) for share in steps["worst_share"]],
            "Access score": [page.people(access) for access in steps["access"]],
            "Price": [_price(price) for price in steps["price"]],
        }
    )


def price_alt(curve: pd.DataFrame, by: str) -> str:
    """Return in a sentence what the chart shows."""
    first, last = curve.iloc[0], curve.iloc[-1]
    return (
        f"Raising the worst-off {by} from {percent(first['worst_share'])} to {percent(last['worst_share'])} of its "
        f"need changes the access score from {first['access']:,.0f} to {last['access']:,.0f}."
    )


def _price(price: float) -> str:
    return f"{percent(price, 1)} lower" if price >= 0.0005 else "no price"
