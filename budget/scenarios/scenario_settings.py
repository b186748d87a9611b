"""Work out the catalogue and the targeting policy as a scenario changes them, and check the checksums it names."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from budget.offers import catalogue as catalogue_file
from budget.offers import ranges as ranges_file
from budget.offers import tickets
from budget.offers.catalogue import Catalogue
from budget.offers.ranges import Ranges
from budget.scenarios.funded_journey import with_journeys
from budget.scenarios.scenario import Scenario
from data.faults import Fault, InputError
from data.figures import Figures
from data.official.rural_urban import CLASSES
from eligibility.rules import library
from eligibility.rules.policy import Policy, Value

SHOWN = 12  # of a checksum's 64 characters: enough to tell two apart
RURAL_URBAN = "rural_urban"  # the fact of an area whose values are classes
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """The catalogue, with take-up at the scenario's case, the policy, and the ranges about the central figures."""

    catalogue: Catalogue
    policy: Policy
    ranges: Ranges | None  # None where they are not needed


def settings_of(scenario: Scenario, *, with_ranges: bool = False) -> Settings:
    """Return what a scenario sets. Raises InputError with every fault of its figures, kinds, policy and risks.

    Ranges are read only for a low or high take-up case or `with_ranges`: a figure outside its range is no fault of a
    plan that does not use the range.
    """
    faults: list[Fault] = []
    shipped = with_journeys(catalogue_file.default_catalogue(), scenario.journeys)
    shipped = tickets.with_tickets(shipped, scenario.tickets, scenario.figures)
    catalogue = _gather(faults, lambda: shipped.with_values(scenario.figures))
    if catalogue is None:  # the figures that are right show what else is wrong
        wrong = {fault.where for fault in faults}
        catalogue = shipped.with_values({name: each for name, each in scenario.figures.items() if name not in wrong})
    on_offer = catalogue
    if scenario.kinds:
        on_offer = (
            _gather(faults, lambda: catalogue.only((*scenario.kinds, *_made_by(scenario, catalogue)))) or catalogue
        )
    policy = _gather(faults, lambda: _of_places(scenario.policy))
    changed = policy and _gather(faults, lambda: policy.with_values(_targeting(policy, scenario)))
    if policy and not scenario.targeting.keys() <= policy.parameters.keys():
        faults += _settings_of_before(policy, scenario)
    ranges = None
    if with_ranges or scenario.take_up_case != "central":
        ranges = _gather(faults, lambda: ranges_file.ranges_of(on_offer, scenario.risk))
    if policy:
        faults += _checksum_faults("policy_sha256", "targeting policy", scenario.policy_sha256, policy.sha256)
        faults += _named_by_checksum(policy, scenario.policy_sha256)
    figures = "catalogue of prices and other figures"
    faults += _checksum_faults("figures_sha256", figures, scenario.figures_sha256, shipped_figures_sha256())
    if faults or changed is None:
        raise InputError("scenario", faults)
    return Settings(_at_case(on_offer, ranges, scenario.take_up_case), changed, ranges)


def _made_by(scenario: Scenario, catalogue: Catalogue) -> list[str]:
    """Return the ids of the kinds that a scenario's buses and tickets add to those that it has on offer."""
    known = {kind.id for kind in catalogue.kinds}
    passes = [tickets.pass_id(ticket, kind) for ticket in scenario.tickets for kind in scenario.kinds]
    return [*(each.id for each in scenario.journeys), *(each for each in passes if each in known)]


def _gather(faults: list[Fault], read: Callable[[], T]) -> T | None:
    """Return what `read` returns, or add its faults and return None."""
    try:
        return read()
    except InputError as error:
        faults += [Fault(fault.where or error.subject, fault.problem) for fault in error.faults]
        return None


