"""A plan as an Excel workbook that a finance officer can audit: inputs, workings, results and checks, all live.

Assumptions → Plan and Services → Districts, Profile and Summary → Checks. Each formula is written together with the
value that it is known to have, computed in whole pence from the plan, so that the totals show before anything has
recalculated; LibreOffice and Excel recalculate them to the same pennies.
"""

import datetime
import io

from openpyxl import Workbook

from budget.plan import Plan
from budget.workbook import assumptions, checks, content, curve, evidence, known_values, offers_sheets, results, summary
from budget.workbook.book import Book
from data.sheet_text import safe_text

SHEETS = (
    "Summary",
    "Assumptions",
    "Plan",
    "Services",
    "Districts",
    "Profile",
    "Not funded",
    "Eligibility",
    "Frontier",
    "Checks",
    "Sources",
)
NAMES = ("budget_total", "spend_total", "unspent_total", "people_total", "access_total", "all_checks_pass")


def to_bytes(plan: Plan) -> bytes:
    """Return the plan's workbook (.xlsx); the same plan gives the same bytes.

    Raises ValueError where the plan's own parts do not add up to its totals: no such workbook may leave the house.
    """
    book = Book(Workbook())
    book.workbook.remove(book.workbook.active)
    held = content.of(plan)
    figures, grids = assumptions.of(held), offers_sheets.lay_out(held)
    summary.write(book, grids, figures, held)
    assumptions.write(book, figures, held)
    offers_sheets.write_plan(book, grids, figures, held)
    offers_sheets.write_services(book, grids, figures, held)
    results.write_districts(book, grids, held)
    results.write_profile(book, grids, figures, held)
    offers_sheets.write_not_funded(book, grids, held)
    evidence.write_eligibility(book, held)
    description = curve.write(book, held)
    checks.write(book, grids, figures, held)
    evidence.write_sources(book, held)
    _describe(book.workbook, plan)
    saved = io.BytesIO()
    book.workbook.save(saved)
    known = {number: book.known[name] for number, name in enumerate(book.workbook.sheetnames, start=1)}
    return known_values.finished(saved.getvalue(), known, plan.day, description)


def _describe(workbook: Workbook, plan: Plan) -> None:
    """Set the document's properties, and let Excel recalculate everything when it opens the file."""
    properties = workbook.properties
    properties.title = safe_text(f"{plan.scenario.name}: {plan.county.manifest.name}")[:255]
    properties.subject = "Transport support for young people: a plan and its workings"
    properties.creator = "Farebridge"
    properties.created = datetime.datetime.combine(plan.day, datetime.time())
    workbook.calculation.fullCalcOnLoad = True
