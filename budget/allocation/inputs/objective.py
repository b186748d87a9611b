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

from budget.allocation.inputs.limits import exact, is_number
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


def objective_from(given: object, subject: str = "objective") -> Objective:
    """Make an objective of what TOML says under `objective`; None is the most access. Raises InputError."""
    if given is None:
        return MOST_ACCESS
    table = {"aim": given} if isinstance(given, str) else given
    if not isinstance(table, Mapping):
        raise InputError(subject, [Fault("objective", f"Write one of {', '.join(AIMS)}, or a table with aim.")])
    faults = []
    if unknown := sorted(set(table) - {"aim", "access", "by"}):
        faults.append(Fault("objective", f"Unknown key {', '.join(unknown)}. Known: aim, access, by."))
    aim, access, by = table.get("aim", "most_access"), table.get("access"), table.get("by", "district")
    if aim not in AIMS:
        faults.append(Fault("objective, aim", f"{aim!r} is not known. Write one of {', '.join(AIMS)}."))
    if access is not None and not (is_number(access) and access >= 0):
        faults.append(Fault("objective, access", "Write the access to reach, a number of 0 or more."))
    if not isinstance(by, str):
        faults.append(Fault("objective, by", "Write the name of a column in quotes."))
    for key, owner in (("access", "least_cost"), ("by", "fair_first")):
        if key in table and aim in AIMS and aim != owner:
            faults.append(Fault(f"objective, {key}", f'This is for aim = "{owner}"; the aim is "{aim}".'))
    if faults:
        raise InputError(subject, faults)
    return Objective(aim, None if access is None else exact(access), by)
