"""What monitoring finds, as it is shown: figures, lines, what is over and under and why, months, what is next."""

import altair as alt
import pandas as pd
import streamlit as st

from budget.monitoring import balance
from budget.monitoring.actuals_file import ADJUSTMENTS
from budget.monitoring.balance import Balance
from budget.monitoring.lines import GREEN, METHOD, LineForecast
from budget.monitoring.monitored import Monitored
from budget.planning.plan import Plan
from budget.scenarios.finance import MONTHS
from budget.workbook import to_bytes
from screens import charts, page, tables
from screens.background import plan_work

NEXT = "monitoring_next"
MOST_NOTES = 25
COLOURS = {"Budget": "#1d5ea8", "Actual": "#f08a24", "Forecast": "#28724f"}
AMOUNTS = {
    "Revised budget, £": "budget_pence",
    "Actual to date, £": "actual_pence",
    "Commitments, £": "committed_pence",
    "Forecast outturn, £": "forecast_pence",
    "Variance, £": "variance_pence",
}


def show(found: Monitored) -> None:
    """Show the totals, how the file was read, and every line that has a budget or an actual."""
    _figures(found)
    if found.notes:
        notes = found.notes[:MOST_NOTES]
        if more := len(found.notes) - len(notes):
            notes += (f"And {more:,} notes more, like these. The workbook's sheet Actuals has every row.",)
        lines = "\n".join(f"- {page.plain(note)}" for note in notes)
        st.info(f"**How the file was read, and what to look at**\n\n{lines}")
    st.subheader("Each line", anchor=False)
    _table(found)
    st.subheader("Over and under, and why", anchor=False)
    _over_and_under(found)


def _figures(found: Monitored) -> None:
    variance = found.total("variance_pence")
    figures = [
        ("Revised budget of the year", found.total("budget_pence")),
        ("Actual to date", found.total("actual_pence")),
        ("Commitments", found.total("committed_pence")),
        ("Forecast outturn", found.total("forecast_pence")),
        ("Overspend forecast" if variance > 0 else "Underspend forecast", abs(variance)),
    ]
    with st.grid(5, min_column_width=170):
        for label, pence in figures:
            st.metric(label, page.exact_pounds(pence), border=True, height="stretch")
    closed = "No period is closed" if not found.closed else f"Closed up to {period_name(found.closed)}"
    st.caption(page.plain(f"{closed}. {METHOD}"))


def _table(found: Monitored) -> None:
    used = [line for line in found.lines if is_used(line)]
    shown = pd.DataFrame({"Line": [line.label for line in used]})
    for heading, name in AMOUNTS.items():
        shown[heading] = [getattr(line, name) / 100 for line in used]
    shown["Variance, %"] = [None if line.variance_share is None else 100 * line.variance_share for line in used]
    shown["Rating"] = [found.rating(line) for line in used]
    shown["Forecast by"] = ["the method" if line.own_forecast_pence is None else "a person" for line in used]
    shown["Reason"] = [line.reason for line in used]
    shown.loc[len(shown)] = [
        "Total", *(found.total(name) / 100 for name in AMOUNTS.values()), _total_share(found), "", "", ""
    ]  # fmt: skip
    st.dataframe(
        shown,
        hide_index=True,
        height=tables.height(shown),
        placeholder="",
        column_config={
            **dict.fromkeys(AMOUNTS, tables.POUNDS),
            "Variance, %": st.column_config.NumberColumn(format="%.1f"),
            "Line": st.column_config.TextColumn(width="medium"),
            "Reason": st.column_config.TextColumn(width="large"),
        },
        alt=f"{len(used)} budget lines and their total: budget, actual, commitments, forecast, variance and reason.",
    )
    limits = found.thresholds
    st.caption(
        "A variance above nought is an overspend, or income that does not come; in brackets is below nought. Red: more "
        f"than {limits.red:.1%} of the budget over or under. Amber: more than {limits.amber:.1%}. Green: less, or at "
        f"most {page.exact_pounds(limits.least_pence)}."
    )


def is_used(line: LineForecast) -> bool:
    """Say whether a line has anything to show."""
    return any((line.budget_pence, line.actual_pence, line.committed_pence, line.forecast_pence, line.reason))


def _total_share(found: Monitored) -> float | None:
    budget = found.total("budget_pence")
    return 100 * found.total("variance_pence") / abs(budget) if budget else None


