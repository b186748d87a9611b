"""The sheet Limits: what the council asks of the plan, in words, with each number in a cell to change.

A changed number takes effect when the workbook is read back and solved again. The budget and the reserve are on
Assumptions. A limit is added or taken out in the scenario, not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from budget.accounts.statement import Content
from budget.allocation.inputs.limit_wording import group_in_words, scope_in_words
from budget.allocation.inputs.limits import MOST_PARTS, Limit, Share, exact
from budget.allocation.inputs.money import MOST_POUNDS
from budget.scenarios.differences import value_with_unit
from budget.scenarios.scenario import Scenario
from budget.workbook.book import Book, Sheet
from budget.workbook.grid import Column, Formula, Grid
from budget.workbook.plan_sheets.assumptions import (
    CHANGED,
    IS_ALLOWED,
    IS_CHANGED,
    SOLVE_AGAIN,
    InputNumber,
    colour_changed,
    set_number_formats,
)  # fmt: skip
from data.wording import pounds

SHEET = "Limits"
LARGEST = 1e12  # of a limit's number, where the scenario does not go beyond it
BEYOND = Fraction(10) ** 300  # what a cell can hold
COUNT_CHANGED = f'COUNTIF({{limits[changed]}},"{CHANGED}")'  # of the numbers changed since the plan was solved
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
    IS_CHANGED,
    Column("effect", "What a change does", 40, "text", "wrapped"),
    Column("least", "Least allowed", 20, "model", "number", working=True),
    Column("most", "Most allowed", 20, "model", "number", working=True),
    IS_ALLOWED,
    Column("asked", "As the scenario file has it", 66, "text", working=True),
    Column("shown", "What is asked, as exported", 66, "text", working=True),
)
OTHERS = (
    Column("number", "No.", 7, "text", "count"),
    Column("label", "Asked without a number", 66, "text", "wrapped"),
    Column("cohort", "Cohort", 18, "text"),
    Column("option", "Kind of support", 24, "text"),
    Column("kept", "Kept", 18, "calc", "truth"),
)
ON_PLAN = "=COUNTIFS({plan[cohort]},{cohort})>0"
ON_PLAN_AS_PROMISED = '=COUNTIFS({plan[cohort]},{cohort},{plan[option]},"%s")>0'


@dataclass(frozen=True, slots=True)
class LimitNumber(InputNumber):
    """One number of the limits, and its place in a scenario."""

    asked: str  # its label with the ids of kinds and services, by which it is known when it is read back
    key: str  # of a difference: "limit", "grant", …
    path: tuple[str | int, ...]  # fields, and places in lists: ("limits", "grants", 0, "amount_pence")

    @property
    def is_whole(self) -> bool:
        """Whether it must be a whole number."""
        return self.key in ("committed", "part_funding")

    def in_words(self, value: float) -> str:
        """Return a value with its unit, in words."""
        return value_with_unit(value, self.unit)


def names_of(content: Content) -> dict[str, str]:
    """Return the labels of kinds of support, services and areas by their ids."""
    choices = content.plan.choices
    areas = choices.cohorts["area_name"] if content.plan.applicants is None else {}
    kinds = {kind.id: kind.label for kind in content.plan.catalogue.kinds}
    return {**areas, **choices.services["label"], **kinds}


def limit_numbers(scenario: Scenario, names: Mapping[str, str] | None = None) -> tuple[LimitNumber, ...]:
    """Return every number of a scenario's limits and objective, in the order of the sheet.

    `names` are labels by id; without them a label has the ids.
    """
    limits, parts, access = scenario.limits, scenario.limits.part_funding, scenario.objective.access
    numbers: list[LimitNumber] = []
    path: tuple[str | int, ...]
    for place, limit in enumerate(limits.limits):
        numbers += [
            _side(place, limit, side, names) for side in ("at_least", "at_most") if getattr(limit, side) is not None
        ]
    for place, grant in enumerate(limits.grants):
        label, asked = (
            f"Grant {grant.name}: its amount, for {group_in_words(grant.pays_for, words)}" for words in (names, None)
        )
        path = ("limits", "grants", place, "amount_pence")
        numbers.append(LimitNumber(label, grant.amount_pence / 100, "£", 0, MOST_POUNDS, asked, "grant", path))
    for service, units in limits.committed_units.items():
        label = f"Promised already: vehicles of {(names or {}).get(service, service)}, at least"
        asked, most = f"Promised already: units of {service}, at least", max(1_000, units)
        path = ("limits", "committed_units", service)
        numbers.append(LimitNumber(label, units, "count", 0, most, asked, "committed", path))
    if parts is not None:
        label, asked = (
            f"Part funding: equal parts of a cohort, {group_in_words(parts.where, words)}".removesuffix(", ")
            for words in (names, None)
        )
        path = ("limits", "part_funding", "parts")
        numbers.append(LimitNumber(label, parts.parts, "count", 1, MOST_PARTS, asked, "part_funding", path))
    if access is not None:
        label, value = "Access score to reach at the least cost", _number(access)
        path = ("objective", "access")
        numbers.append(LimitNumber(label, value, "access", 0, max(LARGEST, value), label, "objective", path))
    return tuple(numbers)


def _side(place: int, limit: Limit, side: str, names: Mapping[str, str] | None) -> LimitNumber:
    figure = getattr(limit, side)
    is_share = isinstance(figure, Share)
    value = _number(figure.share if is_share else figure)
    words = side.replace("_", " ") + (", as a share of the plan's total" if is_share else "")
    label, asked = (
        (f"{limit.name}: " if limit.name else "") + f"{limit.measure} {words}{scope_in_words(limit, kinds)}"
        for kinds in (names, None)
    )
    unit = "share" if is_share else UNITS.get(limit.measure, limit.measure)
    least, most = (0, 1) if is_share else (min(0, value), max(LARGEST, value))
    return LimitNumber(label, value, unit, least, most, asked, "limit", ("limits", "limits", place, side))


def _number(figure: Fraction) -> float:
    return float(max(-BEYOND, min(BEYOND, figure)))


def lay_out(scenario: Scenario) -> Grid:
    """Lay out the numbers."""
    return Grid(SHEET, COLUMNS, len(limit_numbers(scenario)))


def asked(content: Content, limit: int, side: str) -> str:
    """Return what a limit asks, by its number from 1 and its side, without its figure."""
    return _side(limit - 1, content.plan.scenario.limits.limits[limit - 1], side, names_of(content)).label


def lay_out_others(content: Content) -> Grid:
    """Lay out what is asked without a number."""
    scenario = content.plan.scenario
    return Grid(SHEET, OTHERS, len(_without_number(content)), head=lay_out(scenario).last + 3)


def write(book: Book, content: Content) -> Sheet:
    """Write the sheet, and return it for how the limits are kept."""
    scenario = content.plan.scenario
    sheet = book.sheet(SHEET, "Limits: what is asked of the plan", NOTE)
    grid, rows = lay_out(scenario), limit_numbers(scenario, names_of(content))
    more = {"effect": SOLVE_AGAIN}
    cells = (limit.cells() | more | {"number": number, "shown": limit.label} for number, limit in enumerate(rows, 1))
    sheet.table(grid, cells, empty="No limit has a number.")
    set_number_formats(sheet, grid, rows)
    for row, limit in enumerate(rows, grid.first):
        kind, whole = ("whole", "whole ") if limit.is_whole else ("decimal", "")
        error = f"Enter a {whole}number from {limit.least:,.10g} to {limit.most:,.15g}."
        sheet.validate([grid.at("value", row)], kind, f"{limit.least:.15g}", f"{limit.most:.15g}", error=error)
    colour_changed(sheet, grid)
    numbered = ({"number": number} | each for number, each in enumerate(_without_number(content), 1))
    sheet.table(lay_out_others(content), numbered, empty="Nothing is asked without a number.")
    sheet.page_for(grid, "C")
    return sheet


def _without_number(content: Content) -> list[dict[str, object]]:
    """Return the rows of what is asked without a number; whether it is kept only where there is a plan."""
    limits, names = content.plan.scenario.limits, names_of(content)
    has_plan = content.plan.allocation.status != "infeasible"
    rows: list[dict[str, object]] = []
    for cohort in limits.must_fund:
        kept = Formula(ON_PLAN, True) if has_plan else None
        rows.append({"label": f"Must be funded: {names.get(cohort, cohort)}", "cohort": cohort, "kept": kept})
    for cohort, option in limits.committed:
        kept = Formula(ON_PLAN_AS_PROMISED % option, True) if has_plan else None
        kind = names.get(option, option)
        label = f"Promised already: {kind} for {names.get(cohort, cohort)}"
        rows.append({"label": label, "cohort": cohort, "option": kind, "kept": kept})
    return rows


def problem(limit: LimitNumber, value: float) -> str | None:
    """Say what is wrong with a number in place of the one that was solved with; None where it is allowed."""
    if not limit.least <= value <= limit.most:
        least, most = limit.in_words(limit.least), limit.in_words(limit.most)
        return f"is {limit.in_words(value)}; it must lie from {least} to {most}."
    if limit.is_whole and value != int(value):
        return f"is {value:g}; it must be a whole number."
    if limit.key == "grant" and (exact(value) * 100).denominator != 1:
        return f"is {pounds(round(value * 100))} with a part of a penny. Write at most two decimals."
    return None
