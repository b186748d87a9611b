"""`python -m budget plan`: from a county bundle and a budget to a plan and its workbook."""

import argparse
import datetime
import math
from dataclasses import replace
from pathlib import Path

from budget import workbook
from budget.offers import applicants as applicants_table
from budget.offers.applicants import Applicants
from budget.planning import applicants_report, by_group, left_over, reasons
from budget.planning import plan as planning
from budget.planning.plan import Plan
from budget.risk import risk_report, robust_plan, simulation
from budget.scenarios import scenario as scenarios
from budget.scenarios import scenario_file
from budget.scenarios.differences import differences, fingerprint
from budget.workbook.read_back import read_back
from budget.workbook.read_back.read_back import ReadBack
from data import bundle, own_files
from data.bundle import County
from data.command_line import DONE, NO_PLAN, check_folder, print_json, say, show, write_whole
from data.example import FOLDER as EXAMPLE
from data.faults import Fault, InputError
from eligibility.runs.decisions_file import read_decisions

OPTIONS = {
    "budget_pence": "--budget", "reserve_pence": "--reserve", "gap": "--gap", "time_limit_seconds": "--time-limit",
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `plan`."""
    parser.add_argument("--bundle", type=Path, default=EXAMPLE, help="a county bundle (the made-up example if absent)")
    parser.add_argument("--budget", help="pounds for the year, such as 750000 (the scenario's if absent)")
    parser.add_argument("--reserve", help="pounds of it to hold back")
    parser.add_argument("--scenario", type=Path, help="a scenario file (TOML): settings, prices, kinds of support")
    parser.add_argument(
        "--from-workbook",
        type=Path,
        metavar="PLAN.xlsx",
        help="read a plan's workbook back and solve again",
    )
    parser.add_argument(
        "--applicants", type=Path, metavar="DECISIONS.xlsx", help="plan for the people of this decisions workbook"
    )
    parser.add_argument("--journeys", type=Path, help="a travel matrix (CSV or Parquet) that overrides estimates")
    parser.add_argument("--gap", type=float, help="how far from the best a plan may be, as a share (0.0001 if absent)")
    parser.add_argument("--time-limit", type=float, help="seconds to solve for (60 if absent)")
    parser.add_argument("--out", type=Path, help="write the workbook (.xlsx) here")
    parser.add_argument(
        "--any-bundle", action="store_true", help="plan also where the scenario was made for another bundle"
    )
    parser.add_argument(
        "--save-scenario", type=Path, metavar="FILE.toml", help="write the scenario that determines this plan here"
    )
    parser.add_argument("--risk", action="store_true", help="simulate spend and access when take-up and prices differ")
    parser.add_argument(
        "--robust",
        metavar="GAMMA",
        help='keep the budget when any GAMMA cohorts are at their worst: 20, "10%%", "sqrt"',
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def command(arguments: argparse.Namespace) -> int:
    """Make the plan, print it, write its workbook. Returns 3 where no plan can satisfy the limits."""
    back = _read_back(arguments)
    scenario = _scenario(arguments, back)
    check_out(arguments.out)
    if arguments.save_scenario:
        check_folder(arguments.save_scenario.parent, f"--save-scenario {arguments.save_scenario}")
    if arguments.applicants and (arguments.risk or arguments.robust is not None):
        problem = "are for plans of areas: how far take-up may be off is nothing to applicants, who have asked already."
        raise InputError("--risk and --robust", [problem])
    if arguments.robust is not None and scenario.take_up_case != "central":
        problem = f'starts from central take-up; the scenario has take_up_case = "{scenario.take_up_case}". Drop one.'
        raise InputError("--robust", [problem])
    county = bundle.load(arguments.bundle)
    if arguments.journeys:
        county = own_files.with_journeys(county, arguments.journeys)
    applicants = _applicants(arguments.applicants, county)
    if back:
        back.check_made_for(county, for_applicants=arguments.applicants is not None, any_bundle=arguments.any_bundle)
    told = say if arguments.any_bundle else None
    plan = planning.make(county, scenario, datetime.date.today(), applicants, on_other_bundle=told)
    robust = _robust(plan, _gamma(arguments, back))
    plan = robust.plan if robust else plan
    report = None
    if arguments.risk and plan.allocation.status != "infeasible":
        report = risk_report.report_of(plan, plan.ranges, simulation.simulate(plan, plan.ranges), say)
    if arguments.out:
        write_whole(arguments.out, workbook.to_bytes(plan, robust=robust))
        say(f"Wrote {arguments.out}.")
    if arguments.save_scenario:
        write_whole(arguments.save_scenario, scenario_file.to_text(plan.pinned_scenario).encode())
        say(f"Wrote {arguments.save_scenario}.")
        if arguments.journeys:
            say(f"It does not hold {arguments.journeys.name}: the same plan needs that travel matrix again.")
    if arguments.json:
        extra = {"risk": risk_report.to_json(report)} if report else {}
        extra |= {"robust": robust.to_json()} if robust else {}
        extra |= back.to_json() if back else {}
        print_json(plan.allocation.to_json() | _context(plan) | extra)
    else:
        lines = risk_report.sentences(report) if report else []
        changes = [*(f"Changed     {line}" for line in back.lines()), ""] if back else []
        show("\n".join([*changes, in_words(plan, robust), *lines]))
    return NO_PLAN if plan.allocation.status == "infeasible" else DONE


def _applicants(path: Path | None, county: County) -> Applicants | None:
    """Return the people of a decisions workbook, None where the plan is for areas."""
    return None if path is None else applicants_table.from_decisions(read_decisions(path), county, path.name)


def _robust(plan: Plan, gamma: str | None) -> robust_plan.RobustPlan | None:
    """Return the plan made robust where that is asked for and there is a plan."""
    if gamma is None or plan.allocation.status == "infeasible":
        return None
    return robust_plan.make(plan, plan.ranges, gamma)


def _read_back(arguments: argparse.Namespace) -> ReadBack | None:
    """Return what --from-workbook names, None where it is not given. A scenario file beside it is refused."""
    if arguments.from_workbook is None:
        return None
    if arguments.scenario:
        problem = "cannot both be given: each is a whole scenario. Give one, with --budget or --reserve to change it."
        raise InputError("--from-workbook and --scenario", [problem])
    return read_back.read(arguments.from_workbook)


def _gamma(arguments: argparse.Namespace, back: ReadBack | None) -> str | None:
    """Return how safe the plan is to be: as the command line says, else as the workbook was made."""
    if arguments.robust is not None or back is None or back.solved.gamma is None:
        return arguments.robust
    say(f"Safe against {back.solved.gamma} cohorts at their worst, as the workbook was (--robust).")
    return str(back.solved.gamma)


def _scenario(arguments: argparse.Namespace, back: ReadBack | None) -> scenarios.Scenario:
    """Return the scenario of the file with what the command line says over it. Raises InputError with every fault."""
    if back:
        scenario = back.scenario
    else:
        scenario = scenario_file.read(arguments.scenario) if arguments.scenario else scenarios.Scenario()
    changes, faults = _over(arguments)
    if faults:
        raise InputError("plan", faults)
    changed = replace(scenario, **changes)
    if back:
        for each in differences(scenario, changed):
            say(f"{OPTIONS[each.key]} {each.after} is used in place of the workbook's {each.before}.")
    return changed


def _over(arguments: argparse.Namespace) -> tuple[dict, list[Fault]]:
    """Return what the command line changes of a scenario, and the faults of what it says."""
    faults: list[Fault] = []
    changes = {}
    for option, name in (("budget", "budget_pence"), ("reserve", "reserve_pence")):
        given = getattr(arguments, option)
        if given is not None:
            try:
                changes[name] = scenarios.pence(given, f"--{option}")
            except InputError as error:
                faults += [Fault(f"--{option}", fault.problem) for fault in error.faults]
    if arguments.gap is not None:
        changes["gap"] = arguments.gap
        if not 0 <= arguments.gap < 1:
            faults.append(Fault("--gap", f"{arguments.gap} must lie from 0 to below 1, such as 0.0001."))
    if arguments.time_limit is not None:
        changes["time_limit_seconds"] = arguments.time_limit
        if not (math.isfinite(arguments.time_limit) and arguments.time_limit > 0):
            faults.append(Fault("--time-limit", f"{arguments.time_limit} must be seconds above 0."))
    return changes, faults


def check_out(path: Path | None) -> None:
    """Refuse a workbook's path that cannot be written, before the work rather than after it."""
    if path is None:
        return
    if path.suffix != ".xlsx":
        raise InputError("--out", [f"{path} does not end in .xlsx. The workbook is an Excel file."])
    if path.is_dir():
        raise InputError("--out", [f"{path} is a folder. Name a file in it, such as {path / 'plan.xlsx'}."])
    check_folder(path.parent, f"--out {path}")


def _context(plan: Plan) -> dict:
    """Return what `plan` says in JSON beyond the allocation."""
    if plan.applicants is None:
        people = {"low_income_people_in_target": round(float(plan.choices.cohorts["people"].sum()), 2)}
    else:
        people = {"applicants": applicants_report.counts(plan)}
    return people | {
        "county": plan.county.manifest.name,
        "scenario_sha256": fingerprint(plan.pinned_scenario),
        "bundle_checksum": plan.county.manifest.checksum,
        "areas": len(plan.county.areas),
        "areas_in_target": len(plan.targeting.in_target),
        "areas_not_settled": len(plan.targeting.not_settled),
        "left_over": left_over.in_words(plan),
        "share_of_access_on_estimates": plan.estimated_share,
        "not_funded": len(reasons.not_funded(plan)),
    }


def in_words(plan: Plan, robust: robust_plan.RobustPlan | None = None) -> str:
    """Return the plan as a short text for a person at a terminal; what a robust one leaves unspent is its safety."""
    allocation = plan.allocation
    cohort = "area" if plan.applicants is None else "applicant"
    lines = [
        f"{plan.county.manifest.name}: {_counted(len(plan.county.areas), 'area')}, "
        f"{len(plan.targeting.in_target):,} in target, "
        f"{len(plan.targeting.not_settled):,} not settled by the data",
        ("Among plans that keep the budget at their worst: " if robust else "") + reasons.proof(plan),
        f"Spend       £{allocation.spent_pence / 100:,.2f} of £{allocation.budget_pence / 100:,.2f}",
        *filter(None, [risk_report.robust_sentence(robust) if robust else left_over.in_words(plan)]),
        f"People      {allocation.people:,.2f} expected takers in {_counted(len(allocation.chosen), cohort)}",
        f"Access      {allocation.access:,.2f} young people brought within reach",
    ]
    if plan.estimated_share is not None:
        lines.append(f"Estimates   {plan.estimated_share:.0%} of that access rests on estimated journeys")
    for _, kind in by_group.by_kind(plan).iterrows():
        if kind["cohorts"]:
            count = f"{kind['cohorts']:>5} {_word(kind['cohorts'], cohort):<{len(cohort) + 1}}"
            lines.append(
                f"  {kind['label']:<28} {count} {kind['people']:>10,.2f} people  £{kind['cost_pence'] / 100:>13,.2f}"
            )
    if plan.applicants is not None:
        lines += applicants_report.lines(plan)
    return "\n".join([*lines, *allocation.notes])


def _counted(number: int, one: str) -> str:
    """Return a number with what is counted.

    >>> _counted(1, "area"), _counted(1200, "area")
    ('1 area', '1,200 areas')
    """
    return f"{number:,} {_word(number, one)}"


def _word(number: int, one: str) -> str:
    return one if number == 1 else f"{one}s"
