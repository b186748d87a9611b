"""One cell that differs from what the plan was solved with, in words; the reading of Assumptions and Limits."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from budget.allocation.inputs.limits import exact
from budget.offers import ranges
from budget.offers.applicants import catalogue_for
from budget.offers.catalogue import PURPOSES, Catalogue, default_catalogue
from budget.scenarios import scenario_settings
from budget.scenarios.differences import LABELS, value_with_unit
from budget.scenarios.scenario import Scenario, pence
from budget.workbook.book import Grid
from budget.workbook.plan_sheets import assumptions, limits_sheet
from budget.workbook.plan_sheets.assumptions import Line
from budget.workbook.read_back.cells import Cell, Reader, is_near, is_number
from budget.workbook.read_back.scenario_cells import Solved
from data.faults import InputError

PENNY = 0.01


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that was changed since the plan was solved: where, what it is, and its two values in words."""

    place: str  # "Assumptions, C7"
    key: str  # of `scenario_compare.Difference`: "figures.bus_pass.price"
    label: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """Return the change as a sentence, without its cell."""
        return f"{self.label}: {self.before} → {self.after}"

    def __str__(self) -> str:
        return f"{self.words} ({self.place})"


def catalogue_of(solved: Solved) -> Catalogue:
    """Return the catalogue whose figures stand on Assumptions."""
    catalogue = scenario_settings.settings_of(solved.scenario).catalogue
    return catalogue_for(catalogue) if solved.for_applicants else catalogue


def assumptions_read(
    reader: Reader, solved: Solved, catalogue: Catalogue, scenario: Scenario, changes: list[Change], kept: list[str]
) -> Scenario:
    """Return the scenario with what was changed on Assumptions; `kept` is told what a scenario cannot hold."""
    lines = assumptions.lines_of(solved.scenario, catalogue, for_applicants=solved.for_applicants)
    grid = Grid(assumptions.SHEET, assumptions.COLUMNS, len(lines))
    places = reader.table(grid, ("name",), [(line.name,) for line in lines], ("value", "unit", "solved"))
    cells: dict[str, Cell] = {}
    faults = len(reader.faults)
    for line in lines:
        if (line.name,) not in places:
            continue
        cell = _value(reader, grid, places[line.name,], line.unit, line.value)
        if cell is None or is_near(cell.value, line.value):
            continue
        if problem := _problem(line, cell.value):
            reader.wrong(cell, problem)
        elif solved.for_applicants and line.name.endswith(".take_up"):
            kept.append(
                f"{line.label}, {cell.place}: applicants have asked for support already, so that all take it up."
            )
        else:
            scenario = _with(scenario, line, cell.value, solved)
            cells[line.name] = cell
            shown = (value_with_unit(value, line.unit) for value in (line.value, cell.value))
            key = _key(line, scenario)
            changes.append(Change(cell.place, key, LABELS.get(key, line.label), *shown))
    if len(reader.faults) == faults and cells:
        _check_settings(reader, scenario, cells)
    return scenario


def _value(reader: Reader, grid: Grid, row: int, unit: str, was: float) -> Cell | None:
    """Return a row's cell of the value where it is a number; its unit, and what it was, must be as they were."""
    cell = reader.at(grid.sheet, grid.letter("value"), row)
    reader.unchanged(reader.at(grid.sheet, grid.letter("unit"), row), unit, "the unit")
    reader.unchanged(reader.at(grid.sheet, grid.letter("solved"), row), was, "what it was solved with")
    return None if reader.number(cell) is None else cell


def _problem(line: Line, value: float) -> str | None:
    if not line.least <= value <= line.most:
        least, most = (value_with_unit(end, line.unit) for end in (line.least, line.most))
        return f"is {value_with_unit(value, line.unit)}; {line.label} must lie from {least} to {most}."
    if line.unit.startswith("£") and (exact(value) * 100).denominator != 1:
        return f"is {value!r}; an amount of money has at most two decimals."
    return None


def _key(line: Line, scenario: Scenario) -> str:
    if line.name in (assumptions.BUDGET, assumptions.RESERVE):
        return f"{line.name}_pence"
    if line.name.startswith("finance."):
        return "finance.contingency_share" if line.name == assumptions.CONTINGENCY else "finance.inflation"
    return f"risk.{end}" if (end := _end(line.name, scenario)) else f"figures.{line.name}"


