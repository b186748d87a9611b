"""The kinds of support a council can pay for, and the settings that say what counts as within reach.

Everything is read from catalogue.toml, where each figure has its source or the word assumption. Figures are named
`kind.figure` ("bus_pass.price") or by the setting's own name ("college_minutes"); those of travel.toml stand beside
them, so that one set holds every figure of a plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from data import figures, travel
from data.faults import Fault, InputError
from data.figures import Figure, Figures
from data.suggest import did_you_mean

PURPOSES = ("college", "work")

# What a kind's figures are called, and their unit; those with no entry in a kind take the default, if one is given.
KIND_FIGURES = {
    "price": ("Price a taker", "£ a year"),
    "contribution": ("Contribution a taker", "£ a year"),
    "take_up": ("Take-up", "share"),
    "fare_share": ("Share of the fare still paid", "share"),
    "pays_weekly": ("Paid towards the fare", "£ a week"),
    "weekly_cost": ("Still paid by the taker", "£ a week"),
    "price_per_mile": ("Price a mile", "£ a mile"),
    "journeys_a_day": ("Journeys paid a day", "journeys a day"),
    "most_km": ("Longest journey", "km"),
    "vehicle_price": ("Price a vehicle", "£ a year"),
    "vehicle_seats": ("Seats a vehicle", "seats"),
    "vehicles_at_most": ("Vehicles at most", "vehicles"),
}
NEEDED = ("price", "contribution", "take_up")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of support: what it is and how it gets people there. Its numbers are in the catalogue's figures."""

    id: str
    label: str
    text: str
    mode: str
    purposes: tuple[str, ...]
    shared: bool  # True where it is paid by the vehicle and rides on a service


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The kinds of support on offer and every figure a plan rests on."""

    kinds: tuple[Kind, ...]
    figures: Figures

    def kind(self, kind_id: str) -> Kind:
        """Return a kind by its id. Raises KeyError."""
        return next(kind for kind in self.kinds if kind.id == kind_id)

    def value(self, kind: Kind, name: str, default: float) -> float:
        """Return a kind's figure, or `default` where the catalogue gives the kind none."""
        return self.figures.get(f"{kind.id}.{name}", default)

    def pence(self, kind: Kind, name: str) -> int:
        """Return a kind's money figure in pence, 0 where the catalogue gives the kind none."""
        return round(self.value(kind, name, 0.0) * 100)

    def with_values(self, values: Mapping[str, float]) -> "Catalogue":
        """Return the catalogue with some figures set by the council. Raises InputError with every fault."""
        return replace(self, figures=self.figures.with_values(values))

    def only(self, kind_ids: tuple[str, ...]) -> "Catalogue":
        """Return the catalogue with these kinds on offer, in its own order. Raises InputError for unknown ids."""
        known = [kind.id for kind in self.kinds]
        faults = [
            Fault("kinds", f"{unknown!r} is not in the catalogue. {did_you_mean(unknown, known)}")
            for unknown in kind_ids
            if unknown not in known
        ]
        if faults:
            raise InputError("catalogue", faults)
        return replace(self, kinds=tuple(kind for kind in self.kinds if kind.id in kind_ids))


@cache
def default_catalogue() -> Catalogue:
    """Return the catalogue of catalogue.toml, with the travel figures beside its own."""
    return read(Path(__file__).with_name("catalogue.toml"))


def read(path: Path) -> Catalogue:
    """Read a catalogue file. Raises InputError with every fault in it."""
    raw = figures.read_toml(path)
    faults: list[Fault] = []
    faults += [Fault(key, "is not known here.") for key in raw if key not in ("sources", "settings", "kinds")]
    sources = figures.read_sources(raw.get("sources", {}), faults)
    entries: dict[str, tuple[Mapping, str, str]] = {
        name: (entry, "", "") for name, entry in raw.get("settings", {}).items()
    }
    kinds = [_kind(kind_id, entry, faults) for kind_id, entry in raw.get("kinds", {}).items()]
    for kind_id, entry in raw.get("kinds", {}).items():
        for name, (label, unit) in KIND_FIGURES.items():
            if name in entry:
                entries[f"{kind_id}.{name}"] = (entry[name], f"{entry.get('label', kind_id)}: {label.lower()}", unit)
    by_name: dict[str, Figure | None] = {
        name: figures.read_figure(name, entry, sources, faults, label=label, unit=unit)
        for name, (entry, label, unit) in entries.items()
    }
    used = {entry.get("source") for entry, _, _ in entries.values()}
    faults += [Fault(f"sources.{name}", "is not used by any figure.") for name in sources if name not in used]
    if faults:
        raise InputError(path.name, faults)
    return Catalogue(tuple(kinds), Figures({**by_name, **travel.default_figures().by_name}))


def _kind(kind_id: str, entry: Mapping, faults: list[Fault]) -> Kind | None:
    where = f"kinds.{kind_id}"
    before = len(faults)
    texts = ("label", "text", "mode", "purposes")
    faults += [Fault(where, f"lacks {name}.") for name in (*texts, *NEEDED) if name not in entry]
    unknown = set(entry) - set(texts) - set(KIND_FIGURES)
    faults += [Fault(where, f"has the unknown key {name}. {did_you_mean(name, KIND_FIGURES)}") for name in unknown]
    if entry.get("mode") not in travel.MODES:
        faults.append(Fault(where, f"mode must be one of {', '.join(travel.MODES)}."))
    if not entry.get("purposes") or set(entry["purposes"]) - set(PURPOSES):
        faults.append(Fault(where, f"purposes must be some of {', '.join(PURPOSES)}."))
    vehicle = [name in entry for name in ("vehicle_price", "vehicle_seats", "vehicles_at_most")]
    if any(vehicle) and not all(vehicle):
        faults.append(Fault(where, "needs vehicle_price, vehicle_seats and vehicles_at_most together."))
    if len(faults) > before:
        return None
    return Kind(kind_id, entry["label"], entry["text"], entry["mode"], tuple(entry["purposes"]), any(vehicle))
