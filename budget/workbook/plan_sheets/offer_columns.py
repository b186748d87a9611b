"""Where the tables of offers stand: the columns of Plan, Services and Not funded, for the formulas of every sheet."""

from dataclasses import dataclass

from budget.accounts.statement import Content
from budget.workbook.grid import Column, Grid

PLAN = (
    Column("line", "Line", 7, "text", "count"),
    Column("cohort", "Cohort", 13, "text"),
    Column("area", "Area", 24, "text"),
    Column("district_key", "District code", 12, "text"),
    Column("district", "District", 20, "text"),
    Column("option", "Option", 15, "text"),
    Column("label", "Kind of support", 31, "text"),
    Column("low_income", "Low-income young people", 12, "model", "people"),
    Column("take_up", "Take-up", 9, "calc", "share"),
    Column("takers", "Takers", 10, "calc", "people"),
    Column("miles", "Miles one way", 10, "model", "miles"),
    Column("price", "Price a taker", 13, "calc", "money"),
    Column("contribution", "Contribution a taker", 13, "calc", "money"),
    Column("gross", "Gross", 15, "calc", "money"),
    Column("income", "Income", 13, "calc", "money"),
    Column("cost", "Cost", 15, "calc", "money"),
    Column("service", "Service", 11, "text"),
    Column("riders", "Takers on the service so far", 11, "calc", "people"),
    Column("vehicle", "Share of vehicles", 14, "calc", "money"),
    Column("whole", "Cost with vehicles", 15, "calc", "money"),
    Column("weight", "Weight of a taker", 11, "calc", "people"),
    Column("gain_college", "College brought within reach, a taker", 10, "model", "people"),
    Column("gain_work", "Work brought within reach, a taker", 10, "model", "people"),
    Column("a_taker", "Access score a taker", 11, "calc", "access"),
    Column("access", "Access score", 11, "calc", "access"),
    Column("within_college", "Young people brought within reach of college", 12, "calc", "people"),
    Column("within_work", "Young people brought within reach of work", 12, "calc", "people"),
    Column("within_any", "Young people brought within reach of at least one", 12, "calc", "people"),
    Column("estimated", "Share of access score on estimates", 11, "model", "share"),
    Column("times", "Times offered", 11, "calc", "count"),
)
CHOICE = (  # after Within reach of at least one, where the bundle says what colleges offer
    Column("gain_academic", "Academic study brought within reach, a taker", 11, "model", "people"),
    Column("gain_technical", "Technical or vocational study brought within reach, a taker", 12, "model", "people"),
    Column("gain_first_choice", "First choice of study gained, a taker", 11, "model", "people"),
    Column("gain_second_choice", "Second choice of study gained, a taker", 11, "model", "people"),
    Column("within_academic", "Young people brought within reach of academic study", 12, "calc", "people"),
    Column("within_technical", "Young people brought within reach of technical study", 12, "calc", "people"),
    Column("within_first_choice", "Young people who gain a first choice", 12, "calc", "people"),
    Column("within_second_choice", "Young people who gain a second choice", 12, "calc", "people"),
)
PARTS = (  # beside Take-up, where cohorts may be funded in part
    Column("whole_takers", "Takers of the whole cohort", 11, "calc", "people"),
    Column("part", "Parts funded", 8, "model", "count"),
    Column("parts", "Of so many parts", 8, "model", "count"),
)
EMPTY = "yes"
SERVICES = (
    Column("key", "Service", 9, "text"),
    Column("label", "What it is", 62, "text", "wrapped"),
    Column("kind", "Option", 13, "text"),
    Column("units", "Vehicles", 10, "model", "count"),
    Column("most", "Vehicles at most", 11, "calc", "count"),
    Column("seats_each", "Seats each", 8, "calc", "count"),
    Column("seats", "Seats", 8, "calc", "count"),
    Column("filled", "Seats filled", 10, "calc", "people"),
    Column("free", "Seats free", 10, "calc", "people"),
    Column("price", "Price a vehicle", 15, "calc", "money"),
    Column("cost", "Cost", 16, "calc", "money"),
    Column("shared", "Shared out on Plan", 16, "calc", "money"),
    Column("empty", "Runs empty, as solved", 10, "model", "text"),
    Column("enough", "Seats and vehicles suffice", 13, "calc", "verdict"),
)
NOT_FUNDED = (
    Column("cohort", "Cohort", 13, "text"),
    Column("area", "Area", 26, "text"),
    Column("district_key", "District code", 12, "text"),
    Column("district", "District", 22, "text"),
    Column("low_income", "Low-income young people", 12, "model", "people"),
    Column("reason", "Why it is not funded", 66, "text", "wrapped"),
    Column("best", "Best offer left out", 24, "text"),
    Column("cost", "Its cost as solved", 15, "model", "money"),
    Column("access", "Its access score as solved", 14, "model", "access"),
    Column("entry", "Comes in at a budget of", 16, "model", "money"),
    Column("on_plan", "Times on Plan", 11, "calc", "count"),
    Column("times", "Times listed", 9, "calc", "count"),
)


@dataclass(frozen=True, slots=True)
class OfferTables:
    """Where the tables Plan, Services and Not funded stand."""

    plan: Grid
    services: Grid
    not_funded: Grid


def lay_out(content: Content) -> OfferTables:
    """Lay out the three tables."""
    columns: list[Column] = []
    for column in PLAN:
        columns += PARTS if column.key == "takers" and content.has_parts else ()
        columns.append(column)
        columns += CHOICE if column.key == "within_any" and content.has_choice else ()
    return OfferTables(
        Grid("Plan", tuple(columns), len(content.funded)),
        Grid("Services", SERVICES, len(content.services)),
        Grid("Not funded", NOT_FUNDED, len(content.not_funded)),
    )
