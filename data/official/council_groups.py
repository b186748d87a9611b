"""Names for several councils at once: combined authorities, regions, former counties and former districts.

Regions and former districts come from the official lookups that are loaded, combined authorities from the ONS lookup
of districts to combined authorities, else from `council_groups.toml`, which also has the former counties.
"""

import datetime
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.official.plain_names import plain_name

FILE = Path(__file__).parents[1] / "council_groups.toml"
COMBINED, FORMER, REGION, DISTRICT = "combined authority", "former county", "region", "former district"


@dataclass(frozen=True, slots=True)
class CouncilGroup:
    """A name that stands for one or more counties and unitaries."""

    name: str
    kind: str  # COMBINED, FORMER, REGION or DISTRICT
    codes: tuple[str, ...]  # of counties
    until: datetime.date | None = None  # the last day of a former county
    also: tuple[str, ...] = ()

    def is_called(self, text: str) -> bool:
        """Say whether a text is one of the names of this group; "… Combined Authority" is of that kind alone."""
        said, kind = plain_group_name(text)
        return said in map(plain_name, (self.name, *self.also)) and kind in ("", self.kind)


def plain_group_name(text: str) -> tuple[str, str]:
    """Return a name in plain words, and the kind of group that it names, "" where it names none.

    >>> plain_group_name("West Midlands Combined Authority"), plain_group_name("West Midlands region")
    (('west midlands', 'combined authority'), ('west midlands', 'region'))
    """
    words = " ".join(text.casefold().split())
    if "combined" in words:
        return plain_name(re.sub(r"\b(mayoral|combined|county|authority)\b", " ", words)), COMBINED
    if words.endswith(" region") and not words.endswith("city region"):
        return plain_name(words.removesuffix(" region")), REGION
    return plain_name(words), ""


def shipped(counties: pd.Series, path: Path = FILE) -> list[CouncilGroup]:
    """Return the groups of council_groups.toml all of whose members are among `counties` (names by code)."""
    by_name = {plain_name(name): str(code) for code, name in counties.items()}
    groups = []
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["group"]:
        codes = [code for member in entry["members"] if (code := by_name.get(plain_name(member)))]
        if len(codes) == len(entry["members"]):
            also = tuple(entry.get("also", ()))
            groups.append(CouncilGroup(entry["name"], entry["kind"], tuple(codes), entry.get("until"), also))
    return groups


def in_table(kind: str, names: pd.Series, codes: pd.Series) -> list[CouncilGroup]:
    """Return the groups that a lookup names: `names` of groups, beside the codes of the counties in them."""
    pairs = pd.DataFrame({"name": names, "code": codes}).dropna().drop_duplicates().sort_values(["name", "code"])
    return [
        CouncilGroup(str(name), kind, tuple(rows["code"]), also=("Greater London",) if name == "London" else ())
        for name, rows in pairs.groupby("name")
    ]


def together(lookups: Iterable[CouncilGroup], counties: pd.Series) -> tuple[CouncilGroup, ...]:
    """Return the groups of the lookups and those shipped, a combined authority of a lookup in place of one shipped."""
    found = list(lookups)
    official = {plain_name(group.name) for group in found if group.kind == COMBINED}
    own = [group for group in shipped(counties) if not (group.kind == COMBINED and plain_name(group.name) in official)]
    return (*found, *own)


def called(text: str, groups: Sequence[CouncilGroup]) -> list[CouncilGroup]:
    """Return the groups that a text names, the current ones first."""
    order = [COMBINED, REGION, FORMER, DISTRICT]
    return sorted((group for group in groups if group.is_called(text)), key=lambda group: order.index(group.kind))


def in_words(groups: Sequence[CouncilGroup], counties: pd.Series) -> str:
    """Say what the groups of one name are and how they can be built: one or two sentences."""
    first, *others = groups
    if not others or {group.kind for group in groups} != {COMBINED, REGION}:
        return f"{_one(first, counties)}."
    members, wider = ([str(counties[code]) for code in group.codes] for group in groups)
    return (
        f"{first.name} is a combined authority ({_and(members)}) and a region ({_and(wider)}). For the combined "
        f'authority write --council "{first.name} Combined Authority", for the region --council {_quoted(wider)}.'
    )


def _one(group: CouncilGroup, counties: pd.Series) -> str:
    names = [str(counties[code]) for code in group.codes]
    if group.kind == DISTRICT:
        return f"{group.name} was a district and is in {names[0]} now; build it with --council {_quoted(names)}"
    if group.kind == COMBINED:
        return f'{group.name} is a combined authority; build it with --council "{group.name} Combined Authority"'
    until = f" (a county until {group.until.day} {group.until:%B %Y})" if group.until else ""
    return (
        f"{group.name}{until} is {_and(names)}; build {'both' if len(names) == 2 else 'all'} with "
        f"--council {_quoted(names)}"
    )


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _quoted(names: list[str]) -> str:
    return '"' + "; ".join(names) + '"'
