"""The sheet Limits: what the council asks of the plan, in words, each number of it in a cell to change and solve again.

The budget and the reserve are on Assumptions. Which limits there are is the scenario's to say; here their numbers are.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.datavalidation import DataValidation

from budget.allocation.inputs.limit_wording import group_in_words, scope_in_words
from budget.allocation.inputs.limits import MOST_PARTS, Limit, Share, exact
from budget.scenarios.differences import value_with_unit
from budget.scenarios.scenario import MOST_POUNDS, Scenario
from budget.workbook import styles
from budget.workbook.book import Book, Column, Formula, Grid, Sheet
from budget.workbook.plan_sheets.assumptions import CHANGED, SOLVE_AGAIN, UNCHANGED, number_format
from data.wording import pounds

SHEET = "Limits"
LARGEST = 1e12  # of a limit's number, where the scenario does not go beyond it
BEYOND = Fraction(10) ** 300  # what a cell can hold
UNITS = {"spend": "£", "people": "people", "access": "access"}
NOTE = (
    "Change the yellow cells, then read the workbook back: a limit decides which offers are chosen, so nothing here "
    "changes until the plan is solved again. The budget and the reserve are on Assumptions."
)
COLUMNS = (
    Column("number", "No.", 7, "text", "count"),
    Column("label", "What is asked", 66, "text", "wrapped"),
    Column("value", "Value", 18, "input", "number"),
    Column("unit", "Unit", 18, "text"),
    Column("solved", "As solved", 18, "model", "number"),
    Column("changed", "Changed since solved", 12, "calc", "verdict"),
    Column("effect", "What a change does", 40, "text", "wrapped"),
    Column("least", "Least allowed", 20, "model", "number"),
    Column("most", "Most allowed", 20, "model", "number"),
    Column("allowed", "Allowed", 11, "calc", "verdict"),
)
OTHERS = (Column("number", "No.", 7, "text", "count"), Column("label", "Asked without a number", 66, "text", "wrapped"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of the limits: what it is, and how a scenario takes on another in its place."""

    key: str  # of a difference: "limit", "grant", …
    label: str
    value: float
    unit: str
    least: float
    most: float
    is_whole: bool
    put: Callable[[Scenario, Fraction], Scenario]

    def shown(self, value: float) -> str:
        """Return a value with its unit, in words."""
        return value_with_unit(value, self.unit)


def entries(scenario: Scenario) -> tuple[Entry, ...]:
    """Return every number of a scenario's limits and objective, in the order of the sheet."""
    found: list[Entry] = []
    limits = scenario.limits
    for place, limit in enumerate(limits.limits):
        found += [_side(place, limit, side) for side in ("at_least", "at_most") if getattr(limit, side) is not None]
    for place, grant in enumerate(limits.grants):
        label = f"Grant {grant.name}: its amount, for {group_in_words(grant.pays_for)}"
        found.append(Entry("grant", label, grant.amount_pence / 100, "£", 0, MOST_POUNDS, False, _grant_amount(place)))
    for service, units in limits.committed_units.items():
        label = f"Promised already: units of {service}, at least"
        found.append(Entry("committed", label, units, "count", 0, max(1_000, units), True, _units(service)))
    if limits.part_funding is not None:
        where = group_in_words(limits.part_funding.where)
        label = "Part funding: equal parts of a cohort" + (f", {where}" if where else "")
        found.append(Entry("part_funding", label, limits.part_funding.parts, "count", 1, MOST_PARTS, True, _parts))
    if scenario.objective.access is not None:
        value = _number(scenario.objective.access)
        label = "Access to reach at the least cost"
        found.append(Entry("objective", label, value, "access", 0, max(LARGEST, value), False, _access))
    return tuple(found)


def _side(place: int, limit: Limit, side: str) -> Entry:
    figure = getattr(limit, side)
    is_share = isinstance(figure, Share)
    value = _number(figure.share if is_share else figure)
    words = side.replace("_", " ") + (", as a share of the plan's total" if is_share else "")
    label = f"{limit.name}: " if limit.name else ""
    label += f"{limit.measure} {words}{scope_in_words(limit)}"
    unit = "share" if is_share else UNITS.get(limit.measure, limit.measure)
    least, most = (0, 1) if is_share else (min(0, value), max(LARGEST, value))

    def put(scenario: Scenario, number: Fraction) -> Scenario:
        new = replace(scenario.limits.limits[place], **{side: Share(number) if is_share else number})
        rows = scenario.limits.limits
        return _with(scenario, limits=(*rows[:place], new, *rows[place + 1 :]))

    return Entry("limit", label, value, unit, least, most, False, put)


