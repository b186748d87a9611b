"""Show the results of monitoring: figures, lines, variances with reasons, months, and what to fund next."""

import altair as alt
import pandas as pd
import streamlit as st

from budget.accounts.ledger import Ledger
from budget.monitoring import balance
from budget.monitoring.balance import Balance
from budget.monitoring.journals import cash_profile, journals, to_csv
from budget.monitoring.ledger_cells import ADJUSTMENTS
from budget.monitoring.lines import GREEN, METHOD, LineForecast
from budget.monitoring.monitored import Monitored
from budget.monitoring.posting import CONFIRMED
from budget.planning.plan import Plan
from budget.scenarios.finance import MONTHS
from budget.workbook import to_bytes
from data.wording import exact_pounds, percent
from screens import charts, page
from screens.background.panel import job_result
from screens.background.plan_cache import plan_identity

NEXT = "monitoring_next"
MOST_NOTES = 25
SERIES = {"Budget": "budget_pence", "Actual": "actual_pence", "Forecast": "forecast_pence"}
COLOURS = {"Budget": "#1d5ea8", "Actual": "#f08a24", "Forecast": "#28724f"}
TEXTS = ("Rating", "The rating is of", "State", "Saving confirmed by", "Forecast by", "Reason")
AMOUNTS = {
    "Revised budget, £": "budget_pence",
    "Actual to date, £": "actual_pence",
    "Accruals, £": "accrual_pence",
    "Commitments, £": "committed_pence",
    "Forecast outturn, £": "forecast_pence",
    "Variance, £": "variance_pence",
}


def show(monitored: Monitored) -> None:
    """Show the totals, how the file was read, and every line that has a budget or an actual."""
    _figures(monitored)
    if monitored.notes:
        notes = monitored.notes[:MOST_NOTES]
        if more := len(monitored.notes) - len(notes):
            notes += (f"And {more:,} notes more, like these. The workbook's sheet Actuals has every row.",)
        st.info(f"**How the file was read, and what to look at**\n\n{page.bullets(notes)}")
    st.subheader("Each line", anchor=False)
    _table(monitored)
    st.subheader("Over and under, and why", anchor=False)
    _over_and_under(monitored)


def _figures(monitored: Monitored) -> None:
    variance = monitored.total("variance_pence")
    figures = [
        ("Revised budget of the year", monitored.total("budget_pence")),
        ("Actual to date", monitored.total("actual_pence")),
        ("Commitments", monitored.total("committed_pence")),
        ("Forecast outturn", monitored.total("forecast_pence")),
        ("Overspend forecast" if variance > 0 else "Underspend forecast", abs(variance)),
    ]
    with st.grid(5, min_column_width=220):
        for label, pence in figures:
            st.metric(label, exact_pounds(pence), border=True, height="stretch")
    closed = "No period is closed" if not monitored.closed else f"Closed up to {period_name(monitored.closed)}"
    st.caption(page.plain(f"{closed}. {METHOD}"))


def _table(monitored: Monitored) -> None:
    used = [line for line in monitored.lines if is_used(line)]
    rows = [
        {
            "Line": line.label,
            **{heading: getattr(line, name) / 100 for heading, name in AMOUNTS.items()},
            "Variance, %": None if line.variance_share is None else 100 * line.variance_share,
            "Rating": monitored.rating(line),
            "The rating is of": line.variance_words(),
            "State": line.status,
            "Saving confirmed by": CONFIRMED.get(line.confirmed, ""),
            "Forecast by": "the method" if line.own_forecast_pence is None else "a person",
            "Reason": line.reason,
        }
        for line in used
    ]
    amounts = {heading: monitored.total(name) / 100 for heading, name in AMOUNTS.items()}
    budget = monitored.total("budget_pence")
    share = 100 * monitored.total("variance_pence") / abs(budget) if budget else None
    rows.append({"Line": "Total", **amounts, "Variance, %": share, **dict.fromkeys(TEXTS, "")})
    columns = st.column_config
    page.show_rows(
        pd.DataFrame(rows),
        f"{len(used)} budget lines and their total: budget, actual, commitments, forecast, variance and reason.",
        **{
            "Variance, %": columns.NumberColumn(format="%.1f"),
            "Line": columns.TextColumn(width="medium"),
            "Reason": columns.TextColumn(width="large"),
        },
    )
    limits = monitored.thresholds
    st.caption(
        "A variance above £0 is an overspend, or missing income; one below £0 is in brackets. Red: more than "
        f"{percent(limits.red, 1)} of the budget over or under. Amber: more than {percent(limits.amber, 1)}. Green: "
        f"less, or at most {exact_pounds(limits.least_pence)}. A line with nothing in it has no rating."
    )


