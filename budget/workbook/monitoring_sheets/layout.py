"""Where the tables and settings of Monitoring, its workings and Actuals stand, for the sheets and their checks."""

from dataclasses import dataclass

from budget.accounts.ledger import INCOME, NO, YES
from budget.accounts.statement import money_width
from budget.monitoring.ledger_cells import ADJUSTMENTS
from budget.monitoring.lines import AMBER, CLOSED_BY_OWNER, GREEN, NOT_INVOICED, NOT_RECEIVED, RED
from budget.monitoring.monitored import Monitored
from budget.monitoring.posting import CONFIRMED
from budget.workbook.grid import Column, Grid, Places
from budget.workbook.monitoring_sheets import working_layout
from budget.workbook.monitoring_sheets.working_layout import OF_LINE, PERIOD_KEYS, WORKINGS

SHEET, ACTUALS = "Monitoring", "Actuals"
HOLDS = {
    SHEET: "Each budget line's actual, forecast outturn and variance: forecasts of your own and reasons to put in",
    WORKINGS: "How each forecast of Monitoring is worked out: budgets and postings by period, what is to come",
    ACTUALS: "The ledger's actuals, accruals and commitments as they were read: rows to correct and to add",
}
SETTINGS = ("year", "first", "last", "adjustments", "bought", "closed", "amber", "red", "least")
SETTINGS_ROW = 4
HEAD = SETTINGS_ROW + len(SETTINGS) + 2
SPARE_ROWS = 20
MOST_AMOUNT = 100_000_000_000  # pounds
CLOSED = CONFIRMED["closed"]
NUMBERS = ("period", "line", "amount", "accrual", "committed")  # columns of Actuals that a person may write in


@dataclass(frozen=True, slots=True)
class MonitoringTables:
    """The tables of the sheets, and the cells of the settings."""

    lines: Grid
    working: Grid  # a row a line: what its forecast is made of
    by_line: Grid  # the revised budget of each line by month of use
    due: Grid  # the budget of the year by period, when it is paid
    posted: Grid  # paid or accrued, by period; the numbers of the periods stand above each of these three
    periods: Grid
    actuals: Grid

    def setting(self, name: str) -> str:
        """Return the cell of a setting, for a formula on any sheet."""
        return f"{SHEET}!{self.own_setting(name)}"

    def own_setting(self, name: str) -> str:
        """Return the cell of a setting, for a formula on the sheet Monitoring."""
        return f"$C${SETTINGS_ROW + SETTINGS.index(name)}"

    @property
    def rest_row(self) -> int:
        """Return the row beneath the periods that holds the forecast still to come; the budget it follows is below."""
        return self.periods.total_row + 1

    @property
    def reconciled_row(self) -> int:
        """Return the first of the rows that tie the actuals to the lines."""
        return self.lines.total_row + 2

    @property
    def available(self) -> str:
        """Return the cell of what may be spent on something else, for a formula on the sheet Monitoring."""
        return self.lines.fixed("saving", self.reconciled_row)

    def names(self) -> dict[str, object]:
        """Return the names of cells for formulas: {setting[closed]} is the last closed period on any sheet."""
        rest, due = self.rest_row, self.due
        ends = (due.fixed(key, due.head - 1) for key in (PERIOD_KEYS[0], PERIOD_KEYS[-2]))
        return {
            "monitored": self.lines,
            "working": self.working,
            "budgets": self.by_line,
            "due": self.due,
            "posted": self.posted,
            "months": self.periods,
            "actuals": self.actuals,
            "setting": Places(self.setting),
            **{name: self.own_setting(name) for name in SETTINGS},
            "numbers": ":".join(ends),  # of the periods 1 to 12, on the workings
            "rest": self.periods.fixed("coming", rest),
            "spread": self.periods.fixed("coming", rest + 1),
        }


def lay_out(monitored: Monitored) -> MonitoringTables:
    """Lay out the sheets."""
    width = max(money_width(monitored.total("budget_pence")), money_width(monitored.total("forecast_pence")), 13.0)
    count = len(monitored.lines)
    lines = Grid(SHEET, _lines(monitored, width), count, head=HEAD)
    working = Grid(WORKINGS, working_layout.working(width), count)
    by_line = Grid(WORKINGS, working_layout.by_line(width), count - 1, head=working.total_row + 4)
    due = Grid(WORKINGS, working_layout.by_period("due", width), count, head=by_line.total_row + 4)
    posted = Grid(WORKINGS, working_layout.by_period("posted", width), count, head=due.total_row + 4)
    periods = Grid(SHEET, _periods(width), ADJUSTMENTS, head=lines.total_row + 9)
    actuals = Grid(ACTUALS, _actuals(width), len(monitored.actuals.postings) + SPARE_ROWS)
    return MonitoringTables(lines, working, by_line, due, posted, periods, actuals)


