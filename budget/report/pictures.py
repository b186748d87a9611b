"""Draw the map and the charts, with lightness and hatching that can be told apart in colour and in grey.

They are drawn without pyplot, whose state is shared by all threads. The same plan gives the same bytes.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import shapely
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from budget.report import formats
from budget.report.blocks import Picture
from data.bundle import County
from data.wording import KM_A_MILE, counted

DPI = 200
CM = 1 / 2.54
INK, EDGE = "#1f2933", "#52606d"
SMALL, USUAL = 7, 8  # points
MOST_LABELS = 10  # district names on the map
MOST_OUTLINES = 3000  # areas; with more of them only the lines would be seen
MOST_COLLEGES = 60  # with more the map would be all triangles
LEGEND = {"fontsize": SMALL, "frameon": False, "handleheight": 1.1}
SCALES_MILES, METRES_A_MILE = (1, 2, 5, 10, 20, 50, 100), KM_A_MILE * 1000
TALLEST_CM, LEGEND_CM, CHART_CM = 7.6, 1.3, 7.2  # heights of the map, of the legend beneath it, and of charts
FEWEST_BARS = 4  # that a chart has room for
SHORT = 24  # characters of a name in a picture


@dataclass(frozen=True, slots=True)
class Look:
    """How one sort of area or bar is drawn."""

    label: str
    fill: str
    hatch: str = ""
    marker: str = "o"  # for an area without a boundary


Series = Mapping[Look, Sequence[float | None]]

# from dark to light; people with any common form of colour blindness can tell blue from orange
DARK = Look("", "#0b4f8a")
MIDDLE = Look("", "#f2a65a", "////", "D")
LIGHT = Look("", "#d5dbe1", "....", "s")
PALE = Look("", "#f6f7f8", "", ".")


def map_of(county: County, status: pd.Series, looks: dict[str, Look], alt: str, width_cm: float) -> Picture:
    """Return a map of the county's areas by status (index area_code; a key of `looks`), colleges and a scale."""
    figure, axes = map_figure(county, status, looks, width_cm, TALLEST_CM, LEGEND_CM)
    _name_districts(axes, _middles_of_districts(county.areas))
    return Picture(_png(figure), alt, width_cm)


def map_figure(
    county: County,
    status: pd.Series,
    looks: dict[str, Look],
    width_cm: float,
    tallest_cm: float,
    legend_cm: float,
    head_cm: float = 0.0,
) -> tuple[Figure, Axes]:
    """Return the map of `map_of` without names, with room for a legend below and for words above it, in centimetres."""
    west, south, east, north = county.areas.total_bounds
    around = max(east - west, north - south, 2000) * 0.03
    box = (west - around, south - around, east + around, north + around)
    height_cm = min(max(width_cm * (box[3] - box[1]) / (box[2] - box[0]), width_cm * 0.6), tallest_cm)
    whole_cm = legend_cm + height_cm + head_cm
    figure = Figure(figsize=(width_cm * CM, whole_cm * CM), dpi=DPI)
    axes = figure.add_axes((0, legend_cm / whole_cm, 1, height_cm / whole_cm))
    geometry = county.areas.geometry
    is_few = len(geometry) <= MOST_OUTLINES
    for name, look in reversed(looks.items()):  # the darkest last, on top
        _draw_areas(axes, geometry[(status == name).reindex(geometry.index).to_numpy()], look, is_few)
    places = colleges_in(county)
    style: dict[str, Any] = {"marker": "^", "s": 16, "facecolor": "white", "edgecolor": "black", "linewidth": 0.8}
    axes.scatter(places["easting_m"], places["northing_m"], zorder=4, **style)
    axes.set(xlim=(box[0], box[2]), ylim=(box[1], box[3]), aspect="equal")
    axes.set_axis_off()
    _scale(axes, county, box)
    handle = _dot if (geometry.geom_type == "Point").all() else _patch
    handles = [handle(look) for name, look in looks.items() if (status == name).any()]
    figure.legend(handles=handles, loc="lower center", ncols=2, **LEGEND)
    return figure, axes


