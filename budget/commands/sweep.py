"""`python -m budget sweep`: many scenarios of one county, or many councils, planned side by side, into one table."""

import argparse
import datetime
import io
import sys
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from budget.commands import sweep_councils
from budget.commands.shared import add_shared, raise_faults
from budget.sweep import sweep, sweep_run
from budget.sweep.sweep import FAILED, Job, Outcome
from data import bundle
from data.command_line import DONE, check_output, print_result, say, write_output, write_whole
from data.command_line.executors import executor_of
from data.faults import Fault, InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `sweep`."""
    scenarios = "a base scenario and a grid or list of others (left out for a sweep of councils)"
    parser.add_argument("sweep", type=Path, nargs="?", metavar="SWEEP.toml", help=scenarios)
    add_shared(parser, "--bundle")
    parser.add_argument(
        "--bundles", type=Path, metavar="FOLDER", help="plan for every council with a bundle in this folder"
    )
    several = 'first build the bundles that it lacks: councils by name or code, or "all"'
    parser.add_argument("--councils", action="append", metavar="NAMES", help=several)
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the official files to build those from")
    parser.add_argument("--per-head", metavar="POUNDS", help="budget for each low-income young person (20 if absent)")
    add_shared(parser, "--scenario")
    one_row = "one row a scenario, or a council (.csv too)"
    parser.add_argument("--out", type=Path, required=True, metavar="RESULTS.parquet", help=one_row)
    parser.add_argument(
        "--groups", action="store_true", help="also write RESULTS-groups.parquet: each kind and district of each plan"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, such as tcp://10.0.0.5:8786")
    parser.add_argument("--workers", type=int, help="processes on this machine (one a processor if absent)")
    add_shared(parser, "--json")


def command(arguments: argparse.Namespace) -> int:
    """Run the sweep and write its results. Raises InputError for a faulty file, or where every scenario failed."""
    _check_workers(arguments)
    if arguments.bundles is not None:
        return sweep_councils.command(arguments, executor_of(arguments.scheduler, arguments.workers), parquet)
    _check(arguments)
    scenarios = sweep.read(arguments.sweep, datetime.date.today())
    jobs = sweep.jobs(scenarios, bundle.load(arguments.bundle), arguments.bundle)
    journal = sweep_run.Journal(arguments.out.with_name(arguments.out.name + ".journal"))
    done = _run(jobs, executor_of(arguments.scheduler, arguments.workers), journal)
    failed = [(job, outcome) for job, outcome in done.values() if outcome.results["status"] == FAILED]
    if len(failed) == len(jobs):
        problems = dict.fromkeys(outcome.results["problem"] for _, outcome in failed)
        raise InputError(arguments.sweep.name, [Fault("every scenario failed", problem) for problem in problems])
    write_output(arguments.out, parquet(sweep.results_table(done)))
    if arguments.groups:
        write_whole(groups_path(arguments.out), parquet(sweep.groups_table(done)))
    if not failed:
        journal.path.unlink(missing_ok=True)
    _report(arguments, len(jobs), failed)
    return DONE


def _check(arguments: argparse.Namespace) -> None:
    """Raise InputError for options that cannot serve, before the work is done."""
    of_councils = {"--councils": arguments.councils, "--data": arguments.data, "--per-head": arguments.per_head}
    faults = [Fault(name, "needs --bundles FOLDER.") for name, given in of_councils.items() if given is not None]
    if arguments.sweep is None:
        faults.append(Fault("", "needs SWEEP.toml, or --bundles FOLDER for a sweep of councils."))
    elif arguments.scenario is not None:
        faults.append(Fault("--scenario", "is for a sweep of councils. SWEEP.toml has its own [base]."))
    raise_faults("sweep", faults)
    check_output(arguments.out, ".parquet", "The results are a Parquet file.")


def _check_workers(arguments: argparse.Namespace) -> None:
    if arguments.workers is not None and not 1 <= arguments.workers <= 1024:
        raise InputError("--workers", [f"{arguments.workers} must be from 1 to 1024 processes."])


def groups_path(out: Path) -> Path:
    """Return the path of the table of kinds and districts, next to the results."""
    return out.with_name(f"{out.stem}-groups.parquet")


def parquet(table: pd.DataFrame) -> bytes:
    """Return a table as Parquet: the same bytes for the same table."""
    content = io.BytesIO()
    table.to_parquet(content, index=False)
    return content.getvalue()


def _run(jobs: list[Job], make_executor: Callable[[], Executor], journal: sweep_run.Journal) -> dict:
    with tqdm(total=len(jobs), desc="Scenarios", unit="plan", dynamic_ncols=True) as bar:

        def report(job: Job, outcome: Outcome) -> None:
            if outcome.results["status"] == FAILED:
                bar.write(
                    f"Scenario {job.number} ({job.scenario.name}) failed: {outcome.results['problem']}", file=sys.stderr
                )
            bar.update()

        return sweep_run.run(jobs, make_executor, journal, report)


def _report(arguments: argparse.Namespace, count: int, failed: list[tuple[Job, Outcome]]) -> None:
    if failed:
        say(f"{len(failed)} of {count} scenarios failed; run the same command again to try those once more.")
    problems = [{"number": job.number, "problem": outcome.results["problem"]} for job, outcome in failed]
    print_result(
        arguments.json,
        lambda: {"scenarios": count, "failed": problems, "out": str(arguments.out)},
        lambda: f"{count - len(failed):,} of {count:,} scenarios planned for.",
    )
