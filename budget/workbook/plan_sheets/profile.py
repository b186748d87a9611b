"""The sheet Profile: the academic year's spend by period, over two financial years, and over three."""

from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.pagebreak import Break

from budget.accounts.ledger import EXPENDITURE, FIRST_YEAR, INCOME, SECOND_YEAR
from budget.accounts.statement import Content, pounds
from budget.scenarios.finance import MONTHS
from budget.workbook.book import BLANK, Book, Column, Formula, Grid, Sheet
from budget.workbook.plan_sheets import line_profile
from budget.workbook.plan_sheets.assumptions import Assumptions
from budget.workbook.plan_sheets.term_dates import TermDates

SHEET = "Profile"
YEARS_BELOW, THREE_BELOW = 3, 3  # rows between a table's total and the next table's header
NOTE = (
    "Sums of Profile by line. Costs are shown when the support is used, by the weights of Term dates; a pass paid for "
    "in September is used until July, and what is left of it at 31 March is a prepayment."
)
THREE_NOTE = (
    "Were the plan to go on unchanged: each academic year's prices and contributions are those of the year before and "
    "the inflation of Assumptions. Takers, routes and term dates stay as they are in this plan."
)
CHART_TITLE = "Net spend by period"
CHART_WORDS = (
    "Stacked column chart. Across: the twelve periods from April to March. Up: net spend in pounds, in two colours: "
    "{first} holds September to March, periods 6 to 12; {second} holds April to August, periods 1 to 5. The figures "
    "are in the table on this sheet."
)


def _months(content: Content) -> tuple[Column, ...]:
    first, second, _ = content.ledger.years
    return (
        Column("period", "Period", 9, "text", "count"),
        Column("month", "Month", 24, "text"),
        Column("year", "Financial year", 16, "text"),
        Column("weight", "Teaching days, or weight", 13, "calc", "count"),
        Column("share", "Share of the year", 11, "calc", "fine_share"),
        Column("gross", "Gross (offers and vehicles)", 18, "calc", "money"),
        Column("income", "Income", 16, "calc", "money"),
        Column("net", "Net spend", 18, "calc", "money"),
        Column("first", f"In {first}", 18, "calc", "money"),
        Column("second", f"In {second}", 18, "calc", "money"),
    )


YEARS = (
    Column("label", "", 9, "text"),
    Column("months", "Months", 24, "text"),
    Column("year", "Financial year", 16, "text"),
    Column("weight", "Teaching days, or weight", 13, "calc", "count"),
    Column("share", "Share of the year", 11, "calc", "fine_share"),
    Column("gross", "Gross (offers and vehicles)", 18, "calc", "money"),
    Column("income", "Income", 16, "calc", "money"),
    Column("net", "Net spend", 18, "calc", "money"),
)
THREE = (
    Column("label", "Year", 9, "text", "count"),
    Column("words", "What falls in it", 24, "text", "wrapped"),
    Column("year", "Financial year", 16, "text"),
    Column("spring", "Price level to August", 13, "calc", "level"),
    Column("autumn", "Price level from September", 11, "calc", "level"),
    Column("gross", "Gross (offers and vehicles)", 18, "calc", "money"),
    Column("income", "Income", 16, "calc", "money"),
    Column("net", "Net spend", 18, "calc", "money"),
    Column("more", "More than the year before", 18, "calc", "money"),
    Column("inflation", "Of it for inflation", 18, "calc", "money"),
)


def months_grid(content: Content) -> Grid:
    """Lay out the months."""
    return Grid(SHEET, _months(content), len(MONTHS))


def years_grid(content: Content) -> Grid:
    """Lay out the two financial years beneath the months."""
    return Grid(SHEET, YEARS, 2, head=months_grid(content).total_row + YEARS_BELOW)


def three_grid(content: Content) -> Grid:
    """Lay out the three years beneath the split, its full-year effect and its prepayment."""
    return Grid(SHEET, THREE, 3, head=years_grid(content).total_row + 4 + THREE_BELOW)


def write(book: Book, assumptions: Assumptions, terms: TermDates, content: Content) -> None:
    """Write the sheet."""
    sheet = book.sheet(SHEET)
    sheet.heading("Profile: the academic year's spend by period, April to March", NOTE)
    _write_months(sheet, terms, content)
    _write_years(sheet, content)
    _write_effect(sheet, content)
    _write_three(sheet, assumptions, content)
    _chart(sheet, content)
    sheet.widths(months_grid(content).columns)
    sheet.page(freeze="C5", repeat="4:4")