def _booked(key: str) -> str:
    return f'=ROUND(SUMIFS({{actuals[{key}]}},{{actuals[line]}},{{number}},{{actuals[counts]}},"{YES}"),2)'


def _of_row(key: str) -> str:
    """Return a formula part with the line's cell on the workings, whose rows are those of Monitoring."""
    return f"INDEX({{working[{key}]}},MATCH({{number}},{{working[number]}},0))"


ABOVE = "ABS({variance})>ROUND(ROUND({%s}*ABS({budget}),8),2)"
SIZES = f'IF({ABOVE % "red"},"{RED}",IF({ABOVE % "amber"},"{AMBER}","{GREEN}"))'
EMPTY = "AND({budget}=0,{actual}=0,{accrued}=0,{committed}=0,{forecast}=0)"
RATING = f'=IF({EMPTY},"",IF(ABS({{variance}})<={{least}},"{GREEN}",{SIZES}))'
IS_INCOME = f'{_of_row("kind")}="{INCOME}"'
OVER = f'IF({IS_INCOME},"less received","over")'
UNDER = f'IF({IS_INCOME},"more received","under")'
WAY = f'=IF({{variance}}=0,"",IF({{variance}}>0,{OVER},{UNDER}))'
WAITS = f'IF({IS_INCOME},"{NOT_RECEIVED}","{NOT_INVOICED}")&IF({_of_row("last_posted")}>0," in full","")'
STATUS = f'=IF({{confirmed}}="{CLOSED}","{CLOSED_BY_OWNER}",IF({_of_row("waiting")}=0,"",{WAITS}))'
SETTLED = "=IF(OR({number}<={closed},{number}={adjustments}),{actual},0)"
NAME = 'IFERROR(INDEX({monitored[label]},MATCH({line},{monitored[number]},0)),"")'
INSIDE = "OR({period}={setting[adjustments]},AND({period}>={setting[first]},{period}<={setting[last]}))"
IS_NO_ROW = 'OR({period}="",ISTEXT({line}),{left_out}<>"")'  # text for a number counts nowhere, and has its check
COUNTS = f'=IF({IS_NO_ROW},"{NO}",IF({INSIDE},"{YES}","{NO}"))'


def _lines(monitored: Monitored, width: float) -> tuple[Column, ...]:
    return (
        *OF_LINE,
        Column("budget", f"Revised budget, {monitored.year}", width, "calc", "money"),
        Column("actual", "Actual to date", width, "calc", "money", _booked("amount")),
        Column("accrued", "Accruals", width, "calc", "money", _booked("accrual")),
        Column("committed", "Commitments", width, "calc", "money", _booked("committed")),
        Column("own", "Forecast of your own", width, "input", "money"),
        Column("forecast", "Forecast outturn", width, "calc", "money"),
        Column("variance", "Variance", width, "calc", "money", "=ROUND({forecast}-{budget},2)"),
        Column("share", "Of the budget", 9, "calc", "share", "=IF({budget}=0,0,{variance}/ABS({budget}))"),
        Column("way", "Over or under", 14, "calc", "text", WAY),
        Column("rating", "RAG of the variance", 10, "calc", "verdict", RATING),
        Column("status", "State", 16, "calc", "wrapped", STATUS),
        Column("confirmed", "Saving confirmed by", 17, "input", "wrapped"),
        Column("saving", "Confirmed saving", width, "calc", "money", '=IF({confirmed}="",0,MAX(0,-{variance}))'),
        Column("reason", "Reason", 36, "input", "wrapped"),
    )


def _periods(width: float) -> tuple[Column, ...]:
    return (
        Column("number", "Period", 6, "text", "count"),
        Column("month", "Month", 34, "text"),
        Column("budget", "Revised budget", width, "calc", "money"),
        Column("actual", "Paid and accrued", width, "calc", "money"),
        Column("settled", "Of it in closed periods", width, "calc", "money", SETTLED),
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
        Column("row", "Row of the file", 8, "model", "count"),
        Column("period", "Period", 8, "input", "count"),
        Column("line", "Line number", 8, "input", "count"),
        Column("scheme", "Scheme", 34, "calc", "wrapped", f'=IF({{line}}="","",{NAME})'),
        Column("written", "Line as written", 26, "model", "wrapped"),
        Column("centre", "Cost centre", 12, "model", "text"),
        Column("amount", "Amount", width, "input", "money"),
        Column("accrual", "Accrual", width, "input", "money"),
        Column("committed", "Committed", width, "input", "money"),
        Column("counts", "Counts in this plan's part of the year", 12, "calc", "verdict", COUNTS),
        Column("left_out", "Left out, because of its", 24, "input", "wrapped"),
        Column("reason", "Reason", 36, "model", "wrapped"),
    )
