"""The sheets By kind, By district and By decile of a comparison: a table and a chart for each measure.

Each table has a column a scenario with the model's figures, and a column a scenario with the difference from the base,
which follows the base that is chosen on the first sheet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
from openpyxl.worksheet.pagebreak import Break

from budget.accounts.statement import pounds
from budget.planning.comparison import Comparison
from budget.workbook import printing
from budget.workbook.book import Book, Sheet
from budget.workbook.charts import bar_chart
from budget.workbook.grid import Column, Formula, Grid

FIRST_HEAD = 5  # of the first table: title, note, blank, section, header
CHART_ROWS, CHART_CM = 22, (10.0, 26.0)  # what a chart takes, its height and width
PEOPLE_DECIMALS, ACCESS_DECIMALS = 4, 6  # a hundredth of a person, and of that a hundredth part
NO_PLAN = "no plan"
NOTHING = "–"  # a difference from, or of, what has no plan
BASE_CELL = "Comparison!$B$4"
NAME_LETTERS = 60  # of a scenario's name in a header


@dataclass(frozen=True, slots=True)
class Measure:
    """What is compared: its column in the comparison, its heading, its format and number of decimals."""

    column: str
    heading: str
    format: str
    decimals: int
    axis: str

    def value(self, figure: Any) -> float | int | str:
        """Return a figure of the comparison as a cell holds it; "no plan" where it is missing."""
        if pd.isna(figure):
            return NO_PLAN
        if self.column == "cost_pence":
            return pounds(figure)
        return int(figure) if self.decimals == 0 else round(float(figure), self.decimals)


MEASURES = (
    Measure("cost_pence", "Spend, with vehicles", "money", 2, "£#,##0"),
    Measure("people", "Young people expected to take support up", "people", PEOPLE_DECIMALS, "#,##0"),
    Measure("within_reach", "Young people brought within reach", "people", ACCESS_DECIMALS, "#,##0"),
    Measure("access", "Access score", "access", ACCESS_DECIMALS, "#,##0"),
    Measure("cohorts", "Areas given support", "count", 0, "#,##0"),
)


@dataclass(frozen=True, slots=True)
class GroupSheet:
    """One sheet: its name, the level of its groups in the comparison, and what the groups are called."""

    sheet: str
    level: str
    heading: str
    plural: str

    def table(self, compared: Comparison) -> pd.DataFrame:
        """Return the comparison's figures by these groups."""
        return getattr(compared, f"by_{self.level}")

    def names(self, compared: Comparison) -> list[str]:
        """Return the groups in their order."""
        return list(dict.fromkeys(self.table(compared).index.get_level_values(self.level)))

    def grids(self, compared: Comparison) -> dict[str, Grid]:
        """Return where the table of each measure stands, by its column."""
        names = list(enumerate(compared.names, start=1))
        base = f"INDEX(${{s1}}:${{s{len(names)}}},1,{BASE_CELL})"
        rows, head, grids = len(self.names(compared)), FIRST_HEAD, {}
        for measure in MEASURES:
            columns = [Column("group", self.heading, 26, "text", "wrapped")]
            columns += [Column(f"s{n}", heading(n, name), 15, "model", measure.format) for n, name in names]
            for n, _ in names:
                formula = less_base(f"{{s{n}}}", base, measure)
                columns.append(Column(f"d{n}", f"{n}: change from the base", 15, "calc", measure.format, formula))
            grids[measure.column] = grid = Grid(self.sheet, tuple(columns), rows, head)
            head = grid.total_row + 3 + (CHART_ROWS if rows else 0)
        return grids


SHEETS = (
    GroupSheet("By kind", "kind", "Kind of support", "kinds of support"),
    GroupSheet("By district", "district", "District", "districts"),
    GroupSheet("By decile", "decile", "Deprivation decile of the area (1 the most deprived)", "deciles of deprivation"),
)


def heading(number: int, name: str) -> str:
    """Return a scenario's number and name as a header shows it."""
    return f"{number}. {name if len(name) <= NAME_LETTERS else name[: NAME_LETTERS - 1] + '…'}"


