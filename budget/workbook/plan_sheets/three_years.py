"""Three financial years on the sheet Profile, were the plan to go on, each with the prices of its own year."""

from budget.accounts.ledger import FIRST_YEAR, SECOND_YEAR
from budget.accounts.statement import Content
from budget.workbook.book import Sheet
from budget.workbook.grid import Column, Formula, Grid
from budget.workbook.plan_sheets.assumptions import INFLATION, Assumptions
from budget.workbook.plan_sheets.profile import SHEET, lay_out_split, sums_of_months, write_chart

ROWS_BELOW = 7  # from the total of the split over two years to this table's header
NOTE = (
    "Were the plan to go on unchanged: each academic year's prices and contributions are those of the year before and "
    "the inflation of Assumptions. Takers, routes and term dates stay as they are in this plan."
)
COLUMNS = (
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


def lay_out(content: Content) -> Grid:
    """Lay out the three years beneath the split, its full-year effect and its prepayment."""
    return Grid(SHEET, COLUMNS, 3, head=lay_out_split(content).total_row + ROWS_BELOW)


def write(sheet: Sheet, assumptions: Assumptions, content: Content) -> None:
    """Write the three years, and beneath them the chart of the sheet.

    April to August of a year are at one academic year's prices, September to March at those of the next.
    """
    grid = lay_out(content)
    sheet.put(grid.head - 2, 1, "Three years, were the plan to go on", "section")
    sheet.put(grid.head - 1, 1, NOTE, "note")
    sheet.table(
        grid, [_row(number, values, assumptions, content) for number, values in enumerate(known_values(content))]
    )
    sheet.put(grid.first, grid.number("autumn"), 1, "model", "level")
    write_chart(sheet, content, grid.last + 3)


def _row(number: int, known: dict[str, float], assumptions: Assumptions, content: Content) -> tuple:
    grid, split = lay_out(content), lay_out_split(content)
    here, above = grid.row(grid.first + number), grid.row(grid.first + number - 1)
    words = ("September to March of this plan", "The rest of it; a second September", "The rest of that; a third")
    start = (number + 1, words[number], content.ledger.years[number])
    net = Formula(f"=ROUND({here['gross']}-{here['income']},2)", known["net"])
    if not number:
        first = {key: f"=ROUND({split.fixed(key, split.first)}*{here['autumn']},2)" for key in ("gross", "income")}
        return (*start, None, 1, *(Formula(text, known[key]) for key, text in first.items()), net, None, None)
    rate = assumptions.cell(INFLATION[number - 1])
    before = above["spring"] if number > 1 else above["autumn"]
    rise = _at_prices(split, "net", f"({here['spring']}-{before})", f"({here['autumn']}-{above['autumn']})")
    return (
        *start,
        Formula(f"={above['autumn']}", known["spring"]),
        Formula(f"={above['autumn']}*(1+{rate})", known["autumn"]),
        *(Formula(_at_prices(split, key, here["spring"], here["autumn"]), known[key]) for key in ("gross", "income")),
        net,
        Formula(f"=ROUND({here['net']}-{above['net']},2)", known["more"]),
        Formula(rise, known["inflation"]),
    )


def _at_prices(split: Grid, key: str, spring: str, autumn: str) -> str:
    """Return the formula of an amount of April to August and one of September to March, each at a price level."""
    amounts = f"{split.fixed(key, split.first + 1)}*{spring}+{split.fixed(key, split.first)}*{autumn}"
    return f"=ROUND(ROUND({amounts},8),2)"


def known_values(content: Content) -> list[dict[str, float]]:
    """Return the known values of the three years, by column, in pounds."""
    autumn_part, spring_part = (sums_of_months(content, part) for part in (FIRST_YEAR, SECOND_YEAR))
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
