"""The sheet Services: one row a service bought, paid by the vehicle, with seats for the takers on Plan."""

from budget.accounts.statement import Content, pounds
from budget.planning.within_reach import MICRO
from budget.workbook import styles
from budget.workbook.book import Book
from budget.workbook.grid import Column, Formula, Grid
from budget.workbook.plan_sheets.assumptions import mileage_kinds

EMPTY = "yes"
SHARED = "=ROUND(SUMIFS({plan[vehicle]},{plan[service]},{key}),2)"
ENOUGH = "=AND({filled}<={seats},{units}<={most})"
COLUMNS = (
    Column("key", "Service", 9, "text"),
    Column("label", "What it is", 62, "text", "wrapped"),
    Column("kind", "Option", 13, "text", working=True),
    Column("units", "Vehicles", 10, "model", "count"),
    Column("most", "Vehicles at most", 11, "calc", "count"),
    Column("seats_each", "Seats each", 8, "calc", "count"),
    Column("seats", "Seats", 8, "calc", "count", "={units}*{seats_each}"),
    Column("filled", "Seats filled", 10, "calc", "people", "=ROUND(SUMIFS({plan[takers]},{plan[service]},{key}),6)"),
    Column("free", "Seats free", 10, "calc", "people", "=ROUND({seats}-{filled},6)"),
    Column("miles", "Miles one way, from the farthest area", 11, "model", "miles"),
    Column("price", "Price a vehicle", 15, "calc", "money"),
    Column("cost", "Cost", 16, "calc", "money", "=ROUND({units}*{price},2)"),
    Column("shared", "Shared out on Plan", 16, "calc", "money", SHARED),
    Column("empty", "Runs empty, as solved", 10, "model", "text"),
    Column("enough", "Seats and vehicles suffice", 13, "calc", "truth", ENOUGH),
)
EMPTY_COST = f'SUMIFS({{services[cost]}},{{services[empty]}},"{EMPTY}")'  # of what ran empty when the plan was solved
NOTE = (
    "Paid by the whole vehicle, and by its miles where it has a price a mile. Vehicles and miles come from the model; "
    "prices and seats from Assumptions; seats filled are the takers on Plan who ride on the service."
)


def lay_out(content: Content) -> Grid:
    """Lay out the sheet."""
    return Grid("Services", COLUMNS, len(content.services))


def write(book: Book, content: Content) -> None:
    """Write the sheet."""
    sheet = book.sheet("Services", "Services: vehicles shared by several cohorts", NOTE)
    grid, rows = lay_out(content), [_row(row, content) for row in content.services.to_dict("records")]
    added, empty = ("units", "seats", "filled", "free", "cost", "shared"), "No service runs in this plan."
    sheet.table(grid, rows, sums=added, totals={"key": "Total"}, empty=empty, name="SharedServices")
    filled, seats, units, most = (f"${grid.at(key, grid.first)}" for key in ("filled", "seats", "units", "most"))
    sheet.colour(grid.all["enough"], f"OR({filled}>{seats},{units}>{most})", styles.RED_FILL)
    sheet.page_for(grid, "C")


def _row(service: dict, content: Content) -> dict[str, object]:
    filled, seats = service["filled_micro"], service["units"] * service["seats_each"]
    cost, price = pounds(service["cost_pence"]), pounds(service["price_pence"])
    kind = service["kind"]
    figures = {"most": ("vehicles_at_most", service["most"]), "seats_each": ("vehicle_seats", service["seats_each"])}
    by_mile = f"+ROUND(ROUND({{miles}}*{{mile[{kind}]}},4),2)" if kind in mileage_kinds(content.plan.catalogue) else ""
    return {
        **{key: service[key] for key in ("key", "label", "kind", "units")},
        **{key: Formula(f"={{value[{kind}.{name}]}}", known) for key, (name, known) in figures.items()},
        "miles": service["miles"] or None,
        "price": Formula(f"={{value[{kind}.vehicle_price]}}{by_mile}", price),
        "seats": seats,
        "filled": filled / MICRO,
        "free": (seats * MICRO - filled) / MICRO,
        "cost": cost,
        "shared": cost if filled else 0.0,
        "empty": None if filled else EMPTY,
        "enough": True,
    }
