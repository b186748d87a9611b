"""The sheets By kind, By district and By decile of a comparison: a table and a chart for each measure.

Each table has a column a scenario with the model's figures, and a column a scenario with the difference from the base,
which follows the base that is chosen on the first sheet.
"""

from dataclasses import dataclass

import pandas as pd
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.pagebreak import Break

from budget.accounts.statement import pounds
from budget.planning.comparison import Comparison
from budget.workbook.book import Book, Column, Formula, Grid, Sheet

FIRST_HEAD = 5  # of the first table: title, note, blank, section, header
CHART_ROWS, CHART_CM = 22, (10.0, 26.0)  # what a chart takes, its height and width
PEOPLE_DECIMALS, ACCESS_DECIMALS = 4, 6  # a hundredth of a person, and of that a hundredth part
NO_PLAN = "no plan"
NOTHING = "–"  # a difference from, or of, what has no plan
BASE_CELL = "Comparison!$B$4"
NAME_SHOWN = 60  # characters of a scenario's name in a header


@dataclass(frozen=True, slots=True)
class Measure:
    """What is compared: its column in the comparison, its heading, how it is shown and to how many decimals."""

    column: str
    heading: str
    shown: str
    decimals: int
    axis: str

    def value(self, figure: object) -> float | int | str:
        """Return a figure of the comparison as a cell holds it."""
        if pd.isna(figure):
            return NO_PLAN
        if self.column == "cost_pence":
            return pounds(figure)
        return int(figure) if self.decimals == 0 else round(float(figure), self.decimals)


MEASURES = (
    Measure("cost_pence", "Spend, with vehicles", "money", 2, "£#,##0"),
    Measure("people", "Young people expected to take support up", "people", PEOPLE_DECIMALS, "#,##0"),
    Measure("access", "Access: young people brought within reach", "access", ACCESS_DECIMALS, "#,##0"),
    Measure("cohorts", "Areas given support", "count", 0, "#,##0"),
)


@dataclass(frozen=True, slots=True)
class Groups:
    """One sheet: its name, what its groups are called, and its table in the comparison."""

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
        columns = [Column("group", self.heading, 32, "text", "wrapped")]
        rows, head, grids = len(self.names(compared)), FIRST_HEAD, {}
        for measure in MEASURES:
            figures = [Column(f"s{n}", heading(n, name), 18, "model", measure.shown) for n, name in numbered(compared)]
            between = [Column(f"d{n}", f"{n} less the base", 18, "calc", measure.shown) for n, _ in numbered(compared)]
            grid = Grid(self.sheet, (*columns, *figures, *between), rows, head)
            grids[measure.column] = grid
            head = grid.total_row + 3 + (CHART_ROWS if rows else 0)
        return grids


SHEETS = (
    Groups("By kind", "kind", "Kind of support", "kinds of support"),
    Groups("By district", "district", "District", "districts"),
    Groups("By decile", "decile", "Deprivation decile of the area (1 the most deprived)", "deciles of deprivation"),
)


def numbered(compared: Comparison) -> list[tuple[int, str]]:
    """Return the scenarios with the numbers that the workbook calls them by."""
    return list(enumerate(compared.names, start=1))


def heading(number: int, name: str) -> str:
    """Return a scenario's number and name as a header shows it."""
    return f"{number}. {name if len(name) <= NAME_SHOWN else name[: NAME_SHOWN - 1] + '…'}"


def write(book: Book, groups: Groups, compared: Comparison) -> None:
    """Write one sheet."""
    sheet = book.sheet(groups.sheet)
    sheet.heading(
        f"{groups.sheet}: scenarios side by side",
        "Grey figures are each plan's own; the differences follow the base chosen on the sheet Comparison.",
    )
    grids = groups.grids(compared)
    for measure in MEASURES:
        grid = grids[measure.column]
        if grid.head > FIRST_HEAD:
            sheet.worksheet.row_breaks.append(Break(id=grid.head - 2))  # a table and its chart to a page
        sheet.put(grid.head - 1, 1, measure.heading, "section")
        sheet.table(
            grid,
            list(_rows(grid, groups, compared, measure)),
            totals=_totals(grid, groups, compared, measure),
            empty="No scenario has anything here.",
        )
        if grid.rows:
            _chart(sheet, grid, groups, compared, measure)
    sheet.widths(next(iter(grids.values())).columns)
    sheet.page(freeze="B4", repeat="1:3")


