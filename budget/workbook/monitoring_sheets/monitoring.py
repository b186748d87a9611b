"""The sheet Monitoring: each line's actual, forecast outturn, variance and rating; by period; what comes next."""

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.formatting.rule import CellIsRule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break

from budget.accounts.statement import Content, pounds
from budget.monitoring import balance as balances
from budget.monitoring.actuals_file import ADJUSTMENTS
from budget.monitoring.balance import Balance
from budget.monitoring.lines import AMBER, GREEN, METHOD, RED, LineForecast
from budget.monitoring.monitored import Monitored, is_final
from budget.workbook import styles
from budget.workbook.book import BLANK, Book, Column, Formula, Grid, Sheet
from budget.workbook.monitoring_sheets.layout import HEAD, NO, SETTINGS_ROW, SHEET, YES, Layout, own_cell
from budget.workbook.plan_sheets import budget_lines, line_profile
from budget.workbook.plan_sheets.line_profile import PERIODS
from budget.workbook.plan_sheets.term_dates import TermDates

MOST_AMOUNT = 100_000_000_000  # pounds
COMING = (
    Column("number", "No.", 7, "text", "count"),
    Column("area", "Area, or vehicle", 48, "model", "text"),
    Column("cohort", "Cohort", 18, "model", "text"),
    Column("option", "Support", 26, "model", "text"),
    Column("people", "Takers", 15, "model", "people"),
    Column("cost", "Costs, full year", 15, "model", "money"),
    Column("access", "Access more", 15, "model", "access"),
)
CHART_TITLE = "Budget, actual and forecast by period"
CHART_WORDS = (
    "Clustered column chart. Across: the periods of {year} that the plan has months in. Up: pounds, in three colours: "
    "the revised budget, the actual, and the forecast, which is what is known of a closed period. The figures are in "
    "the table by period on this sheet."
)


def write(
    book: Book, layout: Layout, found: Monitored, terms: TermDates, content: Content, left: Balance | None
) -> None:
    """Write the sheet."""
    sheet = book.sheet(SHEET)
    sheet.heading(f"Monitoring: actual and forecast, {found.year}", METHOD)
    _settings(sheet, found)
    _lines(sheet, layout, found, content)
    _reconciled(sheet, layout, found)
    _by_line(sheet, layout, found, terms, content)
    _periods(sheet, layout, found, content)
    row = _balance(sheet, layout, found, content, left)
    _chart(sheet, layout, found, row + 2)
    _validate(sheet, layout)
    sheet.widths(layout.lines.columns)
    sheet.page(freeze=f"C{layout.lines.first}", repeat="1:1", paper=8)


def _settings(sheet: Sheet, found: Monitored) -> None:
    """Write the settings: the year and its periods, what is closed, and from what a line is amber or red."""
    last = "the last period with an actual" if not found.closed_given else "as it was given"
    thresholds = found.thresholds
    rows = (
        ("Financial year", found.year, "model", "text", "The academic year has months in two: one is monitored."),
        ("First period of the plan in it", found.periods[0], "model", "count", "Period 1 is April."),
        ("Last period of the plan in it", found.periods[-1], "model", "count", ""),
        ("Period of adjustments", ADJUSTMENTS, "model", "count", ""),
        ("Last closed period, 0 for none", found.closed, "input", "count", f"Taken as {last}."),
        ("Amber above this share of the budget", thresholds.amber, "input", "share", "An assumption: put in your own."),
        ("Red above this share of the budget", thresholds.red, "input", "share", "An assumption: put in your own."),
        (
            "Green up to this amount",
            pounds(thresholds.least_pence),
            "input",
            "money",
            "An assumption: put in your own.",
        ),
    )
    for row, (label, value, role, shown, note) in enumerate(rows, start=SETTINGS_ROW):
        sheet.put(row, 2, label)
        sheet.put(row, 3, value, role, shown)
        sheet.put(row, 4, note)
    sheet.put(HEAD - 1, 1, "Lines", "section")


