"""Figures with their source: every price, share, speed and threshold that a council may want to challenge.

A figures file is TOML. Each figure says what it is, in which unit, and either names a source or is marked as an
assumption, for the council to replace:

    [sources.scotland-under-22]
    title = "…"
    url = "https://…"
    checked = 2026-11-23

    [figures.take_up]
    label = "Share of those offered a pass who take it"
    unit = "share"
    value = 0.70
    source = "scotland-under-22"
    note = "70% of 16 to 21 year-olds in the first year"
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data.faults import Fault, InputError
from data.opening.files import content_of
from data.opening.toml_text import parse_toml
from data.suggest import did_you_mean

ASSUMPTION = "assumption"
COUNCIL = "set by the council"

# unit -> (least, most) that a figure in it may be; a figure outside is a slip of the keyboard
UNITS = {
    "share": (0.0, 1.0),
    "ratio": (0.0, 100.0),
    "km": (0.0, 500.0),
    "km/h": (0.1, 130.0),
    "minutes": (0.0, 600.0),
    "£": (0.0, 10_000_000.0),
    "£ a year": (0.0, 10_000_000.0),
    "£ a week": (0.0, 10_000.0),
    "£ a mile": (0.0, 100.0),
    "£ a journey": (0.0, 1_000.0),
    "days a year": (1.0, 366.0),
    "days a week": (1.0, 7.0),
    "weeks a year": (1.0, 53.0),
    "journeys a day": (0.0, 20.0),
    "seats": (1.0, 500.0),
    "vehicles": (0.0, 1_000.0),
    "people": (0.0, 10_000_000.0),
    "jobs": (0.0, 1_000_000.0),
    "count": (1.0, 100.0),
    "weight": (0.0, 100.0),
    "decile": (0.0, 10.0),
}
WHOLE = ("seats", "vehicles")  # units that have no parts


@dataclass(frozen=True, slots=True)
class FigureSource:
    """Where a figure was read, and when."""

    title: str
    url: str
    checked: datetime.date


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, what it means and where it comes from."""

    name: str
    label: str
    unit: str
    value: float
    source: FigureSource | None  # None: an assumption, or a value the council set
    note: str = ""
    set_by_council: bool = False
    until: datetime.date | None = None  # the last day on which it holds, where its source says one

    @property
    def provenance(self) -> str:
        """The source's title, "assumption", or "set by the council"."""
        if self.set_by_council:
            return COUNCIL
        return self.source.title if self.source else ASSUMPTION


@dataclass(frozen=True, slots=True)
class Figures(Mapping):
    """A set of figures by name; `figures["take_up"]` is its value, `figures.figure("take_up")` the whole."""

    by_name: Mapping[str, Figure]

    def __getitem__(self, name: str) -> float:
        return self.by_name[name].value

    def __iter__(self):
        return iter(self.by_name)

    def __len__(self) -> int:
        return len(self.by_name)

    def figure(self, name: str) -> Figure:
        """Return the figure with its label, unit and source."""
        return self.by_name[name]

    def pence(self, name: str) -> int:
        """Return a money figure in whole pence (figures are checked to have no more than two decimals of a pound)."""
        return round(self.by_name[name].value * 100)

    def with_values(self, values: Mapping[str, float]) -> "Figures":
        """Return the figures with some values set by the council, also one that confirms the value that is there.

        Raises InputError listing every name that is unknown and every value its unit does not allow.
        """
        faults = []
        changed = {}
        for name, value in values.items():
            if name not in self.by_name:
                faults.append(Fault(name, f"is not a figure. {did_you_mean(name, self.by_name)}"))
            else:
                changed[name] = replace(self.by_name[name], value=value, source=None, set_by_council=True, until=None)
        faults += [Fault(name, problem) for name, figure in changed.items() if (problem := value_problem(figure))]
        if faults:
            raise InputError("figures", faults)
        return Figures(dict(self.by_name) | changed)


def value_problem(figure: Figure) -> str | None:
    """Say what is wrong with a figure's value, or None."""
    if isinstance(figure.value, bool) or not isinstance(figure.value, (int, float)):
        return f"must be a number of {figure.unit}, not {figure.value!r}."
    least, most = UNITS[figure.unit]
    if not least <= figure.value <= most:  # also true of NaN
        return f"is {figure.value:g} ({figure.unit}); it must lie between {least:g} and {most:,.10g}."
    if figure.unit in WHOLE and figure.value != int(figure.value):
        return f"is {figure.value:g}; {figure.unit} have no parts. Write a whole number."
    if figure.unit.startswith("£") and abs(figure.value * 100 - round(figure.value * 100)) > 1e-6:
        return f"is £{figure.value}; money has at most two decimals."
    return None


