"""The sheet Districts: the plan's spend, takers and access by place."""

import pandas as pd

from budget.accounts.statement import MICRO, Content, pounds, ratio
from budget.workbook.book import Book, Sheet
from budget.workbook.charts import bar_chart
from budget.workbook.grid import Column, Formula, Grid
from budget.workbook.plan_sheets.offer_columns import EMPTY, OfferTables

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
CHART_WORDS = (
    "Bar chart. One bar for each district, in the order of the table on this sheet; its length is the spend in pounds, "
    "with the district's share of vehicles. The figures are in the table."
)


def lay_out(content: Content) -> Grid:
    """Lay out the sheet Districts."""
    return Grid("Districts", DISTRICTS, len(content.districts))


def write(book: Book, tables: OfferTables, content: Content) -> None:
    """Write the sheet Districts."""
    note = "Sums of the rows of Plan by district. A vehicle's cost is shared by its takers, to the penny."
    sheet = book.sheet("Districts", "Districts: where the money goes", note)
    grid, sums = lay_out(content), by_district(content)
    whole = sums.drop(columns="district").sum()
    records = sums.reset_index().to_dict("records")
    rows = [_row(row, record, whole, grid, tables.plan) for row, record in enumerate(records, grid.first)]
    share = ratio(int(whole["reached_100"]), int(whole["people_100"]))
    covered = _share(grid, grid.total_row, "reached", "low_income", share)
    added = [column.key for column in DISTRICTS if column.key not in ("key", "district", "covered")]
    totals, empty = {"key": "Total", "covered": covered}, "No cohort is in target."
    sheet.table(grid, rows, sums=added, sortable=False, totals=totals, empty=empty, name="ByDistrict")
    _write_empty_vehicles(sheet, grid, tables, content)
    _chart(sheet, grid)
    sheet.page_for(grid, "C")


def _write_empty_vehicles(sheet: Sheet, grid: Grid, tables: OfferTables, content: Content) -> None:
    """Write what vehicles cost that run empty, where there are any: no district has them."""
    if content.empty_pence:
        row, services = grid.total_row + 1, tables.services
        sheet.put(row, 2, "Vehicles that run empty, of no district")
        paid = f'=SUMIFS({services["cost"]},{services["empty"]},"{EMPTY}")'
        sheet.put(row, grid.number("spend"), Formula(paid, pounds(content.empty_pence)), "calc", "money")


def _chart(sheet: Sheet, grid: Grid) -> None:
    """Draw the spend of each district, where there are not too many to be told apart."""
    row = grid.total_row + 3
    if grid.rows > MOST_BARS:
        sheet.put(row, 1, f"More than {MOST_BARS} districts: too many for a chart.", "note")
        return
    size, axes = (4 + 0.6 * max(grid.rows, 4), 28), (None, "Spend, share of vehicles included")
    title = "Spend by district"
    chart = bar_chart(sheet, grid, ["spend"], "district", title=title, axes=axes, size=size, across=True, gap=50)
    sheet.chart(chart, row, CHART_WORDS)


def by_district(content: Content) -> pd.DataFrame:
    """Return sums by district, with the index key: money in pence, people in hundredths, takers in millionths."""
    groups = content.funded.groupby("district_key")
    table = content.districts.copy()
    table["funded"] = groups.size()
    table["reached_100"] = (groups["low_income_people"].sum() * 100).round()
    for column in ("people_micro", "cost_pence", "vehicle_pence", "whole_cost_pence"):
        table["takers_micro" if column == "people_micro" else column] = groups[column].sum()
    table["access"] = groups["access"].sum().astype(float).round(6)
    numbers = [column for column in table.columns if column != "district"]
    return table.fillna(dict.fromkeys(numbers, 0)).infer_objects()


def _row(row: int, record: dict, whole: pd.Series, grid: Grid, plan: Grid) -> tuple:
    here, district = grid.row(row), plan["district_key"]
    reached, people = int(record["reached_100"]), int(record["people_100"])
    spend, access = pounds(record["whole_cost_pence"]), float(record["access"])

    def summed(key: str, known: float) -> Formula:
        return Formula(f"=SUMIFS({plan[key]},{district},{here['key']})", known)

    def of_whole(key: str, known: float) -> Formula:
        total_cell = f"{grid.letter(key)}${grid.total_row}"
        return Formula(f"=IF({total_cell}=0,0,{here[key]}/{total_cell})", known)

    return (
        *(record[key] for key in ("key", "district", "cohorts")),
        people / 100,
        Formula(f"=COUNTIFS({district},{here['key']})", int(record["funded"])),
        summed("low_income", reached / 100),
        _share(grid, row, "reached", "low_income", ratio(reached, people)),
        summed("takers", int(record["takers_micro"]) / MICRO),
        summed("cost", pounds(record["cost_pence"])),
        summed("vehicle", pounds(record["vehicle_pence"])),
        Formula(f"=ROUND({here['cost']}+{here['vehicle']},2)", spend),
        of_whole("spend", ratio(float(record["whole_cost_pence"]), float(whole["whole_cost_pence"]))),
        summed("access", access),
        of_whole("access", ratio(access, float(whole["access"]))),
    )


def _share(grid: Grid, row: int, part: str, whole: str, known: float) -> Formula:
    return Formula(f"=IF({grid.at(whole, row)}=0,0,{grid.at(part, row)}/{grid.at(whole, row)})", known)
