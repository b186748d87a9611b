"""What a plan is to do best: the most access, the least cost, or the fairest share first.

objective = "most_access"                     # the default

[objective]
aim    = "least_cost"                         # the least spend that still reaches `access`, and keeps every limit
access = 300                                  # left out: the least spend that funds all who must be funded

[objective]
aim    = "fair_first"                         # raise the worst-off group's share of its need as far as it will go,
by     = "district"                           # then the most access; groups are the values of a column
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, model_validator

from budget.allocation.inputs.toml_tables import TomlTable, checked, exact, is_number
from data.faults import Fault, InputError

NOTHING_ASKED = (
    "The least cost of what is asked is nothing: no access is asked for and nobody must be funded. Say how much access "
    "to reach (access, under the objective), or which cohorts must be funded (must_fund)."
)
AIMS = ("most_access", "least_cost", "fair_first")


@dataclass(frozen=True, slots=True)
class Objective:
    """What to have the most or the least of. `access` is for the least cost, `by` for the fair way.

    A group's need is the most access that its cohorts could be given if money were no object.
    """

    aim: str = "most_access"
    access: Fraction | None = None
    by: str = "district"


MOST_ACCESS = Objective()


def _access(value: object) -> Fraction:
    access = exact(value) if is_number(value) else Fraction(-1)  # type: ignore[arg-type]  # a number there
    if access < 0:
        raise ValueError("Write the access to reach, a number of 0 or more.")
    return access


class ObjectiveTable(TomlTable):
    """[objective]."""

    aim: Literal[AIMS] = Field("most_access", description=f"{{value}} is not known. Write one of {', '.join(AIMS)}.")  # type: ignore[valid-type]
    access: Annotated[Fraction | None, PlainValidator(_access)] = None
    by: str = Field("district", description="Write the name of a column in quotes.")

    @model_validator(mode="after")
    def _keys_of_the_aim(self) -> "ObjectiveTable":
        for key, owner in (("access", "least_cost"), ("by", "fair_first")):
            if key in self.model_fields_set and self.aim != owner:
                raise ValueError(f'{key} is for aim = "{owner}"; the aim is "{self.aim}".')
        return self


def objective_from(given: object, subject: str = "objective") -> Objective:
    """Make an objective of what TOML says under `objective`; None is the most access. Raises InputError."""
    if given is None:
        return MOST_ACCESS
    table = {"aim": given} if isinstance(given, str) else given
    if not isinstance(table, Mapping):
        raise InputError(subject, [Fault("objective", f"Write one of {', '.join(AIMS)}, or a table with aim.")])
    read = checked(ObjectiveTable, table, subject, "objective")
    return Objective(read.aim, read.access, read.by)