def reference_problem(name: str, unit: str, by_name: Mapping[str, Figure]) -> str | None:
    """Say what is wrong with a reference to a figure in a unit, or None."""
    if name not in by_name:
        return f"needs the figure {name!r}. {did_you_mean(name, by_name)}"
    if by_name[name].unit != unit:
        return f"needs the figure {name!r} in {unit}, not in {by_name[name].unit}."
    return None


def read_sources(raw: Mapping, faults: list[Fault]) -> dict[str, FigureSource]:
    """Read the [sources.*] tables of a figures file, adding what is wrong to `faults`."""
    sources = {}
    for name, entry in raw.items():
        missing = {"title", "url", "checked"} - set(entry)
        if missing:
            faults.append(Fault(f"sources.{name}", f"lacks {sorted(missing)}."))
            continue
        if not str(entry["url"]).startswith(("https://", "http://")):
            faults.append(Fault(f"sources.{name}", "url must begin with https:// or http://."))
        if not isinstance(entry["checked"], datetime.date):
            faults.append(Fault(f"sources.{name}", "checked must be a date, written 2026-11-23."))
        sources[name] = FigureSource(entry["title"], entry["url"], entry["checked"])
    return sources


def read_figure(
    name: str,
    raw: Mapping,
    sources: Mapping[str, FigureSource],
    faults: list[Fault],
    *,
    label: str = "",
    unit: str = "",
) -> Figure | None:
    """Read one figure, adding what is wrong to `faults`; `label` and `unit` serve where the entry gives none."""
    entry: dict[str, Any] = {"label": label, "unit": unit, "note": ""} | dict(raw)
    unknown = set(entry) - {"label", "unit", "value", "source", "assumption", "note", "until"}
    before = len(faults)
    if unknown:
        faults.append(Fault(name, f"has unknown keys {sorted(unknown)}."))
    if "value" not in entry:
        faults.append(Fault(name, "has no value."))
    if entry["unit"] not in UNITS:
        faults.append(Fault(name, f"unit {entry['unit']!r} is unknown. {did_you_mean(entry['unit'], UNITS)}"))
    if ("source" in entry) == bool(entry.get("assumption")):
        faults.append(Fault(name, "must name a source or say assumption = true, and not both."))
    if "source" in entry and entry["source"] not in sources:
        problem = f"source {entry['source']!r} is not defined. {did_you_mean(entry['source'], sources)}"
        faults.append(Fault(name, problem))
    if entry.get("assumption") and not entry["note"]:
        faults.append(Fault(name, "is an assumption and must say in a note what it rests on."))
    until = entry.get("until")
    if until is not None and type(until) is not datetime.date:
        faults.append(Fault(name, "until must be a date, written 2027-03-31."))
    if len(faults) > before:
        return None
    source = sources[entry["source"]] if "source" in entry else None
    note = " ".join(entry["note"].split())
    figure = Figure(name, entry["label"], entry["unit"], entry["value"], source, note, until=until)
    if wrong := value_problem(figure):
        faults.append(Fault(name, wrong))
    return figure


def read_toml(path: Path) -> dict:
    """Read a TOML file. Raises InputError with the line where it is not TOML."""
    return parse_toml(content_of(path), path.name)


def read(path: Path) -> Figures:
    """Read a figures file. Raises InputError with every fault in it."""
    faults: list[Fault] = []
    by_name = read_figures(read_toml(path), faults)
    if faults:
        raise InputError(path.name, faults)
    return Figures(by_name)


def read_figures(raw: Mapping, faults: list[Fault]) -> dict[str, Figure]:
    """Read the [sources.*] and [figures.*] tables of a file, adding what is wrong to `faults`."""
    return read_named(
        raw.get("sources", {}), {name: (entry, "", "") for name, entry in raw.get("figures", {}).items()}, faults
    )


def read_named(
    raw_sources: Mapping, entries: Mapping[str, tuple[Mapping, str, str]], faults: list[Fault]
) -> dict[str, Figure]:
    """Read figures by name, each (entry, label, unit); adds faults, those of sources that no figure names included."""
    sources = read_sources(raw_sources, faults)
    figures = {
        name: read_figure(name, entry, sources, faults, label=label, unit=unit)
        for name, (entry, label, unit) in entries.items()
    }
    used = {entry.get("source") for entry, _, _ in entries.values()}
    faults += [Fault(f"sources.{name}", "is not used by any figure.") for name in sources if name not in used]
    return {name: figure for name, figure in figures.items() if figure}
