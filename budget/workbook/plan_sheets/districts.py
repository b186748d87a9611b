"""The sheet Districts: the plan's spend, takers and access by place."""

import pandas as pd
from openpyxl.chart import BarChart, Reference

from budget.accounts.statement import MICRO, Content, pounds, ratio, total
from budget.workbook.book import Book, Column, Formula, Grid, Sheet
from budget.workbook.plan_sheets.offer_columns import EMPTY, Grids

DISTRICTS = (
    Column("key", "District code", 13, "text"),
    Column("district", "District", 26, "text"),
    Column("cohorts", "Cohorts in target", 10, "model", "count"),
    Column("low_income", "Low-income young people in target", 15, "model", "people"),
    Column("funded", "Cohorts funded", 10, "calc", "count"),
    Column("reached", "Low-income young people in cohorts funded", 17, "calc", "people"),
    Column("covered", "Share in cohorts funded", 11, "calc", "share"),
    Column("takers", "Takers", 11, "calc", "people"),
    Column("cost", "Cost of offers", 16, "calc", "money"),
    Column("vehicle", "Share of vehicles", 15, "calc", "money"),
    Column("spend", "Spend", 16, "calc", "money"),
    Column("share", "Share of spend", 11, "calc", "share"),
    Column("access", "Access", 11, "calc", "access"),
    Column("access_share", "Share of access", 11, "calc", "share"),
)
MOST_BARS = 40
CHART_TITLE = "Spend by district"
CHART_WORDS = (
    "Bar chart. One bar for each district, in the order of the table on this sheet; its length is the spend in pounds, "
    "with the district's share of vehicles. The figures are in the table."
)


def grid_of(content: Content) -> Grid:
    """Lay out the sheet Districts."""
    return Grid("Districts", DISTRICTS, len(content.districts))


def write(book: Book, grids: Grids, content: Content) -> None:
    """Write the sheet Districts."""
    sheet = book.sheet("Districts")
    sheet.heading(
        "Districts: where the money goes",
        "Sums of the rows of Plan by district. A vehicle's cost is shared by its takers, to the penny.",
    )
    grid, sums = grid_of(content), by_district(content)
    whole = sums.sum(numeric_only=True)
    records = sums.reset_index().to_dict("records")
    rows = [_district_row(row, record, whole, grid, grids.plan) for row, record in enumerate(records, grid.first)]
    known = _known(whole.to_dict() if len(sums) else dict.fromkeys(sums.columns.drop("district"), 0), whole, sums)
    totals: dict[str, object] = {
        key: Formula(f"=SUM({grid.at(key, grid.first)}:{grid.at(key, grid.last)})", known[key])
        for key in ("cohorts", "low_income", "funded", "reached", "takers", "cost", "vehicle", "spend", "share")
        + ("access", "access_share")
    }
    totals["covered"] = _part(grid, grid.total_row, "reached", "low_income", known["covered"])
    sheet.table(grid, rows, totals=totals | {"key": "Total"}, empty="No cohort is in target.", name="ByDistrict")
    _empty(sheet, grid, grids, content)
    _chart(sheet, grid)
    sheet.widths(DISTRICTS)
    sheet.page(freeze="C5", repeat="4:4")


def _empty(sheet: Sheet, grid: Grid, grids: Grids, content: Content) -> None:
    """Write what vehicles cost that run empty, where there are any: no district has them."""
    if content.empty_pence:
        row, services = grid.total_row + 1, grids.services
        sheet.put(row, 2, "Vehicles that run empty, of no district")
        paid = f'=SUMIFS({services.column("cost")},{services.column("empty")},"{EMPTY}")'
        column = [column.key for column in DISTRICTS].index("spend") + 1
        sheet.put(row, column, Formula(paid, pounds(content.empty_pence)), "calc", "money")


