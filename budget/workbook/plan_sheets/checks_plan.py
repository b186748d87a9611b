"""Checks that the plan is the model's, every cohort is in one place, and the money and its breakdowns add up."""

from collections.abc import Iterator

from budget.accounts.statement import Content, pounds
from budget.workbook.check import (
    ACCESS_LEEWAY,
    AS_SOLVED_EQUAL,
    AT_MOST,
    EQUAL,
    HALF_A_PENNY,
    Check,
    none_of,
    same_count,
    same_money,
)  # fmt: skip
from budget.workbook.grid import Formula
from budget.workbook.plan_sheets import coverage_sheet, districts, eligibility_sheet
from budget.workbook.plan_sheets.assumptions import Assumptions
from budget.workbook.plan_sheets.offer_columns import EMPTY, OfferTables
from budget.workbook.plan_sheets.summary import lay_out_kinds


def list_checks(tables: OfferTables, assumptions: Assumptions, content: Content) -> list[Check]:
    """Return the checks of the plan, in the order of the sheet."""
    return [
        *_of_the_model(content),
        *_of_the_cohorts(tables, content),
        *_of_the_money(tables, assumptions, content),
        *_of_the_breakdowns(tables, content),
        *_of_the_coverage(content),
    ]


def _of_the_model(content: Content) -> Iterator[Check]:
    model = content.plan.allocation
    advice = "A cell has been overwritten: compare this sheet with the workbook as it was exported."
    for what, name, known, of_model, format, leeway in (
        ("Spend", "spend_total", pounds(content.spend_pence), pounds(model.spent_pence), "money", HALF_A_PENNY),
        ("Takers", "people_total", content.people, float(model.people), "people", HALF_A_PENNY),
        ("Access", "access_total", content.access, float(model.access), "access", ACCESS_LEEWAY),
    ):
        here = Formula(f"={name}", known)
        yield Check(f"{what} is the model's", here, of_model, format, AS_SOLVED_EQUAL, advice, leeway)


def _of_the_cohorts(tables: OfferTables, content: Content) -> Iterator[Check]:
    plan, left_out, cohorts = tables.plan, tables.not_funded, content.plan.choices.cohorts
    in_target = len(cohorts)
    count = f"=COUNT({plan.column('low_income')})"
    both = f"{count}+COUNT({left_out.column('low_income')})"
    advice = "A row has been added, deleted or overwritten on Plan or Not funded."
    yield same_count("Cohorts funded are the model's", count, len(content.funded), advice)
    yield same_count("Every cohort in target is on Plan or on Not funded", both, in_target, advice)
    everyone = int((cohorts["people"].astype(float) * 100).round().sum()) / 100
    people = Formula(f"={plan.total('low_income')}+{left_out.total('low_income')}", everyone)
    name = "Their low-income young people are the model's"
    yield Check(name, people, everyone, "people", EQUAL, advice, HALF_A_PENNY)
    advice = "See the column Times offered on Plan: one cohort receives one offer."
    yield _at_most_once("No cohort is offered twice", plan.column("times"), len(content.funded), advice)
    advice = "See the column Times on Plan of Not funded."
    yield none_of("No cohort is both funded and not funded", f"=SUM({left_out.column('on_plan')})", advice)
    without_reason = f"ISNUMBER({left_out.column('low_income')})*(LEN(TRIM({left_out.column('reason')}))=0)"
    advice = "A reason on Not funded has been deleted."
    yield none_of("Every cohort not funded has its reason", f"=SUMPRODUCT({without_reason})", advice)
    advice = "See the column Times listed on Not funded."
    yield _at_most_once("No cohort is twice on Not funded", left_out.column("times"), len(content.not_funded), advice)
    name = "Each cohort on Eligibility is once on Plan or once on Not funded"
    once = f"=COUNTIF({eligibility_sheet.lay_out(content).column('times')},1)"
    advice = "See the column Times on Plan or Not funded of Eligibility: a cohort is missing, or is there twice."
    yield same_count(name, once, in_target, advice)
    more = f"=SUMPRODUCT(--({plan.column('takers')}>{plan.column('low_income')}))"
    advice = "A take-up on Assumptions is above 100%, or a number on Plan has been overwritten."
    yield none_of("No cohort has more takers than young people", more, advice)


