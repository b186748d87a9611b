"""`python -m data files`: which official files a folder has, how old they are, and what the missing ones change."""

import argparse
import textwrap
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pandas as pd

from data.command_line import print_result
from data.faults import Fault, InputError
from data.official import lookups
from data.official.inventory import InventoryLine, inventory, several_editions
from data.official.recognise import Recognised, recognise

WIDTH = 110  # characters of a line


@dataclass(frozen=True, slots=True)
class FilesHere:
    """What a folder of official files has."""

    lines: tuple[InventoryLine, ...]
    councils: tuple[str, ...]  # names of the counties, unitaries and combined authorities that they can be built for
    editions: dict[str, list[str]]  # title of a source -> its files, where there are several
    unrecognised: tuple[str, ...]  # "name: why"
    faults: tuple[Fault, ...]  # files that cannot be used, and why no council can be named


def look(folder: Path, leave_out: tuple[str, ...] = ()) -> FilesHere:
    """Return what a folder has. Raises InputError where there is no such folder or it has no official file at all."""
    recognised = recognise(folder, leave_out)
    districts, faults = lookups.area_districts(recognised), list[Fault]()
    lines = inventory(folder, recognised, districts.table, faults)
    lines = [_with_groups(line, districts) for line in lines]
    combined = [group.name for group in districts.groups if group.kind == lookups.COMBINED]
    councils = (*sorted(districts.table["county_name"].unique()), *sorted(combined))
    return FilesHere(
        tuple(lines),
        councils,
        several_editions(lines),
        recognised.unrecognised,
        (*recognised.damaged, *recognised.near, *districts.faults, *faults),
    )


def nothing_here() -> FilesHere:
    """Return what an empty folder has: nothing, and all that is missing."""
    nothing = Recognised((), (), (), (), ())
    return FilesHere(
        tuple(inventory(Path(), nothing, pd.DataFrame(columns=["district_code", "county_name"]), [])), (), {}, (), ()
    )


def _with_groups(line: InventoryLine, districts: lookups.AreaDistricts) -> InventoryLine:
    """Return a line that has what is lacking of each combined authority too."""
    names = districts.table.drop_duplicates("county_code").set_index("county_code")["county_name"]
    areas = districts.table["county_name"].value_counts()
    members = {
        group.name: areas.reindex([str(names.get(code)) for code in group.codes]).dropna()
        for group in districts.groups
        if group.kind == lookups.COMBINED
    }
    counts = {name: sum(line.lacking.get(each, 0) for each in areas.index) for name, areas in members.items()}
    return replace(
        line,
        lacking=line.lacking | {name: count for name, count in counts.items() if count},
        uncovered=_together(line.uncovered, members),
        files=tuple(
            replace(file, lacking=None if file.lacking is None else _together(file.lacking, members))
            for file in line.files
        ),
    )


def _together(parts: dict[str, float], members: dict[str, pd.Series]) -> dict[str, float]:
    """Return the parts that are lacking of each council, and of each authority from those of its `members`.

    `members` has the number of areas of each council of an authority.
    """
    found = {
        name: sum(parts.get(each, 0.0) * count for each, count in areas.items()) / areas.sum()
        for name, areas in members.items()
        if len(areas)
    }
    return parts | {name: part for name, part in found.items() if part}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `files`."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the official files, at any depth")
    parser.add_argument("--council", metavar="NAME", help="a council: also say whether each file covers it")
    parser.add_argument("--json", action="store_true", help="print one JSON object on standard output")


def files_command(arguments: argparse.Namespace) -> None:
    """Run `python -m data files`."""
    here, council = look(arguments.folder), arguments.council
    if council and council not in here.councils:
        problem = f"{council!r} is none of the councils that these files name. Write its name as one of them: "
        raise InputError("--council", [Fault("", problem + ", ".join(here.councils) + ".")])
    here = replace(here, lines=tuple(line.of(council) for line in here.lines))
    print_result(arguments.json, lambda: asdict(here), lambda: in_words(here, council))


def in_words(here: FilesHere, council: str | None = None) -> str:
    """Return what `files` prints for a person, with whether each file covers a council where one is named."""
    texts = []
    for line in here.lines:
        covers = [f"; covers {council}: {file.covers(council)}" if council else "" for file in line.files]
        files = [
            f"{file.path} ({file.title}, {file.vintage}{words})" for file, words in zip(line.files, covers, strict=True)
        ]
        texts += [f"{line.need.title}: {line.state}", *(f"  {text}" for text in files)]
        texts += [f"  {line.effect}"] if line.effect else []
        if line.lacking and not council:
            texts.append(f"  Lacks areas of these councils: {len(line.lacking)} of {len(here.councils)}.")
        texts += [f"  Load: {title}{f', {address}' if address else ''}" for title, address in line.get]
    texts += [f"Several files of “{title}”: {', '.join(paths)}." for title, paths in here.editions.items()]
    texts += [f"Not recognised: {name}" for name in here.unrecognised] + [str(fault) for fault in here.faults]
    texts.append(f"Councils that can be named: {len(here.councils)}.")
    return "\n".join(
        textwrap.fill(text, WIDTH, initial_indent=" " * (len(text) - len(text.lstrip())), subsequent_indent="      ")
        for text in texts
    )
