"""The sheet Districts: the plan's spend, takers and reach by place."""

import pandas as pd

from budget.accounts.statement import Content, pounds, ratio
from budget.planning.within_reach import MICRO
from budget.workbook.book import Book, Sheet
from budget.workbook.charts import bar_chart
from budget.workbook.grid import Column, Formula, Grid
from budget.workbook.plan_sheets.services_sheet import EMPTY_COST


def _summed(key: str) -> str:
    """Return the formula of a district's sum of a column of Plan."""
    return f"=SUMIFS({{plan[{key}]}},{{plan[district_key]}},{{key}})"


SCORE_SHARE = "=IF({sum[access]}=0,0,{access}/{sum[access]})"
COLUMNS = (
    Column("key", "District code", 13, "text"),
    Column("district", "District", 26, "text"),
    Column("cohorts", "Cohorts in target", 10, "model", "count"),
    Column("low_income", "Low-income young people in target", 15, "model", "people"),
    Column("funded", "Cohorts funded", 10, "calc", "count", "=COUNTIFS({plan[district_key]},{key})"),
    Column("reached", "Low-income young people in cohorts funded", 17, "calc", "people", _summed("low_income")),
    Column("covered", "Share in cohorts funded", 11, "calc", "share", "=IF({low_income}=0,0,{reached}/{low_income})"),
    Column("takers", "Takers", 11, "calc", "people", _summed("takers")),
    Column("cost", "Cost of offers", 16, "calc", "money", _summed("cost")),
    Column("vehicle", "Share of vehicles", 15, "calc", "money", _summed("vehicle")),
    Column("spend", "Spend", 16, "calc", "money", "=ROUND({cost}+{vehicle},2)"),
    Column("share", "Share of spend", 11, "calc", "share", "=IF({sum[spend]}=0,0,{spend}/{sum[spend]})"),
    Column("access", "Access score", 11, "calc", "access", _summed("access")),
    Column("access_share", "Share of access score", 11, "calc", "share", SCORE_SHARE),
    Column(
        "within_any", "Young people brought within reach of at least one", 14, "calc", "people", _summed("within_any")
    ),
)
MOST_BARS = 40
CHART_WORDS = (
    "Bar chart. One bar for each district, in the order of the table on this sheet; its length is the spend in pounds, "
    "with the district's share of vehicles. The figures are in the table."
)


def lay_out(content: Content) -> Grid:
    """Lay out the sheet."""
    return Grid("Districts", COLUMNS, len(content.districts))


def write(book: Book, content: Content) -> None:
    """Write the sheet."""
    note = "Sums of the rows of Plan by district. A vehicle's cost is shared by its takers, to the penny."
    sheet = book.sheet("Districts", "Districts: where the money goes", note)
    grid, known = lay_out(content), _known_values(content)
    totals = {"key": "Total", "covered": ratio(known["reached_100"].sum(), known["people_100"].sum())}
    added = [column.key for column in COLUMNS if column.key not in ("key", "district", "covered")]
    rows, empty = known.reset_index().to_dict("records"), "No cohort is in target."
    sheet.table(grid, rows, sums=added, sortable=False, totals=totals, empty=empty, name="ByDistrict")
    if content.empty_pence:  # no district has them
        sheet.put(grid.total_row + 1, 2, "Vehicles that run empty, of no district")
        paid = Formula(f"={EMPTY_COST}", pounds(content.empty_pence))
        sheet.put(grid.total_row + 1, grid.number("spend"), paid, "calc", "money")
    _chart(sheet, grid)
    sheet.page_for(grid, "C")


def _known_values(content: Content) -> pd.DataFrame:
    """Return the known values by district, with the index key."""
    groups = content.funded.groupby("district_key")
    pence = groups[["cost_pence", "vehicle_pence", "whole_cost_pence"]].sum()
    table = content.districts.assign(
        low_income=content.districts["people_100"] / 100,
        funded=groups.size(),
        reached_100=(groups["low_income_people"].sum() * 100).round(),
        takers=groups["people_micro"].sum() / MICRO,
        cost=pence["cost_pence"] / 100,
        vehicle=pence["vehicle_pence"] / 100,
        spend=pence["whole_cost_pence"] / 100,
        share=pence["whole_cost_pence"] / (pence["whole_cost_pence"].sum() or 1),
        access=groups["access"].sum().astype(float).round(6),
        within_any=groups["within_reach"].sum().astype(float).round(6),
    )
    numbers = [column for column in table.columns if column != "district"]
    table = table.fillna(dict.fromkeys(numbers, 0)).infer_objects()
    return table.assign(
        reached=table["reached_100"] / 100,
        covered=(table["reached_100"] / table["people_100"]).fillna(0),
        access_share=table["access"] / (table["access"].sum() or 1),
    )


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
