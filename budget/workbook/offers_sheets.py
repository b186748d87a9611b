"""The sheets Plan, Services and Not funded: one row an offer chosen, a service bought, a cohort left without."""

from dataclasses import dataclass

import pandas as pd
from openpyxl.formatting.rule import CellIsRule

from budget.workbook import styles
from budget.workbook.assumptions import Assumptions
from budget.workbook.book import Book, Column, Formula, Grid
from budget.workbook.content import Content, four_decimals, pounds, ratio, total

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
    Column("gain_college", "College brought within reach", 10, "model", "people"),
    Column("gain_work", "Work brought within reach", 10, "model", "people"),
    Column("a_taker", "Access a taker", 11, "calc", "access"),
    Column("access", "Access", 11, "calc", "access"),
    Column("estimated", "Share of access on estimates", 11, "model", "share"),
    Column("times", "Times offered", 11, "calc", "count"),
)
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
    Column("access", "Its access as solved", 14, "model", "access"),
    Column("entry", "Comes in at a budget of", 16, "model", "money"),
    Column("on_plan", "Times on Plan", 11, "calc", "count"),
    Column("times", "Times listed", 9, "calc", "count"),
)


@dataclass(frozen=True, slots=True)
class Grids:
    """Where the three tables stand."""

    plan: Grid
    services: Grid
    not_funded: Grid


def lay_out(content: Content) -> Grids:
    """Lay out the sheets."""
    return Grids(
        Grid("Plan", PLAN, len(content.funded)),
        Grid("Services", SERVICES, len(content.services)),
        Grid("Not funded", NOT_FUNDED, len(content.not_funded)),
    )


def write_plan(book: Book, grids: Grids, assumptions: Assumptions, content: Content) -> None:
    """Write the sheet Plan."""
    sheet = book.sheet("Plan")
    sheet.heading(
        "Plan: the offers chosen",
        "One row a cohort funded. Takers = young people × take-up, to two decimals. Cost = takers × (price − "
        "contribution), to the penny; income is gross less cost. Grey cells come from the model.",
    )
    rows = (
        _plan_row(row, offer, grids, assumptions, content)
        for row, offer in enumerate(_records(content), grids.plan.first)
    )
    funded = content.funded
    known = {
        "low_income": round(funded["low_income_people"].sum(), 2),
        "takers": content.people,
        "gross": pounds(funded["gross_pence"].sum()),
        "income": pounds(funded["income_pence"].sum()),
        "cost": pounds(funded["cost_pence"].sum()),
        "vehicle": pounds(funded["vehicle_pence"].sum()),
        "whole": pounds(funded["whole_cost_pence"].sum()),
        "access": content.access,
    }
    grid = grids.plan
    totals: dict[str, object] = {key: Formula(f"=SUM({_own(grid, key)})", float(value)) for key, value in known.items()}
    estimated = ratio(float((funded["estimated_share"] * funded["access"]).sum()), content.access)
    here = grid.at("access", grid.total_row)
    totals["estimated"] = Formula(
        f"=IF({here}=0,0,SUMPRODUCT({_own(grid, 'estimated')},{_own(grid, 'access')})/{here})", estimated
    )
    totals["cohort"] = "Total"
    sheet.table(grid, rows, totals=totals, empty="Nothing is funded in this plan.", name="Offers")
    sheet.widths(PLAN)
    sheet.page(freeze="D5", repeat="4:4", paper=8)


def _records(content: Content) -> list[dict]:
    return content.funded.to_dict("records")


def _own(grid: Grid, key: str) -> str:
    """Return a column's cells for a formula on its own sheet."""
    return f"{grid.at(key, grid.first)}:{grid.at(key, grid.last)}"


def own_column(grid: Grid, key: str) -> str:
    """Return a column's cells for a formula on its own sheet, fixed, so that sorting the rows leaves it whole."""
    return grid.column(key).partition("!")[2]


