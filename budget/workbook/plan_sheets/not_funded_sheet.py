"""The sheet Not funded: one row a cohort in target without an offer, with its reason."""

import pandas as pd

from budget.accounts.statement import Content, pounds
from budget.workbook.book import Book
from budget.workbook.grid import Formula
from budget.workbook.plan_sheets.offer_columns import OfferTables

NOTE = (
    "Cost and access are of the offer that each would get first, and the budget is the one at which it comes in, "
    "all as solved; they do not follow Assumptions."
)


def write(book: Book, tables: OfferTables, content: Content) -> None:
    """Write the sheet Not funded."""
    sheet = book.sheet("Not funded", "Not funded: cohorts in target without an offer", NOTE)
    grid, table = tables.not_funded, content.not_funded
    rows = (_row(row, cohort, tables, content) for row, cohort in enumerate(table.to_dict("records"), grid.first))
    added, empty = ("low_income", "cost", "access"), "Every cohort in target is funded."
    sheet.table(grid, rows, sums=added, totals={"cohort": "Total"}, empty=empty, name="NotFunded")
    sheet.page_for(grid, "C")


def _row(row: int, cohort: dict, tables: OfferTables, content: Content) -> tuple:
    grid, entry = tables.not_funded, cohort["entry_budget_pence"]
    best, cost, access = None, None, None
    if not pd.isna(cohort["best_option"]):
        best = content.plan.catalogue.kind(cohort["best_option"]).label
        cost, access = pounds(cohort["cost_pence"]), float(cohort["access"])
    return (
        *(cohort[key] for key in ("cohort", "area_name", "district_key", "district", "people")),
        cohort["reason"],
        best,
        cost,
        access,
        None if pd.isna(entry) else pounds(entry),
        Formula(f"=COUNTIF({tables.plan['cohort']},{grid.at('cohort', row)})", 0),
        Formula(f"=COUNTIF({grid.own['cohort']},{grid.at('cohort', row)})", 1),
    )
