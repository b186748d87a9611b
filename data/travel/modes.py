"""Read the modes of travel and the figures of travel.toml.

The minutes of a base mode are estimated from the straight line, those of a derived mode from the minutes of its base
mode. A mode that is measured only, such as the train, has no estimate: stations are few, and a straight line says
nothing about them. A mode names the figures that it uses, so that a council can change their values like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from data import figures
from data.faults import Fault, InputError
from data.figures import Figures

FILE = Path(__file__).parents[1] / "travel.toml"
RURAL_URBAN_CODES = {  # the words that begin and end an official RUC 2021 class, and the code in its figures' names
    ("Urban", "Nearer"): "un",
    ("Urban", "Further"): "uf",
    ("Larger rural", "Nearer"): "rln",
    ("Larger rural", "Further"): "rlf",
    ("Smaller rural", "Nearer"): "rsn",
    ("Smaller rural", "Further"): "rsf",
}
CLASS_FIGURES = ("walk_minutes", "wait_minutes", "ride_km_per_hour")
TIMETABLES = "timetables"
WAYS = (
    "speed",
    "by_rural_urban_class",
    "derived_from",
    "by_ferry",
    "lodging",
    "measured_only",
)  # one gives the minutes
ROUTE_TYPE_KEYS = ("route_types", "school_route_types", "on_demand_route_types")
RouteTypes = tuple[tuple[int, int], ...]
UNITS = {"speed": "km/h", "factor": "ratio", "wait": "minutes", "fare": "£ a journey", "lodging": "minutes"}


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode of travel. `speed`, `lodging`, `factor`, `wait` and `fare` are names of figures, "" where it has none."""

    id: str
    speed: str = ""  # along the straight line
    by_rural_urban_class: bool = False  # True: walk, wait and speed differ by class (`class_figures`)
    derived_from: str = ""  # the base mode whose minutes it takes
    by_ferry: bool = False  # True: over wide water by a ferry of crossings.toml, to and from it by modes open to all
    lodging: str = ""  # minutes from lodgings near the destination, however far away home is
    measured_only: bool = False  # True: never estimated, there only where an imported travel matrix has it
    factor: str = ""  # multiplies those minutes
    wait: str = ""  # is added to the minutes
    fare: str = ""
    open_to_all: bool = False  # True: everybody can use it without support
    other_names: tuple[str, ...] = ()  # what routing engines call it
    route_types: RouteTypes = ()  # of timetables (GTFS), by ranges, first and last
    school_route_types: RouteTypes = ()  # of them, those of services for pupils only
    on_demand_route_types: RouteTypes = ()  # of them, those of services that have to be booked

    @property
    def over_land(self) -> bool:
        """Whether its minutes follow from the length of the way over land."""
        return bool(self.speed or self.by_rural_urban_class)

    def class_figures(self, code: str) -> list[str]:
        """Return the names of this mode's walk, wait and speed in a rural-urban class."""
        return [f"{self.id}_{figure}_{code}" for figure in CLASS_FIGURES]


def all_modes() -> Mapping[str, Mode]:
    """Return the modes of travel.toml by their id, in its order."""
    return _read_shipped(FILE)[1]


def by_route_type(modes: Mapping[str, Mode], route_type: int) -> tuple[str, bool, bool] | None:
    """Return the mode of a route type of a timetable, whether it is for pupils only, and whether it has to be booked.

    None where no mode covers it, such as an aeroplane.

    >>> by_route_type(all_modes(), 3), by_route_type(all_modes(), 712), by_route_type(all_modes(), 1100)
    (('bus', False, False), ('bus', True, False), None)
    """
    for mode in modes.values():
        every, school, on_demand = (
            any(first <= route_type <= last for first, last in getattr(mode, key)) for key in ROUTE_TYPE_KEYS
        )
        if every or school or on_demand:
            return mode.id, school, on_demand
    return None


def default_figures() -> Figures:
    """Return the figures of travel.toml."""
    return _read_shipped(FILE)[0]


def open_to_all() -> list[str]:
    """Return the modes that everybody can use without support."""
    return [mode.id for mode in all_modes().values() if mode.open_to_all]


