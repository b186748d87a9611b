"""The sheet Monitoring: each line's actual, forecast outturn, variance and rating; by period; what comes next."""

from openpyxl.worksheet.pagebreak import Break

from budget.accounts.ledger import NO
from budget.accounts.statement import Content, pounds
from budget.monitoring import balance as balances
from budget.monitoring.balance import Balance
from budget.monitoring.ledger_cells import ADJUSTMENTS
from budget.monitoring.lines import AMBER, GREEN, METHOD, RED, LineForecast
from budget.monitoring.monitored import Monitored
from budget.monitoring.posting import CONFIRMED
from budget.workbook import styles
from budget.workbook.book import Book, Sheet
from budget.workbook.charts import bar_chart
from budget.workbook.grid import BLANK, Column, Formula, Grid
from budget.workbook.monitoring_sheets import by_period
from budget.workbook.monitoring_sheets.checks import TOTALS
from budget.workbook.monitoring_sheets.layout import HEAD, MOST_AMOUNT, SETTINGS_ROW, SHEET, MonitoringTables, lay_out

CHART_WORDS = (
    "Clustered column chart. Across: the periods of {year} that the plan has months in. Up: pounds, in three colours: "
    "the revised budget, the actual, and the forecast, which is what is known of a closed period. The figures are in "
    "the table by period on this sheet."
)

COMING = (
    Column("number", "No.", 7, "text", "count"),
    Column("area", "Area, or vehicle", 48, "model", "text"),
    Column("cohort", "Cohort", 18, "model", "text"),
    Column("option", "Support", 26, "model", "text"),
    Column("people", "Takers", 15, "model", "people"),
    Column("cost", "Costs, full year", 15, "model", "money"),
    Column("access", "Access more", 15, "model", "access"),
)


def write(book: Book, monitored: Monitored, content: Content, balance: Balance | None) -> None:
    """Write the sheet; `balance` is what the money left could fund next, where that was worked out."""
    tables = lay_out(monitored)
    sheet = book.sheet(SHEET, f"Monitoring: actual and forecast, {monitored.year}", METHOD)
    _write_settings(sheet, monitored, content)
    _write_lines(sheet, tables, monitored, content)
    _write_reconciliation(sheet, tables, monitored)
    by_period.write_periods(sheet, tables, monitored, content)
    last = _write_next(sheet, tables.rest_row + 4, monitored, content, balance)
    _chart(sheet, tables, monitored, last + 2)
    _validate(sheet, tables)
    sheet.widths(tables.lines.columns)
    sheet.wrap_note(tables.lines)
    sheet.page(freeze=f"C{tables.lines.first}", repeat="1:1")


def _write_settings(sheet: Sheet, monitored: Monitored, content: Content) -> None:
    """Write the year and its periods, what is closed, and from which variance a line is amber or red."""
    closed = "As it was given." if monitored.closed_given else "Taken as the last period with an actual."
    thresholds, periods = monitored.thresholds, monitored.periods
    own = "An assumption: put in your own."
    rows = (
        ("Financial year", monitored.year, "model", "text", "The academic year has months in two: one is monitored."),
        ("First period of the plan in it", periods[0], "model", "count", "Period 1 is April."),
        ("Last period of the plan in it", periods[-1], "model", "count", ""),
        ("Period of adjustments", ADJUSTMENTS, "model", "count", ""),
        ("Period when annual passes are bought", content.ledger.first_period, "model", "count", ""),
        ("Last closed period, 0 for none", monitored.closed, "input", "count", closed),
        ("Amber above this share of the budget", thresholds.amber, "input", "share", own),
        ("Red above this share of the budget", thresholds.red, "input", "share", own),
        ("Green up to this amount", pounds(thresholds.least_pence), "input", "money", own),
    )
    for row, (label, value, role, format, note) in enumerate(rows, start=SETTINGS_ROW):
        sheet.put(row, 2, label)
        sheet.put(row, 3, value, role, format)
        sheet.put(row, 4, note)
    sheet.put(HEAD - 1, 1, "Lines", "section")


def _write_lines(sheet: Sheet, tables: MonitoringTables, monitored: Monitored, content: Content) -> None:
    grid, budget = tables.lines, monitored.total("budget_pence")
    rows = [_row(line, at, tables, monitored) for at, line in enumerate(monitored.lines)]
    share = monitored.total("variance_pence") / abs(budget) if budget else 0
    added = [column.key for column in grid.columns if column.format == "money" and column.key != "own"]
    sheet.table(grid, rows, sums=added, totals={"share": share, "label": "Total"}, name="MonitoringLines")
    fills = {RED: styles.RED_FILL, AMBER: styles.AMBER_FILL, GREEN: styles.GREEN_FILL}
    sheet.colour_words(grid.cells("rating"), {f'"{word}"': fill for word, fill in fills.items()})


