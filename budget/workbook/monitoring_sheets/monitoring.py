"""The sheet Monitoring: each line's actual, forecast outturn, variance and rating; by period; what comes next."""

from openpyxl.worksheet.pagebreak import Break

from budget.accounts.ledger import NO, YES
from budget.accounts.statement import Content, pounds
from budget.monitoring.actuals_file import ADJUSTMENTS
from budget.monitoring.balance import Balance
from budget.monitoring.lines import AMBER, GREEN, METHOD, RED, LineForecast
from budget.monitoring.monitored import Monitored
from budget.workbook import styles
from budget.workbook.book import Book, Sheet
from budget.workbook.charts import bar_chart
from budget.workbook.grid import BLANK, Formula
from budget.workbook.monitoring_sheets import by_period, next_offers
from budget.workbook.monitoring_sheets.layout import HEAD, MOST_AMOUNT, SETTINGS_ROW, SHEET, MonitoringTables
from budget.workbook.plan_sheets import budget_lines
from budget.workbook.plan_sheets.term_dates import TermDates

CHART_WORDS = (
    "Clustered column chart. Across: the periods of {year} that the plan has months in. Up: pounds, in three colours: "
    "the revised budget, the actual, and the forecast, which is what is known of a closed period. The figures are in "
    "the table by period on this sheet."
)


def write(
    book: Book,
    tables: MonitoringTables,
    monitored: Monitored,
    terms: TermDates,
    content: Content,
    balance: Balance | None,
) -> None:
    """Write the sheet; `balance` is what the money left could fund next, where that was worked out."""
    sheet = book.sheet(SHEET, f"Monitoring: actual and forecast, {monitored.year}", METHOD)
    _write_settings(sheet, monitored)
    _write_lines(sheet, tables, monitored, content)
    _write_reconciliation(sheet, tables, monitored)
    by_period.write_lines(sheet, tables, monitored, terms, content)
    by_period.write_periods(sheet, tables, monitored, content)
    last = next_offers.write(sheet, tables.rest_row + 4, monitored, content, balance)
    _chart(sheet, tables, monitored, last + 2)
    _validate(sheet, tables)
    sheet.widths(tables.lines.columns)
    sheet.page(freeze=f"C{tables.lines.first}", repeat="1:1", paper=8)


