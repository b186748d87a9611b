"""`python -m data files`: which official files a folder has, how old they are, and what the missing ones change."""

import argparse
import textwrap
from dataclasses import asdict, dataclass
from pathlib import Path

from data.command_line import print_result
from data.faults import Fault
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
    lines = inventory(folder, recognised)
    councils, faults = _councils(recognised)
    return FilesHere(
        tuple(lines),
        councils,
        several_editions(lines),
        recognised.unrecognised,
        (*recognised.damaged, *recognised.near, *faults),
    )


def nothing_here() -> FilesHere:
    """Return what an empty folder has: nothing, and all that is missing."""
    nothing = Recognised((), (), (), (), ())
    return FilesHere(tuple(inventory(Path(), nothing)), (), {}, (), ())


def _councils(recognised: Recognised) -> tuple[tuple[str, ...], tuple[Fault, ...]]:
    found = lookups.area_districts(recognised)
    combined = [group.name for group in found.groups if group.kind == lookups.COMBINED]
    return (*sorted(found.table["county_name"].unique()), *sorted(combined)), found.faults


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `files`."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the official files, at any depth")
    parser.add_argument("--json", action="store_true", help="print one JSON object on standard output")


def files_command(arguments: argparse.Namespace) -> None:
    """Run `python -m data files`."""
    here = look(arguments.folder)
    print_result(arguments.json, lambda: asdict(here), lambda: in_words(here))


def in_words(here: FilesHere) -> str:
    """Return what `files` prints for a person."""
    texts = []
    for line in here.lines:
        files = [f"{file.path} ({file.title}, {file.vintage})" for file in line.files]
        texts += [f"{line.need.title}: {line.state}", *(f"  {text}" for text in files)]
        texts += [f"  {line.effect}"] if line.effect else []
        texts += [f"  Load: {title}{f', {address}' if address else ''}" for title, address in line.get]
    texts += [f"Several files of “{title}”: {', '.join(paths)}." for title, paths in here.editions.items()]
    texts += [f"Not recognised: {name}" for name in here.unrecognised] + [str(fault) for fault in here.faults]
    texts.append(f"Councils that can be named: {len(here.councils)}.")
    return "\n".join(
        textwrap.fill(text, WIDTH, initial_indent=" " * (len(text) - len(text.lstrip())), subsequent_indent="      ")
        for text in texts
    )