def _draw_areas(axes: Axes, geometry: pd.Series, look: Look, is_few: bool) -> None:
    """Draw areas of one sort: all their outlines as one path, and those without a boundary as dots."""
    if geometry.empty:
        return
    is_point = (geometry.geom_type == "Point").to_numpy()
    points = geometry[is_point]
    if len(points):
        style: dict[str, Any] = {"facecolor": look.fill, "edgecolor": EDGE, "linewidth": 0.4}
        axes.scatter(points.x, points.y, s=14, marker=look.marker, zorder=2, **style)
    path = _outlines(geometry[~is_point].to_numpy())
    if path is not None:
        width = 0.15 if is_few else 0.0
        axes.add_patch(PathPatch(path, facecolor=look.fill, edgecolor=EDGE, linewidth=width, hatch=look.hatch or None))


def _outlines(shapes: np.ndarray) -> Path | None:
    """Return the rings of polygons as one path; holes run in the other direction, so that they stay open."""
    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(shapes)))
    if not len(rings):
        return None
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    first = np.r_[True, of_ring[1:] != of_ring[:-1]]
    last = np.r_[first[1:], True]
    codes = np.where(first, Path.MOVETO, np.where(last, Path.CLOSEPOLY, Path.LINETO)).astype(np.uint8)
    return Path(points, codes)


def colleges_in(county: County) -> pd.DataFrame:
    """Return the colleges that the map shows: those near the county, none where there are too many."""
    west, south, east, north = county.areas.total_bounds
    places = county.destinations[county.destinations["kind"] == "college"]
    inside = places["easting_m"].between(west, east) & places["northing_m"].between(south, north)
    return places[inside] if inside.sum() <= MOST_COLLEGES else places.iloc[:0]


def _middles_of_districts(areas: pd.DataFrame) -> pd.DataFrame:
    """Return the names of the districts at their middles, from north to south; none where there are too many."""
    if areas["district_code"].nunique() > MOST_LABELS:
        return pd.DataFrame(columns=["name", "easting_m", "northing_m"])
    weight = areas.geometry.area.clip(lower=1.0)
    weighted = areas[["easting_m", "northing_m"]].mul(weight, axis=0).groupby(areas["district_code"]).sum()
    middles = weighted.div(weight.groupby(areas["district_code"]).sum(), axis=0).sort_values("northing_m")[::-1]
    return middles.assign(name=areas.groupby("district_code")["district_name"].first())