def _lines(sheet: Sheet, layout: Layout, found: Monitored, content: Content) -> None:
    grid = layout.lines
    rows = [_line(row, line, layout, found, content) for row, line in enumerate(found.lines, grid.first)]
    names = ("original", "virement", "revised", "budget", "actual", "committed", "taken", "open", "remaining")
    sums = {name: _known(found, name) for name in (*names, "method", "forecast", "variance")}
    totals: dict[str, object] = {key: Formula(f"=SUM({grid.own(key)})", known) for key, known in sums.items()}
    variance, budget = (grid.at(key, grid.total_row) for key in ("variance", "budget"))
    share = found.total("variance_pence") / abs(found.total("budget_pence")) if found.total("budget_pence") else 0
    totals["share"] = Formula(f"=IF({budget}=0,0,{variance}/ABS({budget}))", share)
    sheet.table(grid, rows, totals=totals | {"label": "Total"}, name="MonitoringLines")
    cells = f"{grid.at('rating', grid.first)}:{grid.at('rating', grid.last)}"
    for word, fill in ((RED, styles.RED_FILL), (AMBER, styles.AMBER_FILL), (GREEN, styles.GREEN_FILL)):
        sheet.worksheet.conditional_formatting.add(cells, CellIsRule("equal", [f'"{word}"'], fill=fill))


def _known(found: Monitored, name: str) -> float:
    return pounds(found.total({"open": "open_budget"}.get(name, name) + "_pence"))


def _line(row: int, line: LineForecast, layout: Layout, found: Monitored, content: Content) -> tuple:
    grid, actuals = layout.lines, layout.actuals
    here = {column.key: grid.at(column.key, row) for column in grid.columns}

    def booked(key: str, more: str = "") -> str:
        counted = f'{actuals.column("line")},{here["number"]},{actuals.column("counts")},"{YES}"{more}'
        return f"SUMIFS({actuals.column(key)},{counted})"

    still = f',{actuals.column("settled")},"{NO}"'
    return (
        line.number,
        line.label,
        *_budgets(line, here, layout, content),
        Formula(f"=ROUND({booked('amount')},2)", pounds(line.actual_pence)),
        Formula(f"=ROUND({booked('committed')},2)", pounds(line.committed_pence)),
        Formula(f"=ROUND({booked('amount', still)}+{booked('committed', still)},2)", pounds(line.taken_pence)),
        _open(line, here, layout),
        Formula(f"=ROUND({here['open']}-MEDIAN(0,{here['taken']},{here['open']}),2)", pounds(line.remaining_pence)),
        Formula(f"=ROUND({here['actual']}+{here['committed']}+{here['remaining']},2)", pounds(line.method_pence)),
        BLANK if line.own_forecast_pence is None else pounds(line.own_forecast_pence),
        Formula(f"=IF(ISNUMBER({here['own']}),{here['own']},{here['method']})", pounds(line.forecast_pence)),
        Formula(f"=ROUND({here['forecast']}-{here['budget']},2)", pounds(line.variance_pence)),
        Formula(f"=IF({here['budget']}=0,0,{here['variance']}/ABS({here['budget']}))", line.variance_share or 0),
        Formula(_rating(here, layout), found.rating(line)),
        line.reason or BLANK,
    )


def _budgets(line: LineForecast, here: dict[str, str], layout: Layout, content: Content) -> tuple:
    """Return a line's codes and budgets; nought for what fits no line."""
    if not line.number:
        return None, None, *[Formula("=0", 0.0)] * 4
    at, budget = line.number - 1, budget_lines.grid_of(content)
    source = content.ledger.profiled()[at]
    there = {
        key: budget.cell(key, budget.first + at) for key in ("centre", "subjective", "original", "virement", "revised")
    }
    months = _months(layout, layout.by_line.first + at)
    first, last = (own_cell(layout.setting(name)) for name in ("first", "last"))
    numbers = layout.period_numbers
    in_year = f'=ROUND(SUMIFS({months},{numbers},">="&{first},{numbers},"<="&{last}),2)'
    return (
        Formula(f"={there['centre']}", source.cost_centre),
        Formula(f"={there['subjective']}", source.subjective),
        Formula(f"={there['original']}", pounds(line.original_pence)),
        Formula(f"={there['virement']}", pounds(line.virement_pence)),
        Formula(f"={there['revised']}", pounds(line.revised_pence)),
        Formula(in_year, pounds(line.budget_pence)),
    )


