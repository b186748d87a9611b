"""The objective of a plan: the most access, the least cost, or the fairest share first.

objective = "most_access"                     # the default

[objective]
aim    = "least_cost"                         # the least spend that reaches `access` and keeps every limit
access = 300                                  # optional: without it, the least spend that funds all who must be funded

[objective]
aim    = "fair_first"                         # the largest share of its need that every group can have, then the most
by     = "district"                           # access; groups are the values of a column
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from pydantic import Field, PlainValidator

from budget.allocation.inputs.toml_tables import FORBID, checked, exact, is_number
from data.faults import Fault, InputError

NOTHING_ASKED = (
    "The least cost is nothing, as there is no access to reach and no cohort must be funded. Say how much access to "
    "reach (access, under the objective), or which cohorts must be funded (must_fund)."
)
AIMS = ("most_access", "least_cost", "fair_first")


def _aim(value: object) -> str:
    if not isinstance(value, str) or value not in AIMS:
        raise ValueError(f"{value!r} is not known. Write one of {', '.join(AIMS)}.")
    return value


def _access(value: object) -> Fraction:
    if not is_number(value) or value < 0:
        raise ValueError("Write the access to reach, a number of 0 or more.")
    return exact(value)


@dataclass(frozen=True, slots=True)
class Objective:
    """What a plan maximises or minimises: `access` belongs to the least cost, `by` to fair first.

    A group's need is the most access that its cohorts could be given if money were no object.
    """

    __pydantic_config__ = FORBID
    aim: Annotated[str, PlainValidator(_aim)] = "most_access"
    access: Annotated[Fraction | None, PlainValidator(_access)] = None
    by: Annotated[str, Field(description="Write the name of a column in quotes.")] = "district"


MOST_ACCESS = Objective()


def objective_from(given: object, subject: str = "objective") -> Objective:
    """Make an objective of what TOML says under `objective`; None is the most access. Raises InputError."""
    if given is None:
        return MOST_ACCESS
    table = {"aim": given} if isinstance(given, str) else given
    if not isinstance(table, Mapping):
        raise InputError(subject, [Fault("objective", f"Write one of {', '.join(AIMS)}, or a table with aim.")])
    objective = checked(Objective, table, subject, "objective")
    faults = [
        Fault(f"objective, {key}", f'This is for aim = "{owner}"; the aim is "{objective.aim}".')
        for key, owner in (("access", "least_cost"), ("by", "fair_first"))
        if key in table and objective.aim != owner
    ]
    if faults:
        raise InputError(subject, faults)
    return objective
