"""The sheet Profile: the academic year's spend by period, over two financial years, and over three.

The three are the financial years were the plan to go on, each with the prices of its own year: April to August of a
year are at one academic year's prices, September to March at those of the next.
"""

import textwrap

from openpyxl.worksheet.pagebreak import Break

from budget.accounts.ledger import EXPENDITURE, FIRST_YEAR, INCOME, SECOND_YEAR, YES
from budget.accounts.statement import Content, pounds
from budget.scenarios.finance import MONTHS
from budget.workbook.book import Book, Sheet
from budget.workbook.charts import bar_chart
from budget.workbook.grid import BLANK, Column, Formula, Grid, Places
from budget.workbook.plan_sheets import line_profile
from budget.workbook.plan_sheets.assumptions import INFLATION
from budget.workbook.plan_sheets.profile_years import known_years, sums_of_months, whole_parts

SHEET = "Profile"
NOTE = (
    "Sums of Profile by line. Costs are shown when the support is used, by the weights of Term dates; a pass paid for "
    "in September is used until July, and what is left of it at 31 March is a prepayment."
)
CHART_WORDS = (
    "Stacked column chart. Across: the months from September to August. Up: net spend in pounds, in two colours: "
    "{first} holds September to March, periods 6 to 12; {second} holds April to August, periods 1 to 5. The figures "
    "are in the table on this sheet."
)
NOTE_WIDTH = 150  # characters of a note beneath the table, as many as the page is wide
YEARS_NOTE = (
    "Were the plan to go on: prices and contributions are those of the year before and the inflation of Assumptions; "
    "takers, routes and term dates stay; later years are whole."
)
AMOUNTS = (
    Column("year", "Financial year", 16, "text"),
    Column("weight", "Teaching days, or weight", 13, "calc", "count"),
    Column("share", "Share of the year", 11, "calc", "fine_share", "=IF({sum[weight]}=0,0,{weight}/{sum[weight]})"),
    Column("gross", "Gross (offers and vehicles)", 18, "calc", "money"),
    Column("income", "Income", 16, "calc", "money"),
    Column("net", "Net spend", 18, "calc", "money", "=ROUND({gross}-{income},2)"),
)
PERIODS = (Column("period", "Period", 9, "text", "count"), Column("month", "Month", 24, "text"), *AMOUNTS)
SPLIT = (
    Column("label", "", 9, "text"),
    Column("months", "Months", 24, "text"),
    *AMOUNTS,
    Column("whole_gross", "Gross, in a whole year", 18, "calc", "money"),
    Column("whole_income", "Income, in a whole year", 18, "calc", "money"),
)
ROWS_BELOW = 9  # from the total of the split over two years to the header of the three


def _at_prices(spring: str, autumn: str) -> str:
    """Return the formula of an amount of April to August and one of September to March, each at a price level."""
    return f"=ROUND(ROUND({spring}*{{spring}}+{autumn}*{{autumn}},8),2)"


YEARS = (
    Column("label", "Year", 9, "text", "count"),
    Column("words", "What falls in it", 24, "text", "wrapped"),
    Column("year", "Financial year", 16, "text"),
    Column("spring", "Price level to August", 13, "calc", "level", "={above[autumn]}"),
    Column("autumn", "Price level from September", 11, "calc", "level"),
    Column("gross", "Gross (offers and vehicles)", 18, "calc", "money"),
    Column("income", "Income", 16, "calc", "money"),
    Column("net", "Net spend", 18, "calc", "money", "=ROUND({gross}-{income},2)"),
    Column("more", "More than the year before", 18, "calc", "money", "=ROUND({net}-{above[net]},2)"),
    Column("inflation", "Of it for inflation", 18, "calc", "money"),
)
WORDS = ("September to March of this plan", "The rest of it; a second September", "The rest of that; a third")
PARTS = (("", ""), ("", "whole_"), ("whole_", "whole_"))  # of each year: its spring's amounts, and its autumn's