def _months(layout: Layout, row: int) -> str:
    return f"{layout.by_line.at(PERIODS[0], row)}:{layout.by_line.at(PERIODS[-1], row)}"


def _open(line: LineForecast, here: dict[str, str], layout: Layout) -> Formula:
    if not line.number:
        return Formula("=0", 0.0)
    row = layout.by_line.first + line.number - 1
    months, advance = _months(layout, row), layout.by_line.at("advance", row)
    first, last, closed = (own_cell(layout.setting(name)) for name in ("first", "last", "closed"))
    numbers = layout.period_numbers
    still = f'SUMIFS({months},{numbers},">="&{first},{numbers},"<="&{last},{numbers},">"&{closed})'
    paid = f"IF({first}>{closed},{here['budget']},0)"
    return Formula(f'=ROUND(IF({advance}="{YES}",{paid},{still}),2)', pounds(line.open_budget_pence))


def _rating(here: dict[str, str], layout: Layout) -> str:
    amber, red, least = (own_cell(layout.setting(name)) for name in ("amber", "red", "least"))
    size = f"ABS({here['variance']})"
    above = {share: f"{size}>ROUND(ROUND({share}*ABS({here['budget']}),8),2)" for share in (amber, red)}
    return f'=IF({size}<={least},"{GREEN}",IF({above[red]},"{RED}",IF({above[amber]},"{AMBER}","{GREEN}")))'


def _reconciled(sheet: Sheet, layout: Layout, found: Monitored) -> None:
    """Tie what the sheet Actuals holds to what is on the lines."""
    grid, actuals, row = layout.lines, layout.actuals, layout.reconciled_row
    outside = {"amount": 0, "committed": 0}
    for posting in found.outside:
        outside["amount"] += posting.amount_pence
        outside["committed"] += posting.committed_pence
    counted = {"amount": found.total("actual_pence"), "committed": found.total("committed_pence")}
    for number, words in enumerate(
        ("All rows of Actuals", "Less those of another academic year", "On the lines above")
    ):
        sheet.put(row + number, 2, words)
    for key, shown in (("amount", "actual"), ("committed", "committed")):
        column = [other.key for other in grid.columns].index(shown) + 1
        other = f'SUMIFS({actuals.column(key)},{actuals.column("counts")},"{NO}")'
        whole, less = (grid.at(shown, row + number) for number in range(2))
        cells = (
            Formula(f"={actuals.total(key)}", pounds(counted[key] + outside[key])),
            Formula(f"=-ROUND({other},2)", pounds(-outside[key])),
            Formula(f"=ROUND({whole}+{less},2)", pounds(counted[key])),
        )
        for number, cell in enumerate(cells):
            sheet.put(row + number, column, cell, "calc", "money")


