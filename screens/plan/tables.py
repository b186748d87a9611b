"""Show the tables of a plan: what is funded, its vehicles, what is not funded, and what the plan rests on."""

import pandas as pd
import streamlit as st

from budget.offers.targeting import summary
from budget.planning import assumed, by_timetable, data_effects, deadweight, expired, water
from budget.planning.plan import Plan
from data.wording import long_date, rounded_pounds
from screens import page


def show_funded(table: pd.DataFrame, places: pd.Series) -> None:
    """Show what is funded: a table of `budget.planning.areas.funded`; `places` is what people call each area."""
    if table.empty:
        st.markdown("Nothing: the money, or the kinds of support on offer, bring nothing more within reach.")
        return
    rows = {
        "Area": table["area_name"],
        **_place(table.index, places),
        "Kind of support": table["label"],
        "Young people": table["people"],
        "Cost, £": table["whole_cost_pence"] / 100,
        "Brought within reach": table["within_reach"],
        "District": table["district"],
        "Code": table.index,
        "Rides on": table["service"],
    }
    page.show_rows(rows, f"{len(table)} offers funded: area, district, kind of support, young people, cost and reach.")


def _place(codes: pd.Index, places: pd.Series) -> dict[str, pd.Series]:
    """Return the column of what people call the areas, where the county's data say so."""
    called = places.reindex(codes).fillna("")
    return {"Place": called} if called.ne("").any() else {}


def show_vehicles(plan: Plan) -> None:
    """Show the vehicles that the plan pays for, where there are any."""
    bought = plan.allocation.services
    if bought.empty:
        return
    labels = plan.choices.services["label"].reindex(bought.index)
    cells = {
        "Vehicles paid for": labels.map(page.plain).tolist(),
        "How many": [f"{units:,}" for units in bought["units"]],
        "Cost": bought["cost_pence"].map(rounded_pounds).tolist(),
    }
    page.show_table(cells, "Vehicles that the plan pays for, with number and cost.")
    st.caption("Their cost is part of the costs above: the riders of each vehicle share it.")


def show_not_funded(table: pd.DataFrame, labels: dict[str, str], places: pd.Series) -> None:
    """Show what is in target and not funded, with the reason: a table of `budget.planning.reasons.not_funded`.

    `labels` are those of the kinds of support, `places` what people call each area.
    """
    if table.empty:
        st.markdown("None: every area in target with young people on a low income has an offer.")
        return
    rows = {
        "Area": table["area_name"],
        **_place(table.index, places),
        "Code": table.index,
        "District": table["district"],
        "Young people on a low income": table["people"],
        "Why not": table["reason"],
        "Best offer": table["best_option"].map(labels).fillna(""),
        "Its cost, £": table["cost_pence"].astype("Float64") / 100,
        "It would add to the access score": table["access"],
    }
    page.show_rows(rows, f"{len(table)} areas in target and not funded, each with the reason and its best offer.")


def show_basis(plan: Plan) -> None:
    """Show which areas are in target, the data with their vintages and warnings, and what the plan must not do."""
    st.header("What this rests on", anchor=False)
    counts, manifest = summary(plan.targeting, plan.county.areas), plan.county.manifest
    st.markdown(
        f"{counts['areas_in_target']:,.0f} areas are in target, with {counts['young_people_in_target']:,.0f} young "
        f"people aged {manifest.ages[0]} to {manifest.ages[1]}. {counts['areas_not_settled']:,.0f} areas are not "
        f"settled: what is known of their journeys does not decide them. {counts['areas_other']:,.0f} are not in "
        f"target. Rules: {page.plain(plan.targeting.rules.policy.title)}, as they stood on "
        f"{long_date(plan.day)}.\n\n"
        "The plan ranks places and spends a budget. It decides about no person: what a young person is entitled to "
        "depends on their own circumstances, and nobody may be refused for where they live."
    )
    page.show_notes(
        filter(None, [assumed.in_words(assumed.of_plan(plan)), deadweight.in_words(plan), *expired.sentences(plan)])
    )
    if told_by := by_timetable.in_words(plan):
        st.markdown(page.plain(told_by))
    if not water.is_known(plan):
        st.markdown(f":material/warning: {water.NOT_KNOWN}")
    effects = data_effects.of_county(plan.county)
    for effect in effects.on_plans:
        st.markdown(f":material/warning: {page.plain(effect)}")
    page.show_notes(plan.allocation.notes)
    with st.expander("The data, with publisher, vintage and licence"):
        texts = {"Data": "title", "Publisher": "publisher", "Vintage": "vintage", "Licence": "licence"}
        sources = {
            heading: [page.plain(getattr(source, name)) for source in manifest.sources]
            for heading, name in texts.items()
        }
        sources["Rows used"] = [f"{source.rows:,}" for source in manifest.sources]
        page.show_table(sources, "The sources of the county's data.")
        if effects.noted:
            st.markdown(f"Noted when the data were put together:\n\n{page.bullets(effects.noted)}")
