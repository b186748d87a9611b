"""Show what is known of an area and where that comes from, and the places nearest to it."""

import pandas as pd
import streamlit as st

from budget.planning import nearest
from budget.planning.plan import Plan
from data.bundle import BundleSource
from data.wording import KM_A_MILE, percent
from screens import page
from screens.background.plan_cache import plan_identity

FACTS = {  # column of the areas table: what it is called
    "young_people": "Young people",
    "low_income_rate": "Share on a low income",
    "low_income_percentile": "That share among all areas of England, percentile (100 the highest)",
    "imd_decile": "Index of Multiple Deprivation, decile (1 the most deprived)",
    "idaci_decile": "Income deprivation affecting children, decile",
    "education_decile": "Education, skills and training, decile",
    "geographical_barriers_decile": "Distance to services, decile",
    "rural_urban": "Rural or urban",
}
KINDS = {"college": "College", "sixth_form": "Sixth form", "employment_centre": "Employment centre"}
MODES = {"walk": "On foot", "cycle": "By bicycle", "bus": "By bus", "car": "By car"}


def show(plan: Plan, code: str) -> None:
    """Show the facts of an area with their sources, and the nearest places with minutes by mode."""
    st.subheader("What is known of this area", anchor=False)
    page.show_table(_facts(plan, code), "The facts of the area, each with its source.")
    st.subheader("Nearest places", anchor=False)
    table = _near(plan_identity(plan, plan.scenario), code, plan)
    cells = {
        "Place": table["name"].map(page.plain),
        "Kind": table["kind"].map(KINDS),
        "Counts for": table["counts_for"].replace("", "nothing: too small to be a choice"),
        "Miles": (table["distance_km"] / KM_A_MILE).map(page.figure),
        **{f"{heading}, minutes": table[mode].map(_minutes) for mode, heading in MODES.items()},
        "Minutes are": table["rests_on"],
    }
    page.show_table(cells, "The nearest colleges and employment centres, with minutes by mode.")


def _facts(plan: Plan, code: str) -> pd.DataFrame:
    area, manifest = plan.county.areas.loc[code], plan.county.manifest
    sources = {source.id: source for source in manifest.sources}
    from_age, to_age = manifest.ages
    rows = []
    for column, title in FACTS.items():
        if column not in area.index:
            continue
        told = manifest.columns.get(f"areas.{column}", {})
        name = f"{title} aged {from_age} to {to_age}" if column == "young_people" else title
        estimate = " (an estimate)" if told.get("estimated") else ""
        source = _named(sources.get(str(told.get("source") or "")))
        rows.append((name, _value(column, area[column]) + estimate, source))
    return pd.DataFrame(rows, columns=["Fact", "Here", "Source"]).map(page.plain)


def _value(column: str, value: object) -> str:
    if isinstance(value, float) and column == "low_income_rate" and not pd.isna(value):
        return percent(value, 1)
    return page.figure(value) or "not known"


def _named(source: BundleSource | None) -> str:
    return "not given" if source is None else f"{source.title}, {source.publisher}, {source.vintage}"


def _minutes(minutes: float) -> str:
    if pd.isna(minutes):
        return "not known"
    if minutes == float("inf"):
        return "no journey"
    return f"{minutes:.0f}" if minutes >= 1 else "under 1"


@st.cache_resource(max_entries=32, show_spinner=False)
def _near(identity: tuple, code: str, _plan: Plan) -> pd.DataFrame:
    return nearest.places_near(_plan, code)