def _by_line(sheet: Sheet, layout: Layout, found: Monitored, terms: TermDates, content: Content) -> None:
    """Write the revised budget of each line by period, as the profile spreads it."""
    grid, lines, budget = layout.by_line, layout.lines, budget_lines.grid_of(content)
    sheet.put(grid.head - 2, 1, "Revised budget of the academic year by line and period", "section")
    starts = content.ledger.month_starts()
    for number, key in enumerate(PERIODS, start=1):
        column = [other.key for other in grid.columns].index(key) + 1
        sheet.put(grid.head - 1, column, number, "model", "count")
    rows = []
    for at, line in enumerate(found.lines[:-1]):
        row = grid.first + at
        here = {column.key: grid.at(column.key, row) for column in grid.columns}
        in_year = lines.at("budget", lines.first + at)
        months = [line_profile.period(here, n, terms, line.months[n]) for n in range(len(starts))]
        advance = f"={budget.cell('advance', budget.first + at)}"
        paid = pounds(line.budget_pence if line.in_advance else 0)
        rows.append(
            (
                line.number,
                line.label,
                Formula(advance, YES if line.in_advance else NO),
                Formula(f"={lines.at('revised', lines.first + at)}", pounds(line.revised_pence)),
                *months,
                Formula(f'=IF({here["advance"]}="{YES}",{in_year},0)', paid),
            )
        )
    totals: dict[str, object] = {"label": "Total"}
    known = {"net": sum(line.revised_pence for line in found.lines)}
    known |= {key: sum(line.months[n] for line in found.lines) for n, key in enumerate(PERIODS)}
    known["paid"] = sum(line.budget_pence for line in found.lines if line.in_advance)
    totals |= {key: Formula(f"=SUM({grid.own(key)})", pounds(pence)) for key, pence in known.items()}
    sheet.table(grid, rows, totals=totals)


def _periods(sheet: Sheet, layout: Layout, found: Monitored, content: Content) -> None:
    """Write all lines together by period; what is still to come is spread as the budget of the open periods is."""
    grid = layout.periods
    sheet.put(grid.head - 1, 1, f"By period, {found.year}", "section")
    months, ordered = found.by_period(), _booked(found, "committed_pence")
    settled = [0] * ADJUSTMENTS
    for period in months:
        if is_final(period.number, found.closed):
            settled[period.number - 1] = period.actual_pence + ordered[period.number - 1]
    names = [start.strftime("%B") for start in content.ledger.month_starts()] + ["Adjustments"]
    rows, sums = [], {"budget": 0, "forecast": 0}
    for period, name, done in zip(months, names, settled, strict=True):
        row = grid.first + period.number - 1
        here = {column.key: grid.at(column.key, row) for column in grid.columns}
        above = {
            key: f"{grid.at(key, row - 1)}+" if row > grid.first else "" for key in ("budget_so_far", "forecast_so_far")
        }
        sums["budget"] += period.budget_pence
        sums["forecast"] += period.forecast_pence
        actual, committed = (_in_period(key, here["number"], layout) for key in ("amount", "committed"))
        known = period.forecast_pence - done
        rows.append(
            (
                period.number,
                name,
                Formula(_budget_of(period.number, here["number"], layout), pounds(period.budget_pence)),
                Formula(actual, pounds(period.actual_pence)),
                Formula(committed, pounds(ordered[period.number - 1])),
                Formula(_settled(here, layout), pounds(done)),
                Formula(_coming(period.number, here, layout, found), pounds(known)),
                Formula(f"=ROUND({here['settled']}+{here['coming']},2)", pounds(period.forecast_pence)),
                Formula(f"=ROUND({above['budget_so_far']}{here['budget']},2)", pounds(sums["budget"])),
                Formula(f"=ROUND({above['forecast_so_far']}{here['forecast']},2)", pounds(sums["forecast"])),
            )
        )
    known_sums = {
        "budget": sums["budget"], "actual": found.total("actual_pence"), "committed": found.total("committed_pence"),
        "settled": sum(settled), "coming": found.total("forecast_pence") - sum(settled), "forecast": sums["forecast"],
    }  # fmt: skip
    totals = {key: Formula(f"=SUM({grid.own(key)})", pounds(pence)) for key, pence in known_sums.items()}
    sheet.table(grid, rows, totals=totals | {"month": "Year"}, name="MonitoringPeriods")
    _rest(sheet, layout, found, known_sums["coming"])


def _booked(found: Monitored, name: str) -> list[int]:
    amounts = [0] * ADJUSTMENTS
    for posting in found.actuals.postings:
        if found.counts(posting):
            amounts[posting.period - 1] += getattr(posting, name)
    return amounts


def _in_period(key: str, number: str, layout: Layout) -> str:
    actuals = layout.actuals
    counted = f'{actuals.column("period")},{number},{actuals.column("counts")},"{YES}"'
    return f"=ROUND(SUMIFS({actuals.column(key)},{counted}),2)"


