"""The Assumptions sheet: one row a figure, the only place where a reader changes a number."""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.datavalidation import DataValidation

from budget.accounts.statement import Content, four_decimals
from budget.offers.catalogue import Catalogue
from budget.offers.offers import mile_a_year_pence
from budget.scenarios.finance import NOTES, Finance
from budget.scenarios.scenario import Scenario
from budget.workbook import styles
from budget.workbook.book import Book, Column, Formula, Grid, Sheet, quoted
from data.figures import ASSUMPTION, UNITS

SHEET = "Assumptions"
BUDGET, RESERVE, CONTINGENCY = "budget", "reserve", "finance.contingency_share"
INFLATION = ("finance.inflation_year_2", "finance.inflation_year_3")
FLOWS = "flows through this workbook"
CHANGED, UNCHANGED = "changed", "as solved"
PARTLY = "mileage follows here; for reach solve again"
LEDGER_ONLY = "flows to Budget lines, Profile, Summary; the plan does not depend on it"
SOLVE_AGAIN = "no effect here: solve again to see it"
BY_DECISION = "none: an applicant's contribution is that of the decision"
FLOWING_KIND_FIGURES = (
    "price",
    "contribution",
    "take_up",
    "price_per_mile",
    "journeys_a_day",
    "vehicle_price",
    "vehicle_seats",
    "vehicles_at_most",
)
FLOWING_SETTINGS = ("weeks_a_year", "college_weight", "work_weight", "deprived_weight")
MOST_BUDGET_POUNDS = 100_000_000_000
LEAST_INFLATION = -0.5
DECIMALS = 6  # of a share

