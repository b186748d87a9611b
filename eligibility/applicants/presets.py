"""Presets: what the columns and codes of one kind of export mean, as data; those of systems that councils have.

    [columns]                     [codes.ehcp]
    "Base Name" = "destination"   E = "yes"

A preset of one's own is saved from a mapping that a person has confirmed, and used for the next file of that kind. It
holds headings and codes alone, nothing of a person.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from data.faults import Fault, InputError
from data.opening.files import content_of
from data.opening.toml_text import parse_toml
from data.suggest import did_you_mean
from eligibility.applicants.headings import BESIDE, WIDER, ColumnMapping, Match, normal

FOLDER = Path(__file__).with_name("exports")
LEAST_ALIKE = 3  # headings from which on a preset is said to fit a file, where these are not known without it
KEYS = ("title", "about", "columns", "codes")


@dataclass(frozen=True, slots=True)
class Preset:
    """What the columns of one kind of export mean."""

    id: str
    title: str
    columns: Mapping[str, str]  # heading -> a fact, "fact per month" or "" for not read
    codes: Mapping[str, Mapping[str, str]]  # by fact: what a cell says -> how this program writes it, "" for a gap
    about: str = ""


@cache
def shipped() -> Mapping[str, Preset]:
    """Return the presets that come with Farebridge, by their ids."""
    return {file.stem: parse(file.read_bytes(), file.stem) for file in sorted(FOLDER.glob("*.toml"))}


def find(preset: str) -> Preset:
    """Return a preset by its id or from a file (.toml). Raises InputError with all that is wrong with it."""
    if preset in shipped():
        return shipped()[preset]
    if not preset.endswith(".toml"):
        raise InputError("--preset", [f'"{preset}" is no preset. {did_you_mean(preset, shipped())}'])
    path = Path(preset)
    return parse(content_of(path), path.name)


def parse(content: bytes, name: str) -> Preset:
    """Read a preset. Raises InputError with every fault."""
    found = parse_toml(content, name)
    faults = [Fault(key, f"is no key of a preset. {did_you_mean(key, KEYS)}") for key in found if key not in KEYS]
    faults += [Fault(key, "must be a text.") for key in KEYS[:2] if not isinstance(found.get(key, ""), str)]
    columns, codes = found.get("columns", {}), found.get("codes", {})
    if not _is_texts(columns) or not columns:
        faults.append(Fault("columns", 'must have a line for each heading, as "Base Name" = "destination".'))
    if not isinstance(codes, dict) or not all(map(_is_texts, codes.values())):
        faults.append(Fault("codes", 'must have a table for each fact, as [codes.ehcp] with lines as E = "yes".'))
    if faults:
        raise InputError(name, faults)
    return Preset(name.removesuffix(".toml"), found.get("title", name), columns, codes, found.get("about", ""))


def _is_texts(table: object) -> bool:
    return isinstance(table, dict) and all(isinstance(value, str) for value in table.values())


def fitting(mapping: ColumnMapping) -> list[Preset]:
    """Return the presets that know columns which are not read as they are, the one that knows most first."""
    unread = {normal(match.heading) for match in mapping.columns if not match.target}
    alike = {
        name: sum(normal(heading) in unread for heading, fact in preset.columns.items() if fact)
        for name, preset in shipped().items()
    }
    best_first = sorted(shipped().values(), key=lambda preset: -alike[preset.id])
    return [preset for preset in best_first if alike[preset.id] >= LEAST_ALIKE]


def applied(preset: Preset, mapping: ColumnMapping) -> ColumnMapping:
    """Return a mapping with the columns that a preset knows; a fact that the policy does not ask for is left alone.

    A column of a preset is a sure match, but for one that it leaves "wider".
    """
    known = {normal(heading): fact for heading, fact in preset.columns.items()}
    choices, given = dict[str, str](), set[str]()
    for match in mapping.columns:
        fact = known.get(normal(match.heading))
        name = (fact or "").partition(" ")[0]
        if fact is not None and name not in given and (not name or name in mapping.targets):
            choices[match.heading] = fact
            given |= {name} - {""}
    chosen = mapping.by_hand(choices)
    return replace(
        chosen, columns=tuple(_of(preset, match) if match.heading in choices else match for match in chosen.columns)
    )


def _of(preset: Preset, match: Match) -> Match:
    how = "preset" if match.how == "by hand" and match.target else match.how
    return replace(match, how=how, codes=tuple(preset.codes.get(match.target, {}).items()))


def saved(mapping: ColumnMapping, title: str) -> str:
    """Return a confirmed mapping as the text of a preset (TOML)."""
    lines = [f"title = {_text(title)}", "", "[columns]"]
    lines += [f"{_text(match.heading)} = {_text(choice(match, mapping))}" for match in mapping.columns]
    for match in mapping.columns:
        if match.target and match.codes:
            lines += ["", f"[codes.{match.target}]"]
            lines += [f"{_text(code)} = {_text(meaning)}" for code, meaning in match.codes]
    return "\n".join(lines) + "\n"


def choice(match: Match, mapping: ColumnMapping) -> str:
    """Return what a column is taken for as `ColumnMapping.by_hand` takes it: a fact, "fact per month", "" for none."""
    if match.beside:
        return f"{match.beside} {BESIDE}"
    if match.how == WIDER:
        return f"{match.target} {WIDER}"
    is_money = bool(match.target) and mapping.targets[match.target].is_money
    return f"{match.target} {match.unit}".strip() if is_money else match.target


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a basic string of TOML is written as one of JSON
