"""How large a file from outside may be, and how much memory and time opening it may take.

Each limit is a setting: the environment variable FAREBRIDGE_MOST_ROWS replaces `rows`, and so on for every field.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from data.faults import InputError

PREFIX = "FAREBRIDGE_MOST_"
OWN_KEY = b"farebridge"  # of what Farebridge itself says in a Parquet file that it writes
MOST_SAID = 1_000_000  # bytes of it


@dataclass(frozen=True, slots=True)
class FileLimits:
    """The limits of one file. The defaults hold every file that councils were seen to have, many times over."""

    mib: int = 200  # of the file as it is given
    unpacked_mib: int = 600  # of all that is packed in it; all England's workbook has a fifth of that
    ratio: int = 200  # unpacked to packed; sheets of figures have 10 to 30, blanks alone up to 1,000
    parts: int = 5_000  # files packed in it
    rows: int = 1_000_000  # the last row of a table
    columns: int = 2_000  # the last column
    cells: int = 2_000_000  # of a workbook: filled or styled, and from A1 to the last filled row and column
    text_cells: int = 12_000_000  # of a text table, which takes less memory a cell
    memory_mib: int = 360  # that opening may take
    seconds: int = 20  # of a processor, that opening may take


DEFAULT = FileLimits()
OFFICIAL = FileLimits(mib=500, memory_mib=3_072, seconds=300)  # a workbook of an official folder, read by `data build`
# One operator's published fares: some hundred XML files, of which a few are kept. A national archive is larger.
FARES = FileLimits(mib=500, unpacked_mib=8_000, ratio=300, parts=50_000, memory_mib=1_536, seconds=600)


def current(environment: Mapping[str, str] | None = None) -> FileLimits:
    """Return the limits with those that the environment replaces. Raises InputError where one is no whole number."""
    environment = os.environ if environment is None else environment
    new, faults = {}, []
    for field in fields(FileLimits):
        name = PREFIX + field.name.upper()
        if not (text := environment.get(name, "").strip()):
            continue
        if text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text):
            new[field.name] = int(text)
        else:
            faults.append(f"{name} must be a whole number above 0, such as {field.default}. Correct or remove it.")
    if faults:
        raise InputError("settings", faults)
    return replace(DEFAULT, **new)


def setting(name: str) -> str:
    """Return how to raise a limit, for the end of a message."""
    return f"whoever runs Farebridge can raise the setting {PREFIX}{name.upper()}"
