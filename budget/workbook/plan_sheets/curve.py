"""The sheet Frontier: the people and access score that each budget buys, a bound on the score, and a chart."""

import math
from typing import Any

import numpy as np
import pandas as pd
from openpyxl.chart import LineChart, Reference
from openpyxl.worksheet.pagebreak import Break

from budget.accounts.statement import Content, pounds, ratio
from budget.allocation.curve.frontier import ONE_PASS, Frontier
from budget.planning import plan_frontier
from budget.workbook.book import Book, Sheet
from budget.workbook.grid import Column, Formula, Grid

SHEET = "Frontier"
STEPS = 20
LEAST_DIFFERENCE = 1e-6  # of access scores, which have six decimals
STEP_POUNDS, STEP_ROW = 1000, 3
STEP_CELL = f"$B${STEP_ROW}"
CHART_BELOW = 11  # rows beneath the table
SECONDS = 30.0  # for the whole curve, where limits have each budget solved on its own
EACH_STEP = f"=ROUND({{more}}/ROUND({{budget}}-{{above[budget]}},2)*{STEP_CELL},6)"
BOTH = "=ROUND({within_college}+{within_work}-{within_any},6)"
POINTS = (
    Column("budget", "Budget", 18, "model", "money"),
    Column("access", "Access score", 13, "model", "access"),
    Column("bound", "No plan scores more than", 14, "model", "access"),
    Column("gap", "Gap", 10, "calc", "fine_share", "=IF({bound}=0,0,({bound}-{access})/{bound})"),
    Column("spent", "Spend", 18, "model", "money"),
    Column("people", "Takers", 12, "model", "people"),
    Column("cohorts", "Cohorts funded", 11, "model", "count"),
    Column("more", "Access score more than the row above", 15, "calc", "access", "=ROUND({access}-{above[access]},6)"),
    Column("each", "That is for each step of money", 13, "calc", "access", EACH_STEP),
    Column("price", "What £1,000 more would buy", 15, "model", "access"),
    Column("part", "Share of the highest access score", 12, "calc", "share"),
    Column("within_any", "Young people within reach of at least one", 13, "model", "people"),
    Column("within_college", "Of college", 12, "model", "people"),
    Column("within_work", "Of work", 12, "model", "people"),
    Column("within_both", "Of both", 12, "calc", "people", BOTH),
)
KEY = (
    Column("budget", "Budget", 18, "model", "money"),
    Column("access", "Access score", 13, "model", "access"),
    Column("what", "What it is", 14, "text"),
)
CHART_WORDS = (
    "Line chart. Across: the budget, from nothing to what buys the highest access score there is. Up: the access "
    "score. One line is what the best plan found brings at each budget, the other what no plan can "
    "pass. Both rise steeply at first and flatten as more money buys less. The figures are in the table on this sheet."
)
KNEE = "The turning point: beyond it each pound buys less than the average pound of the whole curve does."
NOTE = (
    "Each row is a plan of its own, solved with the figures of this plan; the rows are results and do not follow "
    "Assumptions. No plan for a row's budget can bring more than column C says."
)


def write(book: Book, content: Content) -> None:
    """Write the sheet."""
    frontier = plan_frontier.trace_plan(content.plan, steps=STEPS, time_limit_seconds=SECONDS)
    points = _while_more_is_bought(frontier.points[frontier.points["access"].notna()])
    sheet = book.sheet(SHEET, "Frontier: what each budget buys", NOTE)
    sheet.put(STEP_ROW, 1, "A step of money")
    sheet.put(STEP_ROW, 2, STEP_POUNDS, "input", "money")
    grid = Grid(SHEET, POINTS, len(points))
    sheet.table(grid, _rows(grid, points), empty="No budget has a plan that keeps every limit.")
    _key_budgets(sheet, frontier, content, grid.last + 3)
    if len(points):
        _chart(sheet, grid)
    sheet.page_for(grid, "B", chart_apart=True)


def _while_more_is_bought(points: pd.DataFrame) -> pd.DataFrame:
    """Return the budgets up to the first that buys the highest access score: beyond it nothing more can be bought."""
    most = points["access"].to_numpy() >= points["access"].max() - LEAST_DIFFERENCE if len(points) else []
    return points.iloc[: int(np.argmax(most)) + 1] if len(points) else points


