"""The tables of the sheet Monitoring by period: each line's revised budget, and all lines with their forecast."""

from budget.accounts.ledger import NO, YES
from budget.accounts.statement import Content, pounds
from budget.monitoring.actuals_file import ADJUSTMENTS
from budget.monitoring.monitored import Monitored, is_final
from budget.workbook.book import Sheet
from budget.workbook.grid import Formula
from budget.workbook.monitoring_sheets.layout import MonitoringTables
from budget.workbook.plan_sheets import budget_lines, line_profile
from budget.workbook.plan_sheets.line_profile import PERIODS
from budget.workbook.plan_sheets.term_dates import TermDates


def write_lines(
    sheet: Sheet, tables: MonitoringTables, monitored: Monitored, terms: TermDates, content: Content
) -> None:
    """Write the revised budget of each line by period, as the profile spreads it."""
    grid, lines, budget = tables.by_line, tables.lines, budget_lines.lay_out(content)
    sheet.put(grid.head - 2, 1, "Revised budget of the academic year by line and period", "section")
    for number, key in enumerate(PERIODS, start=1):
        sheet.put(grid.head - 1, grid.number(key), number, "model", "count")
    rows = []
    for at, line in enumerate(monitored.lines[:-1]):
        here = grid.row(grid.first + at)
        advance = f"={budget.cell('advance', budget.first + at)}"
        paid = f'=IF({here["advance"]}="{YES}",{lines.at("budget", lines.first + at)},0)'
        rows.append(
            (
                line.number,
                line.label,
                Formula(advance, YES if line.in_advance else NO),
                Formula(f"={lines.at('revised', lines.first + at)}", pounds(line.revised_pence)),
                *(line_profile.period(here, n, terms, pence) for n, pence in enumerate(line.months)),
                Formula(paid, pounds(line.budget_pence if line.in_advance else 0)),
            )
        )
    sheet.table(grid, rows, sums=("net", *PERIODS, "paid"), totals={"label": "Total"})


def write_periods(sheet: Sheet, tables: MonitoringTables, monitored: Monitored, content: Content) -> None:
    """Write all lines together by period; what is still to come is spread as the budget of the open periods is."""
    grid, periods = tables.periods, monitored.by_period()
    sheet.put(grid.head - 1, 1, f"By period, {monitored.year}", "section")
    committed = [0] * ADJUSTMENTS
    for posting in monitored.actuals.postings:
        if monitored.counts(posting):
            committed[posting.period - 1] += posting.committed_pence
    settled = [
        period.actual_pence + ordered if is_final(period.number, monitored.closed) else 0
        for period, ordered in zip(periods, committed, strict=True)
    ]
    names = [start.strftime("%B") for start in content.ledger.month_starts()] + ["Adjustments"]
    rows: list[tuple] = []
    budget = forecast = 0
    for period, name, ordered, closed in zip(periods, names, committed, settled, strict=True):
        here = grid.row(grid.first + period.number - 1)
        above = grid.row(grid.first + period.number - 2)
        budget, forecast = budget + period.budget_pence, forecast + period.forecast_pence
        before = [f"{above[key]}+" if rows else "" for key in ("budget_so_far", "forecast_so_far")]
        to_come = pounds(period.forecast_pence - closed)
        rows.append(
            (
                period.number,
                name,
                Formula(_budget(period.number, here, tables), pounds(period.budget_pence)),
                Formula(_booked("amount", here, tables), pounds(period.actual_pence)),
                Formula(_booked("committed", here, tables), pounds(ordered)),
                Formula(_settled(here, tables), pounds(closed)),
                Formula(_still_to_come(period.number, here, tables, monitored), to_come),
                Formula(f"=ROUND({here['settled']}+{here['coming']},2)", pounds(period.forecast_pence)),
                Formula(f"=ROUND({before[0]}{here['budget']},2)", pounds(budget)),
                Formula(f"=ROUND({before[1]}{here['forecast']},2)", pounds(forecast)),
            )
        )
    added = ("budget", "actual", "committed", "settled", "coming", "forecast")
    sheet.table(grid, rows, sums=added, totals={"month": "Year"}, name="MonitoringPeriods")
    _write_rest(sheet, tables, monitored, monitored.total("forecast_pence") - sum(settled))


def _booked(key: str, here: dict[str, str], tables: MonitoringTables) -> str:
    actuals = tables.actuals
    where = f'{actuals["period"]},{here["number"]},{actuals["counts"]},"{YES}"'
    return f"=ROUND(SUMIFS({actuals[key]},{where}),2)"


def _budget(period: int, here: dict[str, str], tables: MonitoringTables) -> str:
    """Return the formula of a period's budget: what is used in it, and in the first what is paid in advance."""
    if period == ADJUSTMENTS:
        return "=0"
    grid, number = tables.by_line, here["number"]
    first, last = tables.own_settings("first", "last")
    used = f'SUMIFS({grid.own[PERIODS[period - 1]]},{grid.own["advance"]},"{NO}")'
    paid = f"IF({number}={first},{grid.at('paid', grid.total_row)},0)"
    return f"=ROUND(IF(AND({number}>={first},{number}<={last}),{used},0)+{paid},2)"


def _settled(here: dict[str, str], tables: MonitoringTables) -> str:
    closed, adjustments = tables.own_settings("closed", "adjustments")
    is_closed = f"OR({here['number']}<={closed},{here['number']}={adjustments})"
    return f"=IF({is_closed},ROUND({here['actual']}+{here['committed']},2),0)"


def _still_to_come(period: int, here: dict[str, str], tables: MonitoringTables, monitored: Monitored) -> str:
    """Return the formula of what is still to come in a period; the plan's last period has what the others leave."""
    grid, row = tables.periods, tables.rest_row
    rest, spread = grid.fixed("coming", row), grid.fixed("coming", row + 1)
    closed, last = tables.own_settings("closed", "last")
    if period == ADJUSTMENTS:
        return f"=IF({closed}>={last},{rest},0)"
    if period not in monitored.periods:
        return "=0"
    if period == monitored.periods[-1]:
        before = f"{grid.at('coming', grid.first)}:{grid.at('coming', grid.first + period - 2)}"
        return f"=IF({closed}<{last},ROUND({rest}-SUM({before}),2),0)"
    share = f"ROUND(ROUND({rest}*{here['budget']}/{spread},8),2)"
    return f"=IF(OR({here['number']}<={closed},{spread}=0),0,{share})"


def _write_rest(sheet: Sheet, tables: MonitoringTables, monitored: Monitored, coming: int) -> None:
    """Write what is still to come, in pence `coming`, and the open budget that it is spread by."""
    grid, lines, numbers = tables.periods, tables.lines, tables.periods.own["number"]
    last, closed = tables.own_settings("last", "closed")
    open_budget = sum(
        period.budget_pence
        for period in monitored.by_period()
        if period.number > monitored.closed and period.number in monitored.periods
    )
    total, settled = lines.at("forecast", lines.total_row), grid.at("settled", grid.total_row)
    still_open = f'SUMIFS({grid.own["budget"]},{numbers},">"&{closed},{numbers},"<="&{last})'
    rows = (
        ("Still to come: forecast outturn less what is closed", f"{total}-{settled}", coming),
        ("Budget of the periods not closed, which it is spread by", still_open, open_budget),
    )
    for row, (words, amount, pence) in enumerate(rows, start=tables.rest_row):
        sheet.put(row, 2, words)
        sheet.put(row, grid.number("coming"), Formula(f"=ROUND({amount},2)", pounds(pence)), "calc", "money")
