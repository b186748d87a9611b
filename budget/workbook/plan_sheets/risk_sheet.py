"""The sheet Risk: what the plan may spend when take-up and prices differ, the reserve for that, and what drives it."""

from dataclasses import dataclass

from budget.accounts.statement import Content, pounds
from budget.risk import drivers, simulation
from budget.risk.drivers import Driver
from budget.risk.simulation import Risk
from budget.workbook.book import Book, Sheet
from budget.workbook.charts import bar_chart
from budget.workbook.grid import Column, Formula, Grid
from budget.workbook.plan_sheets.assumptions import number_format

SHEET = "Risk"
BEFORE = 6  # rows of figures before those of CHANCES: the chance, planned spend, budget and the band of three
CHANCES = ((0.10, "1 year in 10"), (0.05, "1 year in 20"))
MANY_GROUPS, FEWER_DRAWS = 1_000, 2_000  # a large county's simulation would take more memory than it is worth
MOST_DRIVERS = 12
FACTS = (
    Column("what", "In simulated years", 60, "text", "wrapped"),
    Column("value", "As solved", 18, "model", "money"),
    Column("beyond_plan", "Beyond the planned spend", 18, "calc", "money"),
    Column("beyond_budget", "Beyond the budget", 18, "calc", "money"),
)
DRIVERS = (
    Column("label", "Figure that is uncertain", 60, "text", "wrapped"),
    Column("at_low", "Spend at its low end", 18, "model", "money"),
    Column("at_high", "Spend at its high end", 18, "model", "money"),
    Column("swing", "Difference", 18, "calc", "money", "=ROUND(ABS({at_high}-{at_low}),2)"),
    Column("low", "Low end", 12, "model", "number"),
    Column("planned", "As planned", 12, "model", "number"),
    Column("high", "High end", 12, "model", "number"),
    Column("unit", "Unit", 14, "text"),
)
NOTE = (
    "Simulated years in which take-up and prices lie anywhere within their ranges (see Sources). They are of the plan "
    "as solved, and do not follow a change on Assumptions."
)
DRIVERS_NOTE = (
    "Each figure at its low and its high end, all others as planned, the one that moves the spend most first. Ranges "
    "marked assumption are the council's to replace."
)
CHART_WORDS = (
    "Bar chart. One bar for each uncertain figure, in the order of the table on this sheet; its length is the "
    "difference in spend, in pounds, between its low and its high end. The figures are in the table."
)


@dataclass(frozen=True, slots=True)
class SimulatedRisk:
    """The simulated years of a plan, and the figures that move its spend most."""

    risk: Risk
    drivers: list[Driver]


def applies(content: Content) -> bool:
    """Return whether there is a risk to tell: a plan, and of areas, as applicants have asked already."""
    return content.plan.applicants is None and content.plan.allocation.status != "infeasible"


def simulated(content: Content) -> SimulatedRisk | None:
    """Return the plan's risk; None where there is none to tell."""
    if not applies(content):
        return None
    plan, ranges = content.plan, content.plan.ranges
    draws = FEWER_DRAWS if len(simulation.groups_of(plan)) > MANY_GROUPS else simulation.DRAWS
    return SimulatedRisk(simulation.simulate(plan, ranges, draws=draws), drivers.drivers(plan, ranges)[:MOST_DRIVERS])


def lay_out() -> Grid:
    """Lay out the figures: chance, planned spend, budget, the band, and what is enough."""
    return Grid(SHEET, FACTS, BEFORE + len(CHANCES))


def names() -> dict[str, object]:
    """Return the names of cells for formulas: {risk[chance]}, and {risk[tenth]} for nine years of ten."""
    grid = lay_out()
    return {"risk": {"chance": grid.cell("value", grid.first), "tenth": grid.cell("beyond_plan", grid.first + BEFORE)}}


def write(book: Book, content: Content, found: SimulatedRisk | None) -> None:
    """Write the sheet, where there is a risk to tell."""
    if found is None:
        return
    sheet, grid, risk = book.sheet(SHEET, "Risk: how sure the spend is", NOTE), lay_out(), found.risk
    planned, budget = (grid.fixed("value", grid.first + n) for n in (1, 2))
    amounts = [
        ("Planned spend", risk.planned_pence),
        ("Budget, its reserve included", risk.budget_pence),
        ("Spend that 1 year in 20 stays below", risk.spend_pence.low),
        ("Spend of the middle year", risk.spend_pence.middle),
        ("Spend that 1 year in 20 passes", risk.spend_pence.high),
        *(
            (f"Enough in all but {words}: what to have, plan and reserve together", risk.enough_pence(chance))
            for chance, words in CHANCES
        ),
    ]
    rows: list[dict[str, object]] = [
        {"what": "Chance of spending more than the budget", "value": risk.chance_of_overspending}
    ]
    for number, (words, pence) in enumerate(amounts, grid.first + 1):
        row: dict[str, object] = {"what": words, "value": pounds(int(pence))}
        if number >= grid.first + BEFORE:
            over_plan, over_budget = (max(int(pence) - other, 0) for other in (risk.planned_pence, risk.budget_pence))
            row["beyond_plan"] = Formula(f"=MAX(0,ROUND({{value}}-{planned},2))", pounds(over_plan))
            row["beyond_budget"] = Formula(f"=MAX(0,ROUND({{value}}-{budget},2))", pounds(over_budget))
        rows.append(row)
    sheet.table(grid, rows)
    sheet.worksheet[grid.at("value", grid.first)].number_format = "0.0%"
    years = f"{len(risk.draws.spend_pence):,} simulated years, seed {risk.seed}."
    sheet.put(grid.last + 1, 1, years, "note")
    _write_drivers(sheet, found.drivers, grid.last + 4)


def _write_drivers(sheet: Sheet, found: list[Driver], head: int) -> None:
    grid = Grid(SHEET, DRIVERS, len(found), head=head)
    sheet.put(head - 1, 1, "What drives it", "section")
    sheet.table(grid, map(_driver, found), empty="No figure that is uncertain moves the spend.")
    for row, each in enumerate(found, grid.first):
        for key in ("low", "planned", "high"):
            sheet.worksheet[grid.at(key, row)].number_format = number_format(each.range.central.unit)
    sheet.put(grid.last + 1, 1, DRIVERS_NOTE, "note")
    sheet.page_for(grid, "B")
    sheet.worksheet.freeze_panes = "A4"
    if not found:
        return
    title, axes, size = (
        "Difference in spend between low and high",
        (None, "Pounds"),
        (2 + 0.9 * max(len(found), 4), 26),
    )
    chart = bar_chart(sheet, grid, ["swing"], "label", title=title, axes=axes, size=size, across=True, gap=50)
    sheet.chart(chart, grid.last + 3, CHART_WORDS)


def _driver(each: Driver) -> dict[str, object]:
    low, high = pounds(each.low_pence), pounds(each.high_pence)
    return {
        "label": each.range.central.label,
        "at_low": low,
        "at_high": high,
        "swing": pounds(each.swing_pence),
        "low": each.range.low.value,
        "planned": each.range.central.value,
        "high": each.range.high.value,
        "unit": each.range.central.unit,
    }
