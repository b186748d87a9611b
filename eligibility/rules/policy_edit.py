"""Change the text of a policy file and leave the rest of it, its comments too, as somebody wrote it.

What comes out is text to be parsed like any other: a change that makes no policy is found there, with every fault.
"""

import re
from datetime import date

from data.faults import InputError
from eligibility.rules.policy import Parameter

COUNCIL_NOTE = "Set by the council."
ENTRY = re.compile(r"^\s*\{.*\bfrom\s*=\s*(\d{4}-\d{2}-\d{2})")


def copy_as(text: str, new_id: str, new_title: str) -> str:
    """Return the text of a policy under another id and title."""
    for key, value in (("id", new_id), ("title", new_title)):
        text = re.sub(rf"(?m)^{key}\s*=.*$", lambda _, key=key, value=value: f"{key} = {_quoted(value)}", text, count=1)
    return text


def with_value(text: str, parameter: Parameter, value: float, day: date, until: date | None = None) -> str:
    """Return the text with the council's own value of a number from `day` on, those before it and after it kept.

    The value is marked as an assumption with a note that the council set it: no published source says it. A value that
    began on the same day is replaced. Raises InputError where the file lists the values in a way of its own.
    """
    lines = text.split("\n")
    first, last = _values(lines, parameter.name)
    ends = f", until = {until}" if until else ""
    entry = f'    {{ from = {day}{ends}, value = {_number(value)}, assumption = true, note = "{COUNCIL_NOTE}" }},'
    kept = [line for line in lines[first:last] if _from(line) != str(day)]
    place = next((n for n, line in enumerate(kept) if (_from(line) or "") > str(day)), len(kept))
    return "\n".join([*lines[:first], *kept[:place], entry, *kept[place:], *lines[last:]])


def _values(lines: list[str], name: str) -> tuple[int, int]:
    """Return the first line of a parameter's list of values and the line that closes it."""
    problem = f"does not list the values of {name} one a line. Change them in the text."
    heads = [n for n, line in enumerate(lines) if line.strip() == f"[parameters.{name}]"]
    if len(heads) != 1:
        raise InputError("the policy file", [problem])
    for number in range(heads[0] + 1, len(lines)):
        if lines[number].startswith("["):
            break
        if re.fullmatch(r"values\s*=\s*\[", lines[number].strip()):
            closed = next((n for n in range(number + 1, len(lines)) if lines[n].strip() == "]"), None)
            if closed is not None:
                return number + 1, closed
    raise InputError("the policy file", [problem])


def _from(line: str) -> str | None:
    found = ENTRY.match(line)
    return found[1] if found else None


def _number(value: float) -> str:
    return f"{value:.10g}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