def public_transport() -> list[str]:
    """Return the modes that published timetables may have, such as bus, train and ferry."""
    return [mode.id for mode in all_modes().values() if mode.route_types]


def timetable_figures() -> Figures:
    """Return the walks, changes and limits of journeys by timetable. They are no figures of a plan."""
    return _read_shipped(FILE)[2]


@cache
def _read_shipped(path: Path) -> tuple[Figures, Mapping[str, Mode], Figures]:
    return read(path)


def read(path: Path) -> tuple[Figures, Mapping[str, Mode], Figures]:
    """Read a file of figures, modes, and figures of timetables. Raises InputError with every fault in it."""
    raw = figures.read_toml(path)
    faults = [Fault(key, "is not known here.") for key in raw if key not in ("sources", "figures", "modes", TIMETABLES)]
    by_name = figures.read_figures(raw, faults)
    of_timetables = figures.read_named(
        {}, {name: (entry, "", "") for name, entry in raw.get(TIMETABLES, {}).items()}, faults
    )
    entries = raw.get("modes", {})
    found = {mode_id: mode for mode_id in entries if (mode := _mode(mode_id, entries, by_name, faults))}
    names = [name for mode in found.values() for name in (mode.id, *mode.other_names)]
    faults += [
        Fault("modes", f"{name!r} names two modes.") for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if faults:
        raise InputError(path.name, faults)
    return Figures(by_name), found, Figures(of_timetables)


def _mode(mode_id: str, entries: Mapping, by_name: Mapping, faults: list[Fault]) -> Mode | None:
    entry, where = entries[mode_id], f"modes.{mode_id}"
    known = [field.name for field in fields(Mode) if field.name != "id"]
    before = len(faults)
    if unknown := sorted(set(entry) - set(known)):
        faults.append(Fault(where, f"has the unknown keys {', '.join(unknown)}. Known: {', '.join(known)}."))
    if len([key for key in WAYS if entry.get(key)]) != 1:
        problem = (
            "needs one of speed, by_rural_urban_class = true, derived_from, by_ferry = true, lodging and "
            "measured_only = true."
        )
        faults.append(Fault(where, problem))
    base = entry.get("derived_from", "")
    if base and entries.get(base, {"derived_from": base}).get("derived_from"):
        faults.append(Fault(where, f"derived_from must be a mode that is derived from no other, not {base!r}."))
    ranges = {key: _ranges(entry[key], f"{where}.{key}", faults) for key in ROUTE_TYPE_KEYS if key in entry}
    if len(faults) > before:
        return None
    mode = Mode(mode_id, **{**entry, **ranges, "other_names": tuple(entry.get("other_names", ()))})
    needed = [(getattr(mode, key), unit) for key, unit in UNITS.items() if getattr(mode, key)]
    if mode.by_rural_urban_class:
        for code in RURAL_URBAN_CODES.values():
            needed += zip(mode.class_figures(code), ("minutes", "minutes", "km/h"), strict=True)
    problems = [figures.reference_problem(name, unit, by_name) for name, unit in needed]
    faults += [Fault(where, problem) for problem in problems if problem]
    return mode


def _ranges(written: list[int | str], where: str, faults: list[Fault]) -> RouteTypes:
    """Return route types as ranges: 3 is from 3 to 3, "100-199" from 100 to 199."""
    ranges = []
    for item in written:
        first, dash, last = str(item).partition("-")
        if first.isdecimal() and (last.isdecimal() and int(first) <= int(last) if dash else True):
            ranges.append((int(first), int(last or first)))
        else:
            faults.append(Fault(where, f'{item!r} is no route type. Write 3, or "100-199".'))
    return tuple(ranges)


def rural_urban_code(name: str | None) -> str | None:
    """Return the code of an official rural-urban class in the names of figures, None where it is not known.

    >>> rural_urban_code("Smaller rural: Further from a major town or city")
    'rsf'
    """
    settlement, _, relation = str(name).partition(": ")
    return RURAL_URBAN_CODES.get((settlement, relation.split(" ")[0]))
