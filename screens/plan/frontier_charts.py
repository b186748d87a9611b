"""Draw the frontier: the access score for every budget under its proved bound, and what the next £1,000 adds."""

import altair as alt
import numpy as np
import pandas as pd

from budget.allocation.curve.frontier import Frontier
from budget.planning.within_reach import whole
from data.wording import rounded_pounds
from screens.charts import BAR, INK, POUNDS, layered, styled

PICK = "budget"  # the selection's name
BEYOND, KNEE, PICKED = "#dcdfe2", "#8a3ffc", "#b5105f"


def point_table(frontier: Frontier) -> pd.DataFrame:
    """Return the points that have a plan, in pounds, with the texts of their tooltips."""
    points = frontier.points[frontier.points["status"] != "infeasible"]
    table = points[["access", "bound"]].astype(float).reset_index(drop=True)
    table["budget"] = [pence / 100 for pence in points.index]
    table["more"] = points["access_per_extra_1000_pounds"].astype(float).to_numpy()
    table["Budget"] = [rounded_pounds(pence) for pence in points.index]
    table["Within reach"] = [whole(people) for people in points["within_reach"].astype(float)]
    table["Access score"] = [f"{access:,.1f}" for access in table["access"]]
    table["No plan scores more than"] = [f"{bound:,.1f}" for bound in table["bound"]]
    table["£1,000 more adds"] = ["" if pd.isna(more) else f"{more:,.3f}" for more in table["more"]]
    return table


def access(frontier: Frontier, now_pence: int, picked: tuple[int, float] | None) -> alt.LayerChart:
    """Return access by budget: the curve and its bound, the plan on screen, the knee and the budget that was picked.

    A click picks the nearest point (the selection PICK, its field budget in pounds). `picked` is (pence, access).
    """
    table = point_table(frontier)
    low, top = heights(table)
    ends = _ends(frontier)
    y_scale = alt.Scale(domain=[low, top], nice=False)
    base = alt.Chart(table).encode(x=_budget_axis(frontier))
    beyond = base.mark_area(color=BEYOND).encode(y=alt.Y("bound:Q", scale=y_scale, title=None), y2=alt.datum(top))
    line = base.mark_line(color=BAR, strokeWidth=2.5).encode(y=alt.Y("access:Q", scale=y_scale))
    selection = alt.selection_point(name=PICK, fields=["budget"], on="click", nearest=True, empty=False, toggle=False)
    tips = ["Budget", "Within reach", "Access score", "No plan scores more than", "£1,000 more adds"]
    dots = (
        base.mark_circle(color=BAR, size=70, opacity=1, cursor="pointer")
        .encode(y=alt.Y("access:Q", scale=y_scale), tooltip=[f"{name}:N" for name in tips])
        .add_params(selection)
    )
    layers = [beyond, _note("No plan reaches here: proved", ends, _part(low, top, 0.95)), line]
    if frontier.knee_pence is not None:
        layers += _mark("Turning point", frontier.knee_pence, table, _part(low, top, 0.06), KNEE, [2, 3])
    layers += _mark("This plan", now_pence, table, _part(low, top, 0.14), INK, [6, 4])
    if picked is not None:
        layers += _mark("Chosen", picked[0], table, _part(low, top, 0.22), PICKED, [1, 0])
    layers += [dots] if picked is None else [dots, _diamond(*picked, ends)]
    return layered(*layers, height=340)


def _ends(frontier: Frontier) -> tuple[float, float]:
    return float(frontier.points.index[0]) / 100, float(frontier.points.index[-1]) / 100


def _budget_axis(frontier: Frontier) -> alt.X:
    return alt.X(
        "budget:Q",
        title="Budget for the year",
        scale=alt.Scale(domain=list(_ends(frontier)), nice=False),
        axis=alt.Axis(labelExpr=POUNDS, tickCount=6, labelFlush=True),
    )