def write(book: Book, groups: GroupSheet, compared: Comparison) -> None:
    """Write one sheet."""
    note = "Grey figures are each plan's own; the differences follow the base chosen on the sheet Comparison."
    sheet, grids = book.sheet(groups.sheet, groups.sheet, note), groups.grids(compared)
    for measure in MEASURES:
        grid = grids[measure.column]
        if grid.head > FIRST_HEAD:
            sheet.worksheet.row_breaks.append(Break(id=grid.head - 2))  # a table and its chart to a page
        sheet.put(grid.head - 1, 1, measure.heading, "section")
        rows, totals = _rows(groups, compared, measure), _totals(grid, groups, compared, measure)
        sheet.table(grid, rows, totals=totals, empty="No scenario has anything here.")
        if grid.rows:
            _chart(sheet, grid, groups, measure)
    columns = next(iter(grids.values())).columns
    sheet.widths(columns)
    sheet.page(freeze="B4", repeat="1:3", across=printing.pages_across(columns))


def _rows(groups: GroupSheet, compared: Comparison, measure: Measure) -> Iterator[tuple]:
    table = groups.table(compared)[measure.column]
    for group in groups.names(compared):
        values = [measure.value(table[(group, name)]) for name in compared.names]
        yield (group, *values, *(known_difference(value, values[compared.base], measure) for value in values))


def less_base(here: str, base: str, measure: Measure) -> str:
    """Return the formula of a figure less the base's, "–" where one of the two has no plan."""
    return f'=IF(COUNT({here},{base})<2,"{NOTHING}",ROUND({here}-{base},{measure.decimals}))'


def known_difference(value: float | str, of_base: float | str, measure: Measure) -> float | str:
    """Return what `less_base` gives for two figures."""
    if isinstance(value, str) or isinstance(of_base, str):
        return NOTHING
    return round(value - of_base, measure.decimals)


def total(groups: GroupSheet, compared: Comparison, measure: Measure, place: int) -> float | int | str:
    """Return the known total of one scenario over the groups; "no plan" where it has none."""
    if not compared.has_plan(place):
        return NO_PLAN
    figures, name = groups.table(compared)[measure.column], compared.names[place]
    values = [measure.value(figures[(group, name)]) for group in groups.names(compared)]
    return round(sum(value for value in values if not isinstance(value, str)), measure.decimals)


def total_cell(groups: GroupSheet, compared: Comparison, measure: Measure, place: int) -> Formula:
    """Return a formula of the total of one scenario over the groups, with its known value."""
    cell = groups.grids(compared)[measure.column].totals[f"s{place + 1}"]
    return Formula(f"={cell}", total(groups, compared, measure, place))


def _totals(grid: Grid, groups: GroupSheet, compared: Comparison, measure: Measure) -> dict[str, object]:
    values = [total(groups, compared, measure, place) for place in range(len(compared.names))]
    cells: dict[str, object] = {"group": "Total"}
    for n, value in enumerate(values, start=1):
        cells[f"s{n}"] = value if value == NO_PLAN else Formula(f"=SUM({grid.cells(f's{n}')})", value)
        cells[f"d{n}"] = known_difference(value, values[compared.base], measure)
    return cells


def _chart(sheet: Sheet, grid: Grid, groups: GroupSheet, measure: Measure) -> None:
    keys = [column.key for column in grid.columns if column.role == "model"]
    title, axes = f"{measure.heading}, {groups.sheet.lower()}", (groups.heading, measure.heading)
    chart = bar_chart(sheet, grid, keys, "group", title=title, axes=axes, size=CHART_CM)
    chart.y_axis.number_format = measure.axis
    words = (
        f"Bar chart. Across: {groups.plural}. Up: {measure.heading.lower()}. One bar for each scenario, in the order "
        "of the table above it, which has the figures."
    )
    sheet.chart(chart, grid.total_row + 2, words, column=2)  # the first column stands on every page across
