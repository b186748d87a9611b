"""A plan as an Excel workbook that a finance officer can audit: inputs, workings, results and checks, by formula.

Assumptions → Plan and Services → Districts, Profile and Summary → Checks. Each formula is written with its value,
computed in whole pence from the plan, so that totals show before any program recalculates; LibreOffice and Excel
recalculate them to the same pennies.
"""

from budget.accounts import statement
from budget.monitoring.balance import Balance
from budget.monitoring.monitored import Monitored
from budget.planning.plan import Plan
from budget.risk.robust_plan import RobustPlan
from budget.scenarios.differences import fingerprint
from budget.workbook import long_texts, printing
from budget.workbook.book import Book
from budget.workbook.check import all_pass
from budget.workbook.monitoring_sheets import actuals_sheet, layout, monitoring
from budget.workbook.monitoring_sheets import checks as monitoring_checks
from budget.workbook.plan_sheets import (
    assumptions,
    budget_lines,
    checks,
    cover,
    coverage_sheet,
    curve,
    districts,
    eligibility_sheet,
    limits_sheet,
    line_profile,
    not_funded_sheet,
    offer_columns,
    plan_sheet,
    profile,
    scenario_sheet,
    services_sheet,
    sources_sheet,
    summary,
    term_dates,
    three_years,
)
from data.version import VERSION

SHEETS = (cover.SHEET, *cover.HOLDS)
NAMES = (*summary.NAMES, "all_checks_pass")


def to_bytes(
    plan: Plan,
    *,
    prepared_by: str = "",
    robust: RobustPlan | None = None,
    actuals: Monitored | None = None,
    balance: Balance | None = None,
) -> bytes:
    """Return the plan's workbook (.xlsx); the same plan gives the same bytes.

    `prepared_by` is the person named on the Cover. `robust` says how the plan was made safe, where it was. With
    `actuals`, what the ledger says of this very plan, the workbook has the sheets Monitoring and Actuals; `balance` is
    what the money left could fund next. Raises ValueError where the plan's own parts do not add up to its totals.
    """
    book, content = Book(), statement.draw_up(plan, robust)
    figures, tables = assumptions.lay_out(content), offer_columns.lay_out(content)
    terms = term_dates.lay_out(content.ledger.finance)
    tests = checks.list_checks(tables, figures, terms, content)
    monitoring_tables = None if actuals is None else layout.lay_out(actuals)
    if actuals is not None and monitoring_tables is not None:
        tests += monitoring_checks.list_checks(monitoring_tables, actuals, content)
    passes = all_pass(tests)
    cover.write(book, content, prepared_by, passes, {} if actuals is None else layout.HOLDS)
    summary.write(book, tables, figures, content, passes)
    assumptions.write(book, figures, content)
    limits_sheet.write(book, plan.scenario)
    term_dates.write(book, terms, content)
    plan_sheet.write(book, tables, figures, content)
    services_sheet.write(book, tables, figures, content)
    districts.write(book, tables, content)
    budget_lines.write(book, tables, figures, content)
    line_profile.write(book, terms, content)
    three_years.write(profile.write(book, terms, content), figures, content)
    not_funded_sheet.write(book, tables, content)
    eligibility_sheet.write(book, tables, content)
    coverage_sheet.write(book, content)
    curve.write(book, content)
    checks.write(book, tests, figures)
    sources_sheet.write(book, content)
    scenario_sheet.write(book, content)
    if actuals is not None and monitoring_tables is not None:
        monitoring.write(book, monitoring_tables, actuals, terms, content, balance)
        actuals_sheet.write(book, monitoring_tables, actuals)
    # a further sheet is written here; cover.HOLDS lists it, checks.list_checks its checks
    long_texts.write(book)
    for sheet in book.workbook:
        printing.set_print_area(sheet)
    return book.saved(
        plan.day,
        f"{plan.scenario.name}: {plan.county.manifest.name}",
        subject="Transport support for young people: a plan and its workings",
        lastModifiedBy="Farebridge",
        description=f"Scenario {fingerprint(plan.pinned_scenario)}, made with Farebridge {VERSION}",
        keywords="transport, post-16, budget",
        category="Plan",
        language="en-GB",
    )