def _plan_row(row: int, offer: dict, grids: Grids, assumptions: Assumptions, content: Content) -> tuple:
    grid, option, figures = grids.plan, offer["option"], content.plan.catalogue.figures
    here = {column.key: grid.at(column.key, row) for column in PLAN}
    price = f"={assumptions.cell(f'{option}.price')}"
    if mile := assumptions.mile_a_year(option):
        price += f"+ROUND(ROUND({here['miles']}*{mile},4),2)"
    weights = [assumptions.cell(f"{purpose}_weight") for purpose in ("college", "work")]
    reach = f"{weights[0]}*{here['gain_college']}+{weights[1]}*{here['gain_work']}"
    weight: object = 1.0
    if offer["most_deprived"]:
        weight = Formula(f"={assumptions.cell('deprived_weight')}", float(offer["weight"]))
    net = f"{here['price']}-{here['contribution']}"
    return (
        row - grid.head,
        offer["cohort"],
        offer["area_name"],
        offer["district_key"],
        offer["district"],
        option,
        content.plan.catalogue.kind(option).label,
        offer["low_income_people"],
        Formula(f"={assumptions.cell(f'{option}.take_up')}", four_decimals(figures[f"{option}.take_up"])),
        Formula(f"=ROUND(ROUND({here['low_income']}*{here['take_up']},6),2)", offer["people_100"] / 100),
        offer["miles"] or None,
        Formula(price, pounds(offer["unit_price_pence"])),
        _contribution(offer, assumptions, content),
        Formula(f"=ROUND(ROUND({here['takers']}*{here['price']},4),2)", pounds(offer["gross_pence"])),
        Formula(f"=ROUND({here['gross']}-{here['cost']},2)", pounds(offer["income_pence"])),
        Formula(f"=ROUND(ROUND({here['takers']}*({net}),4),2)", pounds(offer["cost_pence"])),
        *_vehicle_cells(row, offer, grids, content),
        Formula(f"=ROUND({here['cost']}+{here['vehicle']},2)", pounds(offer["whole_cost_pence"])),
        weight,
        float(offer["gain_college"]),
        float(offer["gain_work"]),
        Formula(f"=ROUND(ROUND({here['weight']}*({reach}),10),6)", float(offer["access_per_taker"])),
        Formula(f"=ROUND(ROUND({here['takers']}*{here['a_taker']},10),6)", float(offer["access"])),
        float(offer["estimated_share"]),
        Formula(f"=COUNTIF({own_column(grid, 'cohort')},{here['cohort']})", 1),
    )


def _contribution(offer: dict, assumptions: Assumptions, content: Content) -> object:
    """Return what a taker pays: of an applicant what the decision says, of others what Assumptions says."""
    known = pounds(offer["unit_contribution_pence"])
    if content.plan.applicants is not None:
        return known
    return Formula("=" + assumptions.cell(f"{offer['option']}.contribution"), known)


def _vehicle_cells(row: int, offer: dict, grids: Grids, content: Content) -> tuple:
    """Return the service, its takers so far, and the offer's share of its vehicles: what the running share grows by."""
    key = offer["service_key"]
    if pd.isna(key):
        return (None, None, None)
    grid, services = grids.plan, grids.services
    at = services.first + int(key.removeprefix("S")) - 1
    cost, filled = services.cell("cost", at), services.cell("filled", at)
    here = {name: grid.at(name, row) for name in ("line", "takers", "service", "riders")}
    takers, service, line = (own_column(grid, name) for name in ("takers", "service", "line"))
    so_far = f'SUMIFS({takers},{service},{here["service"]},{line},"<="&{here["line"]})'
    upto = f"ROUND(ROUND({cost}*{here['riders']}/{filled},8),2)"
    before = f"ROUND(ROUND({cost}*({here['riders']}-{here['takers']})/{filled},8),2)"
    return (
        key,
        Formula(f"=ROUND({so_far},2)", offer["riders_100"] / 100),
        Formula(f"=IF({filled}=0,0,ROUND({upto}-{before},2))", pounds(offer["vehicle_pence"])),
    )


def write_services(book: Book, grids: Grids, assumptions: Assumptions, content: Content) -> None:
    """Write the sheet Services."""
    sheet = book.sheet("Services")
    sheet.heading(
        "Services: vehicles shared by several cohorts",
        "Paid by the vehicle. The number of vehicles comes from the model; prices and seats from Assumptions; seats "
        "filled are the takers on Plan who ride on the service.",
    )
    grid, services = grids.services, content.services
    records = services.to_dict("records")
    rows = (_service_row(row, service, grids, assumptions) for row, service in enumerate(records, grid.first))
    seats = int((services["units"] * services["seats_each"]).sum())
    filled = int(services["filled_100"].sum())
    known = {
        "units": int(services["units"].sum()),
        "seats": seats,
        "filled": filled / 100,
        "free": (seats * 100 - filled) / 100,
        "cost": pounds(services["cost_pence"].sum()),
        "shared": pounds(services["cost_pence"].sum()),
    }
    totals: dict[str, object] = {key: Formula(f"=SUM({_own(grid, key)})", value) for key, value in known.items()}
    sheet.table(
        grid, rows, totals=totals | {"key": "Total"}, empty="No service runs in this plan.", name="SharedServices"
    )
    _mark_false(sheet, grid, "enough")
    sheet.widths(SERVICES)
    sheet.page(freeze="C5", repeat="4:4")


