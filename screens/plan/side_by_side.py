"""Two plans beside each other: figure by figure, and which areas are treated otherwise, with why."""

from collections.abc import Hashable

import pandas as pd
import streamlit as st

from budget.planning import plan_changes
from budget.planning.plan import Plan
from screens import page, tables


@st.cache_resource(max_entries=8, show_spinner=False)
def changes(identity: Hashable, _plan: Plan, _other: Plan) -> pd.DataFrame:
    """Return how another plan differs (`plan_changes.changes`), cached; `identity` stands for both plans."""
    return plan_changes.changes(_plan, _other)


def show_figures(plan: Plan, other: Plan, name: str) -> None:
    """Show the figures of two plans beside each other; `name` is the other's heading."""
    now, then = plan.allocation, other.allocation
    rows = [
        ("Budget", now.budget_pence, then.budget_pence, _signed_pounds, page.pounds),
        ("Spent", now.spent_pence, then.spent_pence, _signed_pounds, page.pounds),
        ("Young people brought within reach", now.access, then.access, _signed, _one_decimal),
        ("Young people supported", now.people, then.people, _signed, _one_decimal),
        ("Areas funded", len(now.chosen), len(then.chosen), _signed_count, "{:,}".format),
    ]
    vehicles = plan_changes.vehicles(plan, other)
    rows += [(row.label, row.before, row.after, _signed_count, "{:,}".format) for row in vehicles.itertuples()]
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


def show_changes(table: pd.DataFrame, now: str = "On screen", then: str = "Then") -> None:
    """Show the areas that are treated otherwise, from what to what: a table of `changes`; the names are headings."""
    if table.empty:
        return
    more = {name: table[f"{name}_after"] - table[f"{name}_before"] for name in plan_changes.MEASURES}
    shown = pd.DataFrame(
        {
            "Area": table["area_name"],
            "District": table["district"],
            "What changes": table["change"],
            now: table["before"],
            then: table["after"],
            "Young people": more["people"].round(2),
            "Cost, £": more["cost_pence"] / 100,
            "Brought within reach": more["access"].round(2),
            **({"Why there is none": table["why"]} if "why" in table else {}),
            "Code": table.index,
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        height=tables.height(shown),
        column_config={
            "Young people": tables.PEOPLE,
            "Cost, £": tables.POUNDS,
            "Brought within reach": tables.PEOPLE,
        },
        alt=f"{len(shown)} areas that are treated otherwise: from what to what, and what that adds or takes away.",
    )
    st.caption("Young people, cost and reach are changes; costs hold each area's share of its vehicle.")
