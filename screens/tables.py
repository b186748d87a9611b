"""The plan's tables as they are shown: words for headings, pounds for pence."""

import pandas as pd
import streamlit as st

from budget.offers.targeting import summary
from budget.planning.plan import Plan
from screens import page

PEOPLE = st.column_config.NumberColumn(format="%.1f")
POUNDS = st.column_config.NumberColumn(format="accounting")
TALL = 420


def show_funded(table: pd.DataFrame) -> None:
    """Show what is funded: a table of `budget.planning.areas.funded`."""
    if table.empty:
        st.markdown("Nothing: the money, or the kinds of support on offer, bring nothing more within reach.")
        return
    shown = pd.DataFrame(
        {
            "Area": table["area_name"],
            "Code": table.index,
            "District": table["district"],
            "Kind of support": table["label"],
            "Young people": table["people"],
            "Cost, £": table["whole_cost_pence"] / 100,
            "Brought within reach": table["access"],
            "Rides on": table["service"],
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        height=height(shown),
        column_config={"Young people": PEOPLE, "Cost, £": POUNDS, "Brought within reach": PEOPLE},
        alt=f"{len(shown)} offers funded: area, district, kind of support, young people, cost and access.",
    )


def show_vehicles(plan: Plan) -> None:
    """Show the vehicles that the plan pays for, where there are any."""
    bought = plan.allocation.services
    if bought.empty:
        return
    labels = plan.choices.services["label"].reindex(bought.index)
    shown = pd.DataFrame(
        {
            "Vehicles paid for": [page.plain(label) for label in labels],
            "How many": [f"{units:,}" for units in bought["units"]],
            "Cost": [page.pounds(pence) for pence in bought["cost_pence"]],
        }
    )
    st.table(shown, hide_index=True, border="horizontal", alt="Vehicles that the plan pays for, with number and cost.")
    st.caption("Their cost is part of the costs above: each vehicle is shared out among those who ride on it.")


def show_not_funded(table: pd.DataFrame, labels: dict[str, str]) -> None:
    """Show what is in target and not funded, with the reason: a table of `budget.planning.reasons.not_funded`."""
    if table.empty:
        st.markdown("None: every area in target with young people on a low income has an offer.")
        return
    shown = pd.DataFrame(
        {
            "Area": table["area_name"],
            "Code": table.index,
            "District": table["district"],
            "Young people on a low income": table["people"],
            "Why not": table["reason"],
            "Best offer": table["best_option"].map(labels).fillna(""),
            "Its cost, £": table["cost_pence"].astype("Float64") / 100,
            "It would bring within reach": table["access"],
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        height=height(shown),
        placeholder="",
        column_config={
            "Young people on a low income": PEOPLE,
            "Its cost, £": POUNDS,
            "It would bring within reach": PEOPLE,
        },
        alt=f"{len(shown)} areas in target and not funded, each with the reason and its best offer.",
    )


def height(shown: pd.DataFrame) -> int:
    """Return how tall a table is drawn: as its rows are, up to TALL."""
    return min(TALL, 36 * (len(shown) + 1) + 4)


def show_basis(plan: Plan) -> None:
    """Show which areas are in target, what the data are, their vintages and warnings, and what the plan must not do."""
    counts, manifest = summary(plan.targeting, plan.county.areas), plan.county.manifest
    st.markdown(
        f"{counts['areas_in_target']:,.0f} areas are in target, with {counts['young_people_in_target']:,.0f} young "
        f"people aged {manifest.ages[0]} to {manifest.ages[1]}. {counts['areas_not_settled']:,.0f} areas are not "
        f"settled: what is known of their journeys does not decide them. {counts['areas_other']:,.0f} are not in "
        f"target. Rules: {page.plain(plan.targeting.rules.policy.title)}, as they stood on "
        f"{plan.day.day} {plan.day:%B %Y}.\n\n"
        "The plan ranks places and spends a budget. It decides about no person: what a young person is entitled to "
        "depends on their own circumstances, and nobody may be refused for where they live."
    )
    for warning in manifest.warnings:
        st.markdown(f":material/warning: {page.plain(warning)}")
    for note in plan.allocation.notes:
        st.markdown(f":material/info: {page.plain(note)}")
    with st.expander("The data, with publisher, vintage and licence"):
        sources = pd.DataFrame(
            {
                "Data": [page.plain(source.title) for source in manifest.sources],
                "Publisher": [page.plain(source.publisher) for source in manifest.sources],
                "Vintage": [page.plain(source.vintage) for source in manifest.sources],
                "Licence": [page.plain(source.licence) for source in manifest.sources],
                "Rows used": [f"{source.rows:,}" for source in manifest.sources],
            }
        )
        st.table(sources, hide_index=True, border="horizontal", alt="The sources of the county's data.")
