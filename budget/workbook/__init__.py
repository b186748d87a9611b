"""A plan as an Excel workbook that a finance officer can audit: inputs, workings, results and checks, all live.

Assumptions → Plan and Services → Districts, Profile and Summary → Checks. Each formula is written together with the
value that it is known to have, computed in whole pence from the plan, so that the totals show before anything has
recalculated; LibreOffice and Excel recalculate them to the same pennies.
"""

import datetime
import io

from openpyxl import Workbook

from budget.accounts import statement
from budget.monitoring.balance import Balance
from budget.monitoring.monitored import Monitored
from budget.planning.plan import Plan
from budget.risk.robust_plan import RobustPlan
from budget.scenarios.differences import fingerprint
from budget.workbook import known_values, long_texts
from budget.workbook.book import Book
from budget.workbook.monitoring_sheets import actuals as monitoring_actuals
from budget.workbook.monitoring_sheets import checks as monitoring_checks
from budget.workbook.monitoring_sheets import layout, monitoring
from budget.workbook.plan_sheets import (
    assumptions,
    budget_lines,
    checks,
    cover,
    curve,
    districts,
    evidence,
    limits_sheet,
    line_profile,
    not_funded_sheet,
    offer_columns,
    plan_sheet,
    profile,
    scenario_sheet,
    services_sheet,
    summary,
    term_dates,
)
from data.documents.sheet_text import safe_text
from data.version import VERSION

SHEETS = (cover.SHEET, *cover.HOLDS)
NAMES = ("budget_total", "spend_total", "unspent_total", "people_total", "access_total", "all_checks_pass")


def to_bytes(
    plan: Plan,
    *,
    prepared_by: str = "",
    robust: RobustPlan | None = None,
    actuals: Monitored | None = None,
    balance: Balance | None = None,
) -> bytes:
    """Return the plan's workbook (.xlsx); the same plan gives the same bytes.

    `prepared_by` is who made it, for the Cover; `robust` what made the plan safe, where it was; `actuals` what the
    ledger says of this very plan, and `balance` what that could fund next, for the sheet Monitoring. Raises ValueError
    where the plan's own parts do not add up to its totals: no such workbook may leave the house.
    """
    book = Book(Workbook())
    book.workbook.remove(book.workbook.active)
    held = statement.of(plan, robust)
    figures, tables, terms = assumptions.of(held), offer_columns.lay_out(held), term_dates.lay_out(held.ledger.finance)
    tests = checks.of(tables, figures, terms, held)
    watched = None if actuals is None else layout.lay_out(actuals)
    if actuals is not None:
        tests += monitoring_checks.of(watched, actuals, held)
    passes = checks.all_pass(tests)
    cover.write(book, held, prepared_by, passes, {} if actuals is None else layout.HOLDS)
    summary.write(book, tables, figures, held, passes)
    assumptions.write(book, figures, held)
    limits_sheet.write(book, plan.scenario)
    term_dates.write(book, terms, held)
    plan_sheet.write(book, tables, figures, held)
    services_sheet.write(book, tables, figures, held)
    districts.write(book, tables, held)
    budget_lines.write(book, tables, figures, held)
    line_profile.write(book, terms, held)
    profile.write(book, figures, terms, held)
    not_funded_sheet.write(book, tables, held)
    evidence.write_eligibility(book, tables, held)
    curve.write(book, held)
    checks.write(book, tests, figures)
    evidence.write_sources(book, held)
    scenario_sheet.write(book, held)
    if actuals is not None:
        monitoring.write(book, watched, actuals, terms, held, balance)
        monitoring_actuals.write(book, watched, actuals)
    # a further sheet is written here; cover.HOLDS lists it, checks.of its checks
    long_texts.write(book)
    book.finish()
    _describe(book.workbook, plan)
    saved = io.BytesIO()
    book.workbook.save(saved)
    names = book.workbook.sheetnames
    known = {number: book.known[name] for number, name in enumerate(names, start=1)}
    charts = [book.charts[name] for name in names if name in book.charts]
    return known_values.finished(saved.getvalue(), known, plan.day, charts)


def _describe(workbook: Workbook, plan: Plan) -> None:
    """Set the document's properties, and let Excel recalculate everything when it opens the file."""
    properties = workbook.properties
    properties.title = safe_text(f"{plan.scenario.name}: {plan.county.manifest.name}")[:255]
    properties.subject = "Transport support for young people: a plan and its workings"
    properties.creator = properties.lastModifiedBy = "Farebridge"
    properties.description = f"Scenario {fingerprint(plan.pinned_scenario)}, made with Farebridge {VERSION}"
    properties.keywords, properties.category, properties.language = "transport, post-16, budget", "Plan", "en-GB"
    properties.created = datetime.datetime.combine(plan.day, datetime.time())
    workbook.calculation.fullCalcOnLoad = True
