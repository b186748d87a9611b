"""Errors that a council officer can act on: every fault of an input at once, none of them the first.

A function that reads something from outside (a file, a command, a form) gathers `Fault`s and raises one
`InputError` that carries them all. Command lines print it and end with status 2; screens show it as a list.

What is odd and yet usable is a warning: a sentence in a bundle's manifest, for whoever builds the data. What it means
for a plan is said elsewhere, by its kind (`Noted`), so that another wording of the sentence changes nothing there.
"""

import errno
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeVar

FULL = {number for name, number in vars(errno).items() if name in ("ENOSPC", "EDQUOT", "EFBIG")}
MOST_SHOWN = 500  # faults in words; nobody reads more, and a file can be made to have a million
Read = TypeVar("Read")
SEVERAL = "Nothing was done"  # the subject of faults of several inputs

WarningKind = Literal[
    "across_water",
    "areas_in_no_council",
    "colleges_at_one_site",
    "colleges_at_postcodes",
    "colleges_of_2019",
    "column_estimated",
    "decile_unknown",
    "file_loaded_twice",
    "file_not_used",
    "lakes",
    "low_income_estimated",
    "low_income_percentile_unknown",
    "no_boundary",
    "no_colleges_left",
    "no_colleges_loaded",
    "no_colleges_near",
    "no_destination_of_a_kind",
    "no_employment_loaded",
    "no_figures_for_council",
    "no_postcodes_near",
    "not_weighted_centres",
    "over_the_border",
    "own_file",
    "people_not_carried",
    "providers_missing",
    "providers_placed",
    "rural_urban_unknown",
    "schools_without_ages",
    "scotland_beside",
    "sites_left_out",
    "sites_of_a_list",
    "source_passed_over",
    "timetables_not_used",
    "water_unknown",
    "young_people_estimated",
]


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


def cannot_use(error: OSError, written: Sequence[str] = ()) -> InputError:
    """Return the system's refusal of a file as an InputError: which file, why, and what to check.

    `written`: the files that were written before.
    """
    remedy = "Check that the path exists and that you may read or write it."
    if error.errno in FULL:
        changed = f"Written before: {', '.join(written)}" if written else "Nothing was changed"
        remedy = f"The disk is full, or you may put no more on it. {changed}. Make room, and do it again."
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


@dataclass(frozen=True, slots=True)
class KindOf:
    """The kind of one warning, and the figures and names in it, as words: what `manifest.json` has of it."""

    kind: str
    parts: dict[str, str]


class Noted(str):
    """A sentence that warns of something in a county's data, with its `kind` and its `parts`.

    >>> note = Noted("3 of 9 areas have no boundary.", "no_boundary", some="3", all="9")
    >>> note, note.kind, note.parts["some"]
    ('3 of 9 areas have no boundary.', 'no_boundary', '3')
    """

    __slots__ = ("kind", "parts")
    kind: str  # a WarningKind; of a bundle of a later version, perhaps one that is not known here
    parts: dict[str, str]

    def __new__(cls, sentence: str, kind: WarningKind, **parts: str) -> "Noted":
        """Make a warning of a kind; `parts` are the figures and names that tell what it does to a plan."""
        return cls._made(sentence, kind, parts)

    @classmethod
    def _made(cls, sentence: str, kind: str, parts: Mapping[str, str]) -> "Noted":
        noted = super().__new__(cls, sentence)
        noted.kind, noted.parts = kind, dict(parts)
        return noted

    def __reduce__(self) -> tuple:
        """Keep kind and parts in copies, and on the way to another process."""
        return Noted._made, (str(self), self.kind, self.parts)


def kinds_of(warnings: Iterable[str]) -> dict[str, dict]:
    """Return the kind and the parts of each warning that has one, by its sentence, for `manifest.json`."""
    return {str(each): asdict(KindOf(each.kind, each.parts)) for each in warnings if isinstance(each, Noted)}


def with_kinds(warnings: Iterable[str], kinds: Mapping[str, KindOf]) -> tuple[str, ...]:
    """Return the warnings, each with its kind where `kinds`, as read from `manifest.json`, has it."""
    return tuple(Noted._made(each, kinds[each].kind, kinds[each].parts) if each in kinds else each for each in warnings)
