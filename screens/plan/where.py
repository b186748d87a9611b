"""Show the map of areas in any measure, the same as a table, and the choice of an area by whatever people call it."""

from functools import partial

import pandas as pd
import streamlit as st

from budget.planning import called, find_place, measures
from budget.planning.plan import Plan
from screens import page
from screens.plan import map
from screens.plan.map import Drawn
from screens.scenario import files

AREA, MEASURE, MAP = "area", "measure", "map"  # keys in the session
MORE = "map_more"  # whether the table and the pictures are open
FORMS = {"png": "image/png", "pdf": "application/pdf"}
TYPED = "Type a village, town, ward, school or postcode and press Enter, or an area's name or code."
FOUND = "area_found"  # what was typed was found to name
MOST_LISTED = 2000  # areas in the list to choose from, before it holds only those in target or not settled


def show_map(plan: Plan, drawn: Drawn | None = None) -> None:
    """Show the choice of a measure, the map in it and the same as a table; or the map as it is `drawn`.

    `map.send_shapes` must have sent the county's shapes.
    """
    if drawn is not None:
        map.show(plan, drawn, st.session_state.get(AREA), _picked, MAP)
        return
    titles = measures.titles(plan)
    name = st.selectbox("Colour the map by", list(titles), format_func=titles.__getitem__, key=MEASURE)
    found = measures.measured(plan, name)
    by_measure = map.of_plan(plan) if name == measures.PLAN else map.of_measure(found)
    map.show(plan, by_measure, st.session_state.get(AREA), _picked, MAP)
    if name != measures.PLAN:
        st.caption(page.plain(found.note))
    more = st.expander("This map as a table or a picture", key=MORE, on_change="rerun")
    if more.open:
        with more:
            _table(plan, found)
            _pictures(plan, name)


def _pictures(plan: Plan, name: str) -> None:
    """Show buttons that hand out the map for a committee paper, drawn once one is pressed."""
    with st.container(horizontal=True):
        for form, mime in FORMS.items():
            file = files.file_name(plan, form).replace(".", f"-{name.replace('_', '-')}.", 1)
            page.download(f"Download this map as {form.upper()}", partial(_picture, plan, name, form), file, mime)


def _picture(plan: Plan, name: str, form: str) -> bytes:
    from budget.report import area_maps  # takes a second to load, and only a picture needs it

    return area_maps.of_measure(plan, name, form)


def _picked() -> None:
    st.session_state[AREA] = st.session_state[MAP]["picked"]


def _table(plan: Plan, measure: measures.Measured) -> None:
    rows = measures.table(plan, measure)
    cells = {
        "Area": rows["area_name"],
        "Place": places(plan).reindex(rows.index),
        "Code": rows.index,
        "District": rows["district"],
        measure.heading: rows["figure"],
    }
    if pd.api.types.is_numeric_dtype(rows["figure"]):  # else the figure is the class
        cells["On the map"] = rows["label"]
    page.show_rows(cells, f"{len(rows)} areas by {measure.title.lower()}, the most first: what the map shows.")


def choose(plan: Plan) -> str | None:
    """Show the list from which an area is chosen, by whatever people call it or a postcode in it.

    Returns the code of the area that is chosen.
    """
    if st.session_state.get(AREA) not in plan.county.areas.index:
        st.session_state[AREA] = None
    names = _named(_names_of(plan), plan)
    chosen = st.selectbox(
        "Explain an area",
        _listed(plan),
        format_func=lambda code: f"{names[code]} ({code})" if code in names else code,
        key=AREA,
        index=None,
        filter_mode="contains",
        accept_new_options=True,
        on_change=_look_up,
        args=(plan,),
        placeholder="Click an area on the map, or type a place or a postcode",
        help=TYPED,
    )
    _show_found(names)
    return chosen


def _look_up(plan: Plan) -> None:
    """Find the area of what was typed, where it is no area of the list; several are left to choose from."""
    st.session_state.pop(FOUND, None)
    typed = st.session_state.get(AREA)
    if typed is None or typed in plan.county.areas.index:
        return
    found = find_place.find(plan.county, typed)
    only = found.areas[0][0] if len(found.areas) == 1 else None
    st.session_state[AREA] = only
    if only is None or found.said:
        st.session_state[FOUND] = found


def _show_found(names: dict[str, str]) -> None:
    """Show the areas that what was typed may mean, each as a button, or why there is none."""
    found = st.session_state.get(FOUND)
    if found is None:
        return
    if len(found.areas) > 1:
        st.markdown("Several places fit. Which one?")
        for code, words in found.areas:
            st.button(page.plain(f"{words}: {names[code]}"), key=f"found_{code}", on_click=_take, args=(code,))
    if found.said:
        st.markdown(page.plain(found.said))


def _take(code: str) -> None:
    st.session_state[AREA] = code
    st.session_state.pop(FOUND, None)


def _names_of(plan: Plan) -> tuple[str, str]:
    """Return what stands for a county's areas and their names, which are no part of its checksum."""
    tables = plan.county.manifest.tables
    return plan.county.manifest.checksum, str(tables.get("names.parquet", {}).get("sha256", ""))


@st.cache_resource(max_entries=4, show_spinner=False)
def _named(identity: tuple, _plan: Plan) -> dict[str, str]:
    return called.named(_plan.county).to_dict()


def places(plan: Plan) -> pd.Series:
    """Return what people call each area, "" where the bundle does not say; index area_code."""
    return _called(_names_of(plan), plan)


@st.cache_resource(max_entries=4, show_spinner=False)
def _called(identity: tuple, _plan: Plan) -> pd.Series:
    return called.called(_plan.county)


def _listed(plan: Plan) -> list[str]:
    areas = plan.county.areas
    if len(areas) > MOST_LISTED:
        wanted = plan.targeting.in_target.union(plan.targeting.not_settled)
        areas = areas.loc[areas.index.isin(wanted) | (areas.index == st.session_state.get(AREA))]
    return areas["area_name"].sort_values(kind="stable").index.tolist()
