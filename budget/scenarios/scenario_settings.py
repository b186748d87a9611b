"""What a scenario's settings come to: the catalogue and the targeting policy as it changes them; their checksums."""

import hashlib
from dataclasses import dataclass, replace

from budget.offers import catalogue as catalogue_file
from budget.offers import ranges as ranges_file
from budget.offers.catalogue import Catalogue
from budget.offers.ranges import Ranges
from budget.scenarios.scenario import Scenario
from data.faults import Fault, InputError
from data.figures import Figures
from eligibility.rules import library
from eligibility.rules.policy import Policy

SHOWN = 12  # of a checksum's 64 characters: enough to tell two apart


@dataclass(frozen=True, slots=True)
class Settings:
    """The catalogue, with take-up at the scenario's case, the policy, and the ranges about the central figures."""

    catalogue: Catalogue
    policy: Policy
    ranges: Ranges | None  # None where nothing asked for them


def settings_of(scenario: Scenario, *, with_ranges: bool = False) -> Settings:
    """Return what a scenario sets. Raises InputError with every fault of its figures, kinds, policy and risks.

    Ranges are read where the take-up case or `with_ranges` asks for them: a figure that has left its range is no fault
    of a plan that does not use the range.
    """
    faults: list[Fault] = []

    def kept(change):
        try:
            return change()
        except InputError as error:
            faults.extend(Fault(fault.where or error.subject, fault.problem) for fault in error.faults)
            return None

    shipped = catalogue_file.default_catalogue()
    catalogue = kept(lambda: shipped.with_values(scenario.figures))
    if catalogue is None:  # what is right of it is needed to see what else is wrong
        wrong = {fault.where for fault in faults}
        right = {name: value for name, value in scenario.figures.items() if name not in wrong}
        catalogue = shipped.with_values(right)
    on_offer = (kept(lambda: catalogue.only(scenario.kinds)) if scenario.kinds else catalogue) or catalogue
    policy = kept(lambda: library.find(scenario.policy))
    changed = policy and kept(lambda: policy.with_values(scenario.targeting))
    ranges = None
    if with_ranges or scenario.take_up_case != "central":
        ranges = kept(lambda: ranges_file.ranges_of(on_offer, scenario.risk))
    for where, asked, stands in (
        ("policy_sha256", scenario.policy_sha256, policy.sha256 if policy else scenario.policy_sha256),
        ("figures_sha256", scenario.figures_sha256, shipped_figures_sha256()),
    ):
        if asked and asked != stands:
            faults.append(Fault(where, _other(where, asked, stands)))
    if faults:
        raise InputError("scenario", faults)
    return Settings(_at_case(on_offer, ranges, scenario.take_up_case), changed, ranges)


def _other(where: str, asked: str, stands: str) -> str:
    what = {"policy_sha256": "targeting policy", "figures_sha256": "catalogue of prices and other figures"}[where]
    return (
        f"The {what} is not the one this scenario was made with ({asked[:SHOWN]}…; here it is {stands[:SHOWN]}…): its "
        f"plan may differ. Use the version it was made with, or take the line {where} out to plan with this one."
    )


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
    lines = [f"{kind.id} {kind.mode} {' '.join(kind.purposes)}" for kind in catalogue.kinds]
    for figures in (catalogue.figures, ranges_file.risk_settings(), ranges_file.range_ends(catalogue)):
        lines += [f"{name} {float(figures[name])!r}" for name in sorted(figures)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
