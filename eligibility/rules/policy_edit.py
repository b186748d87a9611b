"""Change the text of a policy file and leave the rest of it, its comments too, as somebody wrote it.

The result is text to be parsed like any other: a change that makes no policy is found there, with every fault.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from data.faults import InputError
from eligibility.rules.basis import COUNCIL_NOTE
from eligibility.rules.policy import Parameter


def copy_as(text: str, new_id: str, new_title: str) -> str:
    """Return the text of a policy under another id and title."""
    document = tomlkit.parse(text)
    document["id"], document["title"] = new_id, new_title.replace("\n", " ")
    return tomlkit.dumps(document)


def with_value(text: str, parameter: Parameter, value: float, day: date, until: date | None = None) -> str:
    """Return the text with the council's own value of a number from `day` on; other values stay.

    The value is marked as an assumption with a note that the council set it: no published source says it. A value that
    began on the same day is replaced. Raises InputError where the text is no TOML or has no such list of values.
    """
    try:
        document: Any = tomlkit.parse(text)
        values = document["parameters"][parameter.name]["values"]
        days = [dated["from"] for dated in values]
    except (TOMLKitError, KeyError, TypeError) as error:
        problem = f"has no list of the values of {parameter.name} that can be read. Change it in the text."
        raise InputError("the policy file", [problem]) from error
    ends = f", until = {until}" if until else ""
    written = f'{{ from = {day}{ends}, value = {value:.10g}, assumption = true, note = "{COUNCIL_NOTE}" }}'
    entry = tomlkit.parse(f"entry = {written}")["entry"]
    if day in days:
        values[days.index(day)] = entry
    else:
        values.insert(sum(start < day for start in days), entry)
    return tomlkit.dumps(document)


def with_letters(text: str, words: Mapping[str, str]) -> str:
    """Return the text with the council's words for its letters, by names of LETTER_FIELDS; empty ones are taken out."""
    document: Any = _parsed(text)
    table = document.get("letters", tomlkit.table())
    for name, said in words.items():
        if said.strip():
            table[name] = said.strip()
        elif name in table:
            del table[name]
    document.pop("letters", None)
    if table:
        document["letters"] = table
    return tomlkit.dumps(document)


def with_appeal(text: str, stages: Sequence[tuple[str, str, int | None]]) -> str:
    """Return the text with these stages of appeal: name, what happens, working days or None.

    A stage that is as it was keeps what it rests on; another is marked with the note that the council set it.
    """
    document: Any = _parsed(text)
    old = {
        (s.get("stage"), str(s.get("text", "")).strip(), s.get("working_days")): s for s in document.get("appeal", [])
    }
    found = tomlkit.aot()
    for stage, said, days in stages:
        table = old.get((stage, said, days))
        if table is None:
            table = tomlkit.table()
            given = {"stage": stage, "text": said, "working_days": days, "assumption": True, "note": COUNCIL_NOTE}
            table.update({key: value for key, value in given.items() if value is not None})
        found.append(table)
    document.pop("appeal", None)
    if stages:
        document["appeal"] = found
    return tomlkit.dumps(document)


def _parsed(text: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise InputError("the policy file", [f"is no TOML: {error}. Mend the text first."]) from error