def is_used(line: LineForecast) -> bool:
    """Say whether a line has anything to show."""
    return bool(not line.is_empty or line.reason)


def _over_and_under(monitored: Monitored) -> None:
    """List the lines that miss their budget, the largest variance first, with the reason or that there is none."""
    off = sorted((line for line in monitored.lines if line.variance_pence), key=lambda line: -abs(line.variance_pence))
    if not off:
        st.markdown("Every line is forecast to spend its budget.")
        return
    st.markdown("\n".join(f"- {_off(monitored, line)}" for line in off))


def _off(monitored: Monitored, line: LineForecast) -> str:
    share = "" if line.variance_share is None else f" ({percent(abs(line.variance_share), 1)} of its budget)"
    rating = monitored.rating(line)
    missing = "no reason needed" if rating == GREEN else "**no reason is given yet**"
    why = page.plain(line.reason) if line.reason else missing
    own = "" if line.own_forecast_pence is None else " A person's own forecast."
    own += f" Confirmed: {CONFIRMED[line.confirmed]}." if line.confirmed else ""
    amount = page.plain(f"{exact_pounds(abs(line.variance_pence))} {line.way}{share}, {rating.lower()}")
    return f"**{page.plain(line.label)}**: {amount}: {why}{'' if why.endswith('.') else '.'}{own}"


def show_months(monitored: Monitored, ledger: Ledger) -> None:
    """Show each month's budget, actual and forecast, as bars and as a table."""
    st.subheader("By month", anchor=False)
    periods = [p for p in monitored.by_period() if p.number in monitored.periods or p.actual_pence or p.forecast_pence]
    names = [MONTHS[p.number - 1] if p.number < ADJUSTMENTS else "Adjustments" for p in periods]
    rows = [
        {"month": name[:3], "what": what, "pounds": getattr(period, key) / 100}
        for name, period in zip(names, periods, strict=True)
        for what, key in SERIES.items()
    ]
    bars = alt.Chart(pd.DataFrame(rows)).mark_bar().encode(
        x=alt.X("month:N", sort=None, title=None, axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("what:N", sort=list(SERIES)),
        y=alt.Y("pounds:Q", title="Pounds", axis=alt.Axis(labelExpr=charts.POUNDS)),
        color=charts.colours_by("what:N", COLOURS),
    )  # fmt: skip
    st.altair_chart(
        charts.styled(bars.properties(height=280)),
        theme=None,
        alt="Budget, actual and forecast of each month as bars; the table below has the same.",
    )
    table = pd.DataFrame({"Month": names})
    for what, key in SERIES.items():
        table[what] = [exact_pounds(getattr(period, key)) for period in periods]
    page.show_table(table, "Budget, actual and forecast of each month.")
    words = "The forecast of a closed month is what was paid or accrued in it; the rest is spread as the budget is."
    st.caption(page.plain(f"{words} {ledger.when_paid_in_words()}"))


def period_name(number: int) -> str:
    """Return a period in words: "7, October"."""
    return f"{number}, {MONTHS[number - 1]}" if 0 < number < ADJUSTMENTS else f"{number}, adjustments"


def show_next(plan: Plan, monitored: Monitored) -> Balance | None:
    """Show what the balance could fund next; return it once it is worked out."""
    st.header("What the balance could fund next", anchor=False)
    money = monitored.total("variance_pence"), monitored.available_pence, monitored.contingency_pence
    identity = (plan_identity(plan, plan.scenario), monitored.year, *money)
    left = job_result(
        NEXT, "Solving again with the balance", balance.year_end_balance, plan, monitored, identity=identity
    )
    if left is None:
        return None
    sentences = balance.in_words(plan, monitored, left)
    first = 3 if len(sentences) > 4 else len(sentences)
    st.markdown(page.plain(" ".join(sentences[:first])))
    if rest := sentences[first:-1]:
        st.markdown(page.bullets(rest))
    if len(sentences) > first:
        st.caption(page.plain(sentences[-1]))
    return left


def show_download(plan: Plan, ledger: Ledger, monitored: Monitored, left: Balance | None) -> None:
    """Offer journals and the cash profile, and the workbook once it is known what the balance could fund."""
    st.header("To take away", anchor=False)
    page.download(
        "Download the workbook with the sheets Monitoring and Actuals",
        lambda: to_bytes(plan, actuals=monitored, balance=left),
        "farebridge-monitoring.xlsx",
        page.XLSX,
        disabled=left is None,
    )
    with st.container(horizontal=True):
        for name, words, make in (
            ("journals", "Accrual and prepayment journals", lambda: to_csv(journals(ledger, monitored))),
            ("cash-profile", "Cash profile", lambda: cash_profile(ledger, monitored)),
        ):
            page.download(words, make, f"farebridge-{name}.csv", "text/csv", key=f"monitoring_{name}")
