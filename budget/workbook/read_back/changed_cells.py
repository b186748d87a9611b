"""Assumptions and Limits read back: the scenario with the numbers that were changed there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from budget.allocation.inputs.limits import Share, exact
from budget.offers import ranges
from budget.offers.applicants import catalogue_for
from budget.offers.catalogue import PURPOSES, Catalogue, default_catalogue
from budget.scenarios import scenario_settings
from budget.scenarios.differences import LABELS, value_with_unit
from budget.scenarios.scenario import Scenario
from budget.workbook.grid import Grid
from budget.workbook.plan_sheets import assumptions, limits_sheet
from budget.workbook.plan_sheets.assumptions import AssumptionRow
from budget.workbook.read_back.cells import ReadCell, WorkbookReader, is_near
from budget.workbook.read_back.scenario_cells import PlanOrigin
from data.faults import InputError


def catalogue_of(origin: PlanOrigin) -> Catalogue:
    """Return the catalogue whose figures stand on Assumptions."""
    catalogue = scenario_settings.settings_of(origin.scenario).catalogue
    return catalogue_for(catalogue) if origin.for_applicants else catalogue


def read_assumptions(reader: WorkbookReader, origin: PlanOrigin, catalogue: Catalogue, scenario: Scenario) -> Scenario:
    """Return the scenario with what was changed on Assumptions."""
    rows = assumptions.rows_of(origin.scenario, catalogue, for_applicants=origin.for_applicants)
    grid = Grid(assumptions.SHEET, assumptions.COLUMNS, len(rows))
    needed = ("value", "unit", "solved")
    places = reader.table(grid, ("name",), [(row.name,) for row in rows], needed, is_last=True)
    cells: dict[str, ReadCell] = {}
    faults = len(reader.faults)
    for row in rows:
        cell, value = _changed_value(reader, grid, places.get((row.name,)), row.unit, row.value)
        if cell is None or value is None:
            continue
        if problem := _problem(row, value):
            reader.wrong(cell, problem)
        elif origin.for_applicants and row.name.endswith(".take_up"):
            words = f"{row.label}, {cell.place}: applicants have asked for support already, so that all take it up."
            reader.not_read_back.append(words)
        else:
            scenario = _with(scenario, row.name, value, origin)
            cells[row.name] = cell
            key, before = _key(row, scenario), value_with_unit(row.value, row.unit)
            reader.change(cell, key, LABELS.get(key, row.label), before, value_with_unit(value, row.unit))
    if len(reader.faults) == faults and cells:
        _check_settings(reader, scenario, cells)
    return scenario


def _changed_value(
    reader: WorkbookReader, grid: Grid, row: int | None, unit: str, was: float
) -> tuple[ReadCell | None, float | None]:
    """Return the cell of a row's value and its number, where it was changed; its unit and what it was must stand."""
    if row is None:
        return None, None
    cells = reader.row(grid, row, ("value", "unit", "solved"))
    reader.unchanged(cells["unit"], unit, "the unit")
    reader.unchanged(cells["solved"], was, "what it was solved with")
    value = reader.number(cells["value"])
    return (None, None) if value is None or is_near(value, was) else (cells["value"], value)


def _problem(row: AssumptionRow, value: float) -> str | None:
    if not row.least <= value <= row.most:
        least, most = (value_with_unit(end, row.unit) for end in (row.least, row.most))
        return f"is {value_with_unit(value, row.unit)}; {row.label} must lie from {least} to {most}."
    if row.unit.startswith("£") and (exact(value) * 100).denominator != 1:
        return f"is {value!r}; an amount of money has at most two decimals."
    return None


def _key(row: AssumptionRow, scenario: Scenario) -> str:
    """Return the key of the difference that a changed figure makes between two scenarios."""
    if path := assumptions.PATHS.get(row.name):
        return ".".join(part for part in path if isinstance(part, str))
    return f"risk.{end}" if (end := _end(row.name, scenario)) else f"figures.{row.name}"


def _end(name: str, scenario: Scenario) -> str | None:
    """Return the end of a range that Assumptions has in place of a figure, under a low or high case."""
    end = f"{name}.{scenario.take_up_case}"
    return end if name.endswith(".take_up") and end in ranges.range_ends(default_catalogue()) else None


