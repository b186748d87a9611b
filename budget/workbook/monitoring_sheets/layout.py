"""Where the tables and settings of Monitoring and Actuals stand, for the two sheets and their checks."""

from dataclasses import dataclass

from budget.accounts.ledger import NO, YES
from budget.accounts.statement import money_width
from budget.monitoring.actuals_file import ADJUSTMENTS
from budget.monitoring.lines import AMBER, GREEN, RED
from budget.monitoring.monitored import Monitored
from budget.workbook.grid import Column, Grid, Places
from budget.workbook.plan_sheets.line_profile import PERIODS, period_columns

SHEET, ACTUALS = "Monitoring", "Actuals"
HOLDS = {
    SHEET: "Each budget line's actual, forecast outturn and variance: forecasts of your own and reasons to put in",
    ACTUALS: "The ledger's actuals and commitments as they were read: rows to correct and to add",
}
SETTINGS = ("year", "first", "last", "adjustments", "closed", "amber", "red", "least")
SETTINGS_ROW = 4
HEAD = SETTINGS_ROW + len(SETTINGS) + 2
SPARE_ROWS = 20
MOST_AMOUNT = 100_000_000_000  # pounds


@dataclass(frozen=True, slots=True)
class MonitoringTables:
    """The tables of the two sheets, and the cells of the settings."""

    lines: Grid
    by_line: Grid  # the revised budget of each line by period; the numbers of the periods stand above its header
    periods: Grid
    actuals: Grid

    def setting(self, name: str) -> str:
        """Return the cell of a setting, for a formula on any sheet."""
        return f"{SHEET}!{self.own_setting(name)}"

    def own_setting(self, name: str) -> str:
        """Return the cell of a setting, for a formula on the sheet Monitoring."""
        return f"$C${SETTINGS_ROW + SETTINGS.index(name)}"

    def months(self, row: int) -> str:
        """Return the cells of the periods in a row of the budgets by line."""
        return f"{self.by_line.at(PERIODS[0], row)}:{self.by_line.at(PERIODS[-1], row)}"

    @property
    def rest_row(self) -> int:
        """Return the row beneath the periods that holds the forecast still to come; the budget it follows is below."""
        return self.periods.total_row + 1

    @property
    def reconciled_row(self) -> int:
        """Return the first of the rows that tie the actuals to the lines."""
        return self.lines.total_row + 2

    def names(self) -> dict[str, object]:
        """Return the names of cells for formulas: {closed} on the sheet Monitoring, {setting[closed]} on any."""
        by_line, rest = self.by_line, self.rest_row
        ends = (by_line.fixed(key, by_line.head - 1) for key in (PERIODS[0], PERIODS[-1]))
        return {
            "monitored": self.lines,
            "budgets": by_line,
            "months": self.periods,
            "actuals": self.actuals,
            "setting": Places(self.setting),
            **{name: self.own_setting(name) for name in SETTINGS},
            "numbers": ":".join(ends),  # of the periods, above the budgets by line
            "rest": self.periods.fixed("coming", rest),
            "spread": self.periods.fixed("coming", rest + 1),
        }


def lay_out(monitored: Monitored) -> MonitoringTables:
    """Lay out the two sheets."""
    width = max(money_width(monitored.total("budget_pence")), money_width(monitored.total("forecast_pence")), 15.0)
    lines = Grid(SHEET, _lines(monitored, width), len(monitored.lines), head=HEAD)
    by_line = Grid(SHEET, _by_line(width), len(monitored.lines) - 1, head=lines.total_row + 9)
    periods = Grid(SHEET, _periods(width), ADJUSTMENTS, head=by_line.total_row + 4)
    actuals = Grid(ACTUALS, _actuals(width), len(monitored.actuals.postings) + SPARE_ROWS)
    return MonitoringTables(lines, by_line, periods, actuals)


def _booked(key: str, where: str) -> str:
    """Return a formula part of the amounts of Actuals that count, where further columns hold what is asked."""
    return f'SUMIFS({{actuals[{key}]}},{where},{{actuals[counts]}},"{YES}"%s)'


ACTUAL, COMMITTED = (_booked(key, "{actuals[line]},{number}") for key in ("amount", "committed"))
UNSETTLED = f',{{actuals[settled]}},"{NO}"'
TAKEN = f"=ROUND({ACTUAL % UNSETTLED}+{COMMITTED % UNSETTLED},2)"
IN_PERIOD = tuple(_booked(key, "{actuals[period]},{number}") % "" for key in ("amount", "committed"))
REMAINING = "=ROUND({open}-MEDIAN(0,{taken},{open}),2)"
ABOVE = "ABS({variance})>ROUND(ROUND({%s}*ABS({budget}),8),2)"
SIZES = f'IF({ABOVE % "red"},"{RED}",IF({ABOVE % "amber"},"{AMBER}","{GREEN}"))'
RATING = f'=IF(ABS({{variance}})<={{least}},"{GREEN}",{SIZES})'
SETTLED = "=IF(OR({number}<={closed},{number}={adjustments}),ROUND({actual}+{committed},2),0)"
NAME = 'IFERROR(INDEX({monitored[label]},MATCH({line},{monitored[number]},0)),"")'
INSIDE = "OR({period}={setting[adjustments]},AND({period}>={setting[first]},{period}<={setting[last]}))"
COUNTS = f'=IF({{period}}="","{NO}",IF({INSIDE},"{YES}","{NO}"))'
IS_SETTLED = f'=IF(OR({{period}}<={{setting[closed]}},{{period}}={{setting[adjustments]}}),"{YES}","{NO}")'


