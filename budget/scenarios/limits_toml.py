"""Write limits and an objective as the tables of a scenario file; `limits_from` and `objective_from` read them back."""

from collections.abc import Mapping
from decimal import Decimal, Inexact, localcontext
from fractions import Fraction

from budget.allocation import Limit, Limits, Objective, Share
from budget.allocation.inputs.limits import PARTS
from budget.allocation.inputs.objective import MOST_ACCESS
from data.faults import Fault, InputError

MOST_DIGITS = 200  # of a decimal that is written


def in_pounds(amount_pence: int) -> int | Decimal:
    """Return pence as the pounds that a scenario file has."""
    return amount_pence // 100 if amount_pence % 100 == 0 else Decimal(amount_pence).scaleb(-2)


def _decimal(value: Fraction) -> int | Decimal:
    """Return a fraction as the decimal it is. Raises InputError where it has no end, as a third has none."""
    if value.denominator == 1:
        return int(value)
    with localcontext() as context:
        context.prec = MOST_DIGITS
        context.traps[Inexact] = True
        try:
            return Decimal(value.numerator) / Decimal(value.denominator)
        except Inexact:
            problem = f"{value} cannot be written as a decimal. Give the limit a number with an end."
            raise InputError("scenario", [Fault("limit", problem)]) from None


def limits_table(limits: Limits) -> dict:
    """Return the keys of a scenario file that hold its limits. Raises InputError for a number with no end."""
    table: dict = {"must_fund": list(limits.must_fund)}
    table["committed"] = [{"cohort": cohort, "option": option} for cohort, option in limits.committed]
    table["committed"] += [{"service": service, "units": units} for service, units in limits.committed_units.items()]
    if limits.part_funding is not None:
        parts = {"parts": limits.part_funding.parts} if limits.part_funding.parts != PARTS else {}
        where = {"where": _group(limits.part_funding.where)} if limits.part_funding.where else {}
        table["part_funding"] = parts | where or True
    table["grant"] = [
        {"name": grant.name, "amount": in_pounds(grant.amount_pence), "pays_for": _group(grant.pays_for)}
        for grant in limits.grants
    ]
    table["limit"] = [_limit_table(limit) for limit in limits.limits]
    return {key: value for key, value in table.items() if value}


def _limit_table(limit: Limit) -> dict:
    table: dict = {"measure": limit.measure}
    for side in ("at_most", "at_least"):
        figure = getattr(limit, side)
        if figure is not None:
            table[side] = {"share": _decimal(figure.share)} if isinstance(figure, Share) else _decimal(figure)
    if limit.where:
        table["where"] = _group(limit.where)
    return table | {key: getattr(limit, key) for key in ("each", "name") if getattr(limit, key) is not None}


def _group(where: Mapping[str, tuple[str, ...]]) -> dict:
    return {column: values[0] if len(values) == 1 else list(values) for column, values in where.items()}


def objective_table(objective: Objective) -> dict:
    """Return the [objective] table of a scenario file. Raises InputError for a number with no end."""
    table: dict = {"aim": objective.aim}
    if objective.access is not None:
        table["access"] = _decimal(objective.access)
    if objective.by != MOST_ACCESS.by:
        table["by"] = objective.by
    return table