def _write_settings(sheet: Sheet, monitored: Monitored) -> None:
    """Write the year and its periods, what is closed, and from which variance a line is amber or red."""
    closed = "as it was given" if monitored.closed_given else "the last period with an actual"
    thresholds, periods = monitored.thresholds, monitored.periods
    own = "An assumption: put in your own."
    rows = (
        ("Financial year", monitored.year, "model", "text", "The academic year has months in two: one is monitored."),
        ("First period of the plan in it", periods[0], "model", "count", "Period 1 is April."),
        ("Last period of the plan in it", periods[-1], "model", "count", ""),
        ("Period of adjustments", ADJUSTMENTS, "model", "count", ""),
        ("Last closed period, 0 for none", monitored.closed, "input", "count", f"Taken as {closed}."),
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
    grid = tables.lines
    rows = [_row(row, line, tables, monitored, content) for row, line in enumerate(monitored.lines, grid.first)]
    names = ("original", "virement", "revised", "budget", "actual", "committed", "taken", "open", "remaining", "method")
    whole, budget = grid.row(grid.total_row), monitored.total("budget_pence")
    share = monitored.total("variance_pence") / abs(budget) if budget else 0
    in_budget = Formula(f"=IF({whole['budget']}=0,0,{whole['variance']}/ABS({whole['budget']}))", share)
    added, totals = (*names, "forecast", "variance"), {"share": in_budget, "label": "Total"}
    sheet.table(grid, rows, sums=added, totals=totals, name="MonitoringLines")
    fills = {RED: styles.RED_FILL, AMBER: styles.AMBER_FILL, GREEN: styles.GREEN_FILL}
    sheet.colour_words(grid.cells("rating"), {f'"{word}"': fill for word, fill in fills.items()})


def _row(row: int, line: LineForecast, tables: MonitoringTables, monitored: Monitored, content: Content) -> tuple:
    here, actuals = tables.lines.row(row), tables.actuals

    def booked(key: str, more: str = "") -> str:
        counted = f'{actuals["line"]},{here["number"]},{actuals["counts"]},"{YES}"{more}'
        return f"SUMIFS({actuals[key]},{counted})"

    unsettled = f',{actuals["settled"]},"{NO}"'
    taken = f"{booked('amount', unsettled)}+{booked('committed', unsettled)}"
    return (
        line.number,
        line.label,
        *_budgets(line, tables, content),
        Formula(f"=ROUND({booked('amount')},2)", pounds(line.actual_pence)),
        Formula(f"=ROUND({booked('committed')},2)", pounds(line.committed_pence)),
        Formula(f"=ROUND({taken},2)", pounds(line.taken_pence)),
        _open_budget(line, here, tables),
        Formula(f"=ROUND({here['open']}-MEDIAN(0,{here['taken']},{here['open']}),2)", pounds(line.remaining_pence)),
        Formula(f"=ROUND({here['actual']}+{here['committed']}+{here['remaining']},2)", pounds(line.method_pence)),
        BLANK if line.own_forecast_pence is None else pounds(line.own_forecast_pence),
        Formula(f"=IF(ISNUMBER({here['own']}),{here['own']},{here['method']})", pounds(line.forecast_pence)),
        Formula(f"=ROUND({here['forecast']}-{here['budget']},2)", pounds(line.variance_pence)),
        Formula(f"=IF({here['budget']}=0,0,{here['variance']}/ABS({here['budget']}))", line.variance_share or 0),
        Formula(_rating(here, tables), monitored.rating(line)),
        line.reason or BLANK,
    )


def _budgets(line: LineForecast, tables: MonitoringTables, content: Content) -> tuple:
    """Return a line's codes and budgets; nought for what fits no line."""
    if not line.number:
        return None, None, *[Formula("=0", 0.0)] * 4
    at, budget = line.number - 1, budget_lines.lay_out(content)
    source = content.ledger.profiled()[at]
    known: dict[str, str | float] = {
        "centre": source.cost_centre,
        "subjective": source.subjective,
        "original": pounds(line.original_pence),
        "virement": pounds(line.virement_pence),
        "revised": pounds(line.revised_pence),
    }
    first, last = tables.own_settings("first", "last")
    numbers = tables.period_numbers
    in_year = f'SUMIFS({tables.months(line.number)},{numbers},">="&{first},{numbers},"<="&{last})'
    return (
        *(Formula(f"={budget.cell(key, budget.first + at)}", value) for key, value in known.items()),
        Formula(f"=ROUND({in_year},2)", pounds(line.budget_pence)),
    )


def _open_budget(line: LineForecast, here: dict[str, str], tables: MonitoringTables) -> Formula:
    """Return the budget of the periods not closed; for a line paid in advance, all of it until the first is closed."""
    if not line.number:
        return Formula("=0", 0.0)
    advance = tables.by_line.at("advance", tables.by_line.first + line.number - 1)
    months, numbers = tables.months(line.number), tables.period_numbers
    first, last, closed = tables.own_settings("first", "last", "closed")
    still = f'SUMIFS({months},{numbers},">="&{first},{numbers},"<="&{last},{numbers},">"&{closed})'
    paid = f"IF({first}>{closed},{here['budget']},0)"
    return Formula(f'=ROUND(IF({advance}="{YES}",{paid},{still}),2)', pounds(line.open_budget_pence))


def _rating(here: dict[str, str], tables: MonitoringTables) -> str:
    amber, red, least = tables.own_settings("amber", "red", "least")
    size = f"ABS({here['variance']})"
    above = {share: f"{size}>ROUND(ROUND({share}*ABS({here['budget']}),8),2)" for share in (amber, red)}
    return f'=IF({size}<={least},"{GREEN}",IF({above[red]},"{RED}",IF({above[amber]},"{AMBER}","{GREEN}")))'


def _write_reconciliation(sheet: Sheet, tables: MonitoringTables, monitored: Monitored) -> None:
    """Tie the sums of the sheet Actuals to those of the lines."""
    grid, actuals, row = tables.lines, tables.actuals, tables.reconciled_row
    for number, words in enumerate(
        ("All rows of Actuals", "Less those of another academic year", "On the lines above")
    ):
        sheet.put(row + number, 2, words)
    for key, column in (("amount", "actual"), ("committed", "committed")):
        outside = sum(getattr(posting, f"{key}_pence") for posting in monitored.outside)
        counted = monitored.total(f"{column}_pence")
        other = f'SUMIFS({actuals[key]},{actuals["counts"]},"{NO}")'
        cells = (
            Formula(f"={actuals.totals[key]}", pounds(counted + outside)),
            Formula(f"=-ROUND({other},2)", pounds(-outside)),
            Formula(f"=ROUND({grid.at(column, row)}+{grid.at(column, row + 1)},2)", pounds(counted)),
        )
        for number, cell in enumerate(cells):
            sheet.put(row + number, grid.number(column), cell, "calc", "money")


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
    sheet.worksheet.row_breaks.append(Break(id=tables.by_line.head - 3))


def _validate(sheet: Sheet, tables: MonitoringTables) -> None:
    """Let Excel refuse a period that does not exist, a share beyond one, and a forecast that is no amount."""
    grid = tables.lines
    closed, amber, red, least = (
        cell.replace("$", "") for cell in tables.own_settings("closed", "amber", "red", "least")
    )
    own, reason = grid.cells("own"), grid.cells("reason")
    for cells, kind, lowest, highest, error in (
        (closed, "whole", 0, ADJUSTMENTS, "Write 0 to 13: 0 where no period is closed."),
        (f"{amber}:{red}", "decimal", 0, 1, "Write a share from 0 to 1, such as 2%."),
        (least, "decimal", 0, MOST_AMOUNT, "Write pounds, 0 or more."),
        (own, "decimal", -MOST_AMOUNT, MOST_AMOUNT, "Write pounds, or leave the cell empty for the method's."),
        (reason, "textLength", 0, 2000, "Write at most 2,000 characters."),
    ):
        sheet.validate([cells], kind, lowest, highest, error=error, blank=True)
