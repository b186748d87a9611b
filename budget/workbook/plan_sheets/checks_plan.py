"""Checks that the plan is the model's, every cohort is in one place, and the money and its breakdowns add up."""

from budget.accounts.statement import Content, pounds
from budget.workbook.book import Formula
from budget.workbook.check import ACCESS_LEEWAY, AS_SOLVED_EQUAL, AT_MOST, EQUAL, HALF_A_PENNY, Check, none_of
from budget.workbook.plan_sheets import districts, evidence
from budget.workbook.plan_sheets.assumptions import Assumptions
from budget.workbook.plan_sheets.offer_columns import EMPTY, Grids
from budget.workbook.plan_sheets.summary import kinds_grid


def of(grids: Grids, assumptions: Assumptions, content: Content) -> list[Check]:
    """Return the checks of the plan, in the order of the sheet."""
    return [
        *_against_the_model(grids, content),
        *_of_the_cohorts(grids, content),
        *_of_the_money(grids, assumptions, content),
        *_of_the_breakdowns(grids, content),
    ]


def _against_the_model(grids: Grids, content: Content) -> list[Check]:
    allocation = content.plan.allocation
    advice = "A cell has been overwritten: compare this sheet with the workbook as it was exported."
    parts = (
        ("Spend", "spend_total", pounds(content.spend_pence), pounds(allocation.spent_pence), "money", HALF_A_PENNY),
        ("Takers", "people_total", content.people, float(allocation.people), "people", HALF_A_PENNY),
        ("Access", "access_total", content.access, float(allocation.access), "access", ACCESS_LEEWAY),
    )
    return [
        Check(f"{what} is the model's", Formula(f"={name}", known), model, shown, AS_SOLVED_EQUAL, advice, leeway)
        for what, name, known, model, shown, leeway in parts
    ]


def _of_the_cohorts(grids: Grids, content: Content) -> list[Check]:
    plan, left_out = grids.plan, grids.not_funded
    cohorts = content.plan.choices.cohorts
    count = f"=COUNT({plan.column('low_income')})"
    both = f"{count}+COUNT({left_out.column('low_income')})"
    people = f"={plan.total('low_income')}+{left_out.total('low_income')}"
    everyone = int((cohorts["people"].astype(float) * 100).round().sum()) / 100
    rows = len(content.funded)
    overwritten = "A row has been added, deleted or overwritten on Plan or Not funded."
    return [
        Check("Cohorts funded are the model's", Formula(count, rows), rows, "count", EQUAL, overwritten),
        Check(
            "Every cohort in target is on Plan or on Not funded",
            Formula(both, len(cohorts)),
            len(cohorts),
            "count",
            EQUAL,
            overwritten,
        ),
        Check(
            "Their low-income young people are the model's",
            Formula(people, everyone),
            everyone,
            "people",
            EQUAL,
            overwritten,
            HALF_A_PENNY,
        ),
        Check(
            "No cohort is offered twice",
            Formula(f"=MAX(0,{plan.column('times')})", min(rows, 1)),
            1,
            "count",
            AT_MOST,
            "See the column Times offered on Plan: one cohort receives one offer.",
        ),
        Check(
            "No cohort is both funded and not funded",
            Formula(f"=SUM({left_out.column('on_plan')})", 0),
            0,
            "count",
            EQUAL,
            "See the column Times on Plan of Not funded.",
        ),
        none_of(
            "Every cohort not funded has its reason",
            Formula(
                f"=SUMPRODUCT(ISNUMBER({left_out.column('low_income')})*(LEN(TRIM({left_out.column('reason')}))=0))", 0
            ),
            "A reason on Not funded has been deleted.",
        ),
        Check(
            "No cohort is twice on Not funded",
            Formula(f"=MAX(0,{left_out.column('times')})", min(len(content.not_funded), 1)),
            1,
            "count",
            AT_MOST,
            "See the column Times listed on Not funded.",
        ),
        Check(
            "Each cohort on Eligibility is once on Plan or once on Not funded",
            Formula(f"=COUNTIF({evidence.grid_of(content).column('times')},1)", len(cohorts)),
            len(cohorts),
            "count",
            EQUAL,
            "See the column Times on Plan or Not funded of Eligibility: a cohort is missing, or is there twice.",
        ),
        Check(
            "No cohort has more takers than young people",
            Formula(f"=SUMPRODUCT(--({plan.column('takers')}>{plan.column('low_income')}))", 0),
            0,
            "count",
            EQUAL,
            "A take-up on Assumptions is above 100%, or a number on Plan has been overwritten.",
        ),
    ]


