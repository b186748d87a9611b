"""Show how a stop is found for a bus that the plan may fund: near an area chosen on the map, or by its name."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from data.bundle import County
from data.faults import Fault

KEY = "stop_finder_"
NEAR, TEXT, STOP, TIME = (f"{KEY}{name}" for name in ("near", "text", "stop", "time"))
AT = re.compile(r"\d{1,2}[:.]\d{2}")
LISTED = 40
NO_AREA = Fault("the map", "has no area chosen. Click one on the map below, or choose it under *Explain an area*.")
NO_TIME = Fault("Time at the stop", "is needed. Write it like 07:40.")


@dataclass(frozen=True, slots=True)
class Place:
    """A place where a bus could stop."""

    label: str
    written: str  # as a line of the boxes has it after the time


def near(county: County, stops: pd.DataFrame, code: str) -> list[Place]:
    """Return the middle of an area and the stops nearest to it, the nearest first, with how far each is."""
    area = county.areas.loc[code]
    east, north = float(area["easting_m"]), float(area["northing_m"])
    metres = np.hypot(stops["easting"] - east, stops["northing"] - north)
    nearest = stops.loc[metres.sort_values(kind="stable").index[:LISTED]]
    middle = Place(f"The middle of {area['area_name']}", f"{east:.0f} {north:.0f} {area['area_name']}")
    return [middle, *_places(nearest, stops, metres.loc[nearest.index].map("{:,.0f} m".format))]


def named(stops: pd.DataFrame, text: str) -> list[Place]:
    """Return the stops whose names have a text in them, in the order of names."""
    has = stops["name"].astype("string").fillna("").str.casefold().str.contains(text.strip().casefold(), regex=False)
    found = stops[has.to_numpy(dtype=bool)].sort_values(["name", "stop_id"], kind="stable").head(LISTED)
    return _places(found, stops, found["stop_id"].astype("string"))


def _places(some: pd.DataFrame, stops: pd.DataFrame, notes: pd.Series) -> list[Place]:
    """Return some of the stops, with a note on each in its label."""
    written = _written(stops).loc[some.index]
    return [Place(f"{name} ({note})", text) for name, note, text in zip(some["name"], notes, written, strict=True)]


def _written(stops: pd.DataFrame) -> pd.Series:
    """Return how each stop is written: its name where no other has it, else its id."""
    names = stops["name"].astype("string").fillna("").str.strip()
    plain = names.str.casefold()
    unique = ~plain.duplicated(keep=False) & (plain != "") & ~names.str.match(r"\d")
    return names.where(unique, stops["stop_id"].astype("string"))


def show(county: County, stops: pd.DataFrame, chosen_area: str, boxes: dict[str, str], faults: str) -> None:
    """Show the search, and buttons that add the stop found, with its time, to one of the boxes.

    `chosen_area` is the key of the session that has the code of the area chosen on the map, `boxes` are the labels of
    the boxes by their keys, and `faults` is the key where what is wrong is put.
    """
    state = st.session_state
    typed, button = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
    text = typed.text_input("Find a stop by a part of its name", key=TEXT, on_change=lambda: state.pop(NEAR, None))
    button.button(
        "Stops near the area chosen on the map", key=f"{KEY}use_map", on_click=_take_area, args=(chosen_area, faults)
    )
    area = state.get(NEAR)
    if isinstance(area, str) and area in county.areas.index:
        places = near(county, stops, area)
    elif text.strip():
        places = named(stops, text)
        if not places:
            st.caption("No stop of the timetables has that in its name.")
    else:
        return
    if not places:
        return
    stop, time = st.columns([3, 2], gap="medium")
    found = stop.selectbox("Stop", places, format_func=lambda place: place.label, key=STOP)
    time.text_input("Time at the stop", key=TIME, placeholder="07:40")
    with st.container(horizontal=True):
        for key, label in boxes.items():
            st.button(f"Add to: {label}", key=f"{KEY}add_{key}", on_click=_add, args=(key, found, faults))


def _take_area(chosen_area: str, faults: str) -> None:
    state = st.session_state
    state[NEAR], state[faults] = state.get(chosen_area), ()
    if state[NEAR] is None:
        state[faults] = (NO_AREA,)


def _add(box: str, place: Place, faults: str) -> None:
    """Add a line with the stop that is shown, and its time, to a box."""
    state = st.session_state
    time = state[TIME].strip()
    state[faults] = () if AT.fullmatch(time) else (NO_TIME,)
    if not state[faults]:
        state[box] = "\n".join([*filter(None, [state[box].strip()]), f"{time} {place.written}"])
        state[TIME] = ""