def heights(table: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of the upright axis: from nought, or from below a curve that begins with money."""
    lowest, highest = float(table["access"].min()), max(float(table["bound"].max()), 1.0)
    if not table["budget"].iloc[0]:
        return 0.0, highest * 1.12
    span = max(highest - lowest, 0.01 * highest)
    return max(lowest - 0.6 * span, 0.0), highest + 0.3 * span


def _part(low: float, top: float, part: float) -> float:
    return low + part * (top - low)


def _note(text: str, ends: tuple[float, float], height: float) -> alt.Chart:
    place = pd.DataFrame({"budget": [ends[0] + 0.02 * (ends[1] - ends[0])], "access": [height], "text": [text]})
    mark = alt.Chart(place).mark_text(align="left", color=INK, fontStyle="italic")
    return mark.encode(x="budget:Q", y="access:Q", text="text:N")


def _mark(label: str, pence: int, table: pd.DataFrame, height: float, colour: str, dash: list[int]) -> list[alt.Chart]:
    """Return a line from a budget up to the curve, with its name beside it; none where the budget is not on it."""
    pounds, lowest, highest = pence / 100, table["budget"].iloc[0], table["budget"].iloc[-1]
    if not lowest <= pounds <= highest:
        return []
    is_right = pounds > (lowest + highest) / 2
    brings = float(np.interp(pounds, table["budget"], table["access"]))
    floor, _ = heights(table)
    text = f"{label} {rounded_pounds(pence)}"
    place = pd.DataFrame([{"budget": pounds, "access": height, "brings": brings, "floor": floor, "text": text}])
    base = alt.Chart(place).encode(x="budget:Q")
    rule = base.mark_rule(color=colour, strokeWidth=2, strokeDash=dash).encode(y="brings:Q", y2="floor:Q")
    name = base.mark_text(align="right" if is_right else "left", dx=-6 if is_right else 6, color=colour, fontWeight=600)
    return [rule, name.encode(y="access:Q", text="text:N")]


def _diamond(pence: int, brings: float, ends: tuple[float, float]) -> alt.Chart:
    place = pd.DataFrame({"budget": [pence / 100], "access": [brings]})
    if not ends[0] <= pence / 100 <= ends[1]:
        place = place.iloc[:0]
    mark = alt.Chart(place).mark_point(shape="diamond", size=260, filled=True, color=PICKED, opacity=1)
    return mark.encode(x="budget:Q", y="access:Q")


def next_pounds(frontier: Frontier) -> alt.Chart:
    """Return what the next £1,000 brings at each budget, on a scale by tens."""
    table = point_table(frontier)
    table = table[table["more"] > 0]
    chart = (
        alt.Chart(table)
        .mark_line(color=BAR, strokeWidth=2.5, interpolate="step-after", point=alt.OverlayMarkDef(size=40, color=BAR))
        .encode(
            x=_budget_axis(frontier),
            y=alt.Y(
                "more:Q",
                title=None,
                scale=alt.Scale(type="log", nice=True),
                axis=alt.Axis(values=[10.0**power for power in range(-6, 4)], format="~g"),
            ),
            tooltip=["Budget:N", "£1,000 more adds:N"],
        )
    )
    return styled(chart.properties(height=170))


def access_alt(frontier: Frontier, now_pence: int) -> str:
    """Return in a sentence what the curve shows."""
    table = point_table(frontier)
    if table.empty:
        return "No budget of this curve has a plan."
    first, last = table.iloc[0], table.iloc[-1]
    knee = f", the turning point at {rounded_pounds(frontier.knee_pence)}" if frontier.knee_pence is not None else ""
    return (
        f"Access score by budget, {len(table)} points: {first['Access score']} at {first['Budget']}, with "
        f"{first['Within reach']} young people within reach; {last['Access score']}, with {last['Within reach']}, at "
        f"{last['Budget']}{knee}; this plan's budget is {rounded_pounds(now_pence)}."
    )


def next_alt(frontier: Frontier) -> str:
    """Return in a sentence what the chart of the next £1,000 shows."""
    more = point_table(frontier).dropna(subset=["more"])
    if more.empty:
        return "What £1,000 more brings is not known here."
    first, last = more.iloc[0], more.iloc[-1]
    return (
        f"What £1,000 more adds to the access score: {first['£1,000 more adds']} at {first['Budget']}, "
        f"{last['£1,000 more adds']} at {last['Budget']}."
    )