def _end(name: str, scenario: Scenario) -> str | None:
    """Return the end of a range that stands on Assumptions in place of its figure, under a low or high case."""
    end = f"{name}.{scenario.take_up_case}"
    return end if name.endswith(".take_up") and end in ranges.range_ends(default_catalogue()) else None


def _with(scenario: Scenario, line: Line, value: float, solved: Solved) -> Scenario:
    """Return a scenario with another value of one line of Assumptions."""
    name = line.name
    if name in (assumptions.BUDGET, assumptions.RESERVE):
        return replace(scenario, **{f"{name}_pence": pence(exact_text(value))})
    finance = scenario.finance
    if name == assumptions.CONTINGENCY:
        return replace(scenario, finance=replace(finance, contingency_share=float(value)))
    if name in assumptions.INFLATION:
        rates = list(finance.inflation)
        rates[assumptions.INFLATION.index(name)] = float(value)
        return replace(scenario, finance=replace(finance, inflation=tuple(rates)))
    if end := _end(name, scenario):
        return replace(scenario, risk={**scenario.risk, end: value})
    if solved.for_applicants and name.removesuffix("_weight") in PURPOSES:
        value = round(value * _heaviest(solved.scenario), 12)
    figures = {known: figure for known, figure in scenario.figures.items() if known != name}
    if value != default_catalogue().figures[name]:
        figures[name] = value
    return replace(scenario, figures=figures)


def exact_text(value: float) -> str:
    """Return a cell's number as the decimal that was typed, without an exponent.

    >>> exact_text(1e11), exact_text(406633.3)
    ('100000000000', '406633.3')
    """
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").removesuffix(".") if "." in text else text


def _heaviest(scenario: Scenario) -> float:
    """Return what the weights of applicants' purposes were divided by."""
    figures = scenario_settings.settings_of(scenario).catalogue.figures
    return max(figures[f"{purpose}_weight"] for purpose in PURPOSES) or 1.0


def _check_settings(reader: Reader, scenario: Scenario, cells: dict[str, Cell]) -> None:
    """Add what the catalogue, the policy and the ranges have against the changed figures, each at its cell."""
    try:
        scenario_settings.settings_of(scenario, with_ranges=bool(scenario.risk))
    except InputError as error:
        for fault in error.faults:
            place = cells.get(fault.where) or f"{assumptions.SHEET}, {fault.where}".removesuffix(", ")
            reader.wrong(place, fault.problem)


def limits_read(reader: Reader, solved: Solved, scenario: Scenario, changes: list[Change]) -> Scenario:
    """Return the scenario with what was changed on Limits."""
    entries = limits_sheet.entries(solved.scenario)
    if not entries:
        return scenario
    grid = limits_sheet.grid_of(solved.scenario)
    numbers: Iterable[int] = range(1, len(entries) + 1)
    places = reader.table(grid, ("number",), [(number,) for number in numbers], ("label", "value", "unit", "solved"))
    for number, entry in enumerate(entries, start=1):
        if (number,) not in places:
            continue
        row = places[number,]
        reader.unchanged(reader.at(grid.sheet, grid.letter("label"), row), entry.label, "what is asked")
        cell = _value(reader, grid, row, entry.unit, entry.value)
        if cell is None or is_near(cell.value, entry.value):
            continue
        if problem := limits_sheet.problem(entry, cell.value):
            reader.wrong(cell, problem)
            continue
        scenario = entry.put(scenario, exact(cell.value))
        shown = (entry.shown(value) for value in (entry.value, cell.value))
        changes.append(Change(cell.place, entry.key, entry.label, *shown))
    return scenario


def numbers_alone(reader: Reader) -> None:
    """Add the faults of Assumptions and Limits that can be seen where it is not known what the plan was made from."""
    for name, columns in ((assumptions.SHEET, assumptions.COLUMNS), (limits_sheet.SHEET, limits_sheet.COLUMNS)):
        grid = Grid(name, columns, 0)
        for row in range(grid.first, len(reader.sheets[name]) + 1):
            cell, unit, least, most = (
                reader.at(name, grid.letter(key), row) for key in ("value", "unit", "least", "most")
            )
            if unit.is_empty:
                break
            value = reader.number(cell)
            ends_known = is_number(least) and is_number(most)
            if value is not None and ends_known and not least.value <= value <= most.value:
                reader.wrong(
                    cell,
                    f"is {value:,.10g}; it must lie from {least.value:,.10g} to {most.value:,.10g} ({unit.value}).",
                )