def _at_most_once(name: str, times: str, rows: int, advice: str) -> Check:
    return Check(name, Formula(f"=MAX(0,{times})", min(rows, 1)), 1, "count", AT_MOST, advice)


def _of_the_money(tables: OfferTables, assumptions: Assumptions, content: Content) -> Iterator[Check]:
    plan, services = tables.plan, tables.services
    to_spend = pounds(content.plan.allocation.budget_pence - content.plan.scenario.reserve_pence)
    limit = Formula(f"=ROUND({assumptions.cell('budget')}-{assumptions.cell('reserve')},2)", to_spend)
    spend = Formula("=spend_total", pounds(content.spend_pence))
    name = "Spend is within the budget less the reserve"
    advice = "With these assumptions the plan costs more than there is: solve again."
    yield Check(name, spend, limit, "money", AT_MOST, advice, HALF_A_PENNY)
    name = "Gross less income is the cost of the offers"
    left, right = f"={plan.total('gross')}-{plan.total('income')}", f"={plan.total('cost')}"
    advice = "A cell of Gross, Income or Cost on Plan has been overwritten."
    yield same_money(name, left, right, pounds(content.funded["cost_pence"].sum()), advice)
    short = f"=COUNTIF({services.column('enough')},FALSE)"
    advice = "With these assumptions a service has more takers than seats, or more vehicles than allowed: solve again."
    yield none_of("No service lacks seats or has too many vehicles", short, advice)
    left, right = f"={plan.total('vehicle')}+{_empty(tables)}", f"={services.total('cost')}"
    advice = "A vehicle without takers has no district to charge: see Services, and the take-up on Assumptions."
    vehicles = pounds(content.services["cost_pence"].sum())
    yield same_money("Vehicles are shared out in full", left, right, vehicles, advice)


def _of_the_breakdowns(tables: OfferTables, content: Content) -> Iterator[Check]:
    places, kinds = districts.lay_out(content), lay_out_kinds(content)
    advice = "A row or a code on Plan or here has been overwritten."
    spend, by_place = pounds(content.spend_pence), f"{places.total('spend')}+{_empty(tables)}"
    by_kind = "Summary: spend by kind of support adds up"
    for name, cell, total, known, format, leeway in (
        ("Districts: spend adds up", by_place, "spend_total", spend, "money", HALF_A_PENNY),
        ("Districts: takers add up", places.total("takers"), "people_total", content.people, "people", HALF_A_PENNY),
        ("Districts: access adds up", places.total("access"), "access_total", content.access, "access", ACCESS_LEEWAY),
        (by_kind, kinds.total("spend"), "spend_total", spend, "money", HALF_A_PENNY),
    ):
        here, whole = Formula(f"={cell}", known), Formula(f"={total}", known)
        yield Check(name, here, whole, format, EQUAL, advice, leeway)
    in_target = len(content.plan.choices.cohorts)
    yield same_count("Districts: cohorts in target add up", f"={places.total('cohorts')}", in_target, advice)


def _empty(tables: OfferTables) -> str:
    """Return a formula part of what vehicles cost that ran empty when the plan was solved."""
    return f'SUMIFS({tables.services.column("cost")},{tables.services.column("empty")},"{EMPTY}")'


def _of_the_coverage(content: Content) -> Iterator[Check]:
    if content.plan.applicants is not None:
        return
    sheet, found = coverage_sheet.lay_out(content), coverage_sheet.found(content)
    advice = "A row of the first table on Coverage has been added, deleted or overwritten."
    areas = len(content.plan.county.areas)
    yield same_count("Coverage: every area is in one group", f"={sheet.groups.total('areas')}", areas, advice)
    people = Formula(f"={sheet.groups.total('people')}", found.people)
    name = "Coverage: its groups hold the county's low-income young people"
    yield Check(name, people, found.people, "people", EQUAL, advice, HALF_A_PENNY)
