"""The sheet Plan: one row an offer chosen, its takers, cost, access score and people within reach by formula."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from budget.accounts.statement import Content, four_decimals, pounds, ratio
from budget.offers.catalogue import PURPOSES
from budget.planning.within_reach import CHOICES, MICRO
from budget.workbook.book import Book
from budget.workbook.grid import Column, Formula, Grid
from budget.workbook.plan_sheets import services_sheet
from budget.workbook.plan_sheets.assumptions import mileage_kinds

SHEET = "Plan"
PEOPLE = "=ROUND(ROUND({takers}*%s,10),6)"  # takers times what each counts for
PEOPLE_IN_PARTS = "=ROUNDDOWN(ROUND(ROUND(ROUND({whole_takers}*%s,10),6)*{part}/{parts},10),6)"
EITHER = "MAX({gain_college},{gain_work})"
REACH = "{value[college_weight]}*{gain_college}+{value[work_weight]}*{gain_work}"
STUDIES = "({value[academic_share]}*{gain_academic}+(1-{value[academic_share]})*{gain_technical})"
ACCESS_A_TAKER = "=ROUND(ROUND({weight}*(" + REACH + "),10),6)"
RIDERS = '=ROUND(SUMIFS({all[takers]},{all[service]},{service},{all[line]},"<="&{line}),6)'


def _people(name: str, words: str) -> Column:
    """Return the column of the young people whom each row brings something."""
    each = EITHER if name == "any" else f"{{gain_{name}}}"
    return Column(f"within_{name}", f"Young people {words}", 12, "calc", "people", PEOPLE % each)


COLUMNS: tuple[Column, ...] = (
    Column("line", "Line", 7, "text", "count"),
    Column("cohort", "Cohort", 13, "text"),
    Column("area", "Area", 24, "text"),
    Column("district_key", "District code", 12, "text"),
    Column("district", "District", 20, "text"),
    Column("option", "Option", 15, "text"),
    Column("label", "Kind of support", 31, "text"),
    Column("low_income", "Low-income young people", 12, "model", "people"),
    Column("take_up", "Take-up", 9, "calc", "share"),
    Column("takers", "Takers", 10, "calc", "people", "=ROUND(ROUND({low_income}*{take_up},6),2)"),
    Column("miles", "Miles one way", 10, "model", "miles"),
    Column("price", "Price a taker", 13, "calc", "money"),
    Column("contribution", "Contribution a taker", 13, "calc", "money"),
    Column("gross", "Gross", 15, "calc", "money", "=ROUND(ROUND({takers}*{price},4),2)"),
    Column("income", "Income", 13, "calc", "money", "=ROUND({gross}-{cost},2)"),
    Column("cost", "Cost", 15, "calc", "money", "=ROUND(ROUND({takers}*({price}-{contribution}),4),2)"),
    Column("service", "Service", 11, "text"),
    Column("riders", "Takers on the service so far", 11, "calc", "people", RIDERS),
    Column("vehicle", "Share of vehicles", 14, "calc", "money"),
    Column("whole", "Cost with vehicles", 15, "calc", "money", "=ROUND({cost}+{vehicle},2)"),
    Column("weight", "Weight of a taker", 11, "calc", "people"),
    Column("gain_college", "College brought within reach, a taker", 10, "model", "people"),
    Column("gain_work", "Work brought within reach, a taker", 10, "model", "people"),
    Column("a_taker", "Access score a taker", 11, "calc", "access", ACCESS_A_TAKER),
    Column("access", "Access score", 11, "calc", "access", PEOPLE % "{a_taker}"),
    _people("college", "brought within reach of college"),
    _people("work", "brought within reach of work"),
    _people("any", "brought within reach of at least one"),
    Column("estimated", "Share of access score on estimates", 11, "model", "share"),
    Column("times", "Times offered", 11, "calc", "count", "=COUNTIF({all[cohort]},{cohort})"),
)
SHOWN = (  # the others are hidden, here, and stand on Plan workings
    "line", "cohort", "area", "district", "label", "takers", "price", "contribution", "gross", "income", "cost",
    "vehicle", "whole", "within_any",
)  # fmt: skip
TAKERS = [column.key for column in COLUMNS].index("takers")
CHOICE = (  # after those within reach of at least one, where the bundle says what colleges offer
    Column("gain_academic", "Academic study brought within reach, a taker", 11, "model", "people"),
    Column("gain_technical", "Technical or vocational study brought within reach, a taker", 12, "model", "people"),
    Column("gain_first_choice", "First choice of study gained, a taker", 11, "model", "people"),
    Column("gain_second_choice", "Second choice of study gained, a taker", 11, "model", "people"),
    _people("academic", "brought within reach of academic study"),
    _people("technical", "brought within reach of technical study"),
    _people("first_choice", "who gain a first choice of study"),
    _people("second_choice", "who gain a second choice"),
)
WITHIN = {"within_any": "within_reach"} | {f"within_{name}": f"within_reach_{name}" for name in (*PURPOSES, *CHOICES)}
PARTS = (  # beside Take-up, where cohorts may be funded in part
    Column("whole_takers", "Takers of the whole cohort", 11, "calc", "people", COLUMNS[TAKERS].formula),
    Column("part", "Parts funded", 8, "model", "count"),
    Column("parts", "Of so many parts", 8, "model", "count"),
)
IN_PARTS = {  # rounded as in `inputs.part_funding`: money up, people and access down
    "takers": "=ROUNDDOWN(ROUND({whole_takers}*{part}/{parts},9),6)",
    "gross": "=ROUNDUP(ROUND(ROUND(ROUND({whole_takers}*{price},4),2)*{part}/{parts},6),2)",
    "cost": "=ROUNDUP(ROUND(ROUND(ROUND({whole_takers}*({price}-{contribution}),4),2)*{part}/{parts},6),2)",
    "access": PEOPLE_IN_PARTS % "{a_taker}",
    "within_any": PEOPLE_IN_PARTS % EITHER,
    **{f"within_{name}": PEOPLE_IN_PARTS % f"{{gain_{name}}}" for name in (*PURPOSES, *CHOICES)},
}
NOTE = (
    "One row a cohort funded. Takers = young people × take-up, to two decimals. Cost = takers × (price − "
    "contribution), to the penny. The workings are on Plan workings, and in hidden columns here: select all and unhide."
)
PARTS_NOTE = " Of a part of a cohort money is rounded up to the penny, people and access down."


def lay_out(content: Content) -> Grid:
    """Lay out the sheet."""
    columns: tuple[Column, ...] = COLUMNS
    if content.has_choice:
        place = [column.key for column in COLUMNS].index("within_any") + 1
        by_study = ACCESS_A_TAKER.replace("{gain_college}", STUDIES)
        columns = (*COLUMNS[:place], *CHOICE, *COLUMNS[place:])
        columns = tuple(replace(c, formula=by_study) if c.key == "a_taker" else c for c in columns)
    if content.has_parts:
        columns = tuple(replace(column, formula=IN_PARTS.get(column.key, column.formula)) for column in columns)
        columns = (*columns[:TAKERS], *PARTS, *columns[TAKERS:])
    columns = tuple(replace(column, working=column.key not in SHOWN) for column in columns)
    return Grid(SHEET, columns, len(content.funded))


def write(book: Book, content: Content) -> None:
    """Write the sheet."""
    sheet = book.sheet(SHEET, "Plan: the offers chosen", NOTE + (PARTS_NOTE if content.has_parts else ""))
    grid = lay_out(content)
    access = grid.at("access", grid.total_row)
    share = f"=IF({access}=0,0,SUMPRODUCT({{all[estimated]}},{{all[access]}})/{access})"
    totals = {"cohort": "Total", "estimated": Formula(share, estimated_share(content))}
    empty = "Nothing is funded in this plan."
    sheet.table(grid, rows(content), sums=summed(grid), totals=totals, empty=empty, name="Offers")
    sheet.page_for(grid, "D", paper=8)


def summed(grid: Grid) -> list[str]:
    """Return the columns that are added up, of this sheet or of its workings."""
    added = {"low_income", "takers", "gross", "income", "cost", "vehicle", "whole", "access", *WITHIN}
    return [column.key for column in grid.columns if column.key in added]


def rows(content: Content) -> Iterator[dict[str, object]]:
    """Yield what stands in each row, by column."""
    for line, offer in enumerate(content.funded.to_dict("records"), start=1):
        yield _row(line, offer, content)


def estimated_share(content: Content) -> float:
    """Return the share of the access score that rests on estimated journeys."""
    return ratio(float((content.funded["estimated_share"] * content.funded["access"]).sum()), content.access)


def _row(line: int, offer: dict, content: Content) -> dict[str, object]:
    """Return what stands in the row of an offer, by column."""
    catalogue, option = content.plan.catalogue, offer["option"]
    take_up = four_decimals(catalogue.figures[f"{option}.take_up"])
    price = f"={{value[{option}.price]}}"
    if option in mileage_kinds(catalogue):
        price += f"+ROUND(ROUND({{miles}}*{{mile[{option}]}},4),2)"
    pays, weight = pounds(offer["unit_contribution_pence"]), float(offer["weight"])
    is_decided = content.plan.applicants is not None  # what an applicant pays is that of the decision
    values = {
        **{key: offer[key] for key in ("cohort", "district_key", "district", "option", "gain_college", "gain_work")},
        "line": line,
        "area": offer["area_name"],
        "label": catalogue.kind(option).label,
        "low_income": offer["low_income_people"],
        "take_up": Formula(f"={{value[{option}.take_up]}}", take_up),
        "takers": offer["people_micro"] / MICRO,
        "miles": offer["miles"] or None,
        "price": Formula(price, pounds(offer["unit_price_pence"])),
        "contribution": pays if is_decided else Formula(f"={{value[{option}.contribution]}}", pays),
        **{key: pounds(offer[f"{key}_pence"]) for key in ("gross", "income", "cost")},
        "whole": pounds(offer["whole_cost_pence"]),
        "weight": Formula("={value[deprived_weight]}", weight) if offer["most_deprived"] else 1.0,
        "a_taker": float(offer["access_per_taker"]),
        "access": float(offer["access"]),
        "estimated": float(offer["estimated_share"]),
        "times": 1,
    }
    values |= {key: float(offer[source]) for key, source in WITHIN.items()}
    values |= {f"gain_{name}": float(offer[f"gain_{name}"]) for name in CHOICES}
    if content.has_parts:
        values |= {"whole_takers": offer["whole_people_100"] / 100}
        values |= {"part": int(offer["parts_funded"]), "parts": int(offer["of_parts"])}
    return values if pd.isna(offer["service_key"]) else values | _vehicle_cells(offer, content)


def _vehicle_cells(offer: dict, content: Content) -> dict[str, object]:
    """Return the service, its takers so far, and the offer's share of its vehicles: by what the running share grows."""
    key, services = offer["service_key"], services_sheet.lay_out(content)
    at = services.first + int(key.removeprefix("S")) - 1
    cost, filled = services.cell("cost", at), services.cell("filled", at)
    upto = f"ROUND(ROUND({cost}*{{riders}}/{filled},8),2)"
    before = f"ROUND(ROUND({cost}*({{riders}}-{{takers}})/{filled},8),2)"
    share = Formula(f"=IF({filled}=0,0,ROUND({upto}-{before},2))", pounds(offer["vehicle_pence"]))
    return {"service": key, "riders": offer["riders_micro"] / MICRO, "vehicle": share}
