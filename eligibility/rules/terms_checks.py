"""Checks that follow the names in a policy's terms to its criteria and parameters."""

from collections.abc import Sequence

from data.faults import Fault
from data.suggest import did_you_mean
from eligibility.rules.policy import Policy
from eligibility.rules.terms import AMOUNT_UNITS, Rate, Terms

NAMING = ("contribution", "provision", "refer")  # the terms that name a criterion


def named_criteria(terms: Terms) -> dict[str, list[str]]:
    """Return the criterion that each term names, by where it names it."""
    return {
        f"{section}[{number}].when": [term.when]
        for section in NAMING
        for number, term in enumerate(getattr(terms, section), 1)
        if term.when
    }


def rate_faults(policy: Policy, declared: Sequence[str]) -> list[Fault]:
    """Return what is wrong with the amounts and shares of a contribution, and with the order of its lines."""
    rates = policy.terms.contribution
    faults = [fault for number, rate in enumerate(rates, 1) for fault in _faults(policy, number, rate, declared)]
    for number, rate in enumerate(rates[:-1], 1):
        if not rate.when:
            where = f"contribution[{number}]"
            faults.append(
                Fault(where, 'is for everybody, so what follows is never charged. Add "when", or put it last.')
            )
    return faults


def _faults(policy: Policy, number: int, rate: Rate, declared: Sequence[str]) -> list[Fault]:
    where = f"contribution[{number}]"
    faults = _parameter_faults(policy, f"{where}.amount", rate.amount, list(AMOUNT_UNITS), declared)
    faults += _parameter_faults(policy, f"{where}.share", rate.share, ["share"], declared)
    if rate.share and not rate.amount:
        faults.append(Fault(where, 'has a "share" of no "amount". Name the amount.'))
    if rate.label == "nil" and rate.amount:
        faults.append(Fault(where, 'charges an amount and is called "nil". Remove one of the two.'))
    return faults


def _parameter_faults(policy: Policy, where: str, name: str, units: list[str], declared: Sequence[str]) -> list[Fault]:
    if not name:
        return []
    if name not in declared:
        return [Fault(where, f'"{name}" is not defined. {did_you_mean(name, declared)}')]
    if name not in policy.parameters:
        return []  # it has a fault of its own
    parameter = policy.parameters[name]
    if parameter.unit not in units:
        return [Fault(where, f'parameter "{name}" is in "{parameter.unit}". Use one of: {", ".join(units)}.')]
    return (
        [] if parameter.is_amount else [Fault(where, f'parameter "{name}" must be a single number, not below nought.')]
    )