def _over_and_under(found: Monitored) -> None:
    """List the lines that are off their budget, the furthest first, each with its reason or that it lacks one."""
    off = sorted((line for line in found.lines if line.variance_pence), key=lambda line: -abs(line.variance_pence))
    if not off:
        st.markdown("Every line is forecast to spend its budget.")
        return
    st.markdown("\n".join(f"- {_off(found, line)}" for line in off))


def _off(found: Monitored, line: LineForecast) -> str:
    share = "" if line.variance_share is None else f" ({abs(line.variance_share):.1%} of its budget)"
    way = "over" if line.variance_pence > 0 else "under"
    rating = found.rating(line)
    missing = "no reason needed" if rating == GREEN else "**no reason is given yet**"
    why = page.plain(line.reason) if line.reason else missing
    own = "" if line.own_forecast_pence is None else " A person's own forecast."
    amount = page.plain(f"{page.exact_pounds(abs(line.variance_pence))} {way}{share}, {rating.lower()}")
    return f"**{page.plain(line.label)}**: {amount}: {why}{'' if why.endswith('.') else '.'}{own}"


def show_months(found: Monitored) -> None:
    """Show each month's budget, actual and forecast, as bars and as a table."""
    st.subheader("By month", anchor=False)
    shown = [p for p in found.by_period() if p.number in found.periods or p.actual_pence or p.forecast_pence]
    names = [MONTHS[p.number - 1] if p.number < ADJUSTMENTS else "Adjustments" for p in shown]
    kinds = {"Budget": "budget_pence", "Actual": "actual_pence", "Forecast": "forecast_pence"}
    rows = [
        {"month": name[:3], "what": what, "pounds": getattr(period, key) / 100}
        for name, period in zip(names, shown, strict=True)
        for what, key in kinds.items()
    ]
    bars = alt.Chart(pd.DataFrame(rows)).mark_bar().encode(
        x=alt.X("month:N", sort=None, title=None, axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("what:N", sort=list(kinds)),
        y=alt.Y("pounds:Q", title="Pounds", axis=alt.Axis(labelExpr=charts.POUNDS)),
        color=alt.Color(
            "what:N",
            sort=list(kinds),
            scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
            legend=alt.Legend(title=None, orient="top", symbolType="square"),
        ),
    )  # fmt: skip
    st.altair_chart(
        charts.styled(bars.properties(height=280)),
        theme=None,
        alt="Budget, actual and forecast of each month as bars; the table below has the same.",
    )
    table = pd.DataFrame({"Month": names})
    for what, key in kinds.items():
        table[what] = [page.exact_pounds(getattr(period, key)) for period in shown]
    st.table(table, hide_index=True, border="horizontal", alt="Budget, actual and forecast of each month.")
    st.caption(
        "The forecast of a closed month is what was paid and ordered; what is to come is spread as the budget is."
    )


def period_name(number: int) -> str:
    """Return a period as it is chosen: "7, October"."""
    return f"{number}, {MONTHS[number - 1]}" if 0 < number < ADJUSTMENTS else f"{number}, adjustments"


def show_next(plan: Plan, found: Monitored) -> Balance | None:
    """Show what the balance could fund next, worked out beside the page; return it once it is there."""
    st.header("What the balance could fund next", anchor=False)
    identity = (
        plan_work.identity(plan, plan.scenario), found.year, found.total("variance_pence"), found.contingency_pence
    )  # fmt: skip
    left = plan_work.result(
        NEXT, "Solving again with the balance", balance.year_end_balance, plan, found, identity=identity
    )
    if left is None:
        return None
    said = balance.in_words(plan, found, left)
    first = 2 if len(said) > 3 else len(said)
    st.markdown(page.plain(" ".join(said[:first])))
    if rest := said[first:-1]:
        st.markdown("\n".join(f"- {page.plain(sentence)}" for sentence in rest))
    if len(said) > first:
        st.caption(page.plain(said[-1]))
    return left


def show_download(plan: Plan, found: Monitored, left: Balance | None) -> None:
    """Offer the workbook, as soon as what the balance could fund is known."""
    st.header("To take away", anchor=False)
    st.download_button(
        "Download the workbook with the sheets Monitoring and Actuals",
        data=lambda: to_bytes(plan, actuals=found, balance=left),
        file_name="farebridge-monitoring.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        on_click="ignore",
        disabled=left is None,
        icon=":material/download:",
    )
