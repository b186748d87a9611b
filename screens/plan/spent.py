"""Show where a plan's money goes: by kind of support, by district or ward, and for which vehicles."""

import streamlit as st

from budget.planning import by_group, dear
from budget.planning.plan import Plan, once
from screens import charts, page
from screens.plan import tables

PARTS = {
    "ward": "the spend is by the ward of each area",
    "neighbourhood": "the spend is by neighbourhood: the official ones (MSOAs), by whose numbers its areas are named",
}


def show(plan: Plan) -> None:
    """Show the spend by kind of support and by part of the county, and the vehicles."""
    if told := dear.in_words(plan):
        st.markdown(f":material/warning: {page.plain(told)}")
    kind, district = st.columns(2, gap="large")
    with kind:
        st.subheader("By kind of support", anchor=False)
        _show_bars(_bars_of_kinds(plan))
    with district:
        what, _ = by_group.by_part(plan)
        st.subheader(f"By {what}", anchor=False)
        _show_bars(_bars_of_parts(plan))
        if what in PARTS:
            county = page.plain(plan.county.areas["district_name"].iloc[0])
            st.caption(f"{county} is one district, so {PARTS[what]}.")
    tables.show_vehicles(plan)


@once
def _bars_of_kinds(plan: Plan) -> charts.Bars | None:
    table = by_group.by_kind(plan)
    return charts.spend_bars(table[table["cost_pence"] > 0], "label", "kind of support")


@once
def _bars_of_parts(plan: Plan) -> charts.Bars | None:
    what, table = by_group.by_part(plan)
    table = table if what == "district" else table[table["cost_pence"] > 0]
    return charts.spend_bars(table.rename_axis(what).reset_index(), what, what)


def _show_bars(bars: charts.Bars | None) -> None:
    if bars is None:
        st.markdown("Nothing is spent.")
        return
    st.vega_lite_chart(spec=bars.spec, theme=None, alt=bars.alt)
    if bars.left_out:
        st.caption(f"The {charts.MOST_BARS} with the most spend, of {charts.MOST_BARS + bars.left_out} in all.")