def _budget_of(period: int, number: str, layout: Layout) -> str:
    if period == ADJUSTMENTS:
        return "=0"
    grid = layout.by_line
    first, last = (own_cell(layout.setting(name)) for name in ("first", "last"))
    used = f'SUMIFS({grid.own(PERIODS[period - 1])},{grid.own("advance")},"{NO}")'
    paid = f"IF({number}={first},{grid.at('paid', grid.total_row)},0)"
    return f"=ROUND(IF(AND({number}>={first},{number}<={last}),{used},0)+{paid},2)"


def _settled(here: dict[str, str], layout: Layout) -> str:
    closed, adjustments = (own_cell(layout.setting(name)) for name in ("closed", "adjustments"))
    is_closed = f"OR({here['number']}<={closed},{here['number']}={adjustments})"
    return f"=IF({is_closed},ROUND({here['actual']}+{here['committed']},2),0)"


def _coming(period: int, here: dict[str, str], layout: Layout, found: Monitored) -> str:
    """Return the formula of what is still to come in a period; the last of the plan has what the others leave."""
    grid, (rest, spread) = layout.periods, _rest_cells(layout)
    closed, last = (own_cell(layout.setting(name)) for name in ("closed", "last"))
    if period == ADJUSTMENTS:
        return f"=IF({closed}>={last},{rest},0)"
    if period not in found.periods:
        return "=0"
    if period == found.periods[-1]:
        before = f"{grid.at('coming', grid.first)}:{grid.at('coming', grid.first + period - 2)}"
        return f"=IF({closed}<{last},ROUND({rest}-SUM({before}),2),0)"
    share = f"ROUND(ROUND({rest}*{here['budget']}/{spread},8),2)"
    return f"=IF(OR({here['number']}<={closed},{spread}=0),0,{share})"


def _rest_cells(layout: Layout) -> tuple[str, str]:
    grid, row = layout.periods, layout.rest_row
    return f"${grid.letter('coming')}${row}", f"${grid.letter('coming')}${row + 1}"


def _rest(sheet: Sheet, layout: Layout, found: Monitored, coming: int) -> None:
    grid, row, lines = layout.periods, layout.rest_row, layout.lines
    column = [other.key for other in grid.columns].index("coming") + 1
    last, closed = (own_cell(layout.setting(name)) for name in ("last", "closed"))
    numbers = grid.own("number")
    open_budget = sum(
        p.budget_pence for p in found.by_period() if p.number > found.closed and p.number in found.periods
    )
    total = lines.at("forecast", lines.total_row)
    cells = (
        (
            "Still to come: forecast outturn less what is closed",
            f"=ROUND({total}-{grid.at('settled', grid.total_row)},2)",
        ),
        (
            "Budget of the periods not closed, which it is spread by",
            f'=ROUND(SUMIFS({grid.own("budget")},{numbers},">"&{closed},{numbers},"<="&{last}),2)',
        ),
    )
    for number, ((words, text), pence) in enumerate(zip(cells, (coming, open_budget), strict=True)):
        sheet.put(row + number, 2, words)
        sheet.put(row + number, column, Formula(text, pounds(pence)), "calc", "money")