def _write_months(sheet: Sheet, terms: TermDates, content: Content) -> None:
    grid, ledger = months_grid(content), content.ledger
    first, second, _ = ledger.years
    gross, income = ledger.months_of(EXPENDITURE), [-pence for pence in ledger.months_of(INCOME)]
    by_line = line_profile.grid_of(content)
    rows, total = [], sum(ledger.weights)
    for number, start in enumerate(ledger.month_starts()):
        row = grid.first + number
        here = {column.key: grid.at(column.key, row) for column in grid.columns}
        column, kinds = by_line.column(line_profile.PERIODS[number]), by_line.column("kind")
        net = gross[number] - income[number]
        year = second if number in SECOND_YEAR else first
        part = f"{grid.letter('weight')}${grid.total_row}"
        rows.append(
            (
                number + 1,
                f"{start:%B %Y}",
                year,
                Formula(f"={terms.weight(number)}", ledger.weights[number]),
                Formula(f"=IF({part}=0,0,{here['weight']}/{part})", ledger.weights[number] / total),
                Formula(f'=SUMIFS({column},{kinds},"{EXPENDITURE}")', pounds(gross[number])),
                Formula(f'=-SUMIFS({column},{kinds},"{INCOME}")', pounds(income[number])),
                Formula(f"=ROUND({here['gross']}-{here['income']},2)", pounds(net)),
                *(Formula(f"={here['net']}", pounds(net)) if year == part else BLANK for part in (first, second)),
            )
        )
    known = {"weight": total, "share": 1.0, "gross": pounds(sum(gross)), "income": pounds(sum(income))}
    known |= {"net": pounds(content.spend_pence)}
    known |= {
        key: pounds(sum(gross[n] - income[n] for n in part))
        for key, part in (("first", FIRST_YEAR), ("second", SECOND_YEAR))
    }
    sheet.table(grid, rows, totals=_sums(grid, known) | {"period": "Year"}, name="Periods")


def _write_years(sheet: Sheet, content: Content) -> None:
    """Write the split over two financial years."""
    grid, months, ledger = years_grid(content), months_grid(content), content.ledger
    sheet.put(grid.head - 1, 1, "Split over two financial years", "section")
    first, second, _ = ledger.years
    rows = []
    parts = ((first, "September to March", FIRST_YEAR), (second, "April to August", SECOND_YEAR))
    for row, (year, words, numbers) in enumerate(parts, grid.first):
        here = grid.at("year", row)
        known = _part(content, numbers)
        cells = [Formula(f"=SUMIFS({months.own(key)},{months.own('year')},{here})", known[key]) for key in known]
        rows.append((None, words, year, *cells))
    sheet.table(grid, rows, totals=_sums(grid, _part(content, range(len(MONTHS)))) | {"label": "Year"})


def _part(content: Content, numbers: range) -> dict[str, float]:
    """Return the known sums of some months."""
    ledger = content.ledger
    gross = sum(ledger.months_of(EXPENDITURE)[n] for n in numbers)
    income = -sum(ledger.months_of(INCOME)[n] for n in numbers)
    weight = sum(ledger.weights[n] for n in numbers)
    share = weight / sum(ledger.weights)
    amounts = {"gross": pounds(gross), "income": pounds(income), "net": pounds(gross - income)}
    return {"weight": weight, "share": share, **amounts}


def _write_effect(sheet: Sheet, content: Content) -> None:
    """Write what a full year costs more than the first part of one, and what is paid ahead at 31 March."""
    grid = years_grid(content)
    first, second, _ = content.ledger.years
    parts = [_part(content, part) for part in (FIRST_YEAR, SECOND_YEAR)]
    row, by_line = grid.total_row + 2, line_profile.grid_of(content)
    in_second = pounds(sum(_prepaid(content)))
    effect = Formula(f"=ROUND({grid.at('net', grid.total_row)}-{grid.at('net', grid.first)},2)", parts[1]["net"])
    lines = (
        (f"Full-year effect: what a whole year costs more than the part of it in {first}", effect),
        ("Prepayment at 31 March for what was paid for in advance", Formula(f"={by_line.total('prepaid')}", in_second)),
    )
    for number, (words, amount) in enumerate(lines):
        sheet.put(row + number, 2, words)
        sheet.put(row + number, len(YEARS), amount, "calc", "money")


def _prepaid(content: Content) -> list[int]:
    ledger = content.ledger
    paid = [line for line in ledger.profiled() if line.in_advance == "yes"]
    return [ledger.by_month(line)[n] for line in paid for n in SECOND_YEAR]


