"""Ask what is spent today on each kind of support, for the plan on the page Plan."""

from dataclasses import replace

import streamlit as st

from budget.planning.plan import Plan
from screens import page
from screens.monitoring.of_plan import is_open, keep_finance

KEY = "monitoring_today_{}"  # of each kind's box
COLUMNS = 3
MOST_POUNDS = 1_000_000_000.0


def ask(plan: Plan) -> None:
    """Show a box for each kind of support, and a button that takes the amounts into the plan's scenario."""
    if not is_open(plan):
        st.caption(
            "To write what is spent today, open this plan first: *Saved scenarios*, above, *Open on the plan screen*. "
            "Then come back here, and save it again."
        )
        return
    with st.expander("Write what is spent today"):
        st.markdown(
            "Pounds a year, net of what is received. Leave empty what is not known: an empty box does not count as £0."
        )
        columns = st.columns(COLUMNS)
        for number, kind in enumerate(plan.catalogue.kinds):
            known = plan.scenario.finance.line(kind.id).baseline_pence
            columns[number % COLUMNS].number_input(
                page.plain(kind.label),
                0.0,
                MOST_POUNDS,
                value=None if known is None else known / 100,
                step=1_000.0,
                format="%.2f",
                key=KEY.format(kind.id),
            )
        st.button("Compare the plan with these", key="monitoring_today", on_click=_keep, args=(plan,))


def _keep(plan: Plan) -> None:
    amounts = {kind.id: st.session_state[KEY.format(kind.id)] for kind in plan.catalogue.kinds}
    lines = dict(plan.scenario.finance.lines)
    for kind, pounds in amounts.items():
        known = None if pounds is None else round(pounds * 100)
        lines[kind] = replace(plan.scenario.finance.line(kind), baseline_pence=known)
    keep_finance(plan, replace(plan.scenario.finance, lines=lines))
