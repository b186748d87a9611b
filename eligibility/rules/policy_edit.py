"""Change the text of a policy file and leave the rest of it, its comments too, as somebody wrote it.

The result is text to be parsed like any other: a change that makes no policy is found there, with every fault.
"""

from datetime import date
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from data.faults import InputError
from eligibility.rules.policy import Parameter

COUNCIL_NOTE = "Set by the council."


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
