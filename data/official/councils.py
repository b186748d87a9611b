"""Find councils by the names and codes that people write."""

import difflib
import re
from collections.abc import Sequence

import pandas as pd

from data.faults import Fault, InputError
from data.official import council_groups
from data.official.changed_codes import CHANGED_CODES
from data.official.council_groups import COMBINED, CouncilGroup
from data.official.plain_names import plain_name

MOST_SUGGESTED = 6
OTHER_NATIONS = ("wales", "scotland", "northern ireland")


def find_councils(
    names: Sequence[str],
    table: pd.DataFrame,
    other_faults: Sequence[Fault] = (),
    groups: Sequence[CouncilGroup] = (),
) -> tuple[str, list[str]]:
    """Return the name for a bundle and the county codes for councils given by name or code, or "England".

    Each text may list several with commas or semicolons between them; names with a comma in them ("Herefordshire,
    County of") are understood. A combined authority counts as its members. `table` and `groups` are those of
    `AreaDistricts`. Raises InputError for every council that is not known, with what can be built in its place or the
    nearest names, and with `other_faults`, which may be why it is not known.
    """
    counties = table.drop_duplicates("county_code").set_index("county_code")["county_name"].sort_index()
    codes: list[str] = []
    faults: list[Fault] = []
    titles: list[str] = []
    everywhere = False
    for text in names:
        for found in _split(text, counties, table, groups, faults):
            everywhere |= found == "England"
            codes += list(counties.index) if found == "England" else _codes(found)
            titles.append(_title(found, counties))
    if faults:
        raise InputError("--council", [*faults, *other_faults])
    if not codes:
        problem = Fault("", "names no council. Write a county or unitary, or England.")
        raise InputError("--council", [problem, *other_faults])
    codes = list(dict.fromkeys(codes))
    if everywhere:
        return "England", codes
    return ", ".join(dict.fromkeys(titles)), codes


def _title(found: str | CouncilGroup, counties: pd.Series) -> str:
    return f"{found.name} ({COMBINED})" if isinstance(found, CouncilGroup) else str(counties.get(found, found))


def _codes(found: str | CouncilGroup) -> list[str]:
    return list(found.codes) if isinstance(found, CouncilGroup) else [found]


def _split(
    text: str, counties: pd.Series, table: pd.DataFrame, groups: Sequence[CouncilGroup], faults: list[Fault]
) -> list[str | CouncilGroup]:
    """Read a list of councils from the left, trying the longest name first, because names may have commas in them."""
    parts = [part.strip() for part in re.split("[,;]", text) if part.strip()]
    found: list[str | CouncilGroup] = []
    while parts:
        for length in range(len(parts), 0, -1):
            code = _council(", ".join(parts[:length]), counties, exactly=length > 1)
            if code:
                found.append(code)
                break
        else:
            length = 1
            same = council_groups.called(parts[0], groups)
            if len(same) == 1 and same[0].kind == COMBINED:
                found.append(same[0])
            else:
                problem = (
                    council_groups.in_words(same, counties) if same else _unknown(parts[0], counties, table, groups)
                )
                faults.append(Fault("", problem))
        parts = parts[length:]
    return found


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


def _unknown(name: str, counties: pd.Series, table: pd.DataFrame, groups: Sequence[CouncilGroup]) -> str:
    districts = table.drop_duplicates("district_code")
    inside = districts[districts["district_name"].map(plain_name) == plain_name(name)]
    if len(inside):
        county = inside["county_name"].iloc[0]
        return f'"{name}" is a district of {county}. Name the county: --council "{county}".'
    if plain_name(name) in OTHER_NATIONS:
        return f'"{name}" is not in England. Rules and official files here are those of England: name a council of it.'
    several = [_council(part, counties, exactly=False) for part in re.split(r"\s+(?:and|&|\+)\s+", name)]
    if len(several) > 1 and all(several):
        together = ", ".join(counties.get(code, code) for code in several if code)
        return f'"{name}" is the name of no council. For both, write a comma between them: --council "{together}".'
    plain = {plain_name(known): known for known in counties}
    plain |= {plain_name(group.name): group.name for group in groups if group.kind == COMBINED}
    wanted = plain_name(name)
    holding = [known for words, known in plain.items() if set(wanted.split()) <= set(words.split())]  # Hull, Brighton
    near = [plain[words] for words in difflib.get_close_matches(wanted, list(plain), n=3, cutoff=0.6)]
    likely = list(dict.fromkeys([*holding, *near]))[:MOST_SUGGESTED]
    groups_by_name = {plain_name(group.name): group for group in groups}
    slip = difflib.get_close_matches(wanted, list(groups_by_name), n=1, cutoff=0.8)
    if slip and not (likely and _likeness(wanted, plain_name(likely[0])) > _likeness(wanted, slip[0])):
        same = council_groups.called(groups_by_name[slip[0]].name, groups)
        hint = f"Did you mean {same[0].name}? {council_groups.in_words(same, counties)}"
    elif likely:
        hint = f"Did you mean {' or '.join(likely)}?"
    else:
        hint = f"Known are: {'; '.join(sorted(plain.values()))}. Or write England for all of them."
    return f'"{name}" is not a county or unitary of England in these files. {hint}'


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()
