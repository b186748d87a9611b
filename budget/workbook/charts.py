"""Bar charts of the columns of a table."""

from collections.abc import Sequence

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel

from budget.workbook.book import Sheet
from budget.workbook.grid import Grid


def bar_chart(
    sheet: Sheet,
    grid: Grid,
    keys: Sequence[str],
    names: str,
    *,
    title: str,
    axes: tuple[str | None, str],
    size: tuple[float, float],
    across: bool = False,
    gap: int | None = None,
    rows: tuple[int, int] | None = None,
) -> BarChart:
    """Return a chart of some columns of a table, with what the column `names` says beside the bars.

    `axes` are the titles of the two axes, `size` is height and width in centimetres. With `across` the bars lie, in the
    order of the table. `gap` is the room between bars in percent of a bar. `rows` are the first and the last row; the
    whole table where they are absent.
    """
    chart = BarChart()
    chart.type, chart.title, (chart.height, chart.width) = "bar" if across else "col", title, size
    chart.x_axis.title, chart.y_axis.title = axes
    first, last = rows or (grid.first, grid.last)
    for key in keys:
        values = Reference(sheet.worksheet, min_col=grid.number(key), min_row=first, max_row=last)
        chart.add_data(values)
        chart.series[-1].tx = SeriesLabel(strRef=StrRef(f"{values.sheetname}!{grid.at(key, grid.head)}"))
    chart.set_categories(Reference(sheet.worksheet, min_col=grid.number(names), min_row=first, max_row=last))
    if across:
        chart.x_axis.scaling.orientation, chart.y_axis.crosses = "maxMin", "max"
        chart.x_axis.tickLblSkip = 1  # a bar without its name says nothing
    if gap is not None:
        chart.gapWidth = gap
    return chart
