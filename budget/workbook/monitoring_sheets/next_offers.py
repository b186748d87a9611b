"""What the money left could fund next, on the sheet Monitoring."""

from budget.accounts.statement import Content, pounds
from budget.monitoring import balance as balances
from budget.monitoring.balance import Balance
from budget.monitoring.monitored import Monitored
from budget.workbook.book import Sheet
from budget.workbook.grid import Column, Grid
from budget.workbook.monitoring_sheets.layout import SHEET

COMING = (
    Column("number", "No.", 7, "text", "count"),
    Column("area", "Area, or vehicle", 48, "model", "text"),
    Column("cohort", "Cohort", 18, "model", "text"),
    Column("option", "Support", 26, "model", "text"),
    Column("people", "Takers", 15, "model", "people"),
    Column("cost", "Costs, full year", 15, "model", "money"),
    Column("access", "Access more", 15, "model", "access"),
)


def write(sheet: Sheet, row: int, monitored: Monitored, content: Content, balance: Balance | None) -> int:
    """Write from a row what the balance could fund next, or what an overspend means; return the last row used."""
    sheet.put(row, 1, "What the balance could fund next", "section")
    if balance is None:
        sheet.put(row + 1, 1, "Not worked out.", "note")
        return row + 1
    words = balances.in_words(content.plan, monitored, balance)
    for text in words if balance.coming.empty else words[:2]:
        row += 1
        sheet.put(row, 1, text)
    if balance.coming.empty and balance.vehicles.empty:
        return row
    rows: list[tuple] = [
        (
            number,
            str(offer["area_name"]),
            str(cohort),
            str(offer["after"]),
            float(offer["people_after"]),
            pounds(int(offer["cost_pence_after"] - offer["cost_pence_before"])),
            round(float(offer["access_after"] - offer["access_before"]), 6),
        )
        for number, (cohort, offer) in enumerate(balance.coming.iterrows(), start=1)
    ]
    for number, (_, service) in enumerate(balance.vehicles.iterrows(), start=len(rows) + 1):
        units = f"{service['after']} in place of {service['before']}"
        rows.append((number, str(service["label"]), None, units, None, None, None))
    grid = Grid(SHEET, COMING, len(rows), head=row + 2)
    sheet.table(grid, rows)
    sheet.put(grid.last + 1, 1, f"{balances.ONE_OFF} As solved: it does not follow changes on this sheet.", "note")
    return grid.last + 1
