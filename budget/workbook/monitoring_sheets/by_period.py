"""The table of Monitoring by period: all lines with their budget, what is paid and the forecast."""

from budget.accounts.statement import Content, pounds
from budget.monitoring.ledger_cells import ADJUSTMENTS
from budget.monitoring.monitored import Monitored, is_final
from budget.workbook.book import Sheet
from budget.workbook.grid import Formula, Grid
from budget.workbook.monitoring_sheets.layout import MonitoringTables
from budget.workbook.monitoring_sheets.working_layout import PERIOD_KEYS


def write_periods(sheet: Sheet, tables: MonitoringTables, monitored: Monitored, content: Content) -> None:
    """Write all lines together by period; what is still to come is spread as the budget of the open periods is."""
    grid, periods = tables.periods, monitored.by_period()
    sheet.put(
        grid.head - 1,
        1,
        f"By period, {monitored.year}: a cost when it is paid; the sheet Profile has it when it is used",
        "section",
    )
    names = [start.strftime("%B") for start in content.ledger.month_starts()] + ["Adjustments"]
    rows: list[dict[str, object]] = []
    budget = forecast = settled = 0
    for period, name in zip(periods, names, strict=True):
        closed = period.actual_pence if is_final(period.number, monitored.closed) else 0
        budget, forecast = budget + period.budget_pence, forecast + period.forecast_pence
        settled += closed
        to_come = Formula(_still_to_come(period.number, grid, monitored), pounds(period.forecast_pence - closed))
        of_lines = {key: f"={getattr(tables, key).totals[PERIOD_KEYS[period.number - 1]]}" for key in ("due", "posted")}
        rows.append(
            {
                "number": period.number,
                "month": name,
                "budget": Formula(of_lines["due"], pounds(period.budget_pence)),
                "actual": Formula(of_lines["posted"], pounds(period.actual_pence)),
                "settled": pounds(closed),
                "coming": to_come,
                "forecast": pounds(period.forecast_pence),
                "budget_so_far": pounds(budget),
                "forecast_so_far": pounds(forecast),
            }
        )
    for key in ("budget", "forecast"):  # the first has none before it
        rows[0][f"{key}_so_far"] = Formula(f"=ROUND({{{key}}},2)", pounds(getattr(periods[0], f"{key}_pence")))
    added = ("budget", "actual", "settled", "coming", "forecast")
    sheet.table(grid, rows, sums=added, totals={"month": "Year"}, name="MonitoringPeriods")
    _write_rest(sheet, tables, monitored, forecast - settled - monitored.total("prepayment_pence"))


def _still_to_come(period: int, grid: Grid, monitored: Monitored) -> str:
    """Return the formula of what is still to come in a period; the plan's last period has what the others leave."""
    if period == ADJUSTMENTS:
        return "=ROUND({working.totals[prepayment]}+IF({closed}>={last},{rest},0),2)"
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
        (
            "Still to come without the prepayment: forecast outturn less what is closed",
            f"{total}-{settled}-{{working.totals[prepayment]}}",
            coming,
        ),
        ("Budget of the periods not closed, which it is spread by", still_open, open_budget),
    )
    for row, (words, amount, pence) in enumerate(rows, start=tables.rest_row):
        sheet.put(row, 2, words)
        sheet.put(row, grid.number("coming"), Formula(f"=ROUND({amount},2)", pounds(pence)), "calc", "money")
