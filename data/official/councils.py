"""Find councils by the names and codes that people write."""

import difflib
import re
from collections.abc import Sequence

import pandas as pd

from data.faults import Fault, InputError
from data.official.lookups import CHANGED_CODES

MOST_SUGGESTED = 6


def find_councils(asked: Sequence[str], table: pd.DataFrame) -> tuple[str, list[str]]:
    """Return the name for a bundle and the county codes for councils given by name or code, or "England".

    Each text may list several, parted by commas or semicolons; names that hold a comma ("Herefordshire, County of") are
    understood.
    Raises InputError for every council that is not known, with the nearest names.
    """
    counties = table.drop_duplicates("county_code").set_index("county_code")["county_name"].sort_index()
    codes, faults, everywhere = [], [], False
    for text in asked:
        for code in _split(text, counties, table, faults):
            everywhere |= code == "England"
            codes += list(counties.index) if code == "England" else [code]
    if faults:
        raise InputError("--council", faults)
    if not codes:
        raise InputError("--council", ["names no council. Write a county or unitary, or England."])
    codes = list(dict.fromkeys(codes))
    if everywhere:
        return "England", codes
    return ", ".join(counties[code] for code in codes), codes


def _split(text: str, counties: pd.Series, table: pd.DataFrame, faults: list[Fault]) -> list[str]:
    """Read a list of councils from the left, the longest name first, so that commas inside names do no harm."""
    parts = [part.strip() for part in re.split("[,;]", text) if part.strip()]
    codes = []
    while parts:
        for length in range(len(parts), 0, -1):
            code = _council(", ".join(parts[:length]), counties, exactly=length > 1)
            if code:
                codes.append(code)
                break
        else:
            length = 1
            faults.append(Fault("", _unknown(parts[0], counties, table)))
        parts = parts[length:]
    return codes


def _council(name: str, counties: pd.Series, exactly: bool) -> str | None:
    """Return a council's code; `exactly` for words that hold a comma, lest "Kent, City of London" be read as Kent."""
    if plain_name(name) == "england":
        return "England"
    code = CHANGED_CODES.get(name.upper(), name.upper())
    if code in counties.index:
        return code
    same = str.casefold if exactly else plain_name
    matches = [code for code, known in counties.items() if same(known) == same(name)]
    return matches[0] if len(matches) == 1 else None


def plain_name(name: str) -> str:
    """Return a council's name without case, stops, "County of" and "Council", so that the ways to write it meet."""
    plain = re.sub(r"[^\w\s]", "", name.casefold().replace("&", "and").replace("-", " "))
    plain = re.sub(r"\b(county|city|london|royal|metropolitan|borough|district|council|unitary|of|the)\b", " ", plain)
    return " ".join(plain.split()) or name.casefold().strip()


def _unknown(name: str, counties: pd.Series, table: pd.DataFrame) -> str:
    districts = table.drop_duplicates("district_code")
    inside = districts[districts["district_name"].map(plain_name) == plain_name(name)]
    if len(inside):
        county = inside["county_name"].iloc[0]
        return f'"{name}" is a district of {county}. Name the county: --council "{county}".'
    plain = {plain_name(known): known for known in counties}
    asked = plain_name(name)
    holding = [known for words, known in plain.items() if set(asked.split()) <= set(words.split())]  # Hull, Brighton
    near = [plain[words] for words in difflib.get_close_matches(asked, list(plain), n=3, cutoff=0.6)]
    likely = list(dict.fromkeys([*holding, *near]))[:MOST_SUGGESTED]
    if likely:
        hint = f"Did you mean {' or '.join(likely)}?"
    else:
        hint = f"Those that are: {'; '.join(sorted(plain.values()))}. Or write England for all of them."
    return f'"{name}" is no county or unitary of England in these files. {hint}'
