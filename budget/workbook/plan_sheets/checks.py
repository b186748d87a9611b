"""The Checks sheet: every check is a formula that gives TRUE or FALSE, can fail, and says what to do when it does.

Checks against the model's own totals say whether this workbook is the plan as it was solved. They hold back once an
assumption has been changed, as the totals then differ by intention; all others go on being tested. Those of the plan
are here; those of the ledger and of the inputs are in `checks_ledger`.
"""

from collections.abc import Iterator, Sequence

from openpyxl.formatting.rule import CellIsRule

from budget.accounts.statement import Content, pounds
from budget.planning.within_reach import AT_LEAST_ONE, at_least_one
from budget.workbook import styles
from budget.workbook.book import Book
from budget.workbook.check import (
    ACCESS_LEEWAY,
    ADVICE,
    AS_SOLVED_EQUAL,
    AT_MOST,
    EQUAL,
    HALF_A_PENNY,
    SHEET,
    SIDES,
    Check,
    none_of,
    same_count,
    same_money,
    write_checks,
)  # fmt: skip
from budget.workbook.grid import Column, Formula
from budget.workbook.plan_sheets import checks_ledger
from budget.workbook.plan_sheets.assumptions import FLOWS, PARTLY, SOLVE_AGAIN, changed
from budget.workbook.plan_sheets.services_sheet import EMPTY_COST

COLUMNS = (
    Column("name", "Check", 66, "text", "wrapped"),
    *SIDES,
    Column("tested", "Tested", 36, "text", "wrapped"),
    ADVICE,
)
CHANGED_ROW = 4
MASTER_ROW = 5
HEAD = MASTER_ROW + 2
NOTE = (
    "Those tested until an assumption is changed compare with the model's own totals (grey). Once a yellow cell "
    "differs from its value as solved the plan is no longer the one solved, and they hold back."
)


def list_checks(content: Content) -> list[Check]:
    """Return the checks in the order of the sheet."""
    of_plan = (
        *_of_the_model(content),
        *_of_the_cohorts(content),
        *_of_the_money(content),
        *_of_the_breakdowns(content),
    )
    return [*of_plan, *checks_ledger.list_checks(content)]


def write(book: Book, checks: Sequence[Check]) -> None:
    """Write the sheet and define all_checks_pass."""
    sheet = book.sheet(SHEET, "Checks", NOTE)
    sheet.put(CHANGED_ROW, 1, "Assumptions changed since the plan was solved")
    sheet.put(CHANGED_ROW, 2, Formula(f"={changed(FLOWS, PARTLY, SOLVE_AGAIN)}", 0), "calc", "count")
    write_checks(sheet, COLUMNS, checks, MASTER_ROW)
    is_changed = CellIsRule("greaterThan", ["0"], fill=styles.AMBER_FILL)
    sheet.worksheet.conditional_formatting.add(f"B{CHANGED_ROW}", is_changed)


def _of_the_model(content: Content) -> Iterator[Check]:
    model, reach = content.plan.allocation, content.within_reach[AT_LEAST_ONE]
    advice = "A cell has been overwritten: compare this sheet with the workbook as it was exported."
    for what, name, known, of_model, format, leeway in (
        ("Spend", "spend_total", pounds(content.spend_pence), pounds(model.spent_pence), "money", HALF_A_PENNY),
        ("Takers", "people_total", content.people, float(model.people), "people", HALF_A_PENNY),
        ("Access score", "access_total", content.access, float(model.access), "access", ACCESS_LEEWAY),
        ("Within reach", "within_reach_total", reach, at_least_one(model), "people", ACCESS_LEEWAY),
    ):
        here = Formula(f"={name}", known)
        yield Check(f"{what} is the model's", here, of_model, format, AS_SOLVED_EQUAL, advice, leeway)


