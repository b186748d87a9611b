"""The Checks sheet: every check is a formula that gives TRUE or FALSE, can fail, and says what to do when it does.

Checks against the model's own totals say whether this workbook is the plan as it was solved. They hold back once an
assumption has been changed, as the totals then differ by intention; all others go on being tested.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from openpyxl.formatting.rule import CellIsRule

from budget.accounts.statement import Content, pounds
from budget.planning import coverage
from budget.planning.within_reach import AT_LEAST_ONE, at_least_one
from budget.workbook import styles
from budget.workbook.book import Book
from budget.workbook.check import (
    ACCESS_LEEWAY,
    ADVICE,
    AS_SOLVED_EQUAL,
    AT_MOST,
    CHANGED_CELL,
    EQUAL,
    HALF_A_PENNY,
    SHEET,
    SIDES,
    WHERE,
    Check,
    first_row,
    none_of,
    none_where,
    same_count,
    same_money,
    write_checks,
)  # fmt: skip
from budget.workbook.grid import Column, Formula
from budget.workbook.plan_sheets import ledger_checks, limits_kept, overwritten, plan_sheet, sources_sheet
from budget.workbook.plan_sheets.assumptions import FLOWS, PARTLY, SOLVE_AGAIN, changed
from budget.workbook.plan_sheets.limits_sheet import COUNT_CHANGED
from budget.workbook.plan_sheets.services_sheet import EMPTY_COST
from budget.workbook.plan_sheets.term_dates import BY_MONTHS, TEACHING_DAYS

COLUMNS = (
    Column("name", "Check", 54, "text", "wrapped"),
    *SIDES,
    Column("tested", "Tested", 20, "text", "wrapped"),
    ADVICE,
    WHERE,
)
ODD_INCOME = 0.03  # an income is a rounded gross less a rounded cost, of a part of a cohort where it is in parts
BY_UNITS = "SUMPRODUCT({services[units]},{services[price]})"  # what vehicles cost, without the column Cost
CHANGED_ROW = 4
MASTER_ROW = 5
HEAD = MASTER_ROW + 2
NOTE = (
    "Once a yellow cell differs from its value as solved, the plan is out of date and the comparisons with the model's "
    "own totals (grey) hold back. Every other check goes on, the same totals against Plan workings among them. A check "
    "that waits rests on a cell that another check has found overwritten: mend that one first."
)


def list_checks(content: Content) -> list[Check]:
    """Return the checks in the order of the sheet."""
    parts = (
        _of_the_model, _of_the_workings, _of_the_cohorts, _of_the_money, limits_kept.list_checks, _of_the_breakdowns,
        _of_the_coverage, ledger_checks.list_checks, _of_the_inputs,
    )  # fmt: skip
    return [check for part in parts for check in part(content)]


def write(book: Book, checks: Sequence[Check], before: str) -> None:
    """Write the sheet, to stand before another, and define all_checks_pass.

    `checks` are those of `list_checks`; a check of the formulas of each sheet written so far follows them.
    """
    checks = overwritten.waiting(book, [*checks, *overwritten.list_checks(book)])
    sheet, names = book.sheet(SHEET, "Checks", NOTE), book.workbook.sheetnames
    book.workbook.move_sheet(SHEET, names.index(before) - names.index(SHEET))
    sheet.put(CHANGED_ROW, 1, "Assumptions changed since the plan was solved")
    sheet.put(CHANGED_ROW, 2, Formula(f"={changed(FLOWS, PARTLY, SOLVE_AGAIN)}+{COUNT_CHANGED}", 0), "calc", "count")
    book.define("inputs_changed", f"{SHEET}!{CHANGED_CELL}")
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


def _of_the_workings(content: Content) -> Iterator[Check]:
    """Yield what is tested against Plan workings, whatever has been changed on Assumptions."""
    advice = "A cell of Plan has been overwritten, or its rows sorted in part: compare with Plan workings."
    name, wrong = overwritten.PLAN_CHECK, "(LEN({again[differs]})>0)*1"
    texts = "{again[differs]}"
    first = f"{first_row(wrong, texts)}-MIN(ROW({texts}))+1"
    yield none_of(name, f"=SUMPRODUCT({wrong})", advice, where=f'"{plan_sheet.SHEET}!"&INDEX({texts},{first})')
    reach, spend = content.within_reach[AT_LEAST_ONE], pounds(content.spend_pence)
    for what, here, again, known, format, leeway in (
        ("Spend", "spend_total", f"{{again.totals[cost]}}+{BY_UNITS}", spend, "money", HALF_A_PENNY),
        ("Takers", "people_total", "{again.totals[takers]}", content.people, "people", HALF_A_PENNY),
        ("Access score", "access_total", "{again.totals[access]}", content.access, "access", ACCESS_LEEWAY),
        ("Within reach", "within_reach_total", "{again.totals[within_any]}", reach, "people", ACCESS_LEEWAY),
    ):
        sides = Formula(f"={here}", known), Formula(f"={again}", known)
        yield Check(f"{what} is that of Plan workings", *sides, format, EQUAL, advice, leeway)
    vehicles = int(content.services["units"].sum())
    advice = "A number of vehicles on Services has been overwritten."
    yield same_count("Vehicles bought are the model's", "=SUM({services[units]})", vehicles, advice)


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
    plan, advice = plan_sheet.lay_out(content), "An amount of Income, Takers or Contribution on Plan was overwritten."
    odd = "(ABS({plan[income]}-{plan[takers]}*{plan[contribution]})>{leeway})*1"
    name = "Income is what the takers contribute, to a few pennies a row"
    yield replace(none_where(name, odd, plan, "income", advice), leeway=ODD_INCOME)
    wrong, advice = "({plan[contribution]}>{plan[price]})*1", "A young person would pay more than the support costs."
    yield none_where("No contribution is above its price", wrong, plan, "contribution", advice)
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


def _of_the_coverage(content: Content) -> Iterator[Check]:
    if content.plan.applicants is not None:
        return
    advice = "A row of the first table on Coverage has been added, deleted or overwritten."
    areas, everyone = len(content.plan.county.areas), coverage.of_plan(content.plan).people
    yield same_count("Coverage: every area is in one group", "={coverage.totals[areas]}", areas, advice)
    name = "Coverage: its groups hold the county's low-income young people"
    yield Check(name, Formula("={coverage.totals[people]}", everyone), everyone, "people", EQUAL, advice, HALF_A_PENNY)


def _of_the_inputs(content: Content) -> Iterator[Check]:
    advice = "Say on Assumptions where each figure comes from."
    blank = "SUMPRODUCT(--(LEN(TRIM({%s}))=0))"
    sources = f"={blank % 'figures[provenance]'}"
    yield none_of("No figure lacks a source or the word assumption", sources, advice)
    outside, advice = "=COUNTIF({figures[allowed]},FALSE)", "See the column Allowed on Assumptions."
    yield none_of("No figure is outside what its unit allows", outside, advice)
    codes = f"={blank % 'lines[centre]'}+{blank % 'lines[subjective]'}"
    yield none_of("No line lacks a cost centre or a subjective", codes, "Write the ledger's codes on Budget lines.")
    name = "Every figure of the catalogue is on Sources with where it comes from"
    listed = f"=SUMPRODUCT(--(LEN(TRIM({sources_sheet.provenance_cells(content)}))>0))"
    advice = "A row of Figures on Sources has been deleted or emptied."
    yield same_count(name, listed, sources_sheet.figure_count(content), advice)
    wrong = "=SUMPRODUCT(--({terms[first]}>{terms[last]}))"
    advice = "See the terms on Term dates: each needs its first and its last day."
    yield none_of("No term ends before it begins or lacks a day", wrong, advice)
    neither = f'=IF(OR({{method}}="{TEACHING_DAYS}",{{method}}="{BY_MONTHS}"),0,1)'
    advice = f"Write {TEACHING_DAYS} or {BY_MONTHS} beside Spread by on Term dates."
    yield none_of("The year is spread in one of the two ways", neither, advice)
