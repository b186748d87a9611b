"""Record money that is moved between the lines of a plan, by the rules of the scenario file, and take it back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from budget.scenarios.finance import Finance
from budget.scenarios.finance_toml import finance_from, to_mapping
from data.faults import Fault, InputError
from data.wording import exact_pounds


def recorded(finance: Finance, given: Mapping[str, Any], budgets: Mapping[str, int]) -> Finance:
    """Return finance settings with one more virement.

    `given` has `from`, `to`, `amount` (pounds), `approved_by` and `on`, as in a scenario file; `budgets` is what each
    kind of support has in pence before it. Raises InputError with every fault: what is missing, money moved from a line
    to itself or beyond what the line has, and a virement written on a line without a record that does not agree.
    """
    table = _without_moves(finance)
    faults: list[Fault] = []
    entry = {key: value for key, value in given.items() if value is not None}
    if "amount" in entry:
        entry["amount"] = Decimal(str(entry["amount"]))
    old = table.get("virement", [])
    new = finance_from({**table, "virement": [*old, entry]}, faults)
    number = len(old) + 1
    found = [Fault(_where(fault.where, number), fault.problem) for fault in faults]
    has = budgets.get(str(given.get("from")), 0)
    if not found and entry["amount"] * 100 > has:
        found.append(Fault("Pounds", f"is more than the line has, which is {exact_pounds(has)}. Move less."))
    if found:
        raise InputError("virement", found)
    return new


def taken_back(finance: Finance, number: int) -> Finance:
    """Return finance settings without one of the virements recorded, by its place in `finance.virements`."""
    table = _without_moves(finance)
    faults: list[Fault] = []
    table["virement"] = [entry for n, entry in enumerate(table["virement"]) if n != number]
    new = finance_from(table, faults)
    if faults:
        raise InputError("virement", faults)
    return new


def _without_moves(finance: Finance) -> dict[str, Any]:
    """Return the settings as a scenario file has them; a line whose moves are on record does not say them again."""
    table = to_mapping(finance)
    on_record = {kind for each in finance.virements for kind in (each.source, each.target)}
    lines = {
        kind: {key: value for key, value in line.items() if not (key == "virement" and kind in on_record)}
        for kind, line in table.get("lines", {}).items()
    }
    return {**table, "lines": lines}


def _where(where: str, number: int) -> str:
    """Return the box on screen that a fault of the newest virement is in; others keep their place in the file."""
    boxes = {"from": "From", "to": "To", "amount": "Pounds", "approved_by": "Approved by", "on": "Approved on"}
    own = f"finance, virement {number}"
    return boxes.get(where.removeprefix(f"{own}, "), "Virement") if where.startswith(own) else where
