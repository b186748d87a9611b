"""`python -m data journeys`, and the options with which `python -m data build` does the same."""

import argparse
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from data import bundle, own_files
from data.bundle import County
from data.command_line import check_folder, check_output, print_result, say
from data.command_line.executors import executor_of
from data.faults import InputError
from data.journeys.blocks import measure_in_blocks
from data.journeys.files import save
from data.journeys.measure import Measured, measure
from data.journeys.question import Question, question
from data.timetables.stored import packed
from data.travel.parquet_files import Asked
from data.wording import counted

COUNTS = {
    "both_ways": "have a journey there and back",
    "only_there": "only a journey there",
    "only_back": "only a journey back",
    "no_way": "none",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `journeys`."""
    parser.add_argument("bundle", metavar="BUNDLE", help="the folder of a county bundle")
    add_options(parser, required=True)
    kept = "measure in blocks of destinations and keep each in this folder: a run that was stopped goes on from there"
    parser.add_argument("--blocks", type=Path, metavar="FOLDER", help=kept)
    cluster = "with --blocks: a Dask scheduler, such as tcp://10.0.0.5:8786, in place of this machine"
    parser.add_argument("--scheduler", metavar="ADDRESS", help=cluster)
    parser.add_argument("--to", dest="to", type=Path, required=True, metavar="PARQUET", help="the matrix to write")
    parser.add_argument("--json", action="store_true", help="print one JSON object on standard output")


def add_options(parser: argparse.ArgumentParser, required: bool) -> None:
    """Add what is asked of timetables."""
    parser.add_argument(
        "--timetables", type=Path, required=required, metavar="FOLDER", help="GTFS zips as published, at any depth"
    )
    on = "a day to measure, as 2026-09-15; several by commas or by repeating: the worst counts"
    parser.add_argument("--on", action="append", required=required, metavar="DATE", help=on)
    by = "arrive at the latest (default 09:00)"
    parser.add_argument("--arrive-by", default="09:00", metavar="TIME", help=by)
    parser.add_argument("--arrive-from", metavar="TIME", help="arrive at the earliest (default an hour before)")
    after = "leave for home at the earliest (default 16:30)"
    parser.add_argument("--leave-after", default="16:30", metavar="TIME", help=after)
    parser.add_argument("--leave-until", metavar="TIME", help="leave for home at the latest (default an hour later)")
    longest = "longest journey that is looked for (default 120); 75,90 for there and back"
    parser.add_argument("--longest", metavar="MINUTES", help=longest)
    parser.add_argument("--walk-minutes", type=float, metavar="MINUTES", help="longest walk at either end (default 20)")
    parser.add_argument("--modes", metavar="MODES", help="modes that may be used, such as bus,train (default all)")
    holiday = "first and last day of a school holiday, as 2026-10-26:2026-10-30; may be repeated"
    parser.add_argument("--school-holiday", action="append", default=[], metavar="FROM:TO", help=holiday)
    postcodes = "measure from every postcode of the bundle to its colleges too, as evidence about applications"
    parser.add_argument("--postcodes", action="store_true", help=postcodes)
    parser.add_argument("--jobs", type=int, metavar="N", help="processors to use (default all)")


def asked_of(arguments: argparse.Namespace) -> Question:
    """Return the question of the options. Raises InputError with everything that is wrong."""
    if not arguments.on:
        raise InputError("--on", ["is needed with --timetables. Name a weekday in term, such as 2026-09-15."])
    return question(
        arguments.on,
        arguments.arrive_by,
        arguments.leave_after,
        arguments.arrive_from,
        arguments.leave_until,
        arguments.longest,
        arguments.walk_minutes,
        arguments.modes,
        arguments.school_holiday,
    )


def run(county: County, arguments: argparse.Namespace, asked: Question) -> Measured:
    """Measure the journeys of a county, with progress on standard error."""
    _check_there(arguments.timetables)
    jobs = arguments.jobs or os.cpu_count() or 1
    return measure(county, [arguments.timetables], asked, jobs, _progress(), with_postcodes=arguments.postcodes)


def _check_there(timetables: Path) -> None:
    if not timetables.exists():
        raise InputError(str(timetables), ["is not there. Name a folder of GTFS zips, or one of them."])


def journeys_command(arguments: argparse.Namespace) -> None:
    """Measure the journeys of a bundle by timetable, and write them."""
    check_output(arguments.to, ".parquet", "A travel matrix made here is a Parquet file.", "--to")
    asked = asked_of(arguments)
    if arguments.blocks is None and arguments.scheduler is not None:
        raise InputError("--scheduler", ["needs --blocks FOLDER, which the whole cluster sees under that path."])
    if arguments.blocks is None:
        measured = run(bundle.load(arguments.bundle), arguments, asked)
        written, told = save(measured, arguments.to), measured.asked
    else:
        written, told = _run_in_blocks(arguments, asked)
    for path in written:
        say(f"Wrote {path}.")
    facts = {"to": str(written[0]), "details": str(written[1])} | told
    print_result(arguments.json, lambda: facts, lambda: in_words(told))


def _run_in_blocks(arguments: argparse.Namespace, asked: Question) -> tuple[tuple[Path, ...], Asked]:
    if arguments.postcodes:
        raise InputError("--postcodes", ["are measured for one county. Leave out --blocks, or --postcodes."])
    kept = arguments.blocks
    check_folder(kept if kept.exists() else kept.parent, "--blocks")
    _check_there(arguments.timetables)
    kept.mkdir(exist_ok=True)
    workers = executor_of(arguments.scheduler, arguments.jobs)
    feeds = [arguments.timetables]
    return measure_in_blocks(arguments.bundle, feeds, asked, kept, workers, _progress(), arguments.to)


def asked_with_build(arguments: argparse.Namespace) -> Question | None:
    """Return the question of a build, None without timetables. Raises InputError where it has a matrix as well."""
    if arguments.timetables is None:
        if arguments.on:
            raise InputError("--on", ["says on which day timetables are read, and there are none. Give --timetables."])
        return None
    if arguments.journeys:
        raise InputError("--timetables", ["makes a travel matrix, and --journeys is one. Leave one of the two out."])
    return asked_of(arguments)


def with_timetables(county: County, arguments: argparse.Namespace, asked: Question) -> County:
    """Return a county with journeys that are measured by timetable."""
    measured = run(county, arguments, asked)
    say(in_words(measured.asked))
    return with_measured(county, measured)


def with_measured(county: County, measured: Measured) -> County:
    """Return a county with journeys that were measured for it."""
    with tempfile.TemporaryDirectory() as folder:
        path, *_ = save(measured, Path(folder) / "journeys.parquet")
        made = own_files.with_journeys(county, path)
    return replace(made, timetable=packed(measured.timetables))


def in_words(told: Asked) -> str:
    """Say what was found."""
    counts = told["pairs"]
    found = ", ".join(f"{counts[name]:,} {words}" for name, words in COUNTS.items())
    pairs = sum(counts[name] for name in COUNTS)
    lines = [f"Of {counted(pairs, 'pair')} of an area and a destination, {found}."]
    if counts["not_covered"]:
        lines.append(
            f"{counted(counts['not_covered'], 'pair')} are not covered by the timetables: they stay estimates."
        )
    return "\n".join([*lines, *told["notes"]])


def _progress() -> Callable[[str, float], None]:
    """Return what says each stage once, and each quarter of it."""
    said: dict[str, int] = {}

    def progress(stage: str, share: float) -> None:
        quarter = int(share * 4)
        if quarter > said.get(stage, -1):
            said[stage] = quarter
            say(f"… {stage}" + (f", {quarter * 25}%" if quarter else ""))

    return progress
