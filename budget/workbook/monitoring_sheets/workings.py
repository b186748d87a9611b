"""The sheet Monitoring workings: what each forecast is made of, by formula, and each line's budget and postings."""

from budget.accounts.ledger import NO, YES
from budget.accounts.statement import Content, pounds
from budget.monitoring.ledger_cells import ADJUSTMENTS
from budget.monitoring.lines import LineForecast
from budget.monitoring.monitored import Monitored
from budget.workbook.book import Book, Sheet
from budget.workbook.grid import Formula, Grid
from budget.workbook.monitoring_sheets import working_layout as layouts
from budget.workbook.monitoring_sheets.layout import MonitoringTables, lay_out
from budget.workbook.monitoring_sheets.working_layout import FINAL, FIRST, LAST, PERIOD_KEYS, WORKINGS
from budget.workbook.plan_sheets import budget_lines
from budget.workbook.plan_sheets.line_profile import PERIODS

NOTE = (
    "What remains is the budget of the periods not closed and of those not yet invoiced, less what is paid early or "
    "on order. A pass is due when it is bought; what of it is for April to July is prepaid at 31 March."
)
BOOKED = 'SUMIFS({{actuals[{key}]}},{{actuals[line]}},{{number}},{{actuals[period]}},{n},{{actuals[counts]}},"{yes}")'


def write(book: Book, monitored: Monitored, content: Content) -> None:
    """Write the sheet."""
    tables = lay_out(monitored)
    sheet = book.sheet(WORKINGS, f"Monitoring workings, {monitored.year}", NOTE)
    _write_working(sheet, tables, monitored, content)
    _write_by_line(sheet, tables, monitored)
    _write_due(sheet, tables, monitored)
    _write_posted(sheet, tables, monitored)
    sheet.widths(tables.working.columns)
    sheet.page(freeze=f"C{tables.working.first}", repeat="1:1")


def _write_working(sheet: Sheet, tables: MonitoringTables, monitored: Monitored, content: Content) -> None:
    grid = tables.working
    rows = [_row(line, at, tables, content) for at, line in enumerate(monitored.lines)]
    added = [column.key for column in grid.columns if column.format == "money"]
    sheet.table(grid, rows, sums=added, totals={"label": "Total"}, name="MonitoringWorkings")


def _row(line: LineForecast, at: int, tables: MonitoringTables, content: Content) -> dict[str, object]:
    own = {key: tables.lines.cell(key, tables.lines.first + at) for key in ("actual", "accrued", "committed")}
    places = own | {
        "hand": tables.lines.cell("confirmed", tables.lines.first + at),
        "due12": _cells(tables.due, at, FIRST, LAST),
        "due13": tables.due.at(FINAL, tables.due.first + at),
        "posted12": _cells(tables.posted, at, FIRST, LAST),
        "posted13": tables.posted.at(FINAL, tables.posted.first + at),
    }
    formulas = {
        "last_posted": (layouts.LAST_POSTED, line.last_posted),
        "open": (layouts.OPEN, pounds(line.open_budget_pence)),
        "waiting": (layouts.WAITING, pounds(line.not_invoiced_pence)),
        "taken": (layouts.TAKEN, pounds(line.taken_pence)),
        "remaining": (layouts.REMAINING, pounds(line.remaining_pence)),
        "prepayment": (layouts.PREPAYMENT, pounds(line.prepayment_pence)),
        "method": (layouts.METHOD_SUM, pounds(line.method_pence)),
    }
    rest = {key: Formula(_with(text, places), known) for key, (text, known) in formulas.items()}
    return {"number": line.number, "label": line.label, **_budget(line, at, content), **rest}


def _with(text: str, places: dict[str, str]) -> str:
    """Put cells of other tables into a formula; the other names in braces stay."""
    for name, cell in places.items():
        text = text.replace(f"{{{name}}}", cell)
    return text


def _cells(grid: Grid, at: int, first: str, last: str) -> str:
    return f"{grid.at(first, grid.first + at)}:{grid.at(last, grid.first + at)}"