def _chart(sheet: Sheet, grid: Grid) -> None:
    """Draw the spend of each district, where there are not too many to be told apart."""
    row = grid.total_row + 3
    if grid.rows > MOST_BARS:
        sheet.put(row, 1, f"More than {MOST_BARS} districts: too many for a chart.", "note")
        return
    chart = BarChart()
    chart.type, chart.gapWidth, chart.title, chart.width = "bar", 50, CHART_TITLE, 28
    chart.height = 4 + 0.6 * max(grid.rows, 4)
    worksheet, keys = sheet.worksheet, [column.key for column in DISTRICTS]
    chart.add_data(
        Reference(worksheet, min_col=keys.index("spend") + 1, min_row=grid.head, max_row=grid.last),
        titles_from_data=True,
    )
    names = keys.index("district") + 1
    chart.set_categories(Reference(worksheet, min_col=names, min_row=grid.first, max_row=grid.last))
    chart.x_axis.scaling.orientation, chart.y_axis.crosses = "maxMin", "max"  # in the order of the table
    chart.x_axis.title, chart.y_axis.title = None, "Spend, share of vehicles included"
    sheet.chart(chart, row, CHART_WORDS)


def by_district(content: Content) -> pd.DataFrame:
    """Return the sums that the sheet shows: index key, money in pence, people in hundredths."""
    groups = content.funded.groupby("district_key")
    table = content.districts.copy()
    table["funded"] = groups.size()
    table["reached_100"] = (groups["low_income_people"].sum() * 100).round()
    for column in ("people_micro", "cost_pence", "vehicle_pence", "whole_cost_pence"):
        table["takers_micro" if column == "people_micro" else column] = groups[column].sum()
    table["access"] = groups["access"].sum().astype(float).round(6)
    numbers = [column for column in table.columns if column != "district"]
    return table.fillna(dict.fromkeys(numbers, 0)).infer_objects()


def _known(record: dict, whole: pd.Series, sums: pd.DataFrame | None = None) -> dict[str, float]:
    spend, access = float(whole.get("whole_cost_pence", 0)), float(whole.get("access", 0.0))
    return {
        "cohorts": int(record["cohorts"]),
        "low_income": int(record["people_100"]) / 100,
        "funded": int(record["funded"]),
        "reached": int(record["reached_100"]) / 100,
        "covered": ratio(int(record["reached_100"]), int(record["people_100"])),
        "takers": int(record["takers_micro"]) / MICRO,
        "cost": pounds(record["cost_pence"]),
        "vehicle": pounds(record["vehicle_pence"]),
        "spend": pounds(record["whole_cost_pence"]),
        "share": ratio(float(record["whole_cost_pence"]), spend),
        "access": float(record["access"]) if sums is None else total(sums["access"]),
        "access_share": ratio(float(record["access"]), access),
    }


def _district_row(row: int, record: dict, whole: pd.Series, grid: Grid, plan: Grid) -> tuple:
    known = _known(record, whole)
    key, code = grid.at("key", row), plan.column("district_key")

    def summed(column: str, name: str) -> Formula:
        return Formula(f"=SUMIFS({plan.column(column)},{code},{key})", known[name])

    def part(name: str, column: str) -> Formula:
        total_cell = f"{grid.letter(column)}${grid.total_row}"
        return Formula(f"=IF({total_cell}=0,0,{grid.at(column, row)}/{total_cell})", known[name])

    return (
        record["key"],
        record["district"],
        known["cohorts"],
        known["low_income"],
        Formula(f"=COUNTIFS({code},{key})", known["funded"]),
        summed("low_income", "reached"),
        _part(grid, row, "reached", "low_income", known["covered"]),
        summed("takers", "takers"),
        summed("cost", "cost"),
        summed("vehicle", "vehicle"),
        Formula(f"=ROUND({grid.at('cost', row)}+{grid.at('vehicle', row)},2)", known["spend"]),
        part("share", "spend"),
        summed("access", "access"),
        part("access_share", "access"),
    )


def _part(grid: Grid, row: int, part: str, whole: str, known: float) -> Formula:
    return Formula(f"=IF({grid.at(whole, row)}=0,0,{grid.at(part, row)}/{grid.at(whole, row)})", known)
