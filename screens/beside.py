"""Two plans beside each other: figure by figure, and who gains support, loses it or has another kind."""

import pandas as pd
import streamlit as st

from budget.plan import Plan
from budget.plan_changes import Changes
from screens import page, tables


def show_figures(plan: Plan, other: Plan, changes: Changes, name: str) -> None:
    """Show the figures of two plans beside each other; `name` is the other's heading."""
    now, then = plan.allocation, other.allocation
    rows = [
        ("Budget", now.budget_pence, then.budget_pence, _signed_pounds, page.pounds),
        ("Spent", now.spent_pence, then.spent_pence, _signed_pounds, page.pounds),
        ("Young people brought within reach", now.access, then.access, _signed, _one_decimal),
        ("Young people supported", now.people, then.people, _signed, _one_decimal),
        ("Areas funded", len(now.chosen), len(then.chosen), _signed_count, "{:,}".format),
    ]
    rows += [(row.label, row.before, row.after, _signed_count, "{:,}".format) for row in changes.vehicles.itertuples()]
    shown = pd.DataFrame(
        {
            "": [page.plain(what) for what, *_ in rows],
            "On screen": [text(before) for _, before, _, _, text in rows],
            page.plain(name): [text(after) for _, _, after, _, text in rows],
            "Change": [signed(after - before) for _, before, after, signed, _ in rows],
        }
    )
    st.table(shown, hide_index=True, border="horizontal", alt="The plan on screen and the other, figure by figure.")


def _one_decimal(number: float) -> str:
    return f"{number:,.1f}"


def _signed(number: float) -> str:
    return f"{number:+,.1f}".replace("-", "\u2212") if round(number, 1) else "none"


def _signed_count(number: int) -> str:
    return f"{number:+,}".replace("-", "\u2212") if number else "none"


def _signed_pounds(pence: int) -> str:
    sign = "+" if pence > 0 else "\u2212"
    return f"{sign}{page.pounds(abs(pence))}" if pence else "none"


def show_changes(changes: Changes) -> None:
    """Show who gains support, loses it or has another kind."""
    table = changes.cohorts
    if table.empty:
        return
    shown = pd.DataFrame(
        {
            "Area": table["area_name"],
            "Code": table.index,
            "District": table["district"],
            "What changes": table["change"],
            "On screen": table["before"],
            "Then": table["after"],
            "Young people": table["people"],
            "Cost, £": table["cost_pence"] / 100,
            "Brought within reach": table["access"],
        }
    )
    signed = st.column_config.NumberColumn(format="%+.1f")
    st.dataframe(
        shown,
        hide_index=True,
        height=tables.height(shown),
        column_config={"Young people": signed, "Cost, £": tables.POUNDS, "Brought within reach": signed},
        alt=f"{len(shown)} areas whose support changes: from what to what, and what that adds or takes away.",
    )
    if changes.shared_pence:
        more = f"{page.pounds(abs(changes.shared_pence))} {'more' if changes.shared_pence > 0 else 'less'}"
        st.caption(
            f"Figures are changes. Areas that keep their support bear {more} of the vehicles "
            "that they share; with the costs above that is the whole change in spend."
        )
