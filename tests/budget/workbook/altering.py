"""Ways to alter a workbook as somebody would who fills it in, sorts it or writes over a cell."""

import openpyxl

from budget.workbook.plan_sheets import plan_workings
from tests.budget.workbook.reading import column_of, formulas, is_formula, row_of

CHANGES = {
    "academic_share": 0.3,
    "bus_pass.price": 951.15,
    "bus_pass.take_up": 0.61,
    "mileage.price_per_mile": 0.47,
    "mileage.journeys_a_day": 2,
    "moped_loan.contribution": 700.05,
    "shared_taxi.vehicle_price": 9456.78,
    "shared_taxi.price_per_mile": 1.37,
    "minibus.vehicle_price": 47123.45,
    "college_weight": 0.7,
    "work_weight": 0.2,
    "weeks_a_year": 36,
}


def set_figures(book: openpyxl.Workbook, values: dict) -> openpyxl.Workbook:
    sheet = book["Assumptions"]
    for name, value in values.items():
        sheet[f"C{row_of(sheet, name)}"] = value
    return book


def figures(values: dict):
    return lambda book: set_figures(book, values)


def put(sheet: str, header: str, value, row: int = 5):
    """Return a way to break a workbook: overwrite one cell beneath a header; a function is given what was there."""

    def breaks(book: openpyxl.Workbook) -> None:
        cell = book[sheet][f"{column_of(book[sheet], header)}{row}"]
        cell.value = value(cell.value) if callable(value) else value

    return breaks


def cell(sheet: str, place: str, value):
    """Return a way to break a workbook: overwrite one cell; a function is given what was there."""

    def breaks(book: openpyxl.Workbook) -> None:
        book[sheet][place] = value(book[sheet][place].value) if callable(value) else value

    return breaks


def beside(sheet: str, words: str, column: str, value):
    """Return a way to break a workbook: overwrite a cell of the row whose first column has these words."""
    return lambda book: cell(sheet, f"{column}{row_of(book[sheet], words)}", value)(book)


def swapped_budgets(book: openpyxl.Workbook) -> None:
    """Give two budget lines each other's original budget, which leaves their sum."""
    sheet = book["Budget lines"]
    sheet["K5"], sheet["K7"] = sheet["K7"].value, sheet["K5"].value


def unseen(book: openpyxl.Workbook, exported: bytes) -> openpyxl.Workbook:
    """Hide what was overwritten from the checks of overwritten cells, so that the checks that wait for them are tried.

    A value in place of a formula becomes a formula of that value, and Plan workings finds no cell that differs.
    """
    for sheet, place in formulas(exported):
        cell = book[sheet][place]
        if not is_formula(cell.value):
            cell.value = '=""' if cell.value is None else f"={cell.value}"
    workings = book[plan_workings.SHEET]
    for row in range(5, row_of(workings, "Total", column_of(workings, "Cohort"))):
        workings[f"{column_of(workings, 'Cell of Plan that differs')}{row}"] = '=""'
    return book
