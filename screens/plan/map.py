"""Show the map of areas: a canvas of our own, drawn in the browser with nothing fetched from outside.

Two components share the work (docs/decisions/0010). One carries the shapes, which Streamlit sends once and then only
names; the other is the map, which receives one character an area with every plan.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from budget.offers.targeting import by_purpose
from budget.planning import called, measures, rules_moved
from budget.planning.areas import by_area
from budget.planning.measures import Measured
from budget.planning.plan import Plan
from budget.planning.rules_moved import RulesMoved
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
INKS = ("#0b0c0c", "#0b0c0c", "#0b0c0c", "#ffffff", "#ffffff")  # of the numbers on `measures.FILLS`: 4.5:1 or more
BESIDES = {  # classes of a measure that are no step
    measures.NOT_KNOWN: ("b", "dotted", "Not known"),
    measures.OUTSIDE: ("c", "plain", "Not in target, or not settled"),
}
MOVED = {  # by state of budget.planning.rules_moved: class, fill, label
    rules_moved.GAINED: ("+", "#00703c", "Gained: comes into target"),
    rules_moved.LOST: ("−", "#b5105f", "Lost: leaves the target"),
    rules_moved.STAYS_IN: ("=", "#1d5ea8", "Stays in target"),
    rules_moved.NOT_SETTLED: ("b", "dotted", "Not settled: the journey is not measured"),
    rules_moved.STAYS_OUT: ("c", "plain", "Not in target"),
}
DESTINATIONS = (  # kind, symbol, label
    ("college", "square", "College"),
    ("sixth_form", "triangle", "Sixth form"),
    ("employment_centre", "circle", "Employment centre"),
)
ROUTES = "Bus and train routes, straight from stop to stop"
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


@dataclass(frozen=True, slots=True)
class Drawn:
    """How the areas are drawn: what the browser gets, and the title in words."""

    title: str
    data: dict  # classes (one character an area), notes, legend; heading and figures of a measure


def send_shapes(plan: Plan) -> None:
    """Send a county's areas and the destinations that count to the browser; unchanged, they are not sent again."""
    _SHAPES(data={"key": _key(plan), **_encoded(_key(plan), plan)}, key="map_shapes")


@st.cache_resource(max_entries=4, show_spinner=False)
def _encoded(key: str, _plan: Plan) -> dict:
    county = _plan.county
    timetable = (county.published or county).timetable  # a scenario that withdraws a line draws the county as published
    return map_shapes.encode(county.areas, _counting(_plan), called.towns(county), county.water, timetable) | {
        "called": called.called(county).tolist()
    }


def _key(plan: Plan) -> str:
    names = plan.county.manifest.tables.get("names.parquet", {}).get("sha256", "")
    return f"{plan.county.manifest.checksum}-{names[:12]}-{len(_counting(plan))}"


def _counting(plan: Plan) -> pd.DataFrame:
    return pd.concat(by_purpose(plan.county.destinations, plan.catalogue.figures).values())


def show(plan: Plan, drawn: Drawn, selected: str | None, on_picked: Callable[[], None], key: str) -> None:
    """Show the areas of a plan's county, drawn by `of_plan`, `of_measure` or `of_rules_moved`.

    Nothing is solved or fetched to draw them otherwise. `on_picked` runs when an area is clicked, its code in
    `session_state[key].picked`.
    """
    has_routes = (plan.county.published or plan.county).timetable is not None
    counts = [f"{entry['count']} areas {entry['label']}" for entry in drawn.data["legend"]]
    _MAP(
        data=drawn.data
        | {
            "shapes": _key(plan),
            "symbols": [dict(zip(("kind", "symbol", "label"), each, strict=True)) for each in DESTINATIONS],
            "routes": ROUTES if has_routes else "",
            "selected": selected or "",
            "alt": f"Map of {plan.county.manifest.name}: {drawn.title}. {'; '.join(counts)}. The tables below hold "
            "the same.",
        },
        key=key,
        on_picked_change=on_picked,
    )


def of_plan(plan: Plan) -> Drawn:
    """Return how what the plan does is drawn: the class of each area, the notes of those funded and the legend."""
    areas = by_area(plan)
    marks = _marks(plan)
    letters = {status: letter for status, (letter, _, _) in OTHERS.items()}
    classes = [
        letters[status] if status != "funded" else marks[kind]
        for status, kind in zip(areas["status"], areas["kind"], strict=True)
    ]
    data = {"classes": "".join(classes), "notes": _notes(plan, areas), "legend": _legend(plan, Counter(classes))}
    return Drawn("what the plan does", data)


def of_measure(measure: Measured) -> Drawn:
    """Return how a measure is drawn: the class and the figure of each area, and the legend."""
    entries = {
        place: {"class": str(place + 1), "fill": fill, "ink": ink, "label": label[:1].upper() + label[1:]}
        for place, (label, (fill, ink)) in enumerate(
            zip(measure.labels, zip(measures.FILLS, INKS, strict=True), strict=False)
        )
    }
    entries |= {
        place: {"class": letter, "fill": fill, "label": label} for place, (letter, fill, label) in BESIDES.items()
    }
    data = _by_class(measure.classes, entries)
    data |= {"heading": measure.heading, "figures": [page.figure(figure) for figure in measure.figures]}
    return Drawn(measure.title, data)


def of_rules_moved(moved: RulesMoved) -> Drawn:
    """Return how areas that come into target or leave it are drawn."""
    entries = {state: dict(zip(("class", "fill", "label"), entry, strict=True)) for state, entry in MOVED.items()}
    return Drawn("in target by the rules as moved", _by_class(moved.states, entries))


def _by_class(classes: pd.Series, entries: Mapping[Any, dict]) -> dict:
    """Return the class of each area, and the legend with the number of areas; a letter without any is left out."""
    counts = classes.value_counts()
    legend = [entry | {"count": int(counts.get(name, 0))} for name, entry in entries.items()]
    return {
        "classes": "".join(entries[name]["class"] for name in classes),
        "notes": {},
        "legend": [entry for entry in legend if entry["count"] or entry["class"].isdigit()],
    }


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
