"""Run the commands of the data package: build, download and show a county bundle, measure journeys by timetable."""

import argparse
import sys
import textwrap
from dataclasses import asdict
from pathlib import Path

from data import bundle, county, own_files
from data.command_line import print_json, run, say, show
from data.command_line.parsing import CommandParser
from data.download import download, files_here
from data.journeys import command
from data.wording import counted

OPTIONAL_TABLES = (
    "postcodes", "journeys", "journey_details", "area_lines", "postcode_journeys", "council_statistics", "water",
)  # fmt: skip
WIDTH = 110  # characters of a line of `show`


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parsed = make_parser().parse_args(arguments)
    return run(parsed.command, parsed)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = CommandParser(prog="python -m data", description="Build county bundles from official files.")
    commands = parser.add_subparsers(required=True, metavar="build | files | download | show | journeys")
    build = commands.add_parser("build", help="make a bundle from a folder of official files")
    councils = "a county or unitary by name or code; several by commas or by repeating; or England"
    build.add_argument("--council", action="append", required=True, metavar="NAME", help=councils)
    build.add_argument(
        "--from", dest="folder", required=True, metavar="FOLDER", help="the official files, at any depth"
    )
    build.add_argument("--to", dest="bundle", required=True, metavar="BUNDLE", help="the folder to write")
    left_out = "a file in the folder to pass over, such as an older edition; may be repeated"
    build.add_argument("--leave-out", action="append", default=[], metavar="FILE", help=left_out)
    build.add_argument("--ages", default="16-18", metavar="FROM-TO", help="ages of young people (default 16-18)")
    own_places = "places of the council's own, such as branch sites"
    build.add_argument("--destinations", type=Path, metavar="CSV", help=own_places)
    build.add_argument("--journeys", type=Path, metavar="MATRIX", help="a travel matrix that overrides estimates")
    build.add_argument("--absent", choices=list(own_files.WHAT_ABSENT_MEANS), help=own_files.ABSENT_HELP)
    command.add_options(build, required=False)
    files = commands.add_parser("files", help="say which official files a folder has, and what is missing")
    files_here.add_arguments(files)
    fetch = commands.add_parser("download", help="fetch the official files")
    download.add_arguments(fetch)
    show = commands.add_parser("show", help="say what is in a bundle, and from where")
    show.add_argument("bundle", metavar="BUNDLE", help="the folder of a county bundle")
    by_timetable = commands.add_parser("journeys", help="measure a bundle's journeys by published timetables")
    command.add_arguments(by_timetable)
    for parser_of_command in (build, show):
        parser_of_command.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    build.set_defaults(command=build_command)
    files.set_defaults(command=files_here.files_command)
    fetch.set_defaults(command=download.download_command)
    show.set_defaults(command=show_command)
    by_timetable.set_defaults(command=command.journeys_command)
    return parser


def build_command(arguments: argparse.Namespace) -> None:
    """Build a bundle and say what is in it."""
    bundle.check_place(Path(arguments.bundle))
    own_files.check_there(arguments.destinations, arguments.journeys)
    own_files.check_absent(arguments.absent, arguments.journeys)
    asked = command.asked_with_build(arguments)
    built = county.build(
        arguments.folder, arguments.council, arguments.ages, lambda stage: say(f"… {stage}"), arguments.leave_out
    )
    if arguments.destinations:
        built = own_files.with_destinations(built, arguments.destinations)
    if arguments.journeys:
        built = own_files.with_journeys(built, arguments.journeys, arguments.absent)
    if asked:
        built = command.with_timetables(built, arguments, asked)
    written = bundle.save(built, arguments.bundle)
    say(f"Wrote {arguments.bundle}.")
    _print(written, arguments.json)


def show_command(arguments: argparse.Namespace) -> None:
    """Say what is in a bundle."""
    _print(bundle.load(arguments.bundle), arguments.json)


def _print(county_bundle: bundle.County, as_json: bool) -> None:
    facts = describe(county_bundle)
    if as_json:
        print_json(facts)
    else:
        show(in_words(facts))


