"""Find councils by the names and codes that people write."""

import difflib
import re
from collections.abc import Sequence

import pandas as pd

from data.faults import Fault, InputError
from data.official.lookups import CHANGED_CODES

MOST_SUGGESTED = 6


def find_councils(
    names: Sequence[str], table: pd.DataFrame, other_faults: Sequence[Fault] = ()
) -> tuple[str, list[str]]:
    """Return the name for a bundle and the county codes for councils given by name or code, or "England".

    Each text may list several with commas or semicolons between them; names with a comma in them ("Herefordshire,
    County of") are understood. `table` is that of `AreaDistricts`. Raises InputError for every council that is not
    known, with the nearest names and with `other_faults`, which may be why it is not known.
    """
    counties = table.drop_duplicates("county_code").set_index("county_code")["county_name"].sort_index()
    codes: list[str] = []
    faults: list[Fault] = []
    everywhere = False
    for text in names:
        for code in _split(text, counties, table, faults):
            everywhere |= code == "England"
            codes += list(counties.index) if code == "England" else [code]
    if faults:
        raise InputError("--council", [*faults, *other_faults])
    if not codes:
        problem = Fault("", "names no council. Write a county or unitary, or England.")
        raise InputError("--council", [problem, *other_faults])
    codes = list(dict.fromkeys(codes))
    if everywhere:
        return "England", codes
    return ", ".join(counties[code] for code in codes), codes


def _split(text: str, counties: pd.Series, table: pd.DataFrame, faults: list[Fault]) -> list[str]:
    """Read a list of councils from the left, trying the longest name first, because names may have commas in them."""
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
    """Return a council's code; `exactly` for words with a comma, or "Kent, City of London" would be read as Kent."""
    if plain_name(name) == "england":
        return "England"
    code = CHANGED_CODES.get(name.upper(), name.upper())
    if code in counties.index:
        return code
    same = str.casefold if exactly else plain_name
    matches = [code for code, known in counties.items() if same(known) == same(name)]
    return matches[0] if len(matches) == 1 else None


def plain_name(name: str) -> str:
    """Return a council's name without capitals, full stops, "County of" and "Council", to compare ways to write it."""
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
    wanted = plain_name(name)
    holding = [known for words, known in plain.items() if set(wanted.split()) <= set(words.split())]  # Hull, Brighton
    near = [plain[words] for words in difflib.get_close_matches(wanted, list(plain), n=3, cutoff=0.6)]
    likely = list(dict.fromkeys([*holding, *near]))[:MOST_SUGGESTED]
    if likely:
        hint = f"Did you mean {' or '.join(likely)}?"
    else:
        hint = f"Known are: {'; '.join(sorted(plain.values()))}. Or write England for all of them."
    return f'"{name}" is not a county or unitary of England in these files. {hint}'
