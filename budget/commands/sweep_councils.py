"""`python -m budget sweep --councils all`: a plan for every council at so many pounds a head, in one table."""

import argparse
import datetime
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

import pandas as pd
from tqdm import tqdm

from budget.commands.shared import pence_of_option, raise_faults, read_scenario
from budget.sweep import bundles, councils, sweep_run
from budget.sweep.bundles import CouncilBundle
from budget.sweep.councils import CouncilJob
from budget.sweep.sweep import FAILED, Outcome
from data.command_line import DONE, check_folder, check_output, print_result, say, write_output
from data.documents.sheet_text import csv_cell
from data.faults import Fault, InputError
from data.wording import exact_pounds

POUNDS_A_HEAD = "20"
SUFFIXES = (".csv", ".parquet")


def command(
    arguments: argparse.Namespace, make_executor: Callable[[], Executor], parquet: Callable[[pd.DataFrame], bytes]
) -> int:
    """Build the bundles that are missing, plan for each council and write the table.

    Raises InputError for options that cannot serve, unknown councils, or where every council failed.
    """
    pence_a_head = _check(arguments)
    scenario = read_scenario(arguments.scenario)
    scenario = replace(scenario, bundle="", day=scenario.day or datetime.date.today())
    jobs, done = councils.jobs(_bundles(arguments, make_executor), scenario, pence_a_head)
    journal = sweep_run.Journal(arguments.out.with_name(arguments.out.name + ".journal"))
    done |= _run(jobs, make_executor, journal)
    failed = councils.failed(done)
    if len(failed) == len(done):
        problems = dict.fromkeys(outcome.results["problem"] for _, outcome in failed)
        raise InputError("sweep", [Fault("every council failed", problem) for problem in problems])
    table = councils.results_table(done)
    csv = arguments.out.suffix == ".csv"
    write_output(arguments.out, table.map(csv_cell).to_csv(index=False).encode("utf-8-sig") if csv else parquet(table))
    if not failed:
        journal.path.unlink(missing_ok=True)
    _report(arguments, table, failed)
    return DONE


def _check(arguments: argparse.Namespace) -> int:
    """Return the pence a head. Raises InputError with every option that cannot serve, before the work is done."""
    faults: list[Fault] = []
    if arguments.sweep is not None:
        problem = "cannot be given with --bundles: a sweep of councils has one scenario for all (--scenario)."
        faults.append(Fault(str(arguments.sweep), problem))
    if arguments.groups:
        faults.append(Fault("--groups", "is for a sweep of scenarios. Leave it out."))
    if arguments.councils and arguments.data is None:
        faults.append(Fault("--councils", "needs --data FOLDER, the folder of official files to build bundles from."))
    if arguments.data is not None and not arguments.councils:
        faults.append(Fault("--data", 'needs --councils: names or codes of councils, or "all".'))
    pence = pence_of_option(faults, arguments.per_head or POUNDS_A_HEAD, "--per-head") or 0
    raise_faults("sweep", faults)
    if arguments.out.suffix not in SUFFIXES:
        raise InputError("--out", [f"{arguments.out} ends in neither .csv nor .parquet. Name the table so."])
    check_output(arguments.out, arguments.out.suffix, "The table is a CSV or Parquet file.")
    if arguments.councils:
        check_folder(arguments.bundles.absolute().parent, f"--bundles {arguments.bundles}")
    return pence


def _bundles(arguments: argparse.Namespace, make_executor: Callable[[], Executor]) -> list[CouncilBundle]:
    """Return every council to plan for, its bundle built where official files are given and it had none."""
    if not arguments.councils:
        return bundles.found(arguments.bundles)
    there, missing = bundles.wanted(arguments.councils, arguments.data, arguments.bundles)
    arguments.bundles.mkdir(exist_ok=True)
    if there:
        say(f"{len(there):,} of {len(there) + len(missing):,} bundles are in {arguments.bundles} already.")
    built = []
    with tqdm(total=len(missing), desc="Bundles", unit="council", dynamic_ncols=True) as bar:
        for one in bundles.build_each(missing, arguments.data, make_executor):
            built.append(one)
            bar.update()
            if one.problem:
                bar.write(f"{one.name} could not be built: {one.problem}")
    return sorted([*there, *built], key=lambda one: one.code)


def _run(
    jobs: list[CouncilJob], make_executor: Callable[[], Executor], journal: sweep_run.Journal
) -> dict[int, tuple[CouncilJob, Outcome]]:
    with tqdm(total=len(jobs), desc="Plans", unit="council", dynamic_ncols=True) as bar:

        def report(job: CouncilJob, outcome: Outcome) -> None:
            if outcome.results["status"] == FAILED:
                bar.write(f"{job.scenario.name} failed: {outcome.results['problem']}")
            bar.update()

        return sweep_run.run(jobs, make_executor, journal, report, councils.run_job)


def _report(arguments: argparse.Namespace, table: pd.DataFrame, failed: list[tuple[CouncilJob, Outcome]]) -> None:
    if failed:
        say(f"{len(failed)} of {len(table)} councils failed; run the same command again to try those once more.")
    problems = [{"council": job.scenario.name, "problem": outcome.results["problem"]} for job, outcome in failed]
    spent, people = int(table["spent_pence"].sum()), float(table["people"].sum())
    print_result(
        arguments.json,
        lambda: {"councils": len(table), "failed": problems, "spent_pence": spent, "out": str(arguments.out)},
        lambda: (
            f"{len(table) - len(failed):,} of {len(table):,} councils planned for: {exact_pounds(spent)} for "
            f"{people:,.0f} expected takers."
        ),
    )
