"""The tables of the sheet Monitoring by period: each line's revised budget, and all lines with their forecast."""

from budget.accounts.ledger import NO, YES
from budget.accounts.statement import Content, pounds
from budget.monitoring.actuals_file import ADJUSTMENTS
from budget.monitoring.monitored import Monitored, is_final
from budget.workbook.book import Sheet
from budget.workbook.grid import Formula, Grid
from budget.workbook.monitoring_sheets.layout import MonitoringTables
from budget.workbook.plan_sheets import budget_lines
from budget.workbook.plan_sheets.line_profile import PERIODS


def write_lines(sheet: Sheet, tables: MonitoringTables, monitored: Monitored, content: Content) -> None:
    """Write the revised budget of each line by period, as the profile spreads it."""
    grid, lines, budget = tables.by_line, tables.lines, budget_lines.lay_out(content)
    sheet.put(grid.head - 2, 1, "Revised budget of the academic year by line and period", "section")
    for number, key in enumerate(PERIODS, start=1):
        sheet.put(grid.head - 1, grid.number(key), number, "model", "count")
    rows = []
    for at, line in enumerate(monitored.lines[:-1]):
        advance = f"={budget.cell('advance', budget.first + at)}"
        paid = f'=IF({{advance}}="{YES}",{lines.at("budget", lines.first + at)},0)'
        rows.append(
            (
                line.number,
                line.label,
                Formula(advance, YES if line.in_advance else NO),
                Formula(f"={lines.at('revised', lines.first + at)}", pounds(line.revised_pence)),
                *map(pounds, line.months),
                Formula(paid, pounds(line.budget_pence if line.in_advance else 0)),
            )
        )
    sheet.table(grid, rows, sums=("net", *PERIODS, "paid"), totals={"label": "Total"})


def write_periods(sheet: Sheet, tables: MonitoringTables, monitored: Monitored, content: Content) -> None:
    """Write all lines together by period; what is still to come is spread as the budget of the open periods is."""
    grid, periods = tables.periods, monitored.by_period()
    sheet.put(grid.head - 1, 1, f"By period, {monitored.year}", "section")
    committed = [0] * ADJUSTMENTS
    for posting in filter(monitored.counts, monitored.actuals.postings):
        committed[posting.period - 1] += posting.committed_pence
    names = [start.strftime("%B") for start in content.ledger.month_starts()] + ["Adjustments"]
    rows: list[dict[str, object]] = []
    budget = forecast = settled = 0
    for period, name, ordered in zip(periods, names, committed, strict=True):
        closed = period.actual_pence + ordered if is_final(period.number, monitored.closed) else 0
        budget, forecast = budget + period.budget_pence, forecast + period.forecast_pence
        settled += closed
        to_come = Formula(_still_to_come(period.number, grid, monitored), pounds(period.forecast_pence - closed))
        rows.append(
            {
                "number": period.number,
                "month": name,
                "budget": Formula(_budget(period.number, tables), pounds(period.budget_pence)),
                "actual": pounds(period.actual_pence),
                "committed": pounds(ordered),
                "settled": pounds(closed),
                "coming": to_come,
                "forecast": pounds(period.forecast_pence),
                "budget_so_far": pounds(budget),
                "forecast_so_far": pounds(forecast),
            }
        )
    for key in ("budget", "forecast"):  # the first has none before it
        rows[0][f"{key}_so_far"] = Formula(f"=ROUND({{{key}}},2)", pounds(getattr(periods[0], f"{key}_pence")))
    added = ("budget", "actual", "committed", "settled", "coming", "forecast")
    sheet.table(grid, rows, sums=added, totals={"month": "Year"}, name="MonitoringPeriods")
    _write_rest(sheet, tables, monitored, forecast - settled)


def _budget(period: int, tables: MonitoringTables) -> str:
    """Return the formula of a period's budget: what is used in it, and in the first what is paid in advance."""
    if period == ADJUSTMENTS:
        return "=0"
    used = f'SUMIFS({{budgets.all[{PERIODS[period - 1]}]}},{{budgets.all[advance]}},"{NO}")'
    paid = f"IF({{number}}={{first}},{tables.by_line.at('paid', tables.by_line.total_row)},0)"
    return f"=ROUND(IF(AND({{number}}>={{first}},{{number}}<={{last}}),{used},0)+{paid},2)"


def _still_to_come(period: int, grid: Grid, monitored: Monitored) -> str:
    """Return the formula of what is still to come in a period; the plan's last period has what the others leave."""
    if period == ADJUSTMENTS:
        return "=IF({closed}>={last},{rest},0)"
    if period not in monitored.periods:
        return "=0"
    if period == monitored.periods[-1]:
        before = f"{grid.at('coming', grid.first)}:{grid.at('coming', grid.first + period - 2)}"
        return f"=IF({{closed}}<{{last}},ROUND({{rest}}-SUM({before}),2),0)"
    return "=IF(OR({number}<={closed},{spread}=0),0,ROUND(ROUND({rest}*{budget}/{spread},8),2))"


def _write_rest(sheet: Sheet, tables: MonitoringTables, monitored: Monitored, coming: int) -> None:
    """Write what is still to come, in pence `coming`, and the open budget that it is spread by."""
    grid, lines, numbers = tables.periods, tables.lines, tables.periods.all["number"]
    open_budget = sum(
        period.budget_pence
        for period in monitored.by_period()
        if period.number > monitored.closed and period.number in monitored.periods
    )
    total, settled = lines.at("forecast", lines.total_row), grid.at("settled", grid.total_row)
    still_open = f'SUMIFS({grid.all["budget"]},{numbers},">"&{{closed}},{numbers},"<="&{{last}})'
    rows = (
        ("Still to come: forecast outturn less what is closed", f"{total}-{settled}", coming),
        ("Budget of the periods not closed, which it is spread by", still_open, open_budget),
    )
    for row, (words, amount, pence) in enumerate(rows, start=tables.rest_row):
        sheet.put(row, 2, words)
        sheet.put(row, grid.number("coming"), Formula(f"=ROUND({amount},2)", pounds(pence)), "calc", "money")
