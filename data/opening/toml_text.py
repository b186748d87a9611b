"""Read TOML and JSON from outside: what would take the reader's stack, memory or time is refused first.

Both readers only make plain values, and what they take grows with the text. So a limit on its size, on names within
names (whose cost grows with the square) and on what came of it is enough, and no process of its own is needed.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable
from typing import Any

from data.faults import InputError

MOST_BYTES = 5_000_000
DEEPEST = 30  # tables and lists within each other; a scenario has 4
MOST_HEADINGS = 5_000  # of the kind [[limit]], of which a scenario has some dozens
MOST_IN_TABLE = 2_000  # keys, of which a scenario has some two hundred
MOST_IN_LIST = 50_000  # England has 33,755 areas
MOST_VALUES = 200_000
MOST_TABLES = 20_000  # lines that begin with "[": headings of both kinds, and lists within lists
MOST_COMMAS = 500_000
MOST_DOTS = 100  # in one line before its "=", each of which makes a table within a table
LONG_NUMBER = re.compile(r"[0-9A-Fa-f_]{5000}")  # the reader takes hundreds of bytes a digit
LARGEST = 2**63  # TOML's own range of whole numbers
REMEDY = "Mend the file, or write it anew from one that Farebridge saved."


def parse_toml(
    content: bytes | str, name: str, parse_float: Callable[[str], Any] = float, most: int = MOST_BYTES
) -> dict[str, Any]:
    """Return what a TOML file holds. Raises InputError where it is no TOML in UTF-8, with its line, or over a limit."""
    text = _text(content, name, most)
    if problem := _costly(text):
        raise InputError(name, [f"{problem}. {REMEDY}"])
    try:
        table = tomllib.loads(text, parse_float=parse_float)
    except tomllib.TOMLDecodeError as error:
        raise InputError(name, [f"is not a TOML file: {_short(error)}. Mend that line and run again."]) from None
    except (RecursionError, ValueError, OverflowError) as error:
        raise InputError(name, [f"{_why(error)}. {REMEDY}"]) from None
    return _checked(table, name)


def parse_json(content: bytes | str, name: str) -> Any:
    """Return what a JSON file holds. Raises InputError where it is no JSON in UTF-8 or over a limit."""
    text = _text(content, name)
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(name, [f"cannot be read as JSON: {_short(error)}. {REMEDY}"]) from None
    except (RecursionError, ValueError) as error:
        raise InputError(name, [f"{_why(error)}. {REMEDY}"]) from None
    return _checked(value, name)


def _text(content: bytes | str, name: str, most: int = MOST_BYTES) -> str:
    if len(content) > most:
        problem = f"has {len(content):,} bytes; at most {most:,} are read"
        raise InputError(name, [f"{problem}. {REMEDY}"])
    if isinstance(content, str):
        return content
    try:
        return content.decode("utf-8-sig")  # Windows Notepad may begin it with a mark
    except UnicodeDecodeError:
        raise InputError(name, ["is not text in UTF-8. Save it again with that encoding."]) from None


def _costly(text: str) -> str:
    """Say what in a text would take long to read, "" where nothing does."""
    if text.count(",") > MOST_COMMAS:
        return f"has more than {MOST_COMMAS:,} commas"
    if LONG_NUMBER.search(text):
        return "has a number with too many digits"
    listed = tables = 0
    for number, line in enumerate(text.splitlines(), start=1):
        listed += line.lstrip().startswith("[[")
        tables += line.lstrip().startswith("[")
        if tables > MOST_TABLES:
            return f"has more than {MOST_TABLES:,} lines that begin with a bracket"
        if listed > MOST_HEADINGS:
            return f"has more than {MOST_HEADINGS:,} headings of the kind [[limit]]"
        if line.partition("=")[0].count(".") > MOST_DOTS and not line.lstrip().startswith("#"):
            return f"has more than {MOST_DOTS} dots in a name or heading (line {number})"
    return ""


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "has too many brackets within each other"
    return "has a number with too many digits"


def _short(error: Exception) -> str:
    """Return a reader's message without what may be a long piece of the file."""
    return str(error)[:200]


def _checked(value: Any, name: str) -> Any:
    """Return a value. Raises InputError where it is nested too deeply or has a number beyond all use."""
    level: list[Any] = [value]
    values = 0
    for _ in range(DEEPEST):
        if problem := next(filter(None, map(_size_problem, level)), ""):
            raise InputError(name, [f"{problem}. {REMEDY}"])
        level = [part for one in level for part in _parts(one)]
        values += len(level)
        if values > MOST_VALUES:
            raise InputError(name, [f"has more than {MOST_VALUES:,} values. {REMEDY}"])
        if not level:
            return value
    raise InputError(name, [f"has more than {DEEPEST} tables and lists within each other. {REMEDY}"])


def _size_problem(value: Any) -> str:
    if isinstance(value, int) and abs(value) >= LARGEST:
        return "has a number with too many digits"
    if isinstance(value, dict) and len(value) > MOST_IN_TABLE:
        return f"has a table with more than {MOST_IN_TABLE:,} keys"
    if isinstance(value, list) and len(value) > MOST_IN_LIST:
        return f"has a list of more than {MOST_IN_LIST:,} values"
    return ""


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
