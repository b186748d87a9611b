"""The sheet Not funded: one row a cohort in target without an offer, with its reason."""

import pandas as pd

from budget.accounts.statement import Content, pounds
from budget.workbook.book import Book
from budget.workbook.grid import Column, Grid

COLUMNS = (
    Column("cohort", "Cohort", 13, "text"),
    Column("area", "Area", 26, "text"),
    Column("district_key", "District code", 12, "text"),
    Column("district", "District", 22, "text"),
    Column("low_income", "Low-income young people", 12, "model", "people"),
    Column("reason", "Why it is not funded", 66, "text", "wrapped"),
    Column("best", "Best offer left out", 24, "text"),
    Column("cost", "Its cost as solved", 15, "model", "money"),
    Column("access", "Its access score as solved", 17, "model", "access"),
    Column("entry", "Comes in at a budget of", 16, "model", "money"),
    Column("on_plan", "Times on Plan", 11, "calc", "count", "=COUNTIF({plan[cohort]},{cohort})"),
    Column("times", "Times listed", 9, "calc", "count", "=COUNTIF({all[cohort]},{cohort})"),
)
NOTE = (
    "Cost and access score are of the offer that each would get first, and the budget is the one at which it comes in, "
    "all as solved; they do not follow Assumptions."
)


def lay_out(content: Content) -> Grid:
    """Lay out the sheet."""
    return Grid("Not funded", COLUMNS, len(content.not_funded))


def write(book: Book, content: Content) -> None:
    """Write the sheet."""
    sheet, grid = book.sheet("Not funded", "Not funded: cohorts in target without an offer", NOTE), lay_out(content)
    rows = (_row(cohort, content) for cohort in content.not_funded.to_dict("records"))
    added, empty = ("low_income", "cost", "access"), "Every cohort in target is funded."
    sheet.table(grid, rows, sums=added, totals={"cohort": "Total"}, empty=empty, name="NotFunded")
    sheet.page_for(grid, "C")


def _row(cohort: dict, content: Content) -> tuple:
    best, cost, access, entry = None, None, None, cohort["entry_budget_pence"]
    if not pd.isna(cohort["best_option"]):
        best = content.plan.catalogue.kind(cohort["best_option"]).label
        cost, access = pounds(cohort["cost_pence"]), float(cohort["access"])
    start = (cohort[key] for key in ("cohort", "area_name", "district_key", "district", "people", "reason"))
    return (*start, best, cost, access, None if pd.isna(entry) else pounds(entry), 0, 1)