def _of_places(name: str) -> Policy:
    """Return a policy of areas. Raises InputError where there is none, or where it is about persons."""
    policy = library.find(name)
    if policy.kind != "targeting":
        ids = ", ".join(each.id for each in library.shipped() if each.kind == "targeting")
        problem = f'"{name}" is a policy about persons and says nothing of areas. Name one of {ids}.'
        raise InputError("policy", [problem])
    return policy


def _targeting(policy: Policy, scenario: Scenario) -> dict[str, Value]:
    """Return the scenario's settings of the policy, with rural classes that are given by code under their names.

    Raises InputError for a class that the Rural Urban Classification 2021 does not have.
    """
    of_classes = {each.parameter for each in policy.criteria.values() if each.fact == RURAL_URBAN}
    values: dict[str, Value] = dict(scenario.targeting)
    faults = []
    for name, given in scenario.targeting.items():
        if name not in of_classes:
            continue
        classes = given if isinstance(given, tuple) else (given,)
        wrong = [each for each in classes if each not in CLASSES and each not in CLASSES.values()]
        if wrong:
            known = ", ".join(f"{code} ({label})" for code, label in CLASSES.items())
            problem = f"{', '.join(map(repr, wrong))}: no class. Write a list of some of these codes: {known}."
            faults.append(Fault(name, problem))
        values[name] = tuple(CLASSES.get(str(each), str(each)) for each in classes)
    if faults:
        raise InputError("targeting", faults)
    return values


def _checksum_faults(where: str, what: str, named: str, here: str) -> list[Fault]:
    if named in ("", here):
        return []
    problem = (
        f"The {what} is not the one this scenario was made with ({named[:SHOWN]}…; here it is {here[:SHOWN]}…): its "
        f"plan may differ. Use the version it was made with, or delete the line {where} to plan with this one."
    )
    return [Fault(where, problem)]


def _named_by_checksum(policy: Policy, sha256: str) -> list[Fault]:
    """Say which shipped policy a checksum is of, where it is another: a scenario of before may name none."""
    if sha256 in ("", policy.sha256) or not (its := library.with_checksum(sha256)):
        return []
    problem = (
        f'The checksum is that of "{its}", and the policy here is "{policy.id}". To plan by "{policy.id}" delete the '
        f'line policy_sha256; to keep the policy it was made with write policy = "{its}".'
    )
    return [Fault("policy", problem)]


def _settings_of_before(policy: Policy, scenario: Scenario) -> list[Fault]:
    """Say which settings are those of the policy that was the default before, where a scenario names no policy."""
    before = library.find(library.FIRST_TARGETING).parameters
    old = sorted(name for name in scenario.targeting if name in before and name not in policy.parameters)
    if not old or policy.id != library.DEFAULT_TARGETING:
        return []
    problem = (
        f"{', '.join(old)}: of the policy that was the default until November 2026. To keep that policy write "
        f'policy = "{library.FIRST_TARGETING}"; to plan by the new default take the setting out.'
    )
    return [Fault("targeting", problem)]


def _at_case(catalogue: Catalogue, ranges: Ranges | None, case: str) -> Catalogue:
    """Return the catalogue with every take-up at one end of its range, and the source of that end."""
    if ranges is None or case == "central":
        return catalogue
    moved = {
        each.name: replace(getattr(each, case), name=each.name, label=f"{each.central.label}, {case} case")
        for each in ranges.ranges
        if each.is_share
    }
    return replace(catalogue, figures=Figures({**catalogue.figures.by_name, **moved}))


def shipped_figures_sha256() -> str:
    """Return a hash of the kinds, figures, ranges and risk settings that ship: values only, not their words."""
    catalogue = catalogue_file.default_catalogue()
    lines = [f"{kind.id} {'+'.join(kind.modes)} {' '.join(kind.purposes)}" for kind in catalogue.kinds]
    for figures in (catalogue.figures, ranges_file.risk_settings(), ranges_file.range_ends(catalogue)):
        lines += [f"{name} {float(figures[name])!r}" for name in sorted(figures)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