def lay_out_months(content: Content) -> Grid:
    """Lay out the months."""
    first, second, _ = content.ledger.years
    named = (("first", first), ("second", second))
    years = (Column(key, f"In {year}", 18, "calc", "money", "={net}") for key, year in named)
    return Grid(SHEET, (*PERIODS, *years), len(MONTHS))


def lay_out_split(content: Content) -> Grid:
    """Lay out the two financial years beneath the months."""
    return Grid(SHEET, SPLIT, 2, head=lay_out_months(content).total_row + 3)


def lay_out_years(content: Content) -> Grid:
    """Lay out the three years beneath the split, its full-year effect and its prepayment."""
    return Grid(SHEET, YEARS, 3, head=lay_out_split(content).total_row + ROWS_BELOW)


def names(content: Content) -> dict[str, object]:
    """Return the names of cells for formulas: {autumn_part[net]} is September to March's."""
    months, split, years = lay_out_months(content), lay_out_split(content), lay_out_years(content)
    return {
        "split_total": Places(lambda key: split.fixed(key, split.total_row)),
        "by_month": months,
        "split": split,
        "years": years,
        "autumn_part": Places(lambda key: split.fixed(key, split.first)),
        "spring_part": Places(lambda key: split.fixed(key, split.first + 1)),
    }


def write(book: Book, content: Content) -> None:
    """Write the sheet."""
    sheet = book.sheet(
        SHEET,
        "Profile: the academic year's spend by period, September to August",
        f"{NOTE} {content.ledger.part_year_in_words()}".rstrip(),
    )
    months, split, years = lay_out_months(content), lay_out_split(content), lay_out_years(content)
    added = ("weight", "share", "gross", "income", "net", "first", "second")
    of_split = (*added[:5], "whole_gross", "whole_income")
    sheet.table(months, _months(content), sums=added, sortable=False, totals={"period": "Year"}, name="Periods")
    sheet.put(split.head - 1, 1, "Split over two financial years", "section")
    sheet.table(split, _split(split, content), sums=of_split, sortable=False, totals={"label": "Year"})
    _write_effect(sheet, split, content)
    sheet.page_for(months, "C", chart_apart=True)
    sheet.put(years.head - 2, 1, "Three years, were the plan to go on", "section")
    sheet.put(years.head - 1, 1, YEARS_NOTE, "note")
    sheet.table(years, _years(content))
    sheet.put(years.first, years.number("autumn"), 1, "model", "level")
    _chart(sheet, months, content, years.last + 3)


def _months(content: Content) -> list[dict[str, object]]:
    """Return the known values of each month."""
    first, second, _ = content.ledger.years
    rows = []
    starts = list(content.ledger.month_starts())
    for number in line_profile.BY_DATE:
        start = starts[number]
        known, period = sums_of_months(content, range(number, number + 1)), line_profile.PERIODS[number]
        by_kind = f'SUMIFS({{by_line[{period}]}},{{by_line[kind]}},"%s")'
        year, net = ("second", "first") if number in SECOND_YEAR else ("first", "second")
        rows.append(
            known
            | {
                "period": number + 1,
                "month": f"{start:%B %Y}",
                "year": second if number in SECOND_YEAR else first,
                "weight": Formula(f"={{weight_of[{number}]}}", known["weight"]),
                "gross": Formula(f"={by_kind % EXPENDITURE}", known["gross"]),
                "income": Formula(f"=-{by_kind % INCOME}", known["income"]),
                year: known["net"],
                net: BLANK,
            }
        )
    return rows


def _split(grid: Grid, content: Content) -> list[dict[str, object]]:
    """Return the known values of the two financial years."""
    first, second, _ = content.ledger.years
    parts = ((first, "September to March", FIRST_YEAR), (second, "April to August", SECOND_YEAR))
    rows: list[dict[str, object]] = []
    for year, words, numbers in parts:
        known = sums_of_months(content, numbers)
        sums = {key: f"=SUMIFS({{by_month.all[{key}]}},{{by_month.all[year]}},{{year}})" for key in known}
        rows.append({key: Formula(sums[key], value) for key, value in known.items()} | {"months": words, "year": year})
    for row, part in zip(rows, whole_parts(content), strict=True):
        row.update(
            {f"whole_{key}": Formula(_of_a_whole_year(key, row["months"]), value) for key, value in part.items()}
        )
    return rows


