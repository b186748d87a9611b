"""Errors that a council officer can act on: every fault of an input at once, none of them the first.

A function that reads something from outside (a file, a command, a form) gathers `Fault`s and raises one
`InputError` that carries them all. Command lines print it and end with status 2; screens show it as a list.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

MOST_SHOWN = 500  # faults in words; nobody reads more, and a file can be made to have a million
Read = TypeVar("Read")


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