def _balance(sheet: Sheet, layout: Layout, found: Monitored, content: Content, left: Balance | None) -> int:
    """Write what the balance could fund next, or what an overspend means; return the last row used."""
    row = layout.rest_row + 4
    sheet.put(row, 1, "What the balance could fund next", "section")
    if left is None:
        sheet.put(row + 1, 1, "Not worked out.", "note")
        return row + 1
    words = balances.in_words(content.plan, found, left)
    coming = [
        (cohort, entry["area_name"], entry["after"], entry["people_after"], entry)
        for cohort, entry in left.coming.iterrows()
    ]
    said = words[: 2 if coming else len(words)]
    for text in said:
        row += 1
        sheet.put(row, 1, text)
    if not coming and left.vehicles.empty:
        return row
    vehicles = [
        (None, entry["label"], f"{entry['after']} in place of {entry['before']}")
        for _, entry in left.vehicles.iterrows()
    ]
    grid = Grid(SHEET, COMING, len(coming) + len(vehicles), head=row + 2)
    rows = [
        (
            number,
            str(area),
            str(cohort),
            str(option),
            float(people),
            pounds(int(entry["cost_pence_after"] - entry["cost_pence_before"])),
            round(float(entry["access_after"] - entry["access_before"]), 6),
        )
        for number, (cohort, area, option, people, entry) in enumerate(coming, start=1)
    ]
    rows += [
        (number, str(label), None, text, None, None, None)
        for number, (_, label, text) in enumerate(vehicles, start=len(rows) + 1)
    ]
    sheet.table(grid, rows)
    sheet.put(grid.last + 1, 1, f"{balances.ONE_OFF} As solved: it does not follow changes on this sheet.", "note")
    return grid.last + 1


def _chart(sheet: Sheet, layout: Layout, found: Monitored, row: int) -> None:
    grid = layout.periods
    chart = BarChart()
    chart.type, chart.grouping, chart.gapWidth = "col", "clustered", 60
    chart.title, chart.height, chart.width = CHART_TITLE, 10, 30
    first = grid.first + found.periods[0] - 1
    last = grid.last if found.year_number == 0 else grid.first + found.periods[-1] - 1
    keys = [column.key for column in grid.columns]
    for key in ("budget", "actual", "forecast"):
        values = Reference(sheet.worksheet, min_col=keys.index(key) + 1, min_row=first, max_row=last)
        chart.add_data(values, titles_from_data=False)
        chart.series[-1].tx = _title(grid, key)
    chart.set_categories(Reference(sheet.worksheet, min_col=2, min_row=first, max_row=last))
    chart.x_axis.title, chart.y_axis.title = "Period", "Pounds"
    sheet.chart(chart, row, CHART_WORDS.format(year=found.year))
    if any(min(p.budget_pence, p.actual_pence, p.forecast_pence) < 0 for p in found.by_period()):
        chart.y_axis.scaling.min = None  # a credit is drawn beneath the axis
        chart.x_axis.tickLblPos = "low"
    sheet.worksheet.row_breaks.append(Break(id=layout.by_line.head - 3))


def _title(grid: Grid, key: str) -> SeriesLabel:
    return SeriesLabel(strRef=StrRef(f"{SHEET}!${grid.letter(key)}${grid.head}"))


def _validate(sheet: Sheet, layout: Layout) -> None:
    """Let Excel refuse a period that is none, a share beyond one, and a forecast that is no amount."""
    grid = layout.lines
    at = {name: own_cell(layout.setting(name)).replace("$", "") for name in ("closed", "amber", "red", "least")}
    own = f"{grid.at('own', grid.first)}:{grid.at('own', grid.last)}"
    reasons = f"{grid.at('reason', grid.first)}:{grid.at('reason', grid.last)}"
    rules = (
        ("whole", 0, ADJUSTMENTS, "Write 0 to 13: 0 where no period is closed.", at["closed"]),
        ("decimal", 0, 1, "Write a share from 0 to 1, such as 2%.", f"{at['amber']}:{at['red']}"),
        ("decimal", 0, MOST_AMOUNT, "Write pounds, 0 or more.", at["least"]),
        ("decimal", -MOST_AMOUNT, MOST_AMOUNT, "Write pounds, or leave the cell empty for the method's.", own),
        ("textLength", 0, 2000, "Write at most 2,000 characters.", reasons),
    )
    for kind, least, most, error, cells in rules:
        rule = DataValidation(
            type=kind, operator="between", formula1=str(least), formula2=str(most), allow_blank=True,
            showErrorMessage=True, errorTitle="Not allowed", error=error,
        )  # fmt: skip
        rule.add(cells)
        sheet.worksheet.add_data_validation(rule)
