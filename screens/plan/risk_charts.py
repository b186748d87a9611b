"""Draw simulated years: how often each amount came up, nine years of ten, the planned amount and the budget."""

from collections.abc import Callable
from typing import Literal

import altair as alt
import numpy as np
import pandas as pd

from budget.risk.simulation import Band
from screens.charts import BAR, INK, POUNDS, layered

Text = Callable[[float], str]  # writes a value
BINS = 44
OVER = "#b32017"


def band(
    values: np.ndarray, ends: Band, marks: dict[str, float], text: Text, over: float | None = None
) -> alt.LayerChart:
    """Return a histogram of simulated years with the band of nine years of ten beneath it.

    `values` and `ends` are in the unit to show; `marks` are upright lines with their names; bars above `over` have
    another colour. `text` writes a value.
    """
    counts, edges = np.histogram(values, bins=BINS)
    top = float(counts.max())
    bars = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "years": counts, "floor": 0})
    bars["colour"] = [OVER if over is not None and low >= over else BAR for low in bars["low"]]
    bars["Years in 10,000"] = [f"{count * 10_000 / len(values):,.0f}" for count in counts]
    bars["Between"] = [f"{text(low)} and {text(high)}" for low, high in zip(bars["low"], bars["high"], strict=True)]
    span = [min(edges[0], *marks.values()), max(edges[-1], *marks.values())]
    axis = alt.Axis(tickCount=5, labelExpr=POUNDS) if over is not None else alt.Axis(tickCount=5)
    x = alt.X("low:Q", title=None, scale=alt.Scale(domain=span, nice=False), axis=axis)
    y_scale = alt.Scale(domain=[-0.3 * top, (1.08 + 0.15 * len(marks)) * top], nice=False)
    drawn = (
        alt.Chart(bars)
        .mark_bar(stroke="white", strokeWidth=1)
        .encode(
            x=x,
            x2="high:Q",
            y=alt.Y("years:Q", axis=None, scale=y_scale),
            y2="floor:Q",
            color=alt.Color("colour:N", scale=None),
            tooltip=["Between:N", "Years in 10,000:N"],
        )
    )
    layers = [drawn, *_beneath(ends, text, -0.1 * top, y_scale)]
    for number, (label, value) in enumerate(marks.items(), start=1):
        layers += _mark(f"{label} {text(value)}", value, span, top * (0.98 + 0.15 * number), y_scale)
    return layered(*layers, height=250)


def _beneath(ends: Band, text: Text, height: float, y_scale: alt.Scale) -> list[alt.Chart]:
    """Return the band as a thick line with its middle, and its two ends in words."""
    place = pd.DataFrame({"low": [ends.low], "high": [ends.high], "middle": [ends.middle], "y": [height]})
    place["text"] = f"{text(ends.low)} to {text(ends.high)}"
    y = alt.Y("y:Q", axis=None, scale=y_scale)
    base = alt.Chart(place).encode(y=y)
    line = base.mark_rule(color=INK, strokeWidth=7).encode(x="low:Q", x2="high:Q")
    middle = base.mark_point(shape="diamond", size=110, filled=True, color="white", stroke=INK, opacity=1)
    return [
        line,
        middle.encode(x="middle:Q"),
        base.mark_text(dy=17, color=INK, fontWeight=600).encode(x="middle:Q", text="text:N"),
    ]


def _mark(label: str, value: float, span: list[float], height: float, y_scale: alt.Scale) -> list[alt.Chart]:
    is_right = value > (span[0] + span[1]) / 2
    place = pd.DataFrame({"value": [value], "y": [height], "floor": [0.0], "text": [label]})
    base = alt.Chart(place).encode(x="value:Q", y=alt.Y("y:Q", axis=None, scale=y_scale))
    rule = base.mark_rule(color=INK, strokeWidth=2, strokeDash=[5, 3]).encode(y2="floor:Q")
    side: Literal["left", "right"] = "right" if is_right else "left"
    away = -6 if is_right else 6
    name = alt.MarkDef(type="text", align=side, dx=away, color=INK, fontWeight=600, baseline="top")
    return [rule, alt.Chart(place, mark=name).encode(x="value:Q", y=base.encoding.y, text="text:N")]


def band_alt(what: str, ends: Band, marks: dict[str, float], text: Text) -> str:
    """Return in a sentence what the band shows."""
    others = "; ".join(f"{label.lower()} {text(value)}" for label, value in marks.items())
    return (
        f"{what} in simulated years: {text(ends.low)} to {text(ends.high)} in nine of ten, {text(ends.middle)} in the "
        f"middle one; {others}."
    )