def _row(line: LineForecast, at: int, tables: MonitoringTables, monitored: Monitored) -> dict[str, object]:
    due, working = tables.due, tables.working
    method = working.cell("method", working.first + at)
    return {
        "number": line.number,
        "label": line.label,
        "budget": Formula(f"={due.cell('due', due.first + at)}", pounds(line.budget_pence)),
        "actual": pounds(line.actual_pence),
        "accrued": pounds(line.accrual_pence),
        "committed": pounds(line.committed_pence),
        "own": BLANK if line.own_forecast_pence is None else pounds(line.own_forecast_pence),
        "forecast": Formula(f"=IF(ISNUMBER({{own}}),{{own}},{method})", pounds(line.forecast_pence)),
        "variance": pounds(line.variance_pence),
        "share": line.variance_share or 0,
        "way": line.way,
        "rating": monitored.rating(line),
        "status": line.status,
        "confirmed": CONFIRMED.get(line.confirmed, BLANK),
        "saving": pounds(line.saving_pence),
        "reason": line.reason or BLANK,
    }


def _write_reconciliation(sheet: Sheet, tables: MonitoringTables, monitored: Monitored) -> None:
    """Tie the sums of the sheet Actuals to those of the lines, and say what of the savings may be spent."""
    grid, row = tables.lines, tables.reconciled_row
    words = ("All rows of Actuals", "Less those that are left out", "On the lines above")
    for number, text in enumerate(words, start=row):
        sheet.put(number, 2, text)
    for key, column in (("amount", "actual"), ("accrual", "accrued"), ("committed", "committed")):
        outside = sum(getattr(posting, f"{key}_pence") for posting in monitored.outside)
        counted = monitored.total(TOTALS[column])
        other = f'=-ROUND(SUMIFS({{actuals[{key}]}},{{actuals[counts]}},"{NO}"),2)'
        cells = (
            Formula(f"={{actuals.totals[{key}]}}", pounds(counted + outside)),
            Formula(other, pounds(-outside)),
            Formula(f"=ROUND({grid.at(column, row)}+{grid.at(column, row + 1)},2)", pounds(counted)),
        )
        for number, cell in enumerate(cells, start=row):
            sheet.put(number, grid.number(column), cell, "calc", "money")
    free_words, width = (
        "Free to spend: confirmed, less every overspend",
        grid.columns[grid.number("confirmed") - 1].width,
    )
    sheet.put(row, grid.number("confirmed"), free_words, "text", "wrapped")
    sheet.fit(row, [(free_words, width)])
    over = f'SUMIFS({grid.all["variance"]},{grid.all["variance"]},">0")'
    free = Formula(f"=MAX(0,ROUND(SUM({grid.all['saving']})-{over},2))", pounds(monitored.available_pence))
    sheet.put(row, grid.number("saving"), free, "calc", "money")


def _write_next(sheet: Sheet, row: int, monitored: Monitored, content: Content, balance: Balance | None) -> int:
    """Write from a row what the balance could fund next, or what an overspend means; return the last row used."""
    sheet.put(row, 1, "What the balance could fund next", "section")
    if balance is None:
        sheet.put(row + 1, 1, "Not worked out.", "note")
        return row + 1
    words = balances.in_words(content.plan, monitored, balance)
    for text in words if balance.coming.empty else words[:3]:
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


def _chart(sheet: Sheet, tables: MonitoringTables, monitored: Monitored, row: int) -> None:
    grid, keys = tables.periods, ("budget", "actual", "forecast")
    first = grid.first + monitored.periods[0] - 1
    last = grid.last if monitored.year_number == 0 else grid.first + monitored.periods[-1] - 1
    title, axes, size = "Budget, actual and forecast by period", ("Period", "Pounds"), (10, 30)
    chart = bar_chart(sheet, grid, keys, "month", title=title, axes=axes, size=size, gap=60, rows=(first, last))
    sheet.chart(chart, row, CHART_WORDS.format(year=monitored.year))
    if any(min(p.budget_pence, p.actual_pence, p.forecast_pence) < 0 for p in monitored.by_period()):
        chart.y_axis.scaling.min = None  # a credit is drawn beneath the axis
        chart.x_axis.tickLblPos = "low"
    sheet.worksheet.row_breaks.append(Break(id=tables.periods.head - 2))


def _validate(sheet: Sheet, tables: MonitoringTables) -> None:
    """Let Excel refuse a period that does not exist, a share beyond one, and a forecast that is no amount."""
    grid = tables.lines
    names = ("closed", "amber", "red", "least")
    closed, amber, red, least = (tables.own_setting(name).replace("$", "") for name in names)
    own, reason = grid.cells("own"), grid.cells("reason")
    for cells, kind, lowest, highest, error in (
        (closed, "whole", 0, ADJUSTMENTS, "Write 0 to 13: 0 where no period is closed."),
        (f"{amber}:{red}", "decimal", 0, 1, "Write a share from 0 to 1, such as 2%."),
        (least, "decimal", 0, MOST_AMOUNT, "Write pounds, 0 or more."),
        (own, "decimal", -MOST_AMOUNT, MOST_AMOUNT, "Write pounds, or leave the cell empty for the method's."),
        (reason, "textLength", 0, 2000, "Write at most 2,000 characters."),
    ):
        sheet.validate([cells], kind, lowest, highest, error=error, blank=True)
    ways = f'"{",".join(CONFIRMED.values())}"'
    sheet.validate([grid.cells("confirmed")], "list", ways, error="Choose one, or leave the cell empty.", blank=True)
