"""Errors that a council officer can act on: every fault of an input at once, none of them the first.

A function that reads something from outside (a file, a command, a form) gathers `Fault`s and raises one
`InputError` that carries them all. Command lines print it and end with status 2; screens show it as a list.
"""

import errno
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

FULL = {number for name, number in vars(errno).items() if name in ("ENOSPC", "EDQUOT", "EFBIG")}
MOST_SHOWN = 500  # faults in words; nobody reads more, and a file can be made to have a million
Read = TypeVar("Read")
SEVERAL = "Nothing was done"  # the subject of faults of several inputs


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where it is, and what is wrong, expected and to be done."""

    where: str  # "row 14, cost_pence"; "" where the fault is the input as a whole
    problem: str  # one or two sentences, ending with what to do

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}" if self.where else self.problem


class InputError(ValueError):
    """An input that cannot be used, with all its faults."""

    def __init__(self, subject: str, faults: Iterable[Fault | str]):
        self.subject = subject
        self.faults = tuple(f if isinstance(f, Fault) else Fault("", f) for f in faults)
        super().__init__(str(self))

    def __reduce__(self):
        return type(self), (self.subject, self.faults)  # so that it can come back from another process

    def __str__(self) -> str:
        if len(self.faults) == 1:
            return f"{self.subject}: {self.faults[0]}"
        lines = [f"{self.subject}: {len(self.faults)} problems", *(f"  {fault}" for fault in self.faults[:MOST_SHOWN])]
        if len(self.faults) > MOST_SHOWN:
            lines.append(f"  and {len(self.faults) - MOST_SHOWN:,} more.")
        return "\n".join(lines)


def gathered(faults: list[Fault], read: Callable[[], Read], otherwise: Read, where: str = "") -> Read:
    """Return what `read` returns. Where it raises InputError, add its faults to `faults` and return `otherwise`.

    `where` names the input, such as the name of its file, and is put before the place of each fault.
    """
    try:
        return read()
    except InputError as error:
        faults += [Fault(", ".join(filter(None, (where, fault.where))), fault.problem) for fault in error.faults]
        return otherwise


def _named(error: InputError, fault: Fault) -> Fault:
    names = () if error.subject == SEVERAL else (error.subject,)
    return Fault(": ".join(filter(None, (*names, fault.where))), fault.problem)


def cannot_use(error: OSError) -> InputError:
    """Return the system's refusal of a file as an InputError: which file, why, and what to check."""
    remedy = "Check that the path exists and that you may read or write it."
    if error.errno in FULL:
        remedy = "The disk is full, or you may put no more on it. Nothing was changed: make room, and do it again."
    problem = f"{error.strerror or error}. {remedy}"
    return InputError(str(error.filename or "the file"), [problem])


def all_read(*reads: Callable[[], Any]) -> list[Any]:
    """Return what each of `reads` returns, in order.

    Raises InputError with the faults of all that raised one, each after its input: who gives two wrong files
    hears of both at once.
    """
    errors: list[InputError] = []
    results = []
    for read in reads:
        try:
            results.append(read())
        except InputError as error:
            errors.append(error)
        except OSError as error:
            errors.append(cannot_use(error))
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise InputError(SEVERAL, [_named(error, fault) for error in errors for fault in error.faults])
    return results
