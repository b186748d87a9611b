"""Read the kinds of support a council can pay for, and the settings that say what counts as within reach.

Everything is read from catalogue.toml, where each figure has its source or the word assumption. Figures are named
`kind.figure` ("bus_pass.price") or by the setting's own name ("college_minutes"). Those of travel.toml are in the same
set, so that one set holds every figure of a plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from data import figures, travel
from data.faults import Fault, InputError
from data.figures import Figure, Figures
from data.suggest import did_you_mean

FILE = Path(__file__).with_name("catalogue.toml")
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
UNCERTAIN = ("take_up", "price", "price_per_mile", "vehicle_price")  # the figures that may have a range
ENDS = ("low", "high")
PAID = ("in_advance", "as_used")  # for the whole year in September, or month by month
ALSO = "also_pays_for"
TEXTS = ("label", "text", "mode", "purposes", "ledger_group", "paid")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of support: what it is and how it gets people there. Its numbers are in the catalogue's figures."""

    id: str
    label: str
    text: str
    mode: str
    purposes: tuple[str, ...]
    ledger_group: str  # the subjective of its expenditure, until the council gives its own
    paid_in_advance: bool  # True where the whole year is paid for in September
    shared: bool  # True where it is paid by the vehicle and rides on a service
    also_pays_for: tuple[str, ...] = ()  # modes besides `mode` whose fare it helps with
    to_timetable: bool = False  # True: a journey that a scenario adds, on a service of its own, measured by timetable
    ticket: str | None = None  # id of the ticket whose journeys it is for, "" for those of none; None: for every one

    @property
    def travels_by(self) -> str:
        """What the journeys that it opens have as their mode: those of an added journey have its id."""
        return self.id if self.to_timetable else self.mode

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes that it opens or makes affordable."""
        return (self.travels_by, *self.also_pays_for)


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
class Catalogue:
    """The kinds of support on offer and every figure a plan rests on."""

    kinds: tuple[Kind, ...]
    figures: Figures
    ranges_as_shipped: Mapping[str, Range]  # by name ("bus_pass.take_up"), around the figures of the file

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

    def with_kinds(self, kinds: Sequence[Kind], more: Sequence[Figure]) -> "Catalogue":
        """Return the catalogue with further kinds on offer, and their figures ("ID.price" and the like)."""
        figures = Figures({**self.figures.by_name, **{figure.name: figure for figure in more}})
        return replace(self, kinds=(*self.kinds, *kinds), figures=figures)

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


def default_catalogue() -> Catalogue:
    """Return the catalogue of catalogue.toml, with the travel figures in the same set."""
    return _read_shipped(FILE, travel.modes.FILE)


@cache
def _read_shipped(path: Path, travel_file: Path) -> Catalogue:  # the catalogue holds the figures of both files
    return read(path)


def read(path: Path) -> Catalogue:
    """Read a catalogue file. Raises InputError with every fault in it."""
    raw = figures.read_toml(path)
    faults = [Fault(key, "is not known here.") for key in raw if key not in ("sources", "settings", "kinds")]
    raw_kinds = raw.get("kinds", {})
    kinds = [_kind(kind_id, entry, faults) for kind_id, entry in raw_kinds.items()]
    entries = {name: (entry, "", "") for name, entry in raw.get("settings", {}).items()}
    ends: dict[str, tuple[Mapping, str, str]] = {}
    for kind_id, entry in raw_kinds.items():
        for name, (label, unit) in KIND_FIGURES.items():
            if name in entry:
                entries[f"{kind_id}.{name}"] = (entry[name], f"{entry.get('label', kind_id)}: {label.lower()}", unit)
        ends |= _range_ends(kind_id, entry, faults)
    by_name = figures.read_named(raw.get("sources", {}), entries | ends, faults)
    if faults:
        raise InputError(path.name, faults)
    names = dict.fromkeys(name.rpartition(".")[0] for name in ends)
    ranges = {name: Range(by_name[f"{name}.low"], by_name[name], by_name[f"{name}.high"]) for name in names}
    own = {name: by_name[name] for name in entries}
    return Catalogue(tuple(filter(None, kinds)), Figures(own | dict(travel.default_figures().by_name)), ranges)


def _kind(kind_id: str, entry: Mapping, faults: list[Fault]) -> Kind | None:
    where = f"kinds.{kind_id}"
    before = len(faults)
    faults += [Fault(where, f"lacks {name}.") for name in (*TEXTS, *NEEDED) if name not in entry]
    known = (*KIND_FIGURES, *TEXTS, ALSO, "ranges")
    faults += [
        Fault(where, f"has the unknown key {name}. {did_you_mean(name, known)}") for name in set(entry) - {*known}
    ]
    for name, allowed in (("mode", travel.all_modes()), ("paid", PAID)):
        if name in entry and entry[name] not in allowed:
            faults.append(Fault(where, f"{name} must be one of {', '.join(allowed)}."))
    if unknown := [mode for mode in entry.get(ALSO, ()) if mode not in travel.all_modes()]:
        faults.append(Fault(where, f"{ALSO} has the unknown modes {', '.join(map(str, unknown))}."))
    if not entry.get("purposes") or set(entry["purposes"]) - set(PURPOSES):
        faults.append(Fault(where, f"purposes must be some of {', '.join(PURPOSES)}."))
    vehicle = [name in entry for name in ("vehicle_price", "vehicle_seats", "vehicles_at_most")]
    if any(vehicle) and not all(vehicle):
        faults.append(Fault(where, "needs vehicle_price, vehicle_seats and vehicles_at_most together."))
    if len(faults) > before:
        return None
    return Kind(
        kind_id,
        label=entry["label"],
        text=entry["text"],
        mode=entry["mode"],
        purposes=tuple(entry["purposes"]),
        ledger_group=entry["ledger_group"],
        paid_in_advance=entry["paid"] == "in_advance",
        shared=any(vehicle),
        also_pays_for=tuple(entry.get(ALSO, ())),
    )


def _range_ends(kind_id: str, entry: Mapping, faults: list[Fault]) -> dict[str, tuple[Mapping, str, str]]:
    """Return the ends of a kind's ranges by name ("bus_pass.take_up.low"), each with its label and unit."""
    ends = {}
    for figure, given in entry.get("ranges", {}).items():
        name = f"{kind_id}.{figure}"
        if figure not in UNCERTAIN or figure not in entry or set(given) != set(ENDS):
            problem = f"must be one of the kind's {', '.join(UNCERTAIN)}, with low and high."
            faults.append(Fault(f"kinds.{kind_id}.ranges.{figure}", problem))
            continue
        for end, word in zip(ENDS, ("lowest", "highest"), strict=True):
            ends[f"{name}.{end}"] = (given[end], f"{name} at its {word}", KIND_FIGURES[figure][1])
    return ends
