"""What stands in a workbook: its cells, its formulas with the values that they bring along, and its checks."""

import datetime
import io
from functools import lru_cache

import openpyxl
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils.datetime import to_excel

from budget.workbook.plan_sheets import checks
from tests.sheet_cells import formula_cells


@lru_cache(maxsize=6)
def opened(content: bytes, **options) -> openpyxl.Workbook:
    """Open a workbook to look at it; what is to be altered is opened by `to_alter`."""
    return openpyxl.load_workbook(io.BytesIO(content), **options)


def to_alter(content: bytes) -> openpyxl.Workbook:
    """Open a workbook to alter it."""
    return openpyxl.load_workbook(io.BytesIO(content))


def formulas(content: bytes) -> dict[tuple[str, str], str]:
    """Return every formula by its sheet and cell."""
    return {at: formula for at, (formula, _) in formula_cells(content).items()}


def known_of(content: bytes) -> dict[tuple[str, str], object]:
    """Return the value that each formula brings along, by its sheet and cell."""
    return {at: value for at, (_, value) in formula_cells(content).items()}


def same(known, value) -> bool:
    """Whether a known value is what was computed; numbers to far less than a penny."""
    if isinstance(known, bool) or not isinstance(known, (int, float)):
        return known == ("" if value is None and known == "" else value)  # openpyxl reads an empty text as nothing
    if isinstance(value, (datetime.date, datetime.time)):
        value = to_excel(value)
    return isinstance(value, (int, float)) and abs(known - value) <= 1e-7


def differing(content: bytes, computed: openpyxl.Workbook) -> list[tuple]:
    """Return the cells whose known value is not what was computed, with both."""
    values = ((at, known, computed[at[0]][at[1]].value) for at, known in known_of(content).items())
    return [(at, known, value) for at, known, value in values if not same(known, value)]


def row_of(sheet, text: str, column: str = "A") -> int:
    return next(cell.row for cell in sheet[column] if cell.value == text)


def column_of(sheet, header: str, row: int = 4) -> str:
    return next(cell.column_letter for cell in sheet[row] if cell.value == header)


def is_formula(value) -> bool:
    return isinstance(value, str) and value.startswith("=")


def constants(formula: str) -> list[str]:
    """Return the numbers in a formula but 0 and 1, and but the digits of ROUND, ROUNDUP and ROUNDDOWN."""
    found, calls = [], []
    for token in Tokenizer(formula).items:
        if token.subtype == Token.OPEN:
            calls.append([token.value.upper(), 0])
        elif token.subtype == Token.CLOSE:
            calls.pop()
        elif token.type == Token.SEP and token.subtype == Token.ARG:
            calls[-1][1] += 1
        elif token.type == Token.OPERAND and token.subtype == Token.NUMBER:
            is_digits = calls and calls[-1] in (["ROUND(", 1], ["ROUNDUP(", 1], ["ROUNDDOWN(", 1])
            if not is_digits and token.value not in ("0", "1"):
                found.append(token.value)
    return found


def check_results(book: openpyxl.Workbook) -> dict[str, bool]:
    sheet = book["Checks"]
    return {sheet[f"A{row}"].value: sheet[f"E{row}"].value for row in range(checks.HEAD + 1, sheet.max_row + 1)}
