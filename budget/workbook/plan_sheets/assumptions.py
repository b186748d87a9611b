"""The sheet Assumptions: one row a figure of the plan, with its source and a value that a reader may change."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby

from budget.accounts.statement import Content, four_decimals
from budget.offers.catalogue import Catalogue
from budget.offers.mileage import mile_a_year_pence
from budget.scenarios.finance import NOTES, Finance
from budget.scenarios.scenario import Scenario
from budget.workbook import styles
from budget.workbook.book import Book, Sheet
from budget.workbook.grid import Column, Formula, Grid
from data.figures import ASSUMPTION, UNITS

SHEET = "Assumptions"
BUDGET, RESERVE, CONTINGENCY = "budget", "reserve", "finance.contingency_share"
INFLATION = ("finance.inflation_year_2", "finance.inflation_year_3")
PATHS: dict[str, tuple[str | int, ...]] = {  # of the figures that are no part of the catalogue, in a scenario
    BUDGET: ("budget_pence",),
    RESERVE: ("reserve_pence",),
    CONTINGENCY: ("finance", "contingency_share"),
    **{name: ("finance", "inflation", place) for place, name in enumerate(INFLATION)},
}
FLOWS = "flows through this workbook"
CHANGED, UNCHANGED = "changed", "as solved"
PARTLY = "mileage follows here; for reach solve again"
LEDGER_ONLY = "flows to Budget lines, Profile, Summary; the plan does not depend on it"
SOLVE_AGAIN = "no effect here: solve again to see it"
BY_DECISION = "none: an applicant's contribution is that of the decision"
FLOWING_KIND_FIGURES = (
    "price", "contribution", "take_up", "price_per_mile", "journeys_a_day", "vehicle_price", "vehicle_seats",
    "vehicles_at_most",
)  # fmt: skip
FLOWING_SETTINGS = ("weeks_a_year", "college_weight", "academic_share", "work_weight", "deprived_weight")
MOST_BUDGET_POUNDS = 100_000_000_000
LEAST_INFLATION = -0.5
DECIMALS = 6  # of a share

NOTE = (
    "Change the yellow cells. Prices, take-up, weights and the budget flow through at once; which offers are "
    "chosen does not change until the plan is solved again."
)
CHANGED_FORMULA = f'=IF({{value}}<>{{solved}},"{CHANGED}","{UNCHANGED}")'
IS_CHANGED = Column("changed", "Changed since solved", 12, "calc", "verdict", CHANGED_FORMULA)
ALLOWED_FORMULA = "=AND(ISNUMBER({value}),{value}>={least},{value}<={most})"
IS_ALLOWED = Column("allowed", "Allowed", 11, "calc", "truth", ALLOWED_FORMULA)
COLUMNS = (
    Column("name", "Name", 27, "text"),
    Column("label", "What it is", 40, "text", "wrapped"),
    Column("value", "Value", 15, "input", "number"),
    Column("unit", "Unit", 15, "text"),
    Column("solved", "As solved", 16, "model", "number"),
    IS_CHANGED,
    Column("effect", "What a change does", 26, "text", "wrapped"),
    Column("provenance", "Source, or assumption", 32, "text", "wrapped"),
    Column("note", "Note", 44, "text", "wrapped"),
    Column("least", "Least allowed", 14, "model", "number", working=True),
    Column("most", "Most allowed", 22, "model", "number", working=True),
    IS_ALLOWED,
)
WORKED_OUT = (
    Column("name", "Name", 27, "text"),
    Column("label", "What it is", 40, "text", "wrapped"),
    Column("value", "Value", 15, "calc", "money"),
    Column("unit", "Unit", 15, "text"),
)


@dataclass(frozen=True, slots=True)
class InputNumber:
    """A number that may be changed, on Assumptions or Limits: what it is, its value, unit and bounds."""

    label: str
    value: float
    unit: str
    least: float
    most: float

    def cells(self) -> dict[str, object]:
        """Return its row by column, as the plan was solved."""
        is_allowed = self.least <= self.value <= self.most
        return asdict(self) | {"solved": self.value, "changed": UNCHANGED, "allowed": is_allowed}


@dataclass(frozen=True, slots=True)
class AssumptionRow(InputNumber):
    """One figure of the sheet: its name, what a change of it does, its source and a note."""

    name: str
    effect: str
    provenance: str
    note: str | None = None


def lay_out(content: Content) -> Grid:
    """Lay out the figures."""
    return Grid(SHEET, COLUMNS, len(_rows(content)))


def _rows(content: Content) -> tuple[AssumptionRow, ...]:
    plan = content.plan
    return rows_of(plan.scenario, plan.catalogue, for_applicants=plan.applicants is not None)


def mileage_kinds(catalogue: Catalogue) -> list[str]:
    """Return the kinds of support that are paid by the mile."""
    needed = ("price_per_mile", "journeys_a_day")
    return [k.id for k in catalogue.kinds if all(f"{k.id}.{name}" in catalogue.figures for name in needed)]


def names(content: Content) -> dict[str, object]:
    """Return the names of cells for formulas: {value[bus_pass.price]}, {solved[…]}, {mile[…]} of what a mile costs."""
    grid, worked_out = lay_out(content), _lay_out_worked_out(content)
    places = list(enumerate((row.name for row in _rows(content)), grid.first))
    kinds = enumerate(mileage_kinds(content.plan.catalogue), worked_out.first)
    return {
        "figures": grid,
        **{key: {name: grid.cell(key, row) for row, name in places} for key in ("value", "solved")},
        "mile": {kind: worked_out.cell("value", row) for row, kind in kinds},
    }


def changed(*effects: str) -> str:
    """Return a formula part that counts the changed figures whose change has one of these effects."""
    return "+".join(f'COUNTIFS({{figures[effect]}},"{text}",{{figures[changed]}},"{CHANGED}")' for text in effects)


def rows_of(scenario: Scenario, catalogue: Catalogue, *, for_applicants: bool) -> tuple[AssumptionRow, ...]:
    """Return the rows of the sheet; `catalogue` holds the figures that the plan was made with."""
    figures = _figure_rows(catalogue, for_applicants=for_applicants)
    return (*_money_rows(scenario), *figures, *_finance_rows(scenario.finance))


def _money_rows(scenario: Scenario) -> list[AssumptionRow]:
    given = f"Scenario: {scenario.name}"
    return [
        AssumptionRow(label, pence / 100, "£", 0, MOST_BUDGET_POUNDS, name, FLOWS, given, note)
        for name, label, pence, note in (
            (BUDGET, "Budget for the academic year", scenario.budget_pence, "What may be spent."),
            (RESERVE, "Held back as a reserve", scenario.reserve_pence, "Part of the budget; not to be spent."),
        )
    ]


def _figure_rows(catalogue: Catalogue, *, for_applicants: bool) -> list[AssumptionRow]:
    kinds = {kind.id for kind in catalogue.kinds}
    lines = []
    for name, figure in catalogue.figures.by_name.items():
        kind, _, last = name.rpartition(".")
        if kind and kind not in kinds:
            continue
        flows = last in FLOWING_KIND_FIGURES if kind else name in FLOWING_SETTINGS
        value = four_decimals(figure.value) if last == "take_up" else figure.value
        effect = FLOWS if flows else PARTLY if name == "days_a_week" else SOLVE_AGAIN
        if for_applicants and last == "contribution":
            effect = BY_DECISION
        number = (figure.label, value, figure.unit, *UNITS[figure.unit])
        lines.append(AssumptionRow(*number, name, effect, figure.provenance, figure.note or None))
    return lines


def _finance_rows(finance: Finance) -> list[AssumptionRow]:
    """Return what the ledger needs beside codes and dates."""
    share = round(finance.contingency_share, DECIMALS)
    source, note = finance.provenance("contingency_share"), NOTES["contingency_share"]
    label = "Contingency: held against surprises, as a share of the spend"
    lines = [AssumptionRow(label, share, "share", 0, 1, CONTINGENCY, LEDGER_ONLY, source, note)]
    source, note = finance.provenance("inflation"), NOTES["inflation"]
    for name, year, rate in zip(INFLATION, ("second", "third"), finance.inflation, strict=True):
        label = f"Inflation of the {year} academic year over the year before"
        lines.append(AssumptionRow(label, rate, "share", LEAST_INFLATION, 1, name, LEDGER_ONLY, source, note))
    return lines


def write(book: Book, content: Content) -> None:
    """Write the sheet."""
    sheet, grid, rows = book.sheet(SHEET, "Assumptions", NOTE), lay_out(content), _rows(content)
    sheet.table(grid, (row.cells() for row in rows), name="Figures")
    set_number_formats(sheet, grid, rows)
    _validate(sheet, grid, rows)
    colour_changed(sheet, grid)
    value, least, most = (f"${grid.at(key, grid.first)}" for key in ("value", "least", "most"))
    outside = f"OR(NOT(ISNUMBER({value})),{value}<{least},{value}>{most})"
    sheet.colour(grid.cells("allowed"), outside, styles.RED_FILL)
    is_assumption = f'{grid.at("provenance", grid.first)}="{ASSUMPTION}"'
    sheet.colour(grid.cells("provenance"), is_assumption, styles.AMBER_FILL)
    _write_worked_out(sheet, content)
    sheet.page_for(grid, "D")


def set_number_formats(sheet: Sheet, grid: Grid, rows: Sequence[InputNumber]) -> None:
    """Write each value, what it was solved with and its bounds in their unit."""
    for number, row in enumerate(rows, grid.first):
        for key in ("value", "solved", "least", "most"):
            sheet.worksheet[grid.at(key, number)].number_format = number_format(row.unit)


def colour_changed(sheet: Sheet, grid: Grid) -> None:
    """Colour what was changed since the plan was solved."""
    value, solved = (f"${grid.at(key, grid.first)}" for key in ("value", "solved"))
    sheet.colour(grid.cells("changed"), f"{value}<>{solved}", styles.AMBER_FILL)


def number_format(unit: str) -> str:
    """Return Excel's number format for figures of a unit."""
    if unit.startswith("£"):
        return styles.FORMATS["money"]
    return "0.00%" if unit == "share" else "#,##0.####" if unit in ("ratio", "weight", "km") else "#,##0.##"