def _rows(grid: Grid, groups: Groups, compared: Comparison, measure: Measure):
    table = groups.table(compared)[measure.column]
    for row, group in enumerate(groups.names(compared), grid.first):
        values = [measure.value(table[(group, name)]) for name in compared.names]
        yield (group, *values, *differences(grid, row, values, compared.base, measure))


def differences(grid: Grid, row: int, values: list, base: int, measure: Measure) -> list[Formula]:
    """Return each scenario's figure less the base's, as formulas over a row of figures."""
    return [
        difference(
            grid.at(f"s{n}", row),
            f"INDEX(${grid.at('s1', row)}:${grid.at(f's{len(values)}', row)},1,{BASE_CELL})",
            value,
            values[base],
            measure.decimals,
        )
        for n, value in enumerate(values, start=1)
    ]


def difference(here: str, base: str, value: object, of_base: object, decimals: int) -> Formula:
    """Return the formula of a figure less the base's, "–" where one of the two has no plan."""
    known: float | str = NOTHING
    if not isinstance(value, str) and not isinstance(of_base, str):
        known = round(value - of_base, decimals)  # type: ignore[operator]
    return Formula(f'=IF(COUNT({here},{base})<2,"{NOTHING}",ROUND({here}-{base},{decimals}))', known)


def total(groups: Groups, compared: Comparison, measure: Measure, place: int) -> float | int | str:
    """Return the known total of one scenario over the groups."""
    if not compared.has_plan(place):
        return NO_PLAN
    figures, name = groups.table(compared)[measure.column], compared.names[place]
    return round(sum(measure.value(figures[(group, name)]) for group in groups.names(compared)), measure.decimals)


def _totals(grid: Grid, groups: Groups, compared: Comparison, measure: Measure) -> dict[str, object]:
    values = [total(groups, compared, measure, place) for place in range(len(compared.names))]
    cells: dict[str, object] = {"group": "Total"}
    for n, value in enumerate(values, start=1):
        column = f"{grid.at(f's{n}', grid.first)}:{grid.at(f's{n}', grid.last)}"
        cells[f"s{n}"] = value if value == NO_PLAN else Formula(f"=SUM({column})", value)
    between = differences(grid, grid.total_row, values, compared.base, measure)
    return cells | {f"d{n}": formula for n, formula in enumerate(between, start=1)}


def _chart(sheet: Sheet, grid: Grid, groups: Groups, compared: Comparison, measure: Measure) -> None:
    chart = BarChart()
    chart.type, chart.grouping = "col", "clustered"
    chart.title = f"{measure.heading}, {groups.sheet.lower()}"
    chart.x_axis.title, chart.y_axis.title = groups.heading, measure.heading
    chart.y_axis.scaling.min = 0  # a bar cut short makes little differences look large
    chart.y_axis.number_format = measure.axis
    last = 1 + len(compared.names)
    worksheet = sheet.worksheet
    chart.add_data(
        Reference(worksheet, min_col=2, max_col=last, min_row=grid.head, max_row=grid.last), titles_from_data=True
    )
    chart.set_categories(Reference(worksheet, min_col=1, min_row=grid.first, max_row=grid.last))
    chart.height, chart.width = CHART_CM
    sheet.chart(
        chart,
        grid.total_row + 2,
        f"Bar chart. Across: {groups.plural}. Up: {measure.heading.lower()}. One bar for each scenario, in the order "
        "of the table above it, which has the figures.",
    )
