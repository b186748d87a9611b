"""Read a council's own CSV file as text, whatever saved it: UTF-8 with or without a mark, or Windows-1252."""

import io
from pathlib import Path

import pandas as pd

from data.faults import InputError


def read(path: Path) -> pd.DataFrame:
    """Return the table as text, an empty cell as "". Raises InputError where the file is empty or is no CSV."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if not text.strip() or "\x00" in text:
        problem = "is empty" if not text.strip() else "is not a CSV file"
        raise InputError(path.name, [f"{problem}. Save the table as CSV, with its column names in the first row."])
    try:
        return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False).fillna("")
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(path.name, [f"cannot be read as CSV ({str(error).strip()}). Save it as CSV again."]) from None