def _with(scenario: Scenario, name: str, value: float, origin: PlanOrigin) -> Scenario:
    """Return a scenario with another value of one row of Assumptions."""
    if path := assumptions.PATHS.get(name):
        is_money = name in (assumptions.BUDGET, assumptions.RESERVE)
        return _replaced(scenario, path, int(exact(value) * 100) if is_money else float(value))
    if end := _end(name, scenario):
        return replace(scenario, risk={**scenario.risk, end: value})
    if origin.for_applicants and name.removesuffix("_weight") in PURPOSES:
        value = round(value * _heaviest(origin.scenario), 12)
    figures = {known: figure for known, figure in scenario.figures.items() if known != name}
    if value != default_catalogue().figures.get(name):  # that of a bus of the scenario is not there
        figures[name] = value
    return replace(scenario, figures=figures)


def _replaced(thing: Any, path: Sequence[str | int], number: float | Fraction) -> Any:
    """Return a copy of a scenario, or of a part of it, with another number at a path of fields and places."""
    if not path:
        return Share(Fraction(number)) if isinstance(thing, Share) else number
    first, rest = path[0], path[1:]
    if isinstance(thing, tuple):
        return tuple(_replaced(part, rest, number) if place == first else part for place, part in enumerate(thing))
    if isinstance(thing, Mapping):
        return {**thing, first: _replaced(thing[first], rest, number)}
    field = str(first)
    return replace(thing, **{field: _replaced(getattr(thing, field), rest, number)})


def _heaviest(scenario: Scenario) -> float:
    """Return the largest weight of a purpose, by which those of applicants were divided."""
    figures = scenario_settings.settings_of(scenario).catalogue.figures
    return max(figures[f"{purpose}_weight"] for purpose in PURPOSES) or 1.0


def _check_settings(reader: WorkbookReader, scenario: Scenario, cells: dict[str, ReadCell]) -> None:
    """Add the faults that the catalogue, the policy and the ranges find in the changed figures, each at its cell."""
    try:
        scenario_settings.settings_of(scenario, with_ranges=bool(scenario.risk))
    except InputError as error:
        for fault in error.faults:
            place = cells.get(fault.where) or f"{assumptions.SHEET}, {fault.where}".removesuffix(", ")
            reader.wrong(place, fault.problem)


def read_limits(reader: WorkbookReader, origin: PlanOrigin, scenario: Scenario) -> Scenario:
    """Return the scenario with what was changed on Limits."""
    kinds = {kind.id: kind.label for kind in catalogue_of(origin).kinds}
    numbers = limits_sheet.limit_numbers(origin.scenario, kinds)
    if not numbers:
        return scenario
    grid, names = limits_sheet.lay_out(origin.scenario), [(number,) for number in range(1, len(numbers) + 1)]
    places = reader.table(grid, ("number",), names, ("label", "value", "unit", "solved"))
    for (number,), row in sorted(places.items()):
        limit = numbers[number - 1]
        label, asked, shown = reader.row(grid, row, ("label", "asked", "shown")).values()
        if asked.is_empty:  # an older workbook, whose labels have the ids
            reader.unchanged(label, limit.asked, "what is asked")
        else:
            reader.unchanged(asked, limit.asked, "what is asked")
            reader.unchanged(label, shown.value, "what is asked")
        cell, value = _changed_value(reader, grid, row, limit.unit, limit.value)
        if cell is None or value is None:
            continue
        if problem := limits_sheet.problem(limit, value):
            reader.wrong(cell, problem)
            continue
        pence = exact(value) * 100
        written = int(pence) if limit.key == "grant" else int(value) if limit.is_whole else exact(value)
        scenario = _replaced(scenario, limit.path, written)
        reader.change(cell, limit.key, limit.label, limit.in_words(limit.value), limit.in_words(value))
    return scenario


def check_numbers_alone(reader: WorkbookReader) -> None:
    """Add the faults of Assumptions and Limits that show even where it is not known what the plan was made from."""
    for name, columns in ((assumptions.SHEET, assumptions.COLUMNS), (limits_sheet.SHEET, limits_sheet.COLUMNS)):
        grid = Grid(name, columns, 0)
        for row in range(grid.first, len(reader.sheets[name]) + 1):
            cell, unit, least, most = reader.row(grid, row, ("value", "unit", "least", "most")).values()
            if unit.is_empty:
                break
            value = reader.number(cell)
            ends_known = least.is_number and most.is_number
            if value is not None and ends_known and not least.value <= value <= most.value:
                ends = f"from {least.value:,.10g} to {most.value:,.10g} ({unit.value})"
                reader.wrong(cell, f"is {value:,.10g}; it must lie {ends}.")
