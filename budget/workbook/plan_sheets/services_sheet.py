"""The sheet Services: one row a service bought, paid by the vehicle, with seats for the takers on Plan."""

from openpyxl.formatting.rule import FormulaRule

from budget.accounts.statement import MICRO, Content, pounds
from budget.workbook import styles
from budget.workbook.book import Book, Formula
from budget.workbook.plan_sheets.assumptions import Assumptions
from budget.workbook.plan_sheets.offer_columns import EMPTY, SERVICES, Grids


def write(book: Book, grids: Grids, assumptions: Assumptions, content: Content) -> None:
    """Write the sheet Services."""
    sheet = book.sheet("Services")
    sheet.heading(
        "Services: vehicles shared by several cohorts",
        "Paid by the vehicle. The number of vehicles comes from the model; prices and seats from Assumptions; seats "
        "filled are the takers on Plan who ride on the service.",
    )
    grid, services = grids.services, content.services
    records = services.to_dict("records")
    rows = (_row(row, service, grids, assumptions) for row, service in enumerate(records, grid.first))
    seats = int((services["units"] * services["seats_each"]).sum())
    filled = int(services["filled_micro"].sum())
    known = {
        "units": int(services["units"].sum()),
        "seats": seats,
        "filled": filled / MICRO,
        "free": (seats * MICRO - filled) / MICRO,
        "cost": pounds(services["cost_pence"].sum()),
        "shared": pounds(services["cost_pence"].sum() - content.empty_pence),
    }
    totals: dict[str, object] = {key: Formula(f"=SUM({grid.own(key)})", value) for key, value in known.items()}
    sheet.table(
        grid, rows, totals=totals | {"key": "Total"}, empty="No service runs in this plan.", name="SharedServices"
    )
    here = {key: f"${grid.at(key, grid.first)}" for key in ("filled", "seats", "units", "most")}
    # not by the verdict's own cell: see styles.verdict_rules
    short = f"OR({here['filled']}>{here['seats']},{here['units']}>{here['most']})"
    sheet.worksheet.conditional_formatting.add(grid.own("enough"), FormulaRule([short], fill=styles.RED_FILL))
    sheet.widths(SERVICES)
    sheet.page(freeze="C5", repeat="4:4")


def _row(row: int, service: dict, grids: Grids, assumptions: Assumptions) -> tuple:
    here = {column.key: grids.services.at(column.key, row) for column in SERVICES}
    on_plan = {key: grids.plan.column(key) for key in ("takers", "vehicle", "service")}
    kind, seats = service["kind"], service["units"] * service["seats_each"]
    cost, is_empty = pounds(service["cost_pence"]), not service["filled_micro"]
    return (
        service["key"],
        service["label"],
        kind,
        service["units"],
        Formula(f"={assumptions.cell(f'{kind}.vehicles_at_most')}", service["most"]),
        Formula(f"={assumptions.cell(f'{kind}.vehicle_seats')}", service["seats_each"]),
        Formula(f"={here['units']}*{here['seats_each']}", seats),
        Formula(
            f"=ROUND(SUMIFS({on_plan['takers']},{on_plan['service']},{here['key']}),6)", service["filled_micro"] / MICRO
        ),
        Formula(f"=ROUND({here['seats']}-{here['filled']},6)", (seats * MICRO - service["filled_micro"]) / MICRO),
        Formula(f"={assumptions.cell(f'{kind}.vehicle_price')}", pounds(service["price_pence"])),
        Formula(f"=ROUND({here['units']}*{here['price']},2)", cost),
        Formula(
            f"=ROUND(SUMIFS({on_plan['vehicle']},{on_plan['service']},{here['key']}),2)", 0.0 if is_empty else cost
        ),
        EMPTY if is_empty else None,
        Formula(f"=AND({here['filled']}<={here['seats']},{here['units']}<={here['most']})", True),
    )