def _name_districts(axes: Axes, places: pd.DataFrame) -> None:
    """Write names where they are (columns name, easting_m, northing_m), lower where two would overlap."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    wide, high = (east - west) * 0.33, (north - south) * 0.045
    placed: list[tuple[float, float]] = []
    for name, right, up in places[["name", "easting_m", "northing_m"]].itertuples(index=False):
        while any(abs(right - other) < wide and abs(up - above) < high for other, above in placed):
            up -= high / 4
        placed.append((right, up))
        write_name(axes, name, right, up)


def write_name(axes: Axes, name: object, easting_m: float, northing_m: float) -> None:
    """Write the name of a place on a map, legible on any ground."""
    text = axes.text(easting_m, northing_m, _text(name), fontsize=SMALL, ha="center", color="black", parse_math=False)
    text.set(zorder=5, clip_on=True, path_effects=[patheffects.withStroke(linewidth=2, foreground="white")])


def _scale(axes: Axes, county: County, box: tuple[float, ...]) -> None:
    """Draw a bar of whole miles, about a quarter of the width, in the emptier of the two lower corners."""
    wide, high = box[2] - box[0], box[3] - box[1]
    length = max((each for each in SCALES_MILES if each * METRES_A_MILE <= wide / 4), default=SCALES_MILES[0])
    metres = length * METRES_A_MILE
    low = county.areas.loc[county.areas["northing_m"] < box[1] + high * 0.12, "easting_m"]
    is_right = (low > box[0] + wide * 0.7).sum() < (low < box[0] + wide * 0.3).sum()
    east = box[2] - wide * 0.03 - metres if is_right else box[0] + wide * 0.03
    north = box[1] + high * 0.03
    axes.plot([east, east + metres], [north, north], color="black", linewidth=1.5, solid_capstyle="butt", zorder=5)
    above = north + (box[3] - box[1]) * 0.012
    axes.text(east, above, counted(length, "mile"), fontsize=SMALL, va="bottom", zorder=5)


def bars(
    names: Sequence[str], series: Series, axis: str, alt: str, width_cm: float, *, is_stacked: bool = False
) -> Picture:
    """Return bars, one a series for each name, side by side or stacked; None is a value that is hidden."""
    figure, axes = _chart(width_cm, CHART_CM)
    places, wide = np.arange(len(names)), 0.8 / (1 if is_stacked else len(series))
    bottom, left = np.zeros(len(names)), places - 0.4 + wide / 2
    for look, values in series.items():
        known = np.array([value or 0.0 for value in values])
        style: dict[str, Any] = {"color": look.fill, "hatch": look.hatch or None, "edgecolor": INK, "linewidth": 0.5}
        axes.bar(left, known, wide, bottom=bottom, **style)
        if is_stacked:
            bottom += known
        else:
            left = left + wide
    hidden = [None in values for values in zip(*series.values(), strict=True)]
    _finish(axes, names, hidden, list(series), axis)
    return Picture(_png(figure), alt, width_cm)


def across(names: Sequence[str], values: Sequence[float], labels: Sequence[str], alt: str, width_cm: float) -> Picture:
    """Return horizontal bars, one a name, each with its label at the end."""
    figure, axes = _chart(width_cm, 1.2 + 0.62 * max(len(names), 2))
    places = np.arange(len(names))[::-1]
    axes.barh(places, values, 0.66, color=DARK.fill, edgecolor=INK, linewidth=0.5)
    most = max(values, default=0.0) or 1e-9
    for place, value, label in zip(places, values, labels, strict=True):
        axes.text(value + most * 0.015, place, label, fontsize=USUAL, va="center", parse_math=False)
    axes.set_yticks(places, [_text(name, 36) for name in names], fontsize=USUAL, parse_math=False)
    axes.set(xlim=(0, most * 1.28), ylim=(-0.6, len(names) - 0.4), xticks=[])
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    return Picture(_png(figure), alt, width_cm)


def _chart(width_cm: float, height_cm: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width_cm * CM, height_cm * CM), dpi=DPI, layout="constrained")
    return figure, figure.add_subplot()


def _finish(axes: Axes, names: Sequence[str], hidden: Sequence[bool], looks: Sequence[Look], axis: str) -> None:
    places = np.arange(len(names))
    is_wide = max(map(len, names), default=0) > 9 and len(names) > 3
    slanted: dict[str, Any] = {"rotation": 30, "ha": "right"} if is_wide else {}
    axes.set_xticks(places, [_text(name) for name in names], fontsize=USUAL, parse_math=False, **slanted)
    axes.tick_params(axis="y", labelsize=USUAL)
    axes.set_ylabel(axis, fontsize=USUAL)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if value == int(value) else f"{value:,.1f}")
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_ylim(bottom=0)
    axes.set_xlim(-0.6, max(len(names), FEWEST_BARS) - 0.4)  # so that one bar does not fill the chart
    for place in places[np.array(hidden, dtype=bool)]:
        axes.text(place, 0, " hidden", fontsize=SMALL, rotation=90, ha="center", va="bottom", color=INK)
    if len(looks) > 1:
        above: dict[str, Any] = {"loc": "lower center", "bbox_to_anchor": (0.5, 1.0), "ncols": 2, "frameon": False}
        axes.legend(handles=[_patch(look) for look in looks], fontsize=SMALL, **above)


def _patch(look: Look) -> Patch:
    patch = Patch(facecolor=look.fill, edgecolor=INK, linewidth=0.5, hatch=look.hatch or None)
    patch.set_label(look.label)
    return patch


def _dot(look: Look) -> Line2D:
    edge: dict[str, Any] = {"markeredgecolor": EDGE, "markeredgewidth": 0.4}
    return Line2D([], [], ls="", marker=look.marker, label=look.label, mfc=look.fill, markersize=4, **edge)


def _png(figure: Figure) -> bytes:
    return file_of(figure, "png")


def file_of(figure: Figure, form: str) -> bytes:
    """Return a picture as a file, "png" or "pdf", without the day and the program that made it."""
    saved = io.BytesIO()
    unsaid = {"Software": None} if form == "png" else {"CreationDate": None, "Producer": None, "Creator": None}
    figure.savefig(saved, format=form, metadata=unsaid)
    return saved.getvalue()


@cache
def _letters() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties())).get_charmap())


def _text(words: object, most: int = SHORT) -> str:
    """Return words with "?" for letters that the font does not have."""
    drawn = "".join(letter if ord(letter) in _letters() else "?" for letter in formats.name(words, most))
    return drawn or "?"
