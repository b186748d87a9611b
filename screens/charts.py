"""The look of every chart, labels dark enough to read, and bars of spend."""

from dataclasses import dataclass
from typing import Any, TypeVar

import altair as alt
import pandas as pd

from data.wording import whole_pounds

INK, BAR = "#0b0c0c", "#1d5ea8"
MOST_BARS = 20
POUNDS = (  # an axis label: £0, £200k, £1.2m, -£50k
    "(datum.value < 0 ? '-£' : '£') + (abs(datum.value) >= 1e6 ? format(abs(datum.value) / 1e6, '.4~g') + 'm' : "
    "abs(datum.value) >= 1e3 ? format(abs(datum.value) / 1e3, '.4~g') + 'k' : format(abs(datum.value), '.4~g'))"
)
NAMES_AXIS = alt.Axis(labelLimit=160, ticks=False, domain=False)
Chart = TypeVar("Chart", alt.LayerChart, alt.Chart)


@dataclass(frozen=True)
class Bars:
    """A bar chart: its Vega-Lite specification, what it shows in a sentence, and how many rows it leaves out."""

    spec: dict[str, Any]
    alt: str
    left_out: int


def spend_bars(table: pd.DataFrame, label: str, by: str) -> Bars | None:
    """Return a bar chart of `cost_pence` by the text column `label`, the dearest first, at most MOST_BARS bars.

    `by` says in words what the bars stand for. None where the table has no row.
    """
    if table.empty:
        return None
    bars = table.nlargest(MOST_BARS, "cost_pence")
    bars = bars.assign(pounds=bars["cost_pence"] / 100, text=[whole_pounds(pence) for pence in bars["cost_pence"]])
    base = alt.Chart(bars[[label, "pounds", "text"]]).encode(
        y=alt.Y(f"{label}:N", sort=None, title=None, axis=NAMES_AXIS),
        x=alt.X(
            "pounds:Q",
            title="Spend, £",
            scale=alt.Scale(domain=[0, max(float(bars["pounds"].max()), 1.0) * 1.5]),
            axis=alt.Axis(format=",.0f", tickCount=4, labelOverlap="greedy", labelSeparation=8),
        ),
    )
    drawn = base.mark_bar(color=BAR, height={"band": 0.7}) + base.mark_text(align="left", dx=5, color=INK).encode(
        text="text:N"
    )
    spec = styled(drawn.properties(height=36 * len(bars) + 50)).to_dict()
    most, least = (f"{row[label]} {row['text']}" for _, row in bars.iloc[[0, -1]].iterrows())
    # Streamlit repeats the sentence in the name of each of the chart's buttons.
    said = f"Spend by {by}, {len(bars)} bars: the most {most}, the least {least}."
    return Bars(spec, said, len(table) - len(bars))


def colours_by(field: str, colours: dict[str, str], **legend: Any) -> alt.Color:
    """Return the colours of a field's values, with a legend above the chart."""
    names, values = list(colours), list(colours.values())
    above = alt.Legend(title=None, orient="top", symbolType="square", **legend)
    return alt.Color(field, sort=names, scale=alt.Scale(domain=names, range=values), legend=above)


def styled(chart: Chart) -> Chart:
    """Return a chart with labels that are dark and large enough to read."""
    return chart.configure(
        font="sans-serif",
        axis=alt.AxisConfig(labelColor=INK, titleColor=INK, labelFontSize=13, titleFontSize=13, gridColor="#e3e4e6"),
        text=alt.MarkConfig(fontSize=13, font="Source Sans, sans-serif"),
        view=alt.ViewConfig(stroke=None),
    )


def layered(*layers: alt.Chart, height: int) -> alt.LayerChart:
    """Return a styled chart of layers, `height` pixels high."""
    drawn = alt.LayerChart(layer=list(layers))
    return styled(drawn.properties(height=height))
