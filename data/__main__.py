"""The command line of the data package: build, download and show a county bundle."""

import argparse
import re
import sys
from pathlib import Path

from data import bundle, county, own_files
from data.command_line import print_json, run, say
from data.describe import describe, in_words
from data.download import download
from data.faults import Fault, InputError


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = make_parser().parse_args(arguments)
    return run(given.command, given)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog="python -m data", description="Build county bundles from official files.")
    commands = parser.add_subparsers(required=True, metavar="build | download | show")
    making = commands.add_parser("build", help="make a bundle from a folder of official files")
    making.add_argument(
        "--council",
        action="append",
        required=True,
        metavar="NAME",
        help="a county or unitary by name or code; several by commas or by repeating; or England",
    )
    making.add_argument(
        "--from", dest="folder", required=True, metavar="FOLDER", help="the official files, at any depth"
    )
    making.add_argument("--to", dest="bundle", required=True, metavar="BUNDLE", help="the folder to write")
    making.add_argument("--ages", default="16-18", metavar="FROM-TO", help="ages of young people (default 16-18)")
    making.add_argument(
        "--destinations", type=Path, metavar="CSV", help="places of the council's own, such as branch sites"
    )
    making.add_argument("--journeys", type=Path, metavar="MATRIX", help="a travel matrix that overrides estimates")
    making.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    making.set_defaults(command=build_command)
    fetching = commands.add_parser("download", help="fetch the official files")
    download.add_arguments(fetching)
    fetching.set_defaults(command=download.download_command)
    showing = commands.add_parser("show", help="say what is in a bundle, and from where")
    showing.add_argument("bundle", metavar="BUNDLE", help="the folder of a county bundle")
    showing.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    showing.set_defaults(command=show_command)
    return parser


def build_command(arguments: argparse.Namespace) -> None:
    """Build a bundle and say what is in it."""
    ages = re.fullmatch(r"(\d{1,2})\s*(?:-|–|to)\s*(\d{1,2})", arguments.ages.strip())
    if not ages:
        raise InputError("--ages", [f'"{arguments.ages}" is not a range of ages. Write 16-18.'])
    bundle.check_place(Path(arguments.bundle))
    lacking = [path for path in (arguments.destinations, arguments.journeys) if path and not path.is_file()]
    if lacking:  # said now, not after minutes of building
        raise InputError("build", [Fault(str(path), "is not a file. Check its name and folder.") for path in lacking])
    made = county.build(
        arguments.folder, arguments.council, (int(ages[1]), int(ages[2])), progress=lambda stage: say(f"… {stage}")
    )
    if arguments.destinations:
        made = own_files.with_destinations(made, arguments.destinations)
    if arguments.journeys:
        made = own_files.with_journeys(made, arguments.journeys)
    written = bundle.save(made, arguments.bundle)
    say(f"Wrote {arguments.bundle}.")
    _print(written, arguments.json)


def show_command(arguments: argparse.Namespace) -> None:
    """Say what is in a bundle."""
    _print(bundle.load(arguments.bundle), arguments.json)


def _print(made: bundle.County, as_json: bool) -> None:
    facts = describe(made)
    if as_json:
        print_json(facts)
    else:
        print(in_words(facts))


if __name__ == "__main__":
    sys.exit(main())