def _grant_amount(place: int) -> Callable[[Scenario, Fraction], Scenario]:
    def put(scenario: Scenario, number: Fraction) -> Scenario:
        rows = scenario.limits.grants
        new = replace(rows[place], amount_pence=int(number * 100))
        return _with(scenario, grants=(*rows[:place], new, *rows[place + 1 :]))

    return put


def _units(service: str) -> Callable[[Scenario, Fraction], Scenario]:
    return lambda scenario, number: _with(
        scenario, committed_units={**scenario.limits.committed_units, service: int(number)}
    )


def _parts(scenario: Scenario, number: Fraction) -> Scenario:
    return _with(scenario, part_funding=replace(scenario.limits.part_funding, parts=int(number)))


def _access(scenario: Scenario, number: Fraction) -> Scenario:
    return replace(scenario, objective=replace(scenario.objective, access=number))


def _with(scenario: Scenario, **parts: object) -> Scenario:
    return replace(scenario, limits=replace(scenario.limits, **parts))


def _number(figure: Fraction) -> float:
    return float(max(-BEYOND, min(BEYOND, figure)))


def grid_of(scenario: Scenario) -> Grid:
    """Lay out the numbers."""
    return Grid(SHEET, COLUMNS, len(entries(scenario)))


def changed(scenario: Scenario) -> str:
    """Return a formula part that counts the numbers changed since the plan was solved."""
    return f'COUNTIF({grid_of(scenario).column("changed")},"{CHANGED}")'


def write(book: Book, scenario: Scenario) -> None:
    """Write the sheet."""
    sheet, grid, rows = book.sheet(SHEET), grid_of(scenario), entries(scenario)
    sheet.heading("Limits: what is asked of the plan", NOTE)
    cells = [_row(grid, grid.head + number, number, entry) for number, entry in enumerate(rows, 1)]
    sheet.table(grid, cells, empty="No limit has a number.")
    for row, entry in enumerate(rows, grid.first):
        for key in ("value", "solved", "least", "most"):
            sheet.worksheet[grid.at(key, row)].number_format = number_format(entry.unit)
        _validate(sheet, grid, row, entry)
    _colour(sheet, grid)
    others = _without_number(scenario)
    beneath = Grid(SHEET, OTHERS, len(others), head=grid.last + 3)
    sheet.table(beneath, list(enumerate(others, 1)), empty="Nothing is asked without a number.")
    sheet.widths(COLUMNS)
    sheet.page(freeze="C5", repeat="4:4", paper=8)


def _row(grid: Grid, row: int, number: int, entry: Entry) -> tuple:
    value, solved, least, most = (grid.at(key, row) for key in ("value", "solved", "least", "most"))
    return (
        number,
        entry.label,
        entry.value,
        entry.unit,
        entry.value,
        Formula(f'=IF({value}<>{solved},"{CHANGED}","{UNCHANGED}")', UNCHANGED),
        SOLVE_AGAIN,
        entry.least,
        entry.most,
        Formula(f"=AND(ISNUMBER({value}),{value}>={least},{value}<={most})", entry.least <= entry.value <= entry.most),
    )


def _validate(sheet: Sheet, grid: Grid, row: int, entry: Entry) -> None:
    rule = DataValidation(
        type="whole" if entry.is_whole else "decimal",
        operator="between",
        formula1=f"{entry.least:.15g}",
        formula2=f"{entry.most:.15g}",
        allow_blank=False,
        showErrorMessage=True,
        errorTitle="Not allowed",
        error=f"Enter a {'whole ' if entry.is_whole else ''}number from {entry.least:,.10g} to {entry.most:,.15g}.",
        sqref=grid.at("value", row),
    )
    sheet.worksheet.add_data_validation(rule)


def _colour(sheet: Sheet, grid: Grid) -> None:
    value, solved = (f"${grid.at(key, grid.first)}" for key in ("value", "solved"))
    cells = f"{grid.at('changed', grid.first)}:{grid.at('changed', grid.last)}"
    sheet.worksheet.conditional_formatting.add(cells, FormulaRule([f"{value}<>{solved}"], fill=styles.AMBER_FILL))


def _without_number(scenario: Scenario) -> list[str]:
    limits = scenario.limits
    return [
        *(f"Must be funded: {cohort}" for cohort in limits.must_fund),
        *(f"Promised already: {option} for {cohort}" for cohort, option in limits.committed),
    ]


def problem(entry: Entry, value: float) -> str | None:
    """Say what is wrong with a number in place of an entry's, or None."""
    if not entry.least <= value <= entry.most:
        return f"is {entry.shown(value)}; it must lie from {entry.shown(entry.least)} to {entry.shown(entry.most)}."
    if entry.is_whole and value != int(value):
        return f"is {value:g}; it must be a whole number."
    if entry.key == "grant" and (exact(value) * 100).denominator != 1:
        return f"is {pounds(round(value * 100))} with a part of a penny. Write at most two decimals."
    return None