def _of_a_whole_year(key: str, months: object) -> str:
    """Return the formula of what a part of a whole year comes to, `key` being gross or income."""
    if months == "April to August":
        return f"=ROUND({{split_total[{key}]}}-{{autumn_part[whole_{key}]}},2)"
    days = "+".join(f"{{whole_of[{n}]}}" for n in FIRST_YEAR)
    whole = f"ROUND(ROUND({{split_total[{key}]}}*({days})/{{whole_weights}},8),2)"
    return f"=IF({{weights}}={{whole_weights}},{{{key}}},{whole})"


def _write_effect(sheet: Sheet, grid: Grid, content: Content) -> None:
    """Write what a full year costs more than its part in the first financial year, and the prepayment at 31 March."""
    ledger = content.ledger
    paid_ahead = [ledger.by_month(line) for line in ledger.profiled() if line.in_advance == YES]
    prepaid = pounds(sum(months[n] for months in paid_ahead for n in SECOND_YEAR))
    rest = sums_of_months(content, SECOND_YEAR)["net"]
    effect = Formula(f"=ROUND({grid.at('net', grid.total_row)}-{grid.at('net', grid.first)},2)", rest)
    lines = (
        (f"Full-year effect: what a whole year costs more than the part of it in {ledger.years[0]}", effect),
        ("Prepayment at 31 March for what was paid for in advance", Formula("={by_line.totals[prepaid]}", prepaid)),
    )
    for row, (words, amount) in enumerate(lines, start=grid.total_row + 2):
        sheet.put(row, 2, words)
        sheet.put(row, grid.number("net"), amount, "calc", "money")
    for row, words in enumerate(textwrap.wrap(ledger.when_paid_in_words(), NOTE_WIDTH), start=grid.total_row + 4):
        sheet.put(row, 1, words, "note")


def _years(content: Content) -> list[dict[str, object]]:
    """Return what stands in the rows of the three years; the first has no year before it."""
    rows: list[dict[str, object]] = []
    for number, (known, (spring, autumn)) in enumerate(zip(known_years(content), PARTS, strict=True)):
        row: dict[str, object] = dict(known)
        cells = {
            key: (f"{{spring_part[{spring}{key}]}}", f"{{autumn_part[{autumn}{key}]}}") for key in ("gross", "income")
        }
        for key, (in_spring, in_autumn) in cells.items():
            formula = _at_prices(in_spring, in_autumn) if number else f"=ROUND({in_autumn}*{{autumn}},2)"
            row[key] = Formula(formula, known[key])
        if number:
            net = [f"({gross}-{income})" for gross, income in zip(*cells.values(), strict=True)]
            before = "spring" if number > 1 else "autumn"
            rise = f"{net[0]}*({{spring}}-{{above[{before}]}})+{net[1]}*({{autumn}}-{{above[autumn]}})"
            row["inflation"] = Formula(f"=ROUND(ROUND({rise},8),2)", known["inflation"])
            row["autumn"] = Formula(f"={{above[autumn]}}*(1+{{value[{INFLATION[number - 1]}]}})", known["autumn"])
        else:
            del row["spring"], row["autumn"]
        rows.append({"label": number + 1, "words": WORDS[number], "year": content.ledger.years[number], **row})
    return rows


def _chart(sheet: Sheet, grid: Grid, content: Content, row: int) -> None:
    """Draw the net spend by period at a row, on a printed page of its own."""
    keys, title, axes, size = ("first", "second"), "Net spend by period", ("Period", "Net spend"), (9.5, 28)
    chart = bar_chart(sheet, grid, keys, "month", title=title, axes=axes, size=size, gap=60)
    chart.grouping, chart.overlap = "stacked", 100
    first, second, _ = content.ledger.years
    sheet.chart(chart, row, CHART_WORDS.format(first=first, second=second))
    sheet.worksheet.row_breaks.append(Break(id=row - 1))