def _service_row(row: int, service: dict, grids: Grids, assumptions: Assumptions) -> tuple:
    here = {column.key: grids.services.at(column.key, row) for column in SERVICES}
    on_plan = {key: grids.plan.column(key) for key in ("takers", "vehicle", "service")}
    kind, seats = service["kind"], service["units"] * service["seats_each"]
    cost = pounds(service["cost_pence"])
    return (
        service["key"],
        service["label"],
        kind,
        service["units"],
        Formula(f"={assumptions.cell(f'{kind}.vehicles_at_most')}", service["most"]),
        Formula(f"={assumptions.cell(f'{kind}.vehicle_seats')}", service["seats_each"]),
        Formula(f"={here['units']}*{here['seats_each']}", seats),
        Formula(
            f"=ROUND(SUMIFS({on_plan['takers']},{on_plan['service']},{here['key']}),2)", service["filled_100"] / 100
        ),
        Formula(f"=ROUND({here['seats']}-{here['filled']},2)", (seats * 100 - service["filled_100"]) / 100),
        Formula(f"={assumptions.cell(f'{kind}.vehicle_price')}", pounds(service["price_pence"])),
        Formula(f"=ROUND({here['units']}*{here['price']},2)", cost),
        Formula(f"=ROUND(SUMIFS({on_plan['vehicle']},{on_plan['service']},{here['key']}),2)", cost),
        Formula(f"=AND({here['filled']}<={here['seats']},{here['units']}<={here['most']})", True),
    )


def write_not_funded(book: Book, grids: Grids, content: Content) -> None:
    """Write the sheet Not funded."""
    sheet = book.sheet("Not funded")
    sheet.heading(
        "Not funded: cohorts in target without an offer",
        "Cost and access are of the offer that each would get first, and the budget is the one at which it comes in, "
        "all as solved; they do not follow Assumptions.",
    )
    grid, table = grids.not_funded, content.not_funded
    rows = (
        _not_funded_row(row, cohort, grids, content) for row, cohort in enumerate(table.to_dict("records"), grid.first)
    )
    totals = {
        "cohort": "Total",
        "low_income": Formula(f"=SUM({_own(grid, 'low_income')})", round(float(table["people"].sum()), 2)),
        "cost": Formula(f"=SUM({_own(grid, 'cost')})", pounds(table["cost_pence"].sum())),
        "access": Formula(f"=SUM({_own(grid, 'access')})", total(table["access"].dropna())),
    }
    sheet.table(grid, rows, totals=totals, empty="Every cohort in target is funded.", name="NotFunded")
    sheet.widths(NOT_FUNDED)
    sheet.page(freeze="C5", repeat="4:4")


def _not_funded_row(row: int, cohort: dict, grids: Grids, content: Content) -> tuple:
    best = None if pd.isna(cohort["best_option"]) else content.plan.catalogue.kind(cohort["best_option"]).label
    return (
        cohort["cohort"],
        cohort["area_name"],
        cohort["district_key"],
        cohort["district"],
        float(cohort["people"]),
        cohort["reason"],
        best,
        None if best is None else pounds(cohort["cost_pence"]),
        None if best is None else float(cohort["access"]),
        None if pd.isna(cohort["entry_budget_pence"]) else pounds(cohort["entry_budget_pence"]),
        Formula(f"=COUNTIF({grids.plan.column('cohort')},{grids.not_funded.at('cohort', row)})", 0),
        Formula(f"=COUNTIF({own_column(grids.not_funded, 'cohort')},{grids.not_funded.at('cohort', row)})", 1),
    )


def _mark_false(sheet, grid: Grid, key: str) -> None:
    cells = _own(grid, key)
    sheet.worksheet.conditional_formatting.add(cells, CellIsRule("equal", ["FALSE"], fill=styles.RED_FILL))