def _budget(line: LineForecast, at: int, content: Content) -> dict[str, object]:
    """Return a line's codes and its budget of the academic year; nought for what fits no line."""
    if not line.number:
        nought = dict.fromkeys(("original", "virement", "revised"), Formula("=0", 0.0))
        return {"kind": "", "advance": Formula(f'="{NO}"', NO), **nought}
    lines, source = budget_lines.lay_out(content), content.ledger.profiled()[at]
    known: dict[str, str | float] = {"centre": source.cost_centre, "subjective": source.subjective}
    known["advance"] = YES if line.in_advance else NO
    known |= {key: pounds(getattr(line, f"{key}_pence")) for key in ("original", "virement", "revised")}
    cells = {key: Formula(f"={lines.cell(key, lines.first + at)}", value) for key, value in known.items()}
    return {"kind": line.kind, **cells}


def _head(sheet: Sheet, grid: Grid, keys: tuple[str, ...], title: str) -> None:
    sheet.put(grid.head - 2, 1, title, "section")
    for number, key in enumerate(keys, start=1):
        sheet.put(grid.head - 1, grid.number(key), number, "model", "count")


def _write_by_line(sheet: Sheet, tables: MonitoringTables, monitored: Monitored) -> None:
    grid, working = tables.by_line, tables.working
    _head(sheet, grid, PERIODS, "Revised budget of the academic year by line and month of use")
    rows = [
        (
            line.number,
            line.label,
            Formula(f"={working.at('revised', working.first + at)}", pounds(line.revised_pence)),
            *map(pounds, line.months),
        )
        for at, line in enumerate(monitored.lines[:-1])
    ]
    sheet.table(grid, rows, sums=("net", *PERIODS), totals={"label": "Total"})


def _write_due(sheet: Sheet, tables: MonitoringTables, monitored: Monitored) -> None:
    """Write the budget of the year by period: by use, or for what is paid in advance when it is bought."""
    grid = tables.due
    _head(sheet, grid, PERIOD_KEYS, f"Cash profile: the revised budget of {monitored.year} by period, when it is paid")
    rows = []
    for at, line in enumerate(monitored.lines):
        cells = {key: Formula(_due(n, at, line, tables), pounds(line.due[n - 1])) for n, key in _numbered()}
        rows.append({"number": line.number, "label": line.label, "due": pounds(line.budget_pence), **cells})
    sheet.table(grid, rows, sums=("due", *PERIOD_KEYS), totals={"label": "Total"})


def _numbered() -> enumerate:
    return enumerate(PERIOD_KEYS, start=1)


def _due(period: int, at: int, line: LineForecast, tables: MonitoringTables) -> str:
    if not line.number:
        return "=0"
    row, work = tables.by_line.first + at, tables.working.first + at
    number = tables.due.fixed(PERIOD_KEYS[period - 1], tables.due.head - 1)
    advance, revised = (tables.working.at(key, work) for key in ("advance", "revised"))
    later = f"SUM({tables.by_line.at(PERIODS[0], row)}:{tables.by_line.at(PERIODS[4], row)})"
    bought_now = "AND({setting[bought]}>={setting[first]},{setting[bought]}<={setting[last]})"
    first_year = f"{{setting[last]}}={tables.due.fixed(LAST, tables.due.head - 1)}"  # it ends in March
    if period == ADJUSTMENTS:
        return f'=IF(AND({advance}="{YES}",{bought_now},{first_year}),-ROUND({later},2),0)'
    inside = f"AND({number}>={{setting[first]}},{number}<={{setting[last]}})"
    used = f"IF({inside},{tables.by_line.at(PERIODS[period - 1], row)},0)"
    charge = f"IF(AND({number}={{setting[first]}},{{setting[bought]}}>{{setting[last]}}),ROUND({later},2),0)"
    bought = f"IF(AND({inside},{number}={{setting[bought]}}),{revised},0)+{charge}"
    return f'=IF({advance}="{YES}",{bought},{used})'


def _write_posted(sheet: Sheet, tables: MonitoringTables, monitored: Monitored) -> None:
    grid = tables.posted
    _head(sheet, grid, PERIOD_KEYS, "Paid and accrued by line and period, from Actuals")
    rows = []
    for line in monitored.lines:
        cells = {}
        for n, key in _numbered():
            place = grid.fixed(key, grid.head - 1)
            both = "+".join(BOOKED.format(key=column, n=place, yes=YES) for column in ("amount", "accrual"))
            cells[key] = Formula(f"=ROUND({both},2)", pounds(line.posted[n - 1]))
        rows.append({"number": line.number, "label": line.label, "posted": pounds(sum(line.posted)), **cells})
    sheet.table(grid, rows, sums=("posted", *PERIOD_KEYS), totals={"label": "Total"})