def _of_the_money(grids: Grids, assumptions: Assumptions, content: Content) -> list[Check]:
    plan, services = grids.plan, grids.services
    budget, reserve = assumptions.cell("budget"), assumptions.cell("reserve")
    scenario, spend = content.plan.scenario, pounds(content.spend_pence)
    to_spend = pounds(content.plan.allocation.budget_pence - scenario.reserve_pence)
    net, cost = (
        content.funded["gross_pence"] - content.funded["income_pence"],
        pounds(content.funded["cost_pence"].sum()),
    )
    vehicles = pounds(content.services["cost_pence"].sum())
    no_riders = "A vehicle without takers has no district to charge: see Services, and the take-up on Assumptions."
    return [
        Check(
            "Spend is within the budget less the reserve",
            Formula("=spend_total", spend),
            Formula(f"=ROUND({budget}-{reserve},2)", to_spend),
            "money",
            AT_MOST,
            "With these assumptions the plan costs more than there is: solve again.",
            HALF_A_PENNY,
        ),
        Check(
            "Gross less income is the cost of the offers",
            Formula(f"={plan.total('gross')}-{plan.total('income')}", pounds(net.sum())),
            Formula(f"={plan.total('cost')}", cost),
            "money",
            EQUAL,
            "A cell of Gross, Income or Cost on Plan has been overwritten.",
            HALF_A_PENNY,
        ),
        Check(
            "No service lacks seats or has too many vehicles",
            Formula(f"=COUNTIF({services.column('enough')},FALSE)", 0),
            0,
            "count",
            EQUAL,
            "With these assumptions a service has more takers than seats, or more vehicles than allowed: solve again.",
        ),
        Check(
            "Vehicles are shared out in full",
            Formula(f"={plan.total('vehicle')}+{_empty(grids)}", vehicles),
            Formula(f"={services.total('cost')}", vehicles),
            "money",
            EQUAL,
            no_riders,
            HALF_A_PENNY,
        ),
    ]


def _of_the_breakdowns(grids: Grids, content: Content) -> list[Check]:
    by_district, kinds = districts.grid_of(content), kinds_grid(content)
    spend, overwritten = pounds(content.spend_pence), "A row or a code on Plan or here has been overwritten."
    in_target = len(content.plan.choices.cohorts)
    sides = (
        (
            "Districts: spend adds up",
            f"{by_district.total('spend')}+{_empty(grids)}",
            "spend_total",
            spend,
            "money",
            HALF_A_PENNY,
        ),
        (
            "Districts: takers add up",
            by_district.total("takers"),
            "people_total",
            content.people,
            "people",
            HALF_A_PENNY,
        ),
        (
            "Districts: access adds up",
            by_district.total("access"),
            "access_total",
            content.access,
            "access",
            ACCESS_LEEWAY,
        ),
        (
            "Summary: spend by kind of support adds up",
            kinds.total("spend"),
            "spend_total",
            spend,
            "money",
            HALF_A_PENNY,
        ),
    )
    checks = [
        Check(name, Formula(f"={left}", known), Formula(f"={right}", known), shown, EQUAL, overwritten, leeway)
        for name, left, right, known, shown, leeway in sides
    ]
    cohorts = Formula(f"={by_district.total('cohorts')}", in_target)
    return [*checks, Check("Districts: cohorts in target add up", cohorts, in_target, "count", EQUAL, overwritten)]


def _empty(grids: Grids) -> str:
    """Return a formula part of what vehicles cost that ran empty when the plan was solved."""
    return f'SUMIFS({grids.services.column("cost")},{grids.services.column("empty")},"{EMPTY}")'
