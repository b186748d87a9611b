"""Two plans side by side: figure by figure, and which areas get something else, with the reason."""

from collections.abc import Hashable

import pandas as pd
import streamlit as st

from budget.planning import plan_changes
from budget.planning.plan import Plan
from budget.planning.within_reach import at_least_one
from data.wording import rounded_pounds
from screens import page


@st.cache_resource(max_entries=8, show_spinner=False)
def changes(identity: Hashable, _plan: Plan, _other: Plan) -> pd.DataFrame:
    """Return how another plan differs (`plan_changes.changes`), cached; `identity` stands for both plans."""
    return plan_changes.changes(_plan, _other)


def show_figures(plan: Plan, other: Plan, name: str) -> None:
    """Show the figures of two plans side by side; `name` is the other's heading."""
    now, then = plan.allocation, other.allocation
    rows: list[tuple] = [
        ("Budget", now.budget_pence, then.budget_pence, _signed_pounds, rounded_pounds),
        ("Spent", now.spent_pence, then.spent_pence, _signed_pounds, rounded_pounds),
        ("Young people brought within reach", at_least_one(now), at_least_one(then), _signed, page.one_decimal),
        ("Access score", now.access, then.access, _signed, page.one_decimal),
        ("Young people supported", now.people, then.people, _signed, page.one_decimal),
        ("Areas funded", len(now.chosen), len(then.chosen), _signed_count, "{:,}".format),
    ]
    vehicles = plan_changes.vehicles(plan, other)
    rows += [(row.label, row.before, row.after, _signed_count, "{:,}".format) for row in vehicles.itertuples()]
    cells = {
        "": [page.plain(label) for label, *_ in rows],
        "On screen": [text(before) for _, before, _, _, text in rows],
        page.plain(name): [text(after) for _, _, after, _, text in rows],
        "Change": [signed(after - before) for _, before, after, signed, _ in rows],
    }
    page.show_table(cells, "The plan on screen and the other, figure by figure.")


def _signed(number: float) -> str:
    return f"{number:+,.1f}" if round(number, 1) else "none"


def _signed_count(number: int) -> str:
    return f"{number:+,}" if number else "none"


def _signed_pounds(pence: int) -> str:
    return f"{'+' if pence > 0 else ''}{rounded_pounds(pence)}" if pence else "none"


def show_changes(table: pd.DataFrame, now: str = "On screen", then: str = "Then") -> None:
    """Show the areas that get something else, a table of `changes`; `now` and `then` are headings."""
    if table.empty:
        return
    more = {name: table[f"{name}_after"] - table[f"{name}_before"] for name in plan_changes.MEASURES}
    rows = {
        "Area": table["area_name"],
        "District": table["district"],
        "What changes": table["change"],
        now: table["before"],
        then: table["after"],
        "Young people": more["people"].round(2),
        "Cost, £": more["cost_pence"] / 100,
        "Brought within reach": more["within_reach"].round(2),
        **({"Why there is none": table["why"]} if "why" in table else {}),
        "Code": table.index,
    }
    page.show_rows(rows, f"{len(table)} areas that get something else: before, after, and the difference it makes.")
    st.caption("Young people, cost and reach are changes; costs hold each area's share of its vehicle.")