def describe(county_bundle: bundle.County) -> dict:
    """Return the facts about a bundle that `show --json` prints."""
    areas, manifest = county_bundle.areas, county_bundle.manifest
    kinds = county_bundle.destinations["kind"].value_counts()
    missing = {name: int(count) for name, count in areas.drop(columns="geometry").isna().sum().items() if count}
    return {
        "name": manifest.name,
        "councils": list(manifest.councils),
        "made_up": manifest.made_up,
        "areas": len(areas),
        "districts": int(areas["district_code"].nunique()),
        "ages": list(manifest.ages),
        "young_people": int(round(float(areas["young_people"].sum()))),
        "low_income_young_people": round(float((areas["young_people"] * areas["low_income_rate"]).sum()), 1),
        "destinations": {kind: int(kinds.get(kind, 0)) for kind in bundle.DESTINATION_KINDS},
        **{name: 0 if (table := getattr(county_bundle, name)) is None else len(table) for name in OPTIONAL_TABLES},
        "absent_journeys": manifest.absent_journeys,
        "colleges_at_one_site": own_files.colleges_at_one_site(county_bundle),
        "columns": manifest.columns,
        "missing": missing,
        "estimated": sorted(name for name, column in manifest.columns.items() if column.get("estimated")),
        "sources": [
            {name: value for name, value in asdict(source).items() if name != "url"} for source in manifest.sources
        ],
        "warnings": own_files.told(county_bundle),
        "unrecognised": list(manifest.unrecognised),
        "checksum": manifest.checksum,
    }


def in_words(facts: dict) -> str:
    """Return what `show` prints for a person."""
    made_up = " (nobody's county)" if facts["made_up"] else ""
    kinds = facts["destinations"]
    lines = [
        f"{facts['name']}{made_up}",
        f"  {counted(facts['areas'], 'area')} in {counted(facts['districts'], 'district')}",
        f"  {facts['young_people']:,} young people aged {facts['ages'][0]} to {facts['ages'][1]}, of whom about "
        f"{facts['low_income_young_people']:,.0f} in low-income families",
        f"  {counted(kinds['college'], 'college')}, {counted(kinds['sixth_form'], 'sixth form')} and "
        f"{counted(kinds['employment_centre'], 'employment centre')} within reach, in the county or near it",
    ]
    lines += [f"  {counted(facts['postcodes'], 'postcode')}"] if facts["postcodes"] else []
    lines += [f"  {counted(facts['journeys'], 'imported journey')}"] if facts["journeys"] else []
    if not facts["made_up"]:
        lines.append("  water is known" if facts["water"] else "  water is not known: journeys cross it")
    if facts["council_statistics"]:
        lines.append(f"  {counted(facts['council_statistics'], 'figure')} about the council as a whole")
    lines += _section("Columns", [_column(name, column) for name, column in facts["columns"].items()])
    lines += _section(
        "Sources", [f"{s['id']}: {s['title']}, {s['vintage']}; {_rows(s)}{s['file']}" for s in facts["sources"]]
    )
    lines += _section("Missing", [f"{name}: {counted(count, 'area')}" for name, count in facts["missing"].items()])
    lines += _section("Estimated", facts["estimated"])
    lines += _section("Warnings", facts["warnings"])
    lines += _section("Files not recognised", facts["unrecognised"])
    return "\n".join([*lines, "", f"Checksum {facts['checksum']}"])


def _column(name: str, column: dict) -> str:
    return f"{name}: {column['source'] or 'nothing'}. {column.get('note', '')}"


def _rows(source: dict) -> str:
    return f"{source['rows']:,} rows in " if source["rows"] >= 0 else ""


def _section(title: str, items: list[str]) -> list[str]:
    if not items:
        return []
    wrapped = [textwrap.fill(item, WIDTH, initial_indent="  ", subsequent_indent="      ") for item in items]
    return ["", title, *wrapped]


if __name__ == "__main__":
    sys.exit(main())
