"""A plan as an Excel workbook that a finance officer can audit: inputs, workings, results and checks, by formula.

Assumptions → Plan and Services → Districts, Profile and Summary → Checks. Each formula is written with its value,
computed in whole pence from the plan, so that totals show before any program recalculates; LibreOffice and Excel
recalculate them to the same pennies.
"""

from collections.abc import Mapping

from budget.accounts import statement
from budget.monitoring.balance import Balance
from budget.monitoring.monitored import Monitored
from budget.planning.plan import Plan
from budget.risk.robust_plan import RobustPlan
from budget.scenarios.differences import fingerprint
from budget.workbook import long_texts, printing
from budget.workbook.book import Book
from budget.workbook.check import all_pass
from budget.workbook.monitoring_sheets import actuals_sheet, layout, monitoring, workings
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
    journeys_sheet,
    limit_workings,
    limits_kept,
    limits_sheet,
    line_profile,
    not_funded_sheet,
    plan_sheet,
    plan_workings,
    profile,
    risk_sheet,
    scenario_sheet,
    services_sheet,
    sources_sheet,
    summary,
    term_dates,
)
from data.version import VERSION

SHEETS = (
    cover.SHEET,
    *(name for name in cover.HOLDS if name not in (limit_workings.SHEET, journeys_sheet.SHEET)),
)  # of most plans
NAMES = (*summary.NAMES, "all_checks_pass", "inputs_changed")


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
    content = statement.draw_up(plan, robust)
    book, tests = Book(names=names_of(content)), checks.list_checks(content)
    if actuals is not None:
        book.names = together(book.names, layout.lay_out(actuals).names())
        tests += monitoring_checks.list_checks(actuals)
    passes = all_pass(tests)
    risk = risk_sheet.simulated(content)
    here = {limit_workings.SHEET: limit_workings.is_needed(content), risk_sheet.SHEET: risk is not None}
    here[journeys_sheet.SHEET] = journeys_sheet.is_needed(content)
    holds = {name: words for name, words in cover.HOLDS.items() if here.get(name, True)}
    cover.write(book, content, prepared_by, passes, holds | ({} if actuals is None else layout.HOLDS), risk)
    summary.write(book, content, passes, risk)
    assumptions.write(book, content)
    limits_kept.write(limits_sheet.write(book, content), content)
    term_dates.write(book, content)
    plan_sheet.write(book, content)
    services_sheet.write(book, content)
    districts.write(book, content)
    budget_lines.write(book, content)
    line_profile.write(book, content)
    profile.write(book, content)
    risk_sheet.write(book, content, risk)
    not_funded_sheet.write(book, content)
    eligibility_sheet.write(book, content)
    coverage_sheet.write(book, content)
    journeys_sheet.write(book, content)
    curve.write(book, content)
    sources_sheet.write(book, content)
    plan_workings.write(book, content)
    limit_workings.write(book, content)
    scenario_sheet.write(book, content)
    if actuals is not None:
        monitoring.write(book, actuals, content, balance)
        workings.write(book, actuals, content)
        actuals_sheet.write(book, actuals)
    # a further sheet is written here; cover.HOLDS lists it, checks.list_checks its checks
    checks.write(book, tests, before="Sources")
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


def together(names: Mapping[str, object], more: Mapping[str, object]) -> dict[str, object]:
    """Return the names of the plan's sheets and of further ones. Raises ValueError where two have one name."""
    if twice := sorted(names.keys() & more.keys()):
        raise ValueError(f"two tables or cells of the workbook are both named {', '.join(twice)}")
    return {**names, **more}


def names_of(content: statement.Content) -> dict[str, object]:
    """Return the names that the formulas of a plan's sheets have for tables and cells."""
    return {
        "plan": plan_sheet.lay_out(content),
        "again": plan_workings.lay_out(content),
        "solved_lines": plan_workings.lay_out_lines(content),
        "limit_parts": limit_workings.lay_out(content),
        "services": services_sheet.lay_out(content),
        "not_funded": not_funded_sheet.lay_out(content),
        "districts": districts.lay_out(content),
        "kinds": summary.lay_out_kinds(content),
        "eligibility": eligibility_sheet.lay_out(content),
        "limits": limits_sheet.lay_out(content.plan.scenario),
        "by_line": line_profile.lay_out(content),
        "coverage": coverage_sheet.lay_out(content).groups,
        **risk_sheet.names(),
        **limits_kept.names(content),
        **assumptions.names(content),
        **term_dates.names(content.ledger.finance),
        **budget_lines.names(content),
        **profile.names(content),
    }