def _validate(sheet: Sheet, grid: Grid, rows: Sequence[AssumptionRow]) -> None:
    """Let Excel refuse what a figure's unit does not allow; rows that follow each other share one rule."""
    first = grid.first
    for (unit, least, most), group in groupby(rows, lambda row: (row.unit, row.least, row.most)):
        last = first + len(list(group)) - 1
        error = f"Enter a number from {least:,.10g} to {most:,.15g} ({unit})."
        cells = f"{grid.at('value', first)}:{grid.at('value', last)}"
        sheet.validate([cells], "decimal", f"{least:.10g}", f"{most:.15g}", error=error)
        first = last + 1


def _lay_out_worked_out(content: Content) -> Grid:
    return Grid(SHEET, WORKED_OUT, len(mileage_kinds(content.plan.catalogue)), head=lay_out(content).last + 4)


def _write_worked_out(sheet: Sheet, content: Content) -> None:
    grid, figures, catalogue = _lay_out_worked_out(content), lay_out(content), content.plan.catalogue
    sheet.put(grid.head - 1, 1, "Worked out from the figures above", "section")
    at = {row.name: figures.fixed("value", number) for number, row in enumerate(_rows(content), figures.first)}
    rows = []
    for kind in map(catalogue.kind, mileage_kinds(catalogue)):
        factors = [f"{kind.id}.price_per_mile", f"{kind.id}.journeys_a_day", "days_a_week", "weeks_a_year"]
        product = "*".join(at[name] for name in factors)
        mile = Formula(f"=ROUND(ROUND({product},6),2)", mile_a_year_pence(kind, catalogue) / 100)
        rows.append((f"{kind.id}.mile_a_year", f"{kind.label}: a mile one way, over the year", mile, "£ a mile a year"))
    sheet.table(grid, rows, empty="No kind of support on offer is paid by the mile.")
