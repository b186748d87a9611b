"""Checks that the plan is the model's, every cohort is in one place, and the money and its breakdowns add up."""

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
from budget.workbook.plan_sheets import districts, eligibility_sheet
from budget.workbook.plan_sheets.assumptions import Assumptions
from budget.workbook.plan_sheets.offer_columns import EMPTY, OfferTables
from budget.workbook.plan_sheets.summary import lay_out_kinds


def list_checks(tables: OfferTables, assumptions: Assumptions, content: Content) -> list[Check]:
    """Return the checks of the plan, in the order of the sheet."""
    return [
        *_against_the_model(content),
        *_of_the_cohorts(tables, content),
        *_of_the_money(tables, assumptions, content),
        *_of_the_breakdowns(tables, content),
    ]


def _against_the_model(content: Content) -> list[Check]:
    allocation = content.plan.allocation
    advice = "A cell has been overwritten: compare this sheet with the workbook as it was exported."
    parts = (
        ("Spend", "spend_total", pounds(content.spend_pence), pounds(allocation.spent_pence), "money", HALF_A_PENNY),
        ("Takers", "people_total", content.people, float(allocation.people), "people", HALF_A_PENNY),
        ("Access", "access_total", content.access, float(allocation.access), "access", ACCESS_LEEWAY),
    )
    return [
        Check(f"{what} is the model's", Formula(f"={name}", known), model, format, AS_SOLVED_EQUAL, advice, leeway)
        for what, name, known, model, format, leeway in parts
    ]


def _of_the_cohorts(tables: OfferTables, content: Content) -> list[Check]:
    plan, left_out, cohorts = tables.plan, tables.not_funded, content.plan.choices.cohorts
    count = f"=COUNT({plan.column('low_income')})"
    both = f"{count}+COUNT({left_out.column('low_income')})"
    people = f"={plan.total('low_income')}+{left_out.total('low_income')}"
    everyone = int((cohorts["people"].astype(float) * 100).round().sum()) / 100
    funded, in_target = len(content.funded), len(cohorts)
    without_reason = f"ISNUMBER({left_out.column('low_income')})*(LEN(TRIM({left_out.column('reason')}))=0)"
    overwritten = "A row has been added, deleted or overwritten on Plan or Not funded."
    return [
        same_count("Cohorts funded are the model's", count, funded, overwritten),
        same_count("Every cohort in target is on Plan or on Not funded", both, in_target, overwritten),
        Check(
            "Their low-income young people are the model's",
            Formula(people, everyone),
            everyone,
            "people",
            EQUAL,
            overwritten,
            HALF_A_PENNY,
        ),
        _at_most_once(
            "No cohort is offered twice",
            plan.column("times"),
            funded,
            "See the column Times offered on Plan: one cohort receives one offer.",
        ),
        none_of(
            "No cohort is both funded and not funded",
            f"=SUM({left_out.column('on_plan')})",
            "See the column Times on Plan of Not funded.",
        ),
        none_of(
            "Every cohort not funded has its reason",
            f"=SUMPRODUCT({without_reason})",
            "A reason on Not funded has been deleted.",
        ),
        _at_most_once(
            "No cohort is twice on Not funded",
            left_out.column("times"),
            len(content.not_funded),
            "See the column Times listed on Not funded.",
        ),
        same_count(
            "Each cohort on Eligibility is once on Plan or once on Not funded",
            f"=COUNTIF({eligibility_sheet.lay_out(content).column('times')},1)",
            in_target,
            "See the column Times on Plan or Not funded of Eligibility: a cohort is missing, or is there twice.",
        ),
        none_of(
            "No cohort has more takers than young people",
            f"=SUMPRODUCT(--({plan.column('takers')}>{plan.column('low_income')}))",
            "A take-up on Assumptions is above 100%, or a number on Plan has been overwritten.",
        ),
    ]


def _at_most_once(name: str, times: str, rows: int, advice: str) -> Check:
    """Return a check that no number of a column is above 1."""
    return Check(name, Formula(f"=MAX(0,{times})", min(rows, 1)), 1, "count", AT_MOST, advice)


def _of_the_money(tables: OfferTables, assumptions: Assumptions, content: Content) -> list[Check]:
    plan, services = tables.plan, tables.services
    to_spend = content.plan.allocation.budget_pence - content.plan.scenario.reserve_pence
    return [
        Check(
            "Spend is within the budget less the reserve",
            Formula("=spend_total", pounds(content.spend_pence)),
            Formula(f"=ROUND({assumptions.cell('budget')}-{assumptions.cell('reserve')},2)", pounds(to_spend)),
            "money",
            AT_MOST,
            "With these assumptions the plan costs more than there is: solve again.",
            HALF_A_PENNY,
        ),
        same_money(
            "Gross less income is the cost of the offers",
            f"={plan.total('gross')}-{plan.total('income')}",
            f"={plan.total('cost')}",
            pounds(content.funded["cost_pence"].sum()),
            "A cell of Gross, Income or Cost on Plan has been overwritten.",
        ),
        none_of(
            "No service lacks seats or has too many vehicles",
            f"=COUNTIF({services.column('enough')},FALSE)",
            "With these assumptions a service has more takers than seats, or more vehicles than allowed: solve again.",
        ),
        same_money(
            "Vehicles are shared out in full",
            f"={plan.total('vehicle')}+{_empty(tables)}",
            f"={services.total('cost')}",
            pounds(content.services["cost_pence"].sum()),
            "A vehicle without takers has no district to charge: see Services, and the take-up on Assumptions.",
        ),
    ]


def _of_the_breakdowns(tables: OfferTables, content: Content) -> list[Check]:
    by_district, kinds = districts.lay_out(content), lay_out_kinds(content)
    spend, overwritten = pounds(content.spend_pence), "A row or a code on Plan or here has been overwritten."

    def adds_up(name: str, cell: str, total: str, known: float, format: str, leeway: float) -> Check:
        return Check(name, Formula(f"={cell}", known), Formula(f"={total}", known), format, EQUAL, overwritten, leeway)

    takers, access = by_district.total("takers"), by_district.total("access")
    by_place = f"={by_district.total('spend')}+{_empty(tables)}"
    by_kind, in_target = f"={kinds.total('spend')}", len(content.plan.choices.cohorts)
    return [
        same_money("Districts: spend adds up", by_place, "=spend_total", spend, overwritten),
        adds_up("Districts: takers add up", takers, "people_total", content.people, "people", HALF_A_PENNY),
        adds_up("Districts: access adds up", access, "access_total", content.access, "access", ACCESS_LEEWAY),
        same_money("Summary: spend by kind of support adds up", by_kind, "=spend_total", spend, overwritten),
        same_count("Districts: cohorts in target add up", f"={by_district.total('cohorts')}", in_target, overwritten),
    ]


def _empty(tables: OfferTables) -> str:
    """Return a formula part of what vehicles cost that ran empty when the plan was solved."""
    return f'SUMIFS({tables.services.column("cost")},{tables.services.column("empty")},"{EMPTY}")'