def _write_three(sheet: Sheet, assumptions: Assumptions, content: Content) -> None:
    """Write three financial years, were the plan to go on: spring at one price level, autumn at the next."""
    grid = three_grid(content)
    sheet.put(grid.head - 2, 1, "Three years, were the plan to go on", "section")
    sheet.put(grid.head - 1, 1, THREE_NOTE, "note")
    rates = [assumptions.cell(f"finance.inflation_year_{year}") for year in (2, 3)]
    known = known_three(content)
    words = ("September to March of this plan", "The rest of it; a second September", "The rest of that; a third")
    rows = []
    for number, values in enumerate(known):
        row = grid.first + number
        here = {column.key: grid.at(column.key, row) for column in THREE}
        above = {column.key: grid.at(column.key, row - 1) for column in THREE}
        spring: object = Formula(f"={above['autumn']}", values["spring"]) if number else None
        autumn: object = 1
        if number:
            autumn = Formula(f"={above['autumn']}*(1+{rates[number - 1]})", values["autumn"])
        amounts = [Formula(_in_year(content, key, here, number), values[key]) for key in ("gross", "income")]
        net = Formula(f"=ROUND({here['gross']}-{here['income']},2)", values["net"])
        more = inflation = None
        if number:
            more = Formula(f"=ROUND({here['net']}-{above['net']},2)", values["more"])
            inflation = Formula(_for_inflation(content, here, above, number), values["inflation"])
        rows.append(
            (number + 1, words[number], content.ledger.years[number], spring, autumn, *amounts, net, more, inflation)
        )
    sheet.table(grid, rows)
    sheet.put(grid.first, len(("label", "words", "year", "spring", "autumn")), 1, "model", "level")


def _in_year(content: Content, key: str, here: dict[str, str], number: int) -> str:
    split = years_grid(content)
    letter = split.letter(key)
    autumn = f"${letter}${split.first}*{here['autumn']}"
    if not number:
        return f"=ROUND({autumn},2)"
    return f"=ROUND(ROUND(${letter}${split.first + 1}*{here['spring']}+{autumn},8),2)"


def _for_inflation(content: Content, here: dict[str, str], above: dict[str, str], number: int) -> str:
    """Return the formula of what the rise in prices since the year before adds."""
    split = years_grid(content)
    spring, autumn = (f"${split.letter('net')}${split.first + n}" for n in (1, 0))
    before = above["spring"] if number > 1 else above["autumn"]
    return f"=ROUND(ROUND({spring}*({here['spring']}-{before})+{autumn}*({here['autumn']}-{above['autumn']}),8),2)"


def known_three(content: Content) -> list[dict[str, float]]:
    """Return the known values of the three years."""
    autumn_part, spring_part = (_part(content, part) for part in (FIRST_YEAR, SECOND_YEAR))
    levels = [1.0]
    for rate in content.ledger.finance.inflation:
        levels.append(levels[-1] * (1 + rate))
    years: list[dict[str, float]] = []
    for number in range(3):
        spring, autumn = (levels[number - 1] if number else 0.0), levels[number]
        values = {"spring": spring, "autumn": autumn}
        for key in ("gross", "income"):
            values[key] = round_half_up(spring_part[key] * spring + autumn_part[key] * autumn)
        values["net"] = round(values["gross"] - values["income"], 2)
        if number:
            last = years[-1]
            values["more"] = round(values["net"] - last["net"], 2)
            before = last["spring"] if number > 1 else last["autumn"]
            rise = spring_part["net"] * (spring - before) + autumn_part["net"] * (autumn - last["autumn"])
            values["inflation"] = round_half_up(rise)
        years.append(values)
    return years


def round_half_up(amount: float) -> float:
    """Return pounds to the penny as ROUND(ROUND(x,8),2) has it.

    >>> round_half_up(0.125), round_half_up(-0.125)
    (0.13, -0.13)
    """
    sign = -1 if amount < 0 else 1
    return sign * int(round(abs(amount) * 100, 6) + 0.5) / 100


def _chart(sheet: Sheet, content: Content) -> None:
    grid = months_grid(content)
    first, second, _ = content.ledger.years
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 60
    chart.title, chart.height, chart.width = CHART_TITLE, 9.5, 28
    worksheet = sheet.worksheet
    keys = [column.key for column in grid.columns]
    for key in ("first", "second"):
        column = keys.index(key) + 1
        chart.add_data(
            Reference(worksheet, min_col=column, min_row=grid.head, max_row=grid.last), titles_from_data=True
        )
    chart.set_categories(Reference(worksheet, min_col=2, min_row=grid.first, max_row=grid.last))
    chart.x_axis.title, chart.y_axis.title = "Period", "Net spend"
    row = three_grid(content).last + 3
    sheet.chart(chart, row, CHART_WORDS.format(first=first, second=second))
    worksheet.row_breaks.append(Break(id=row - 1))


def _sums(grid: Grid, known: dict[str, float]) -> dict[str, object]:
    return {
        key: Formula(f"=SUM({grid.at(key, grid.first)}:{grid.at(key, grid.last)})", value)
        for key, value in known.items()
    }
