"""The price of fairness as a small chart: what all receive, against what the worst-off receives of its need."""

import altair as alt
import pandas as pd

from screens import page
from screens.charts import BAR, INK, styled


def price_chart(curve: pd.DataFrame, by: str) -> alt.LayerChart:
    """Return access by the share of its need that the worst-off group has; each point says what it costs."""
    table = pd.DataFrame(
        {
            "share": curve["worst_share"].astype(float),
            "access": curve["access"].astype(float),
            "text": [_cost(row) for row in curve.to_dict("records")],
        }
    )
    base = alt.Chart(table).encode(
        x=alt.X(
            "share:Q",
            title=f"What the worst-off {by} receives of its need",
            axis=alt.Axis(format=".0%", tickCount=6),
            scale=alt.Scale(domain=[0, max(float(table["share"].max()) * 1.15, 0.01)]),
        ),
        y=alt.Y(
            "access:Q",
            title=None,
            scale=alt.Scale(domain=[0, max(float(table["access"].max()) * 1.15, 1)]),
        ),
    )
    ends = table.iloc[[0, -1]].drop_duplicates()
    labels = (
        alt.Chart(ends).mark_text(dy=-14, color=INK, align="center").encode(x="share:Q", y="access:Q", text="text:N")
    )
    drawn = base.mark_line(color=BAR, strokeWidth=2.5) + base.mark_circle(color=BAR, size=70, opacity=1) + labels
    return styled(drawn.properties(height=260, title=alt.Title("Young people brought within reach", anchor="start")))


def price_table(curve: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the curve as texts."""
    return pd.DataFrame(
        {
            f"Worst-off {by}": [page.plain(group) for group in curve["worst_group"]],
            "Receives of its need": [f"{share:.1%}" for share in curve["worst_share"]],
            "All brought within reach": [page.people(access) for access in curve["access"]],
            "Price": [_cost(row) for row in curve.to_dict("records")],
        }
    )


def price_alt(curve: pd.DataFrame, by: str) -> str:
    """Return in a sentence what the chart shows."""
    first, last = curve.iloc[0], curve.iloc[-1]
    return (
        f"Raising the worst-off {by} from {first['worst_share']:.0%} to {last['worst_share']:.0%} of its need changes "
        f"those brought within reach from {first['access']:,.0f} to {last['access']:,.0f}."
    )


def _cost(row: dict) -> str:
    return f"{row['price']:.1%} fewer" if row["price"] >= 0.0005 else "no price"
