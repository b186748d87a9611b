"""Draw the price of fairness: how many fewer are helped, the more the worst-off group receives of its need."""

import altair as alt
import pandas as pd

from data.wording import percent
from screens import page
from screens.charts import BAR, INK, styled


def _steps(curve: pd.DataFrame) -> pd.DataFrame:
    return curve[~curve[["worst_group", "worst_share", "access"]].duplicated()]


def price_chart(curve: pd.DataFrame, by: str) -> alt.LayerChart:
    """Return the share of access lost, by the share of its need that the worst-off group receives."""
    steps = _steps(curve)
    table = pd.DataFrame({"share": steps["worst_share"], "price": steps["price"]}).astype(float)
    table["text"] = steps["price"].map(_price)
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
    title = alt.Title("Fewer young people brought within reach", anchor="start")
    return styled(drawn.properties(height=220, title=title))


def price_table(curve: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the curve as texts."""
    steps = _steps(curve)
    return pd.DataFrame(
        {
            f"Worst-off {by}": [page.plain(group) for group in steps["worst_group"]],
            "Receives of its need": [percent(share, 1) for share in steps["worst_share"]],
            "All brought within reach": [page.people(access) for access in steps["access"]],
            "Price": [_price(price) for price in steps["price"]],
        }
    )


def price_alt(curve: pd.DataFrame, by: str) -> str:
    """Return in a sentence what the chart shows."""
    first, last = curve.iloc[0], curve.iloc[-1]
    return (
        f"Raising the worst-off {by} from {percent(first['worst_share'])} to {percent(last['worst_share'])} of its "
        f"need changes those brought within reach from {first['access']:,.0f} to {last['access']:,.0f}."
    )


def _price(price: float) -> str:
    return f"{percent(price, 1)} fewer" if price >= 0.0005 else "no price"
