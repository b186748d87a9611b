"""Work out how far take-up and prices may lie from a plan's figures: the catalogue's ranges, and the council's own."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from budget.offers.catalogue import ENDS, UNCERTAIN, Catalogue, Range
from data import figures
from data.faults import Fault, InputError
from data.figures import Figure, Figures
from data.suggest import did_you_mean

SET_ENDS = 'Set "{0}.low" and "{0}.high" in the [risk] table on either side of it, or both equal to it.'


@dataclass(frozen=True, slots=True)
class Ranges:
    """Every uncertain figure of a plan, in the catalogue's order, and how they hang together."""

    ranges: tuple[Range, ...]
    settings: Figures  # chance, take_up_in_common, prices_in_common, beta_weight

    def values(self, end: str) -> dict[str, float]:
        """Return every figure at one end: "low", "central" or "high"."""
        return {each.name: getattr(each, end).value for each in self.ranges}

    @property
    def assumed(self) -> int:
        """How many of the ends are assumptions."""
        return sum(getattr(each, end).provenance == figures.ASSUMPTION for each in self.ranges for end in ENDS)


@cache
def risk_settings() -> Figures:
    """Return the settings of risk.toml: chance, take_up_in_common, prices_in_common and beta_weight."""
    return read_settings(Path(__file__).with_name("risk.toml"))


def read_settings(path: Path) -> Figures:
    """Read a file of risk settings. Raises InputError with every fault in it."""
    raw = figures.read_toml(path)
    faults = [Fault(key, "is not known here.") for key in raw if key not in ("sources", "settings")]
    entries = {name: (entry, "", "") for name, entry in raw.get("settings", {}).items()}
    settings = figures.read_named(raw.get("sources", {}), entries, faults)
    if faults:
        raise InputError(path.name, faults)
    return Figures(settings)


def range_ends(catalogue: Catalogue) -> Figures:
    """Return the ends of the catalogue's ranges as shipped, by name ("bus_pass.take_up.low")."""
    ranges = catalogue.ranges_as_shipped
    return Figures({f"{name}.{end}": getattr(each, end) for name, each in ranges.items() for end in ENDS})


def ranges_of(catalogue: Catalogue, given: Mapping[str, float] | None = None, *, remedy: str = SET_ENDS) -> Ranges:
    """Return the ranges of the kinds on offer about the catalogue's figures, some ends or settings set by the council.

    An end that the council has not set moves with its figure. `remedy` is what a fault says to do about a figure that
    does not lie between its ends, "{0}" standing for its name. Raises InputError where a name is not known, a value is
    not allowed, or a figure does not lie between its ends.
    """
    given, shipped = dict(given or {}), risk_settings()
    ends = range_ends(catalogue)
    known = [*shipped, *ends]
    faults = [
        Fault(name, f"is not known among the risks. {did_you_mean(name, known)}") for name in given if name not in known
    ]
    if faults:
        raise InputError("risk", faults)
    settings = shipped.with_values({name: value for name, value in given.items() if name in shipped})
    ends = ends.with_values({name: value for name, value in given.items() if name in ends})
    names = [f"{kind.id}.{figure}" for kind in catalogue.kinds for figure in UNCERTAIN]
    ranges = [_range(name, catalogue, ends, faults, remedy) for name in names if name in catalogue.ranges_as_shipped]
    if settings["beta_weight"] <= 0:
        faults.append(Fault("beta_weight", "must be above 0; 6 is usual."))
    if faults:
        raise InputError("risk", faults)
    return Ranges(tuple(ranges), settings)


def _range(name: str, catalogue: Catalogue, ends: Figures, faults: list[Fault], remedy: str) -> Range:
    """Return the range of one figure; an end that the council has not set moves with the figure."""
    central, original = catalogue.figures.figure(name), catalogue.ranges_as_shipped[name].central.value
    low, high = (_moved(ends.figure(f"{name}.{end}"), central, original) for end in ENDS)
    if not (low.value < central.value < high.value or low.value == central.value == high.value):
        problem = (
            f"is {central.value:g} and does not lie between its low end {low.value:g} and its high end {high.value:g}. "
            f"{remedy.format(name)}"
        )
        faults.append(Fault(name, problem))
    return Range(low, central, high)


def _moved(end: Figure, central: Figure, original: float) -> Figure:
    if end.set_by_council or central.value == original:
        return end
    move = _by_odds if central.unit == "share" else _in_proportion
    return replace(end, value=move(end.value, original, central.value))


def _in_proportion(end: float, original: float, now: float) -> float:
    """Move an end of a price in proportion, outwards to the penny, so that it stays on its side of the price."""
    if not original or not now:
        return now
    pence = round(end * now / original * 100, 6)
    return (math.floor(pence) if end < original else math.ceil(pence)) / 100


def _by_odds(end: float, original: float, now: float) -> float:
    """Move an end of a share so that its odds keep their ratio to the figure's: it stays between 0 and 1."""
    if not 0 < now < 1:
        return now  # never, or always: a certainty
    odds = (end / (1 - end)) * (now / (1 - now)) / (original / (1 - original))
    return odds / (1 + odds)
