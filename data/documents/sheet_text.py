"""Write text into a spreadsheet so that it stays text, for every workbook with text from outside.

Excel, and openpyxl for it, take text that begins with = for a formula and "#N/A" for an error; other programs do the
same with +, - and @ (CWE-1236). A cell written here is of the type text, and has the mark (quotePrefix) that keeps it
text when somebody edits it and presses Enter.
"""

import re

from openpyxl.cell import Cell

LONGEST_TEXT = 32_767  # UTF-16 units in a cell of Excel
CUT = " […cut]"
# What XML 1.0 does not allow, the other control characters, and marks that turn the order of what follows round.
NOT_ALLOWED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
MAY_BECOME_A_FORMULA = tuple("=+-@\t\r\n|%'＝＋－＠")


def safe_text(text: object) -> str:
    """Return text as a cell can hold it: control characters as ␀ to ␟, and cut, with a mark, at Excel's limit.

    >>> safe_text("a" + chr(7) + "b")
    'a␇b'
    """
    clean = NOT_ALLOWED.sub(lambda found: chr(0x2400 + ord(found[0])) if ord(found[0]) < 32 else "\ufffd", str(text))
    if is_too_long(clean):
        room = LONGEST_TEXT - len(CUT)
        clean = clean.encode("utf-16-le")[: room * 2].decode("utf-16-le", errors="ignore") + CUT
    return clean


def is_too_long(text: str) -> bool:
    """Return whether a text is too long for a cell of Excel.

    >>> is_too_long("a" * 32_767), is_too_long("a" * 32_768)
    (False, True)
    """
    # a character beyond the first plane takes two UTF-16 units
    return len(text) > LONGEST_TEXT // 2 and len(text.encode("utf-16-le", errors="replace")) // 2 > LONGEST_TEXT


def could_become_a_formula(text: str) -> bool:
    """Return whether some spreadsheet program might take a text for a formula.

    >>> could_become_a_formula(" =1+1"), could_become_a_formula("Mrs Smith")
    (True, False)
    """
    return text.lstrip(" ").startswith(MAY_BECOME_A_FORMULA)


def csv_cell(value: object) -> object:
    """Return a value for a cell of a CSV file or of a table on a screen, which may be saved as one.

    >>> csv_cell("=1+1"), csv_cell("Mrs Smith"), csv_cell(-3)
    ("'=1+1", 'Mrs Smith', -3)
    """
    if not isinstance(value, str):
        return value
    clean = safe_text(value)
    return f"'{clean}" if could_become_a_formula(clean) else clean


def put_text(cell: Cell, text: object) -> None:
    """Write text into a cell so that no program takes it for a formula, an error or a number."""
    clean = safe_text(text)
    cell.value = clean
    cell.data_type = "s"
    if could_become_a_formula(clean):
        cell.quotePrefix = True
