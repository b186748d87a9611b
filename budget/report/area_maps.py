"""Draw the map of all areas by a measure for a committee paper, as a picture or as a page of its own."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes

from budget.planning import called, measures
from budget.planning.measures import NOT_KNOWN, OUTSIDE
from budget.planning.plan import Plan
from budget.report import formats, pictures
from budget.report.pictures import LIGHT, PALE, Look
from budget.workbook.plan_sheets.sources_sheet import attribution
from data.wording import long_date, pounds

FORMS = ("png", "pdf")
WIDTH_CM, TALLEST_CM, LEGEND_CM, HEAD_CM = 17.0, 18.0, 3.8, 1.2  # within the margins of an A4 page
FUNDED = ("#d5dbe1", "#f6f7f8", "#f2a65a", "#0b4f8a")  # of what the plan does, in the order of its classes
LETTERS_A_LINE = 135
LETTERS_ACROSS, LINES_DOWN = 130, 45  # of names of towns on the map


def of_measure(plan: Plan, name: str, form: str) -> bytes:
    """Return the map of a measure of `measures.MEASURES` as a file, "png" or "pdf"; the same plan gives the same bytes.

    Title, legend with the number of areas, names of towns (of districts where the bundle names no town), a scale, what
    the measure is, the plan and the attribution that the data ask for.
    """
    measure = measures.measured(plan, name)
    looks = _looks(measure, name)
    counts = measure.classes.value_counts()
    labelled = {
        key: Look(f"{look.label} ({int(counts.get(place, 0)):,})", look.fill, look.hatch, look.marker)
        for (key, look), place in zip(looks.items(), _places(measure), strict=True)
    }
    status = measure.classes.map(str)
    figure, axes = pictures.map_figure(plan.county, status, labelled, WIDTH_CM, TALLEST_CM, LEGEND_CM, HEAD_CM)
    _name_towns(axes, called.labels(plan.county.areas, called.towns(plan.county)))
    foot = LEGEND_CM / (figure.get_figheight() / pictures.CM)
    legend = figure.legends[0]
    legend.set_loc("upper center")
    legend.set_bbox_to_anchor((0.5, foot), figure.transFigure)
    where = formats.name(plan.county.manifest.name)
    figure.text(0.02, 0.985, f"{where}: {measure.title.lower()}", fontsize=12, va="top", parse_math=False)
    said = f"{measure.note} Triangles are colleges. Plan of {long_date(plan.day)} for "
    said += f"{pounds(plan.allocation.budget_pence)}."
    words = textwrap.wrap(" ".join([said, *attribution(plan)]), LETTERS_A_LINE)
    figure.text(0.02, 0.01, "\n".join(words), fontsize=6, va="bottom", parse_math=False)
    return pictures.file_of(figure, form)


def _name_towns(axes: Axes, towns: pd.DataFrame) -> None:
    """Write the names of towns; one that would lie on another, or outside, is left out."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    letter, line = (east - west) / LETTERS_ACROSS, (north - south) / LINES_DOWN
    placed: list[tuple[float, float, float]] = []
    for name, right, up in towns[["name", "easting_m", "northing_m"]].itertuples(index=False):
        half = (len(name) + 2) * letter / 2
        is_inside = west < right - half and right + half < east and south < up < north
        is_free = all(abs(right - x) >= half + wide or abs(up - y) >= line for x, y, wide in placed)
        if is_inside and is_free:
            placed.append((right, up, half))
            pictures.write_name(axes, name, right, up)


def _places(measure: measures.Measured) -> list[int]:
    return [*range(len(measure.labels)), NOT_KNOWN, OUTSIDE]


def _looks(measure: measures.Measured, name: str) -> dict[str, Look]:
    """Return how each class is drawn, by its place as a text."""
    fills = FUNDED if name == measures.PLAN else measures.FILLS
    labels = [label[:1].upper() + label[1:] for label in measure.labels]
    looks = [Look(label, fill) for label, fill in zip(labels, fills, strict=False)]
    if name == measures.PLAN:
        looks[1], looks[2] = Look(labels[1], fills[1], "...."), Look(labels[2], fills[2], "////", "D")
    besides = [
        Look("Not known", LIGHT.fill, LIGHT.hatch, LIGHT.marker),
        Look("Not in target, or not settled", PALE.fill),
    ]
    return dict(zip(map(str, _places(measure)), [*looks, *besides], strict=True))