def _rows(grid: Grid, points: pd.DataFrame) -> list[dict[str, object]]:
    rows: list[dict[str, Any]] = []
    last, most = f"{grid.letter('access')}${grid.last}", _six(points["access"].iloc[-1]) if len(points) else 0.0
    for pence, point in points.iterrows():
        access, bound, price = _six(point["access"]), _six(point["bound"]), point["access_per_extra_1000_pounds"]
        people = [_six(point[name]) for name in plan_frontier.TOTALS]
        row = {
            "budget": pounds(pence),
            "access": access,
            "bound": bound,
            "gap": ratio(bound - access, bound),
            "spent": pounds(point["spent_pence"]),
            "people": round(float(point["people"]), 2),
            "cohorts": int(point["cohorts"]),
            "price": None if pd.isna(price) or price == float("inf") else _six(price),
            **dict(zip(("within_any", "within_college", "within_work"), people, strict=True)),
            "within_both": _six(people[1] + people[2] - people[0]),
            "part": Formula(f"=IF({last}=0,0,{{access}}/{last})", ratio(access, most)),
        }
        if rows:
            more, money = _six(access - rows[-1]["access"]), round(row["budget"] - rows[-1]["budget"], 2)
            row |= {"more": more, "each": _half_up(more / money * STEP_POUNDS)}
        rows.append(row)
    return rows


def _half_up(figure: float) -> float:
    """Round to six decimals as a sheet does: halves up, also where the last binary digit misses the half."""
    return math.floor(round(figure * 1e6, 4) + 0.5) / 1e6


def _six(figure: float) -> float:
    return round(float(figure), 6)


def _key_budgets(sheet: Sheet, frontier: Frontier, content: Content, row: int) -> None:
    """Write the budgets of this plan, of the knee, and of the highest access score."""
    allocation = content.plan.allocation
    rows: list[tuple] = [(pounds(allocation.budget_pence), _six(allocation.access), "This plan, with its reserve.")]
    for pence, words in ((frontier.knee_pence, KNEE), (frontier.all_pence, "The highest access score there is.")):
        if pence is not None:
            rows.append((pounds(pence), _access_at(frontier, pence), words))
    sheet.put(row, 1, "Budgets to know", "section")
    sheet.table(Grid(SHEET, KEY, len(rows), head=row + 1), rows)
    way = "The whole curve comes from one pass." if frontier.way == ONE_PASS else "Each budget was solved on its own."
    sheet.put(row + len(rows) + 2, 1, way, "note")


def _access_at(frontier: Frontier, pence: int) -> float | None:
    """Return the access score that a budget buys; None where it was not solved for and may buy more with more money."""
    if frontier.way == ONE_PASS:
        bought = frontier.steps[frontier.steps["budget_pence"] <= pence]
        return _six(bought["access"].iloc[-1]) if len(bought) else 0.0
    known = frontier.points["access"].dropna()
    same = known[known.index >= pence] if pence == frontier.all_pence else known[known.index == pence]
    return _six(same.iloc[0]) if len(same) else None


def _chart(sheet: Sheet, grid: Grid) -> None:
    chart = LineChart()
    chart.title = "Access score for every budget"
    chart.x_axis.title, chart.y_axis.title = "Budget", "Access score"
    for column in (2, 3):
        cells = Reference(sheet.worksheet, min_col=column, min_row=grid.head, max_row=grid.last)
        chart.add_data(cells, titles_from_data=True)
    chart.set_categories(Reference(sheet.worksheet, min_col=1, min_row=grid.first, max_row=grid.last))
    access, bound = chart.series
    access.graphicalProperties.line.width, bound.graphicalProperties.line.width = 28_000, 14_000
    bound.graphicalProperties.line.dashStyle = "dash"
    chart.x_axis.number_format, chart.y_axis.number_format = "£#,##0", "#,##0"
    chart.height, chart.width = 10, 24
    sheet.chart(chart, grid.last + CHART_BELOW, CHART_WORDS)
    sheet.worksheet.row_breaks.append(Break(id=grid.last + CHART_BELOW - 1))