def _lines(monitored: Monitored, width: float) -> tuple[Column, ...]:
    return (
        Column("number", "Line", 7, "text", "count"),
        Column("label", "Scheme", 48, "text", "wrapped"),
        Column("centre", "Cost centre", 18, "calc", "text"),
        Column("subjective", "Subjective", 26, "calc", "text"),
        Column("original", "Original budget, academic year", width, "calc", "money"),
        Column("virement", "Virement", width, "calc", "money"),
        Column("revised", "Revised budget, academic year", width, "calc", "money"),
        Column("budget", f"Revised budget, {monitored.year}", width, "calc", "money"),
        Column("actual", "Actual to date", width, "calc", "money", f"=ROUND({ACTUAL % ''},2)"),
        Column("committed", "Commitments", width, "calc", "money", f"=ROUND({COMMITTED % ''},2)"),
        Column("taken", "Of both, for periods not closed", width, "calc", "money", TAKEN),
        Column("open", "Budget of periods not closed", width, "calc", "money"),
        Column("remaining", "What remains of the profile", width, "calc", "money", REMAINING),
        Column(
            "method", "Forecast by the method", width, "calc", "money", "=ROUND({actual}+{committed}+{remaining},2)"
        ),
        Column("own", "Forecast of your own", width, "input", "money"),
        Column("forecast", "Forecast outturn", width, "calc", "money", "=IF(ISNUMBER({own}),{own},{method})"),
        Column("variance", "Variance", width, "calc", "money", "=ROUND({forecast}-{budget},2)"),
        Column("share", "Variance, share of budget", 11, "calc", "share", "=IF({budget}=0,0,{variance}/ABS({budget}))"),
        Column("rating", "RAG", 9, "calc", "verdict", RATING),
        Column("reason", "Reason", 44, "input", "wrapped"),
    )


def _by_line(width: float) -> tuple[Column, ...]:
    return (
        Column("number", "Line", 7, "text", "count"),
        Column("label", "Scheme", 48, "text", "wrapped"),
        Column("advance", "Paid in advance", 18, "calc", "text"),
        Column("net", "Revised budget, academic year", 26, "calc", "money"),
        *period_columns((f"Period {number}" for number in range(1, len(PERIODS) + 1)), width),
        Column("paid", "Due in the first period", width, "calc", "money"),
    )


def _periods(width: float) -> tuple[Column, ...]:
    return (
        Column("number", "Period", 7, "text", "count"),
        Column("month", "Month", 48, "text"),
        Column("budget", "Revised budget", 18, "calc", "money"),
        Column("actual", "Actual", 26, "calc", "money", f"=ROUND({IN_PERIOD[0]},2)"),
        Column("committed", "Commitments", width, "calc", "money", f"=ROUND({IN_PERIOD[1]},2)"),
        Column("settled", "Both, where closed", width, "calc", "money", SETTLED),
        Column("coming", "Still to come", width, "calc", "money"),
        Column("forecast", "Forecast", width, "calc", "money", "=ROUND({settled}+{coming},2)"),
        Column("budget_so_far", "Budget so far", width, "calc", "money", "=ROUND({above[budget_so_far]}+{budget},2)"),
        Column(
            "forecast_so_far",
            "Forecast so far",
            width,
            "calc",
            "money",
            "=ROUND({above[forecast_so_far]}+{forecast},2)",
        ),
    )


def _actuals(width: float) -> tuple[Column, ...]:
    return (
        Column("row", "Row of the file", 9, "model", "count"),
        Column("period", "Period", 9, "input", "count"),
        Column("line", "Line number", 9, "input", "count"),
        Column("scheme", "Scheme", 42, "calc", "text", f'=IF({{line}}="","",{NAME})'),
        Column("written", "Line as written", 42, "model", "text"),
        Column("amount", "Amount", width, "input", "money"),
        Column("committed", "Committed", width, "input", "money"),
        Column("counts", "Belongs to this plan's part of the year", 14, "calc", "verdict", COUNTS),
        Column("settled", "Period closed, or adjustments", 14, "calc", "verdict", IS_SETTLED),
        Column("reason", "Reason", 44, "model", "wrapped"),
    )
