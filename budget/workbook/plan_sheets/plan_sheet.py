"""The sheet Plan: one row an offer chosen, its takers, cost and access by formula."""

import pandas as pd

from budget.accounts.statement import MICRO, Content, four_decimals, pounds, ratio
from budget.workbook.book import Book
from budget.workbook.grid import Formula
from budget.workbook.plan_sheets.assumptions import Assumptions
from budget.workbook.plan_sheets.offer_columns import OfferTables

NOTE = (
    "One row a cohort funded. Takers = young people × take-up, to two decimals. Cost = takers × (price − "
    "contribution), to the penny; income is gross less cost. Grey cells come from the model."
)
PARTS_NOTE = " Of a part of a cohort money is rounded up to the penny, people and access down."


def write(book: Book, tables: OfferTables, assumptions: Assumptions, content: Content) -> None:
    """Write the sheet Plan."""
    sheet = book.sheet("Plan", "Plan: the offers chosen", NOTE + (PARTS_NOTE if content.has_parts else ""))
    grid, offers = tables.plan, content.funded.to_dict("records")
    rows = (_row(row, offer, tables, assumptions, content) for row, offer in enumerate(offers, grid.first))
    access = grid.at("access", grid.total_row)
    share = f"=IF({access}=0,0,SUMPRODUCT({grid.own['estimated']},{grid.own['access']})/{access})"
    totals = {"cohort": "Total", "estimated": Formula(share, estimated_share(content))}
    added = ("low_income", "takers", "gross", "income", "cost", "vehicle", "whole", "access")
    sheet.table(grid, rows, sums=added, totals=totals, empty="Nothing is funded in this plan.", name="Offers")
    sheet.page_for(grid, "D", paper=8)


def estimated_share(content: Content) -> float:
    """Return the share of access that rests on estimated journeys."""
    return ratio(float((content.funded["estimated_share"] * content.funded["access"]).sum()), content.access)


def _row(row: int, offer: dict, tables: OfferTables, assumptions: Assumptions, content: Content) -> tuple:
    """Return the cells of an offer, in the order of the columns."""
    grid, option, figures = tables.plan, offer["option"], content.plan.catalogue.figures
    here = grid.row(row)
    take_up = Formula(f"={assumptions.cell(f'{option}.take_up')}", four_decimals(figures[f"{option}.take_up"]))
    cells = {
        **{key: offer[key] for key in ("cohort", "district_key", "district", "option")},
        "line": row - grid.head,
        "area": offer["area_name"],
        "label": content.plan.catalogue.kind(option).label,
        "low_income": offer["low_income_people"],
        "take_up": take_up,
        "miles": offer["miles"] or None,
        "price": _price(offer, here, assumptions),
        "contribution": _contribution(offer, assumptions, content),
        **_amounts(offer, here, content),
        **_vehicle_cells(row, offer, tables, content),
        "whole": Formula(f"=ROUND({here['cost']}+{here['vehicle']},2)", pounds(offer["whole_cost_pence"])),
        **_access(offer, here, assumptions),
        "estimated": float(offer["estimated_share"]),
        "times": Formula(f"=COUNTIF({grid.own['cohort']},{here['cohort']})", 1),
    }
    return tuple(cells[column.key] for column in grid.columns)


def _price(offer: dict, here: dict[str, str], assumptions: Assumptions) -> Formula:
    price = "=" + assumptions.cell(f"{offer['option']}.price")
    if mile := assumptions.mile_a_year(offer["option"]):
        price += f"+ROUND(ROUND({here['miles']}*{mile},4),2)"
    return Formula(price, pounds(offer["unit_price_pence"]))


def _amounts(offer: dict, here: dict[str, str], content: Content) -> dict[str, object]:
    """Return takers, gross, income and cost; a part is rounded as in `inputs.part_funding`: money up, people down."""
    takers = f"ROUND(ROUND({here['low_income']}*{here['take_up']},6),2)"
    whole = here["whole_takers"] if content.has_parts else here["takers"]
    gross = f"ROUND(ROUND({whole}*{here['price']},4),2)"
    cost = f"ROUND(ROUND({whole}*({here['price']}-{here['contribution']}),4),2)"
    parts = {}
    if content.has_parts:
        part = f"{here['part']}/{here['parts']}"
        parts = {
            "whole_takers": Formula(f"={takers}", offer["whole_people_100"] / 100),
            "part": int(offer["parts_funded"]),
            "parts": int(offer["of_parts"]),
        }
        takers = f"ROUNDDOWN(ROUND({whole}*{part},9),6)"
        gross, cost = (f"ROUNDUP(ROUND({amount}*{part},6),2)" for amount in (gross, cost))
    return parts | {
        "takers": Formula(f"={takers}", offer["people_micro"] / MICRO),
        "gross": Formula(f"={gross}", pounds(offer["gross_pence"])),
        "income": Formula(f"=ROUND({here['gross']}-{here['cost']},2)", pounds(offer["income_pence"])),
        "cost": Formula(f"={cost}", pounds(offer["cost_pence"])),
    }


def _access(offer: dict, here: dict[str, str], assumptions: Assumptions) -> dict[str, object]:
    weights = [assumptions.cell(f"{purpose}_weight") for purpose in ("college", "work")]
    reach = f"{weights[0]}*{here['gain_college']}+{weights[1]}*{here['gain_work']}"
    weight: object = 1.0
    if offer["most_deprived"]:
        weight = Formula(f"={assumptions.cell('deprived_weight')}", float(offer["weight"]))
    access = f"ROUND(ROUND({here.get('whole_takers', here['takers'])}*{here['a_taker']},10),6)"
    if "part" in here:
        access = f"ROUNDDOWN(ROUND({access}*{here['part']}/{here['parts']},10),6)"
    return {
        "weight": weight,
        "gain_college": float(offer["gain_college"]),
        "gain_work": float(offer["gain_work"]),
        "a_taker": Formula(f"=ROUND(ROUND({here['weight']}*({reach}),10),6)", float(offer["access_per_taker"])),
        "access": Formula(f"={access}", float(offer["access"])),
    }


def _contribution(offer: dict, assumptions: Assumptions, content: Content) -> object:
    """Return what a taker pays: for an applicant as decided, for others as Assumptions says."""
    known = pounds(offer["unit_contribution_pence"])
    if content.plan.applicants is not None:
        return known
    return Formula("=" + assumptions.cell(f"{offer['option']}.contribution"), known)


def _vehicle_cells(row: int, offer: dict, tables: OfferTables, content: Content) -> dict[str, object]:
    """Return the service, its takers so far, and the offer's share of its vehicles: by what the running share grows."""
    key = offer["service_key"]
    if pd.isna(key):
        return {"service": None, "riders": None, "vehicle": None}
    grid, services = tables.plan, tables.services
    at = services.first + int(key.removeprefix("S")) - 1
    cost, filled = services.cell("cost", at), services.cell("filled", at)
    here = grid.row(row)
    takers, service, line = (grid.own[name] for name in ("takers", "service", "line"))
    so_far = f'SUMIFS({takers},{service},{here["service"]},{line},"<="&{here["line"]})'
    upto = f"ROUND(ROUND({cost}*{here['riders']}/{filled},8),2)"
    before = f"ROUND(ROUND({cost}*({here['riders']}-{here['takers']})/{filled},8),2)"
    return {
        "service": key,
        "riders": Formula(f"=ROUND({so_far},6)", offer["riders_micro"] / MICRO),
        "vehicle": Formula(f"=IF({filled}=0,0,ROUND({upto}-{before},2))", pounds(offer["vehicle_pence"])),
    }
