"""The sheet Services: one row a service bought, paid by the vehicle, with seats for the takers on Plan."""

from budget.accounts.statement import MICRO, Content, pounds
from budget.workbook import styles
from budget.workbook.book import Book
from budget.workbook.grid import Formula
from budget.workbook.plan_sheets.assumptions import Assumptions
from budget.workbook.plan_sheets.offer_columns import EMPTY, OfferTables

NOTE = (
    "Paid by the vehicle. The number of vehicles comes from the model; prices and seats from Assumptions; seats filled "
    "are the takers on Plan who ride on the service."
)


def write(book: Book, tables: OfferTables, assumptions: Assumptions, content: Content) -> None:
    """Write the sheet Services."""
    sheet = book.sheet("Services", "Services: vehicles shared by several cohorts", NOTE)
    grid, records = tables.services, content.services.to_dict("records")
    rows = (_row(row, service, tables, assumptions) for row, service in enumerate(records, grid.first))
    added, empty = ("units", "seats", "filled", "free", "cost", "shared"), "No service runs in this plan."
    sheet.table(grid, rows, sums=added, totals={"key": "Total"}, empty=empty, name="SharedServices")
    filled, seats, units, most = (f"${grid.at(key, grid.first)}" for key in ("filled", "seats", "units", "most"))
    sheet.colour(grid.own["enough"], f"OR({filled}>{seats},{units}>{most})", styles.RED_FILL)
    sheet.page_for(grid, "C")


def _row(row: int, service: dict, tables: OfferTables, assumptions: Assumptions) -> tuple:
    here, plan = tables.services.row(row), tables.plan
    kind, seats = service["kind"], service["units"] * service["seats_each"]
    cost, is_empty = pounds(service["cost_pence"]), not service["filled_micro"]

    def assumed(figure: str, known: float) -> Formula:
        return Formula(f"={assumptions.cell(f'{kind}.{figure}')}", known)

    def summed(key: str, decimals: int, known: float) -> Formula:
        return Formula(f"=ROUND(SUMIFS({plan[key]},{plan['service']},{here['key']}),{decimals})", known)

    return (
        *(service[key] for key in ("key", "label", "kind", "units")),
        assumed("vehicles_at_most", service["most"]),
        assumed("vehicle_seats", service["seats_each"]),
        Formula(f"={here['units']}*{here['seats_each']}", seats),
        summed("takers", 6, service["filled_micro"] / MICRO),
        Formula(f"=ROUND({here['seats']}-{here['filled']},6)", (seats * MICRO - service["filled_micro"]) / MICRO),
        assumed("vehicle_price", pounds(service["price_pence"])),
        Formula(f"=ROUND({here['units']}*{here['price']},2)", cost),
        summed("vehicle", 2, 0.0 if is_empty else cost),
        EMPTY if is_empty else None,
        Formula(f"=AND({here['filled']}<={here['seats']},{here['units']}<={here['most']})", True),
    )
