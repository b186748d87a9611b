"""How far take-up and prices may lie from the catalogue's figures: the ranges of risk.toml, and the council's own."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from budget.offers.catalogue import Catalogue, default_catalogue
from data import figures
from data.faults import Fault, InputError
from data.figures import Figure, Figures
from data.suggest import did_you_mean

UNCERTAIN = ("take_up", "price", "price_per_mile", "vehicle_price")
ENDS = ("low", "high")


@dataclass(frozen=True, slots=True)
class Range:
    """A figure that is not known for certain: its low and high ends, the figure itself between them."""

    low: Figure
    central: Figure
    high: Figure

    @property
    def name(self) -> str:
        """The figure's name, such as "bus_pass.take_up"."""
        return self.central.name

    @property
    def is_share(self) -> bool:
        """Whether it is a share (a take-up) and not money."""
        return self.central.unit == "share"


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


@dataclass(frozen=True, slots=True)
class RangesFile:
    """What risk.toml says: the settings, and the ends of each range by name ("bus_pass.take_up.low")."""

    settings: Figures
    ends: Figures


@cache
def default_file() -> RangesFile:
    """Return the ranges of risk.toml."""
    return read(Path(__file__).with_name("risk.toml"))


def read(path: Path) -> RangesFile:
    """Read a file of ranges. Raises InputError with every fault in it."""
    raw = figures.read_toml(path)
    faults = [Fault(key, "is not known here.") for key in raw if key not in ("sources", "settings", "ranges")]
    sources = figures.read_sources(raw.get("sources", {}), faults)
    settings = {name: figures.read_figure(name, entry, sources, faults) for name, entry in raw["settings"].items()}
    ends, used = {}, {entry.get("source") for entry in raw["settings"].values()}
    for name, entry in raw.get("ranges", {}).items():
        if name.rpartition(".")[2] not in UNCERTAIN or set(entry) != set(ENDS):
            faults.append(
                Fault(f"ranges.{name}", f"must be one of a kind's {', '.join(UNCERTAIN)}, with low and high.")
            )
            continue
        unit = _unit(name)
        for end in ENDS:
            label = f"{name} at its {'lowest' if end == 'low' else 'highest'}"
            ends[f"{name}.{end}"] = figures.read_figure(
                f"{name}.{end}", entry[end], sources, faults, label=label, unit=unit
            )
            used.add(entry[end].get("source"))
    faults += [Fault(f"sources.{name}", "is not used by any figure.") for name in sources if name not in used]
    if faults:
        raise InputError(path.name, faults)
    return RangesFile(Figures(settings), Figures(ends))


def _unit(name: str) -> str:
    return {"take_up": "share", "price_per_mile": "£ a mile"}.get(name.rpartition(".")[2], "£ a year")


def of(catalogue: Catalogue, given: Mapping[str, float] | None = None, file: RangesFile | None = None) -> Ranges:
    """Return the ranges of the kinds on offer about the catalogue's figures, some ends or settings set by the council.

    An end that the council has not set moves with its figure. Raises InputError where a name is not known, a value is
    not allowed, or a figure does not lie between its ends.
    """
    file, given = file or default_file(), dict(given or {})
    known = [*file.settings, *file.ends]
    faults = [
        Fault(name, f"is not known among the risks. {did_you_mean(name, known)}") for name in given if name not in known
    ]
    if faults:
        raise InputError("risk", faults)
    settings = file.settings.with_values({name: value for name, value in given.items() if name in file.settings})
    set_ends = file.ends.with_values({name: value for name, value in given.items() if name in file.ends})
    names = {end.rpartition(".")[0] for end in file.ends}
    ranges = []
    for kind in catalogue.kinds:
        for name in (f"{kind.id}.{figure}" for figure in UNCERTAIN):
            if name in names and name in catalogue.figures:
                ranges.append(_about(name, catalogue.figures.figure(name), file.ends, set_ends, faults))
    if settings["beta_weight"] <= 0:
        faults.append(Fault("beta_weight", "must be above 0; 6 is usual."))
    if faults:
        raise InputError("risk", faults)
    return Ranges(tuple(ranges), settings)


def _about(name: str, central: Figure, ends: Figures, set_ends: Figures, faults: list[Fault]) -> Range:
    """Return the range of one figure, its ends moved with it where only the figure was set by the council."""
    original = default_catalogue().figures[name]
    moved = {}
    for end in ENDS:
        figure = set_ends.figure(f"{name}.{end}")
        if not figure.set_by_council and central.value != original:
            move = _by_odds if central.unit == "share" else _in_proportion
            figure = replace(figure, value=move(ends[f"{name}.{end}"], original, central.value))
        moved[end] = figure
    low, high = moved["low"].value, moved["high"].value
    if not (low < central.value < high or low == central.value == high):
        faults.append(
            Fault(
                name,
                f"is {central.value:g} and does not lie between its low end {low:g} and its high end {high:g}. "
                f'Set "{name}.low" and "{name}.high" in the [risk] table on either side of it, or both equal to it.',
            )
        )
    return Range(moved["low"], central, moved["high"])


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
