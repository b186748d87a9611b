"""The price of fairness as a small chart: how many fewer are helped the more the worst-off receives of its need."""

import altair as alt
import pandas as pd

from screens import page
from screens.charts import BAR, INK, styled


def _steps(curve: pd.DataFrame) -> pd.DataFrame:
    """Return the points of the curve that differ from the one before."""
    return curve[~curve[["worst_group", "worst_share", "access"]].duplicated()]


def price_chart(curve: pd.DataFrame, by: str) -> alt.LayerChart:
    """Return the part of access that is lost by the share of its need that the worst-off group has."""
    steps = _steps(curve)
    table = pd.DataFrame(
        {
            "share": steps["worst_share"].astype(float),
            "price": steps["price"].astype(float),
            "text": [_price(price) for price in steps["price"]],
        }
    )
    base = alt.Chart(table).encode(
        x=alt.X(
            "share:Q",
            title=f"What the worst-off {by} receives of its need",
            axis=alt.Axis(format=".0%", tickCount=6),
            scale=alt.Scale(domain=[0, 1]),
        ),
        y=alt.Y(
            "price:Q",
            title=None,
            axis=alt.Axis(format=".1%", tickCount=4),
            scale=alt.Scale(domain=[0, max(float(table["price"].max()) * 1.3, 0.01)]),
        ),
    )
    ends = alt.Chart(table.iloc[[0, -1]].drop_duplicates()).encode(x="share:Q", y="price:Q", text="text:N")
    drawn = base.mark_line(color=BAR, strokeWidth=2.5) + base.mark_circle(color=BAR, size=70, opacity=1)
    drawn += ends.mark_text(dy=-14, color=INK)
    return styled(
        drawn.properties(height=220, title=alt.Title("Fewer young people brought within reach", anchor="start"))
    )


def price_table(curve: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the curve as texts."""
    steps = _steps(curve)
    return pd.DataFrame(
        {
            f"Worst-off {by}": [page.plain(group) for group in steps["worst_group"]],
            "Receives of its need": [f"{share:.1%}" for share in steps["worst_share"]],
            "All brought within reach": [page.people(access) for access in steps["access"]],
            "Price": [_price(price) for price in steps["price"]],
        }
    )


def price_alt(curve: pd.DataFrame, by: str) -> str:
    """Return in a sentence what the chart shows."""
    first, last = curve.iloc[0], curve.iloc[-1]
    return (
        f"Raising the worst-off {by} from {first['worst_share']:.0%} to {last['worst_share']:.0%} of its need changes "
        f"those brought within reach from {first['access']:,.0f} to {last['access']:,.0f}."
    )


def _price(price: float) -> str:
    return f"{price:.1%} fewer" if price >= 0.0005 else "no price"
