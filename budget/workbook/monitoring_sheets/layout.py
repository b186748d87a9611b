"""Where Monitoring and Actuals hold what: shared by the two sheets and their checks."""

from dataclasses import dataclass

from budget.accounts.statement import money_width
from budget.monitoring.actuals_file import ADJUSTMENTS
from budget.monitoring.monitored import Monitored
from budget.workbook.book import Column, Grid, quoted
from budget.workbook.plan_sheets.line_profile import PERIODS

SHEET, ACTUALS = "Monitoring", "Actuals"
HOLDS = {
    SHEET: "Each budget line's actual, forecast outturn and variance: forecasts of your own and reasons to put in",
    ACTUALS: "The ledger's actuals and commitments as they were read: rows to correct and to add",
}
SETTINGS = ("year", "first", "last", "adjustments", "closed", "amber", "red", "least")
SETTINGS_ROW = 4
HEAD = SETTINGS_ROW + len(SETTINGS) + 2
SPARE_ROWS = 20
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Layout:
    """The tables of the two sheets."""

    lines: Grid
    by_line: Grid  # the revised budget of each line by period; the numbers of the periods stand above its header
    periods: Grid
    actuals: Grid

    def setting(self, name: str) -> str:
        """Return the cell of a setting, for a formula on any sheet."""
        return f"{SHEET}!$C${SETTINGS_ROW + SETTINGS.index(name)}"

    @property
    def period_numbers(self) -> str:
        """Return the cells of the numbers of the periods above `by_line`."""
        row = self.by_line.head - 1
        return f"${self.by_line.letter(PERIODS[0])}${row}:${self.by_line.letter(PERIODS[-1])}${row}"

    @property
    def rest_row(self) -> int:
        """Return the row, beneath the periods, of what is still to come and of the open budget it is spread by."""
        return self.periods.total_row + 1

    @property
    def reconciled_row(self) -> int:
        """Return the first of the rows that tie the actuals to the lines."""
        return self.lines.total_row + 2


def lay_out(found: Monitored) -> Layout:
    """Lay out the two sheets."""
    width = max(money_width(found.total("budget_pence")), money_width(found.total("forecast_pence")), 15.0)
    lines = Grid(SHEET, _lines(found, width), len(found.lines), head=HEAD)
    by_line = Grid(SHEET, _by_line(width), len(found.lines) - 1, head=lines.total_row + 9)
    periods = Grid(SHEET, _periods(width), ADJUSTMENTS, head=by_line.total_row + 4)
    actuals = Grid(ACTUALS, _actuals(width), len(found.actuals.postings) + SPARE_ROWS)
    return Layout(lines, by_line, periods, actuals)


def _lines(found: Monitored, width: float) -> tuple[Column, ...]:
    return (
        Column("number", "Line", 7, "text", "count"),
        Column("label", "Scheme", 48, "text", "wrapped"),
        Column("centre", "Cost centre", 18, "calc", "text"),
        Column("subjective", "Subjective", 26, "calc", "text"),
        Column("original", "Original budget, academic year", width, "calc", "money"),
        Column("virement", "Virement", width, "calc", "money"),
        Column("revised", "Revised budget, academic year", width, "calc", "money"),
        Column("budget", f"Revised budget, {found.year}", width, "calc", "money"),
        Column("actual", "Actual to date", width, "calc", "money"),
        Column("committed", "Commitments", width, "calc", "money"),
        Column("taken", "Of both, for periods not closed", width, "calc", "money"),
        Column("open", "Budget of periods not closed", width, "calc", "money"),
        Column("remaining", "What remains of the profile", width, "calc", "money"),
        Column("method", "Forecast by the method", width, "calc", "money"),
        Column("own", "Forecast of your own", width, "input", "money"),
        Column("forecast", "Forecast outturn", width, "calc", "money"),
        Column("variance", "Variance", width, "calc", "money"),
        Column("share", "Variance, share of budget", 11, "calc", "share"),
        Column("rating", "RAG", 9, "calc", "verdict"),
        Column("reason", "Reason", 44, "input", "wrapped"),
    )


def _by_line(width: float) -> tuple[Column, ...]:
    return (
        Column("number", "Line", 7, "text", "count"),
        Column("label", "Scheme", 48, "text", "wrapped"),
        Column("advance", "Paid in advance", 18, "calc", "text"),
        Column("net", "Revised budget, academic year", 26, "calc", "money"),
        *(Column(key, f"Period {number}", width, "calc", "money") for number, key in enumerate(PERIODS, start=1)),
        Column("paid", "Due in the first period", width, "calc", "money"),
    )


def _periods(width: float) -> tuple[Column, ...]:
    return (
        Column("number", "Period", 7, "text", "count"),
        Column("month", "Month", 48, "text"),
        Column("budget", "Revised budget", 18, "calc", "money"),
        Column("actual", "Actual", 26, "calc", "money"),
        Column("committed", "Commitments", width, "calc", "money"),
        Column("settled", "Both, where closed", width, "calc", "money"),
        Column("coming", "Still to come", width, "calc", "money"),
        Column("forecast", "Forecast", width, "calc", "money"),
        Column("budget_so_far", "Budget so far", width, "calc", "money"),
        Column("forecast_so_far", "Forecast so far", width, "calc", "money"),
    )


def _actuals(width: float) -> tuple[Column, ...]:
    return (
        Column("row", "Row of the file", 9, "model", "count"),
        Column("period", "Period", 9, "input", "count"),
        Column("line", "Line number", 9, "input", "count"),
        Column("scheme", "Scheme", 42, "calc", "text"),
        Column("written", "Line as written", 42, "model", "text"),
        Column("amount", "Amount", width, "input", "money"),
        Column("committed", "Committed", width, "input", "money"),
        Column("counts", "Belongs to this plan's part of the year", 14, "calc", "verdict"),
        Column("settled", "Period closed, or adjustments", 14, "calc", "verdict"),
        Column("reason", "Reason", 44, "model", "wrapped"),
    )


def own_cell(setting: str) -> str:
    """Return a cell of the sheet Monitoring for a formula on that sheet.

    >>> own_cell("Monitoring!$C$8")
    '$C$8'
    """
    return setting.removeprefix(f"{quoted(SHEET)}!")
