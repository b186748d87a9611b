"""Show the map of areas: a canvas of our own, drawn in the browser with nothing fetched from outside.

Two components share the work (docs/decisions/0010). One carries the shapes, which Streamlit sends once and then only
names; the other is the map, which receives one character an area with every plan.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import streamlit as st

from budget.offers.targeting import by_purpose
from budget.planning.areas import by_area
from budget.planning.plan import Plan
from data.wording import rounded_pounds
from screens import page
from screens.plan import map_shapes

# Kinds of support in the catalogue's order. Every colour is 3:1 or more against the areas not funded and 4.5:1 under
# the white number that also tells it apart; hues from Paul Tol's schemes for colour-blind readers, darkened.
COLOURS = (
    "#1d5ea8", "#8a3ffc", "#00703c", "#8c4a00", "#b5105f", "#00697a", "#5c2d00",
    "#b32017", "#343a40", "#4a5200", "#4b0082", "#0b5d4f",
)  # fmt: skip
MARKS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # of kinds of support: one character an area; small letters are of OTHERS
DESTINATIONS = (  # kind, symbol, label
    ("college", "square", "College"),
    ("sixth_form", "triangle", "Sixth form"),
    ("employment_centre", "circle", "Employment centre"),
)
OTHERS = {
    "not_funded": ("a", "hatched", "In target, not funded"),
    "not_settled": ("b", "dotted", "Not settled: the journey is not measured"),
    "not_in_target": ("c", "plain", "Not in target"),
}

_HERE = Path(__file__).parent
_SHAPES = st.components.v2.component(
    "farebridge_map_shapes",
    html="<span hidden></span>\n<i hidden></i>",
    js=(_HERE / "map_shapes.js").read_text("utf-8"),
)
_MAP = st.components.v2.component(
    "farebridge_map",
    html=(_HERE / "map.html").read_text("utf-8"),
    css=(_HERE / "map.css").read_text("utf-8"),
    js=(_HERE / "map.js").read_text("utf-8"),
)


def send_shapes(plan: Plan) -> None:
    """Send a county's areas and the destinations that count to the browser; unchanged, they are not sent again."""
    _SHAPES(data={"key": _key(plan), **_encoded(_key(plan), plan)}, key="map_shapes")


@st.cache_resource(max_entries=4, show_spinner=False)
def _encoded(key: str, _plan: Plan) -> dict:
    return map_shapes.encode(_plan.county.areas, _counting(_plan))


def _key(plan: Plan) -> str:
    return f"{plan.county.manifest.checksum}-{len(_counting(plan))}"


def _counting(plan: Plan) -> pd.DataFrame:
    return pd.concat(by_purpose(plan.county.destinations, plan.catalogue.figures).values())


def show(plan: Plan, selected: str | None, on_picked: Callable[[], None], key: str) -> None:
    """Show the map of a plan; `on_picked` runs when an area is clicked, its code in `session_state[key].picked`."""
    areas = by_area(plan)
    marks = _marks(plan)
    letters = {status: letter for status, (letter, _, _) in OTHERS.items()}
    classes = [
        letters[status] if status != "funded" else marks[kind]
        for status, kind in zip(areas["status"], areas["kind"], strict=True)
    ]
    legend = _legend(plan, Counter(classes))
    counts = [f"{entry['count']} areas {entry['label']}" for entry in legend]
    _MAP(
        data={
            "shapes": _key(plan),
            "classes": "".join(classes),
            "notes": _notes(plan, areas),
            "legend": legend,
            "symbols": [dict(zip(("kind", "symbol", "label"), each, strict=True)) for each in DESTINATIONS],
            "selected": selected or "",
            "alt": f"Map of {plan.county.manifest.name}: {'; '.join(counts)}. The tables below hold the same.",
        },
        key=key,
        on_picked_change=on_picked,
    )


def _notes(plan: Plan, areas: pd.DataFrame) -> dict[str, str]:
    """Return the tooltip of each funded area, by the area's place."""
    labels = {kind.id: kind.label for kind in plan.catalogue.kinds}
    return {
        str(place): f"{labels[row.kind]}: {page.people(row.people)} young people, "
        f"{rounded_pounds(row.whole_cost_pence)}"
        for place, row in enumerate(areas.itertuples())
        if row.status == "funded"
    }


def _marks(plan: Plan) -> dict[str, str]:
    """Return the character of each kind of support: the map has one for each area."""
    return {kind.id: MARKS[number % len(MARKS)] for number, kind in enumerate(plan.catalogue.kinds)}


def _legend(plan: Plan, counts: Mapping[str, int]) -> list[dict]:
    kinds = [
        {"class": mark, "fill": COLOURS[number % len(COLOURS)], "label": kind.label}
        for number, (kind, mark) in enumerate(zip(plan.catalogue.kinds, _marks(plan).values(), strict=True))
        if mark in counts
    ]
    others = [
        {"class": letter, "fill": fill, "label": label} for letter, fill, label in OTHERS.values() if letter in counts
    ]
    return [entry | {"count": counts[entry["class"]]} for entry in kinds + others]
