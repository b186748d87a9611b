"""The sheets that are read back: workbooks with no others, how they are altered and what reading them finds."""

from dataclasses import replace
from functools import cache

import pytest
from openpyxl import Workbook

from budget import workbook
from budget.accounts import ledger, statement
from budget.planning import plan as planning
from budget.scenarios import scenario_settings
from budget.scenarios.scenario import Scenario
from budget.workbook.book import Book
from budget.workbook.plan_sheets import assumptions, budget_lines, limits_sheet, scenario_sheet, term_dates
from budget.workbook.read_back import read_back
from data.faults import InputError
from tests.budget.workbook import workbook_plans as plans
from tests.budget.workbook.reading import row_of, to_alter
from tests.libreoffice import saved


def inputs_alone(books: dict[str, bytes]) -> dict[str, bytes]:
    """Return workbooks with nothing but the sheets that are read back, which are faster to open and to save."""
    slim = {name: _read_sheets(content) for name, content in books.items()}
    return slim | {"low": inputs_of(Scenario(take_up_case="low"))}


def _read_sheets(content: bytes) -> bytes:
    book = to_alter(content)
    for sheet in book.worksheets:
        if sheet.title not in read_back.SHEETS:
            book.remove(sheet)
    return saved(book)


def value_cell(book: Workbook, name: str) -> str:
    return f"C{row_of(book['Assumptions'], name)}"


def back(book: Workbook | bytes) -> read_back.ReadBack:
    return read_back.from_bytes(book if isinstance(book, bytes) else saved(book), "plan.xlsx")


def faults(book: Workbook | bytes) -> dict[str, str]:
    """Return what is wrong with a workbook by its place."""
    with pytest.raises(InputError) as caught:
        back(book)
    places = [fault.where for fault in caught.value.faults]
    return {place: " ".join(f.problem for f in caught.value.faults if f.where == place) for place in places}


def asked(scenario) -> planning.Plan:
    """Return the default plan as if it had been made under a scenario."""
    plan = plans.default()
    problem = replace(plan.problem, **{name: getattr(scenario, name) for name in planning.ASKED})
    return replace(plan, scenario=scenario, problem=problem)


@cache
def default_content() -> statement.Content:
    return statement.draw_up(plans.default())


def inputs_of(scenario) -> bytes:
    """Return the sheets that are read back, of the default plan as if it had been made under a scenario."""
    plan = replace(asked(scenario), catalogue=scenario_settings.settings_of(scenario).catalogue, day=plans.DAY)
    plan = replace(plan, allocation=replace(plan.allocation, status="infeasible"))  # limits of any kind
    content = default_content()
    content = replace(content, plan=plan, ledger=ledger.make_ledger(plan, content.funded, content.services))
    book = Book(names=workbook.names_of(content))
    assumptions.write(book, content)
    limits_sheet.write(book, content)
    term_dates.write(book, content)
    budget_lines.write(book, content)
    scenario_sheet.write(book, content)
    return saved(book.workbook)