def _of_the_cohorts(content: Content) -> Iterator[Check]:
    cohorts, in_target = content.plan.choices.cohorts, len(content.plan.choices.cohorts)
    count = "=COUNT({plan[low_income]})"
    advice = "A row has been added, deleted or overwritten on Plan or Not funded."
    yield same_count("Cohorts funded are the model's", count, len(content.funded), advice)
    both = f"{count}+COUNT({{not_funded[low_income]}})"
    yield same_count("Every cohort in target is on Plan or on Not funded", both, in_target, advice)
    everyone = int((cohorts["people"].astype(float) * 100).round().sum()) / 100
    people = Formula("={plan.totals[low_income]}+{not_funded.totals[low_income]}", everyone)
    name = "Their low-income young people are the model's"
    yield Check(name, people, everyone, "people", EQUAL, advice, HALF_A_PENNY)
    advice = "See the column Times offered on Plan: one cohort receives one offer."
    yield _at_most_once("No cohort is offered twice", "plan", len(content.funded), advice)
    advice = "See the column Times on Plan of Not funded."
    yield none_of("No cohort is both funded and not funded", "=SUM({not_funded[on_plan]})", advice)
    without = "=SUMPRODUCT(ISNUMBER({not_funded[low_income]})*(LEN(TRIM({not_funded[reason]}))=0))"
    yield none_of("Every cohort not funded has its reason", without, "A reason on Not funded has been deleted.")
    advice = "See the column Times listed on Not funded."
    yield _at_most_once("No cohort is twice on Not funded", "not_funded", len(content.not_funded), advice)
    name = "Each cohort on Eligibility is once on Plan or once on Not funded"
    advice = "See the column Times on Plan or Not funded of Eligibility: a cohort is missing, or is there twice."
    yield same_count(name, "=COUNTIF({eligibility[times]},1)", in_target, advice)
    more = "=SUMPRODUCT(--({plan[takers]}>{plan[low_income]}))"
    advice = "A take-up on Assumptions is above 100%, or a number on Plan has been overwritten."
    yield none_of("No cohort has more takers than young people", more, advice)


def _at_most_once(name: str, table: str, rows: int, advice: str) -> Check:
    return Check(name, Formula(f"=MAX(0,{{{table}[times]}})", min(rows, 1)), 1, "count", AT_MOST, advice)


def _of_the_money(content: Content) -> Iterator[Check]:
    to_spend = pounds(content.plan.allocation.budget_pence - content.plan.scenario.reserve_pence)
    limit = Formula("=ROUND({value[budget]}-{value[reserve]},2)", to_spend)
    spend = Formula("=spend_total", pounds(content.spend_pence))
    name = "Spend is within the budget less the reserve"
    advice = "With these assumptions the plan costs more than there is: solve again."
    yield Check(name, spend, limit, "money", AT_MOST, advice, HALF_A_PENNY)
    name = "Gross less income is the cost of the offers"
    left, right = "={plan.totals[gross]}-{plan.totals[income]}", "={plan.totals[cost]}"
    advice = "A cell of Gross, Income or Cost on Plan has been overwritten."
    yield same_money(name, left, right, pounds(content.funded["cost_pence"].sum()), advice)
    short = "=COUNTIF({services[enough]},FALSE)"
    advice = "With these assumptions a service has more takers than seats, or more vehicles than allowed: solve again."
    yield none_of("No service lacks seats or has too many vehicles", short, advice)
    left, right = f"={{plan.totals[vehicle]}}+{EMPTY_COST}", "={services.totals[cost]}"
    advice = "A vehicle without takers has no district to charge: see Services, and the take-up on Assumptions."
    vehicles = pounds(content.services["cost_pence"].sum())
    yield same_money("Vehicles are shared out in full", left, right, vehicles, advice)


def _of_the_breakdowns(content: Content) -> Iterator[Check]:
    advice = "A row or a code on Plan or here has been overwritten."
    spend, by_place = pounds(content.spend_pence), f"{{districts.totals[spend]}}+{EMPTY_COST}"
    takers, access = "{districts.totals[takers]}", "{districts.totals[access]}"
    by_reach, reach = "Districts: people within reach add up", content.within_reach[AT_LEAST_ONE]
    by_kind = "Summary: spend by kind of support adds up"
    for name, cell, total, known, format, leeway in (
        ("Districts: spend adds up", by_place, "spend_total", spend, "money", HALF_A_PENNY),
        ("Districts: takers add up", takers, "people_total", content.people, "people", HALF_A_PENNY),
        ("Districts: access score adds up", access, "access_total", content.access, "access", ACCESS_LEEWAY),
        (by_reach, "{districts.totals[within_any]}", "within_reach_total", reach, "people", ACCESS_LEEWAY),
        (by_kind, "{kinds.totals[spend]}", "spend_total", spend, "money", HALF_A_PENNY),
    ):
        here, whole = Formula(f"={cell}", known), Formula(f"={total}", known)
        yield Check(name, here, whole, format, EQUAL, advice, leeway)
    in_target = len(content.plan.choices.cohorts)
    yield same_count("Districts: cohorts in target add up", "={districts.totals[cohorts]}", in_target, advice)