COLUMNS = (
    Column("name", "Name", 28, "text"),
    Column("label", "What it is", 50, "text", "wrapped"),
    Column("value", "Value", 16, "input", "number"),
    Column("unit", "Unit", 15, "text"),
    Column("solved", "As solved", 16, "model", "number"),
    Column("changed", "Changed since solved", 12, "calc", "verdict"),
    Column("effect", "What a change does", 42, "text", "wrapped"),
    Column("provenance", "Source, or assumption", 46, "text", "wrapped"),
    Column("note", "Note", 60, "text", "wrapped"),
    Column("least", "Least allowed", 14, "model", "number"),
    Column("most", "Most allowed", 22, "model", "number"),
    Column("allowed", "Allowed", 11, "calc", "verdict"),
)
LINES = (
    Column("name", "Name", 28, "text"),
    Column("label", "What it is", 50, "text", "wrapped"),
    Column("value", "Value", 16, "calc", "money"),
    Column("unit", "Unit", 15, "text"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure as a row of the sheet."""

    name: str
    label: str
    value: float
    unit: str
    effect: str
    provenance: str
    note: str
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Where each figure stands, for the formulas of the other sheets."""

    grid: Grid
    worked_out: Grid
    lines: tuple[Line, ...]
    mileage_kinds: tuple[str, ...]

    def cell(self, name: str) -> str:
        """Return the cell of a figure's value. Raises ValueError for one that is not there."""
        return self.grid.cell("value", self._row(name))

    def solved_cell(self, name: str) -> str:
        """Return the cell of what a figure was when the plan was solved. Raises ValueError for one not there."""
        return self.grid.cell("solved", self._row(name))

    def _row(self, name: str) -> int:
        return self.grid.first + [line.name for line in self.lines].index(name)

    def mile_a_year(self, kind_id: str) -> str | None:
        """Return the cell of what a mile one way costs over the year, None where a kind is not paid by the mile."""
        if kind_id not in self.mileage_kinds:
            return None
        return self.worked_out.cell("value", self.worked_out.first + self.mileage_kinds.index(kind_id))

    def changed(self, effects: Sequence[str]) -> str:
        """Return a formula part that counts the changed figures whose change has one of these effects."""
        effect, changed = self.grid.column("effect"), self.grid.column("changed")
        return "+".join(f'COUNTIFS({effect},"{text}",{changed},"{CHANGED}")' for text in effects)


def of(content: Content) -> Assumptions:
    """Lay out the sheet."""
    plan = content.plan
    lines = lines_of(plan.scenario, plan.catalogue, for_applicants=plan.applicants is not None)
    needed = ("price_per_mile", "journeys_a_day")
    mileage = tuple(
        kind.id
        for kind in plan.catalogue.kinds
        if all(f"{kind.id}.{name}" in plan.catalogue.figures for name in needed)
    )
    grid = Grid(SHEET, COLUMNS, len(lines))
    return Assumptions(grid, Grid(SHEET, LINES, len(mileage), head=grid.last + 4), lines, mileage)


def lines_of(scenario: Scenario, catalogue: Catalogue, *, for_applicants: bool) -> tuple[Line, ...]:
    """Return the rows of the sheet; `catalogue` holds the figures that the plan was made with."""
    figures = _figure_lines(catalogue, for_applicants=for_applicants)
    return (*_money_lines(scenario), *figures, *_finance_lines(scenario.finance))


def _money_lines(scenario: Scenario) -> list[Line]:
    given = f"Scenario: {scenario.name}"
    return [
        Line(name, label, pence / 100, "£", FLOWS, given, note, 0, MOST_BUDGET_POUNDS)
        for name, label, pence, note in (
            (BUDGET, "Budget for the academic year", scenario.budget_pence, "What may be spent."),
            (RESERVE, "Held back as a reserve", scenario.reserve_pence, "Part of the budget; not to be spent."),
        )
    ]


def _figure_lines(catalogue: Catalogue, *, for_applicants: bool) -> list[Line]:
    kinds = {kind.id for kind in catalogue.kinds}
    lines = []
    for name, figure in catalogue.figures.by_name.items():
        kind, _, last = name.rpartition(".")
        if kind and kind not in kinds:
            continue
        flows = last in FLOWING_KIND_FIGURES if kind else name in FLOWING_SETTINGS
        value = four_decimals(figure.value) if last == "take_up" else figure.value
        least, most = UNITS[figure.unit]
        effect = FLOWS if flows else PARTLY if name == "days_a_week" else SOLVE_AGAIN
        if for_applicants and last == "contribution":
            effect = BY_DECISION
        lines.append(Line(name, figure.label, value, figure.unit, effect, figure.provenance, figure.note, least, most))
    return lines


def _finance_lines(finance: Finance) -> list[Line]:
    """Return what the ledger needs beside codes and dates."""
    share = round(finance.contingency_share, DECIMALS)
    source, note = finance.provenance("contingency_share"), NOTES["contingency_share"]
    label = "Contingency: held against surprises, as a share of the spend"
    lines = [Line(CONTINGENCY, label, share, "share", LEDGER_ONLY, source, note, 0, 1)]
    source, note = finance.provenance("inflation"), NOTES["inflation"]
    for name, year, rate in zip(INFLATION, ("second", "third"), finance.inflation, strict=True):
        label = f"Inflation of the {year} academic year over the year before"
        lines.append(Line(name, label, rate, "share", LEDGER_ONLY, source, note, LEAST_INFLATION, 1))
    return lines


def write(book: Book, assumptions: Assumptions, content: Content) -> None:
    """Write the sheet."""
    sheet = book.sheet(SHEET)
    grid = assumptions.grid
    sheet.heading(
        "Assumptions",
        "Change the yellow cells. Prices, take-up, weights and the budget flow through at once; which offers are "
        "chosen does not change until the plan is solved again.",
    )
    sheet.table(grid, (_row(grid, row, line) for row, line in enumerate(assumptions.lines, grid.first)), name="Figures")
    for row, line in enumerate(assumptions.lines, grid.first):
        for key in ("value", "solved", "least", "most"):
            sheet.worksheet[grid.at(key, row)].number_format = number_format(line.unit)
    _validate(sheet, assumptions)
    _colour(sheet, grid)
    _write_worked_out(sheet, assumptions, content)
    sheet.widths(COLUMNS)
    sheet.page(freeze="D5", repeat="4:4", paper=8)


def _row(grid: Grid, row: int, line: Line) -> tuple:
    value, solved = grid.at("value", row), grid.at("solved", row)
    least, most = grid.at("least", row), grid.at("most", row)
    return (
        line.name,
        line.label,
        line.value,
        line.unit,
        line.value,
        Formula(f'=IF({value}<>{solved},"{CHANGED}","{UNCHANGED}")', UNCHANGED),
        line.effect,
        line.provenance,
        line.note or None,
        line.least,
        line.most,
        Formula(f"=AND(ISNUMBER({value}),{value}>={least},{value}<={most})", line.least <= line.value <= line.most),
    )


def number_format(unit: str) -> str:
    """Return how a figure of a unit is shown."""
    if unit.startswith("£"):
        return styles.FORMATS["money"]
    return "0.00%" if unit == "share" else "#,##0.####" if unit in ("ratio", "weight", "km") else "#,##0.##"


def _validate(sheet: Sheet, assumptions: Assumptions) -> None:
    """Let Excel refuse what a figure's unit does not allow; rows that follow each other share one rule."""
    grid, lines = assumptions.grid, assumptions.lines
    start = 0
    for end in range(1, len(lines) + 1):
        if end < len(lines) and (lines[end].unit, lines[end].most) == (lines[start].unit, lines[start].most):
            continue
        line = lines[start]
        rule = DataValidation(
            type="decimal",
            operator="between",
            formula1=f"{line.least:.10g}",
            formula2=f"{line.most:.15g}",
            allow_blank=False,
            showErrorMessage=True,
            errorTitle="Not allowed",
            error=f"Enter a number from {line.least:,.10g} to {line.most:,.15g} ({line.unit}).",
            sqref=f"{grid.at('value', grid.first + start)}:{grid.at('value', grid.first + end - 1)}",
        )
        sheet.worksheet.add_data_validation(rule)
        start = end


def _colour(sheet: Sheet, grid: Grid) -> None:
    value, solved = grid.at("value", grid.first), grid.at("solved", grid.first)
    cells = f"{grid.at('changed', grid.first)}:{grid.at('changed', grid.last)}"
    # by the values themselves: LibreOffice 7.4 crashes in print where the rule reads the formula's own cell
    differs = FormulaRule([f"${value}<>${solved}"], fill=styles.AMBER_FILL)
    sheet.worksheet.conditional_formatting.add(cells, differs)
    cells = f"{grid.at('allowed', grid.first)}:{grid.at('allowed', grid.last)}"
    least, most = grid.at("least", grid.first), grid.at("most", grid.first)
    wrong = f"OR(NOT(ISNUMBER(${value})),${value}<${least},${value}>${most})"
    sheet.worksheet.conditional_formatting.add(cells, FormulaRule([wrong], fill=styles.RED_FILL))
    cells = f"{grid.at('provenance', grid.first)}:{grid.at('provenance', grid.last)}"
    words = f'{grid.at("provenance", grid.first)}="{ASSUMPTION}"'
    sheet.worksheet.conditional_formatting.add(cells, FormulaRule([words], fill=styles.AMBER_FILL))


def _write_worked_out(sheet: Sheet, assumptions: Assumptions, content: Content) -> None:
    """Write what is worked out from the figures above for all offers of a kind alike."""
    grid = assumptions.worked_out
    sheet.put(grid.head - 1, 1, "Worked out from the figures above", "section")
    rows = []
    for kind_id in assumptions.mileage_kinds:
        kind = content.plan.catalogue.kind(kind_id)
        parts = [f"{kind_id}.price_per_mile", f"{kind_id}.journeys_a_day", "days_a_week", "weeks_a_year"]
        product = "*".join(assumptions.cell(part).removeprefix(f"{quoted(SHEET)}!") for part in parts)
        known = mile_a_year_pence(kind, content.plan.catalogue) / 100
        label = f"{kind.label}: a mile one way, over the year"
        rows.append(
            (f"{kind_id}.mile_a_year", label, Formula(f"=ROUND(ROUND({product},6),2)", known), "£ a mile a year")
        )
    sheet.table(grid, rows, empty="No kind of support on offer is paid by the mile.")
