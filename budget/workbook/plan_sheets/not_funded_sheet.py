"""The sheet Not funded: one row a cohort in target without an offer, with its reason."""

import pandas as pd

from budget.accounts.statement import Content, pounds, total
from budget.workbook.book import Book, Formula
from budget.workbook.plan_sheets.offer_columns import NOT_FUNDED, Grids


def write(book: Book, grids: Grids, content: Content) -> None:
    """Write the sheet Not funded."""
    sheet = book.sheet("Not funded")
    sheet.heading(
        "Not funded: cohorts in target without an offer",
        "Cost and access are of the offer that each would get first, and the budget is the one at which it comes in, "
        "all as solved; they do not follow Assumptions.",
    )
    grid, table = grids.not_funded, content.not_funded
    rows = (_row(row, cohort, grids, content) for row, cohort in enumerate(table.to_dict("records"), grid.first))
    totals = {
        "cohort": "Total",
        "low_income": Formula(f"=SUM({grid.own('low_income')})", round(float(table["people"].sum()), 2)),
        "cost": Formula(f"=SUM({grid.own('cost')})", pounds(table["cost_pence"].sum())),
        "access": Formula(f"=SUM({grid.own('access')})", total(table["access"].dropna())),
    }
    sheet.table(grid, rows, totals=totals, empty="Every cohort in target is funded.", name="NotFunded")
    sheet.widths(NOT_FUNDED)
    sheet.page(freeze="C5", repeat="4:4")


def _row(row: int, cohort: dict, grids: Grids, content: Content) -> tuple:
    best = None if pd.isna(cohort["best_option"]) else content.plan.catalogue.kind(cohort["best_option"]).label
    return (
        cohort["cohort"],
        cohort["area_name"],
        cohort["district_key"],
        cohort["district"],
        float(cohort["people"]),
        cohort["reason"],
        best,
        None if best is None else pounds(cohort["cost_pence"]),
        None if best is None else float(cohort["access"]),
        None if pd.isna(cohort["entry_budget_pence"]) else pounds(cohort["entry_budget_pence"]),
        Formula(f"=COUNTIF({grids.plan.column('cohort')},{grids.not_funded.at('cohort', row)})", 0),
        Formula(f"=COUNTIF({grids.not_funded.own('cohort')},{grids.not_funded.at('cohort', row)})", 1),
    )
