"""Read the list of roads and ferries over water (crossings.toml): each has its source, or the word assumption."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data import figures
from data.faults import Fault, InputError
from data.figures import Figure

FILE = Path(__file__).parents[1] / "crossings.toml"
Point = tuple[float, float]  # easting and northing in metres
FERRY_FIGURES = {"minutes": "minutes", "wait": "minutes", "fare": "£ a journey"}
GRID = ((0, 700_000), (0, 700_000))  # the National Grid over England and Wales


@dataclass(frozen=True, slots=True)
class Road:
    """A bridge, tunnel or causeway, with a point on land at either end."""

    id: str
    name: str
    ends: tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Ferry:
    """A boat for foot passengers, with its two quays; both ways alike."""

    id: str
    name: str
    ends: tuple[Point, Point]
    minutes: Figure
    wait: Figure
    fare: Figure  # £ for one way, without support

    @property
    def crossing_minutes(self) -> float:
        """Minutes from reaching one quay to leaving the other."""
        return self.wait.value + self.minutes.value

    @property
    def fare_pence(self) -> int:
        """What one way costs without support."""
        return round(self.fare.value * 100)


@dataclass(frozen=True, slots=True)
class Crossings:
    """Every road and ferry of the list."""

    roads: tuple[Road, ...]
    ferries: tuple[Ferry, ...]


def all_crossings() -> Crossings:
    """Return the crossings of crossings.toml."""
    return _read_shipped(FILE)


@cache
def _read_shipped(path: Path) -> Crossings:
    return read(path)


def read(path: Path) -> Crossings:
    """Read a file of crossings. Raises InputError with every fault in it."""
    raw = figures.read_toml(path)
    faults = [Fault(key, "is not known here.") for key in raw if key not in ("sources", "roads", "ferries")]
    sources = figures.read_sources(raw.get("sources", {}), faults)
    roads = [_road(road_id, entry, sources, faults) for road_id, entry in raw.get("roads", {}).items()]
    ferries = [_ferry(ferry_id, entry, sources, faults) for ferry_id, entry in raw.get("ferries", {}).items()]
    used = {entry.get("source") for entry in raw.get("roads", {}).values()}
    used |= {entry.get(name, {}).get("source") for entry in raw.get("ferries", {}).values() for name in FERRY_FIGURES}
    faults += [Fault(f"sources.{name}", "is not used by any crossing.") for name in sources if name not in used]
    if faults:
        raise InputError(path.name, faults)
    return Crossings(tuple(filter(None, roads)), tuple(filter(None, ferries)))


def _road(road_id: str, entry: Mapping, sources: Mapping, faults: list[Fault]) -> Road | None:
    where, before = f"roads.{road_id}", len(faults)
    _check(where, entry, ("source", "assumption", "note"), faults)
    if ("source" in entry) == bool(entry.get("assumption")):
        faults.append(Fault(where, "must name a source or say assumption = true, and not both."))
    if "source" in entry and entry["source"] not in sources:
        faults.append(Fault(where, f"source {entry['source']!r} is not defined."))
    return None if len(faults) > before else Road(road_id, entry["name"], _ends(entry))


def _ferry(ferry_id: str, entry: Mapping, sources: Mapping, faults: list[Fault]) -> Ferry | None:
    where, before = f"ferries.{ferry_id}", len(faults)
    _check(where, entry, tuple(FERRY_FIGURES), faults)
    found: dict[str, Figure] = {}
    for name, unit in FERRY_FIGURES.items():
        if name not in entry:
            faults.append(Fault(where, f"lacks {name}."))
            continue
        given = (
            {"note": "No published figure was found."} | entry[name] if entry[name].get("assumption") else entry[name]
        )
        label = f"{entry.get('name', ferry_id)}: {name}"
        figure = figures.read_figure(f"{where}.{name}", given, sources, faults, label=label, unit=unit)
        if figure:
            found[name] = figure
    return None if len(faults) > before else Ferry(ferry_id, entry["name"], _ends(entry), **found)


def _check(where: str, entry: Mapping, known: tuple[str, ...], faults: list[Fault]) -> None:
    """Add what is wrong with the name, the ends and the keys of a crossing."""
    faults += [Fault(where, f"has the unknown key {key}.") for key in entry if key not in ("name", "ends", *known)]
    if not entry.get("name"):
        faults.append(Fault(where, "lacks a name."))
    ends = entry.get("ends")
    if not (isinstance(ends, list) and len(ends) == 2 and all(_is_point(end) for end in ends)):
        faults.append(Fault(where, "needs two ends, each [easting, northing] in metres of the National Grid."))


def _is_point(end: object) -> bool:
    return (
        isinstance(end, list)
        and len(end) == 2
        and all(
            isinstance(number, (int, float)) and low <= number <= high
            for number, (low, high) in zip(end, GRID, strict=True)
        )
    )


def _ends(entry: Mapping) -> tuple[Point, Point]:
    (a, b), (c, d) = entry["ends"]
    return (float(a), float(b)), (float(c), float(d))
