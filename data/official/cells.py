"""Read the cells of official files: padded codes, thousands commas, and the many ways to say "not published"."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.faults import Fault

# "*" and ".." and the letters are the Government Statistical Service's and the performance tables' marks for a figure
# that is suppressed, not available, not applicable or not entered. None of them is a zero.
NOT_PUBLISHED = frozenset(
    {"", "*", "..", ".", "-", "–", ":", "~", "x", "c", "z", "u", "na", "n/a", "nan", "none", "null", "supp", "ne", "np"}
    | {"low", "lowcov", "sp", "new", "#n/a", "[x]", "[c]", "[z]", "[u]", "[low]"}
)
POSTCODE = r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}"


def text(column: pd.Series) -> pd.Series:
    """Return the cells as trimmed text, <NA> where a cell is empty; a workbook's 101811.0 becomes "101811"."""
    if pd.api.types.is_float_dtype(column):
        whole = column.dropna() % 1 == 0
        column = column.astype("Int64").astype("string") if whole.all() else column.astype("string")
    elif column.dtype == object:
        column = column.map(_whole).astype("string")
    trimmed = column.astype("string").str.replace("\ufeff", "", regex=False).str.strip()
    return trimmed.mask(trimmed == "")


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def numbers(
    column: pd.Series, name: str, faults: list[Fault], least: float = -np.inf, most: float = np.inf
) -> pd.Series:
    """Return the cells as float64, NaN where nothing was published, and add a Fault for each kind of impossible cell.

    `faults` is added to: text that is no number, and numbers below `least` or above `most`.
    """
    if pd.api.types.is_numeric_dtype(column):
        values = column.astype("float64")
    else:
        cells = text(column)
        missing = cells.isna() | cells.str.lower().isin(NOT_PUBLISHED)
        plain = cells.str.replace(",", "", regex=False).str.removesuffix("%")
        values = pd.to_numeric(plain.mask(missing), errors="coerce").astype("float64")
        wrong = values.isna() & ~missing
        if wrong.any():
            faults.append(
                Fault(name, f"{_examples(cells[wrong])} is not a number. Ask the publisher or load another copy.")
            )
    outside = (values < least) | (values > most) | np.isinf(values)
    if outside.any():
        limits = f"between {least:g} and {most:g}" if np.isfinite(most) else f"at least {least:g}"
        faults.append(Fault(name, f"{_examples(values[outside])} is out of range; {limits} was expected."))
    return values.mask(outside)


def _examples(cells: pd.Series) -> str:
    return first_few([repr(str(cell)) for cell in cells])


def first_few(things: Sequence[str], most: int = 3) -> str:
    """Write the first of some things, and how many more there are.

    >>> first_few(["a", "b", "c", "d"])
    'a, b, c and 1 more'
    """
    more = f" and {len(things) - most:,} more" if len(things) > most else ""
    return ", ".join(things[:most]) + more


def postcode(column: pd.Series) -> pd.Series:
    """Return postcodes in one form, "LN1 1AA"; <NA> where a cell does not have the shape of a postcode."""
    squeezed = column.astype("string").str.upper().str.replace(r"[^A-Z0-9]", "", regex=True)
    spaced = (squeezed.str[:-3] + " " + squeezed.str[-3:]).astype("string")  # a third of the time that groups take
    return spaced.where(squeezed.str.fullmatch(POSTCODE).fillna(False).astype(bool))
