"""`python -m budget plan`: from a county bundle and a budget to a plan and its workbook."""

import argparse
import datetime
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from budget import workbook
from budget.allocation.why import more_money
from budget.commands.shared import (
    add_shared,
    check_workbook_path,
    load_county,
    pence_of_option,
    raise_faults,
    read_applicants,
    read_scenario,
    warning_lines,
)
from budget.planning import (
    applicants_report,
    assumed,
    by_group,
    by_timetable,
    college_sites,
    coverage,
    coverage_words,
    deadweight,
    dear,
    expired,
    left_over,
    not_settled,
    reasons,
    services_report,
    tickets_report,
    water,
    within_reach,
)
from budget.planning import plan as planning
from budget.planning.plan import Plan
from budget.planning.within_reach import about
from budget.risk import risk_report, robust_plan, simulation
from budget.risk.robust_plan import RobustPlan
from budget.scenarios import scenario_file, tickets_file
from budget.scenarios.differences import differences, fingerprint
from budget.scenarios.scenario import Scenario
from budget.workbook import prices_form
from budget.workbook.read_back import read_back
from budget.workbook.read_back.read_back import ReadBack
from data.command_line import DONE, NO_PLAN, check_folder, check_output, print_result, say, write_output
from data.faults import Fault, InputError, all_read
from data.opening.files import content_of
from data.own_files import told
from data.wording import counted, exact_pounds, percent
from eligibility.rules import library

OPTIONS = {
    "budget_pence": "--budget", "reserve_pence": "--reserve", "gap": "--gap", "time_limit_seconds": "--time-limit",
    "tickets": "--tickets",
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `plan`."""
    add_shared(parser, "--bundle", "--budget")
    parser.add_argument("--reserve", help="pounds of it to hold back")
    add_shared(parser, "--scenario")
    parser.add_argument(
        "--from-workbook", type=Path, metavar="PLAN.xlsx", help="read a plan's workbook back and solve again"
    )
    parser.add_argument(
        "--prices", type=Path, metavar="PRICES.xlsx", help="the council's own prices: the form of `prices`, filled in"
    )
    add_shared(parser, "--applicants", "--journeys")
    parser.add_argument(
        "--tickets",
        type=Path,
        metavar="TICKETS.csv",
        help="tickets of operators or zones, at whose price passes are bought",
    )
    parser.add_argument("--gap", type=float, help="how far from the best a plan may be, as a share (0.0001 if absent)")
    parser.add_argument("--time-limit", type=float, help="seconds to solve for (60 if absent)")
    add_shared(parser, "--out", "--any-bundle")
    parser.add_argument(
        "--save-scenario", type=Path, metavar="FILE.toml", help="write the scenario that determines this plan here"
    )
    parser.add_argument(
        "--matrix-template",
        type=Path,
        metavar="FILE.csv",
        help="write the journeys that would settle the areas not settled here, to fill in and give as --journeys",
    )
    parser.add_argument("--risk", action="store_true", help="simulate spend and reach when take-up and prices differ")
    parser.add_argument(
        "--robust",
        metavar="GAMMA",
        help='keep the budget when any GAMMA cohorts are at their worst: 20, "10%%", "sqrt"',
    )
    add_shared(parser, "--json")


def command(arguments: argparse.Namespace) -> int:
    """Make the plan, print it, write its workbook. Returns 3 where no plan can satisfy the limits."""
    back = _read_back(arguments)
    scenario, county, _ = all_read(
        lambda: _scenario(arguments, back), lambda: load_county(arguments), lambda: _check_outputs(arguments)
    )
    _check(arguments, scenario)
    applicants = read_applicants(arguments.applicants, county)
    if back:
        back.check_made_for(county, for_applicants=applicants is not None, any_bundle=arguments.any_bundle)
    warn = say if arguments.any_bundle else None
    plan = planning.make(county, scenario, datetime.date.today(), applicants, on_other_bundle=warn)
    has_plan = plan.allocation.status != "infeasible"
    gamma = _gamma(arguments, back)
    robust = robust_plan.make(plan, plan.ranges, gamma) if gamma is not None and has_plan else None
    plan = robust.plan if robust else plan
    has_plan = plan.allocation.status != "infeasible"
    report = None
    if arguments.risk and has_plan:
        report = risk_report.report_of(plan, plan.ranges, simulation.simulate(plan, plan.ranges), say)
    _write_files(arguments, plan, robust)
    in_short = _risk_in_short(plan) if arguments.out and report is None and has_plan else []
    print_result(
        arguments.json,
        lambda: to_json(plan, robust, report, back),
        lambda: "\n".join([_text(plan, robust, report, back), *in_short]),
    )
    return DONE if has_plan else NO_PLAN


def _check_outputs(arguments: argparse.Namespace) -> None:
    """Raise InputError for a file that cannot be written, before the work."""
    check_workbook_path(arguments.out)
    if arguments.matrix_template:
        check_output(arguments.matrix_template, ".csv", "The matrix to fill in is a CSV file.")
    if arguments.save_scenario:
        check_folder(arguments.save_scenario.parent, f"--save-scenario {arguments.save_scenario}")


def _check(arguments: argparse.Namespace, scenario: Scenario) -> None:
    """Raise InputError for options that do not go together."""
    if arguments.applicants and (arguments.risk or arguments.robust is not None):
        problem = "are for plans of areas: take-up is not uncertain for applicants, who have asked already."
        raise InputError("--risk and --robust", [problem])
    if arguments.robust is not None and scenario.take_up_case != "central":
        problem = f'starts from central take-up; the scenario has take_up_case = "{scenario.take_up_case}". Drop one.'
        raise InputError("--robust", [problem])


def _write_files(arguments: argparse.Namespace, plan: Plan, robust: RobustPlan | None) -> None:
    if arguments.out:
        write_output(arguments.out, workbook.to_bytes(plan, robust=robust))
    if arguments.matrix_template:
        found = not_settled.to_measure(plan)
        write_output(arguments.matrix_template, not_settled.template_csv(found))
        say(f"{counted(len(found.template), 'journey')} to measure, for {counted(len(found.areas), 'area')}.")
    if arguments.save_scenario:
        write_output(arguments.save_scenario, scenario_file.to_text(plan.pinned_scenario).encode())
        if arguments.journeys:
            again = f"--journeys {arguments.journeys.name} --absent {plan.county.manifest.absent_journeys}"
            say(f"It does not hold {arguments.journeys.name}: the same plan needs that travel matrix again ({again}).")
        elif arguments.absent:
            say(f"It does not hold --absent {arguments.absent}: the same plan needs it again.")


def _read_back(arguments: argparse.Namespace) -> ReadBack | None:
    """Return what the workbook of --from-workbook holds, None where it is not given."""
    if arguments.from_workbook is None:
        return None
    if arguments.scenario:
        problem = "cannot both be given: each is a whole scenario. Give one, with --budget or --reserve to change it."
        raise InputError("--from-workbook and --scenario", [problem])
    return read_back.read(arguments.from_workbook)


def _gamma(arguments: argparse.Namespace, back: ReadBack | None) -> str | None:
    """Return how safe the plan must be: from the command line, else as the workbook was made."""
    if arguments.robust is not None or back is None or back.origin.gamma is None:
        return arguments.robust
    say(f"Safe against {back.origin.gamma} cohorts at their worst, as the workbook was (--robust).")
    return str(back.origin.gamma)


def _scenario(arguments: argparse.Namespace, back: ReadBack | None) -> Scenario:
    """Return the scenario of the file or workbook, changed by the command line. Raises InputError with every fault."""

    def written() -> Scenario:
        return back.scenario if back else read_scenario(arguments.scenario)

    _, changes, scenario, tickets = all_read(
        written,
        lambda: _changes(arguments),
        lambda: _with_prices(written, arguments.prices),
        lambda: tickets_file.read(arguments.tickets) if arguments.tickets else None,
    )
    changes |= {} if tickets is None else {"tickets": tickets}
    changed = replace(scenario, **changes)
    if back:
        for each in differences(scenario, changed):
            say(f"{OPTIONS[each.key]} {each.after} is used in place of the workbook's {each.before}.")
    return changed


def _with_prices(written: Callable[[], Scenario], path: Path | None) -> Scenario:
    """Return the scenario with the prices of a filled-in form, where one is given.

    Where the scenario cannot be read, the form is tried on the one without a file, so that the faults of both are told.
    """
    try:
        scenario = written()
    except (InputError, OSError):  # told by who reads the scenario itself
        scenario = Scenario()
    if path is None:
        return scenario
    own = prices_form.read(content_of(path), path.name, scenario)
    filled = sum(value is not None for entry in own.values() for value in entry.values())
    if filled:
        say(f"{counted(filled, 'figure')} of the council's own from {path.name}.")
    else:
        say(f"Nothing is filled in on {path.name}: the plan is made with the prices that it would have without it.")
    return prices_form.applied(scenario, own)


def _changes(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the fields of a scenario that the command line sets. Raises InputError with every fault."""
    faults: list[Fault] = []
    changes = {
        "budget_pence": pence_of_option(faults, arguments.budget, "--budget"),
        "reserve_pence": pence_of_option(faults, arguments.reserve, "--reserve"),
        "gap": (gap := arguments.gap),
        "time_limit_seconds": (seconds := arguments.time_limit),
    }
    if gap is not None and not 0 <= gap < 1:
        faults.append(Fault("--gap", f"{gap} must lie from 0 to below 1, such as 0.0001."))
    if seconds is not None and not 0 < seconds < math.inf:
        faults.append(Fault("--time-limit", f"{seconds} must be seconds above 0."))
    raise_faults("plan", faults)
    return {name: value for name, value in changes.items() if value is not None}


def _risk_in_short(plan: Plan) -> list[str]:
    """Return what the sheet Risk of the workbook says first; nothing for applicants, whose take-up is not in doubt."""
    if plan.applicants is not None:
        return []
    return risk_report.in_short(simulation.simulate(plan, plan.ranges))


def to_json(
    plan: Plan, robust: RobustPlan | None, report: risk_report.RiskReport | None, back: ReadBack | None
) -> dict:
    """Return the plan with its context, risk, robustness and what was read back, as JSON holds it."""
    extra = {"risk": risk_report.to_json(report)} if report else {}
    extra |= {"robust": robust.to_json()} if robust else {}
    extra |= back.to_json() if back else {}
    more = more_money.in_json(plan.problem, plan.allocation)
    return plan.allocation.to_json() | more | _context(plan) | extra


def _text(plan: Plan, robust: RobustPlan | None, report: risk_report.RiskReport | None, back: ReadBack | None) -> str:
    changes = [*(f"Changed     {line}" for line in back.lines()), ""] if back else []
    return "\n".join([*changes, in_words(plan, robust), *(risk_report.sentences(report) if report else [])])


def _context(plan: Plan) -> dict:
    if plan.applicants is None:
        people: dict = {"low_income_people_in_target": round(float(plan.choices.cohorts["people"].sum()), 2)}
        people |= {"coverage": coverage.to_json(coverage.of_plan(plan))}
        people |= {"policy": plan.scenario.policy, "policy_note": library.note_on(plan.scenario.policy)}
    else:
        people = {"applicants": applicants_report.counts(plan)}
    return people | {
        "county": plan.county.manifest.name,
        "scenario_sha256": fingerprint(plan.pinned_scenario),
        "bundle_checksum": plan.county.manifest.checksum,
        "areas": len(plan.county.areas),
        "areas_in_target": len(plan.targeting.in_target),
        "areas_not_settled": len(plan.targeting.not_settled),
        "water": water.counts(plan),
        "left_over": left_over.in_words(plan, with_coverage=False),
        "share_of_access_on_estimates": plan.estimated_share,
        "figures_that_end": {figure.name: str(figure.until) for figure in expired.of_plan(plan)},
        "journeys": by_timetable.of_plan(plan).to_json(),
        "not_funded": len(reasons.not_funded(plan)),
        "spend_on_assumptions": assumed.of_plan(plan).to_json(),
        "deadweight": deadweight.of_plan(plan).to_json(),
        "dear_offers": [kind.to_json() for kind in dear.of_plan(plan)],
        "within_reach": within_reach.to_json(within_reach.counts(plan)),
        "colleges_at_one_site": college_sites.to_json(plan),
        "absent_journeys": plan.county.manifest.absent_journeys,
        "warnings": told(plan.county),
        **services_report.to_json(plan),
        **tickets_report.to_json(plan),
    }


def _what_is_bought(plan: Plan, robust: RobustPlan | None, cohort: str) -> list[str]:
    """Return the lines on spend, takers and reach. Whom the rules look at stands under Coverage, and not here."""
    allocation, left = plan.allocation, left_over.in_words(plan, with_coverage=False)
    return [
        f"Spend       {exact_pounds(allocation.spent_pence)} of {exact_pounds(allocation.budget_pence)}",
        *filter(None, [risk_report.robust_sentence(robust) if robust else left]),
        f"People      {about(allocation.people)} expected takers in {counted(len(allocation.chosen), cohort)}",
        *_reach_lines(plan),
    ]


def _reach_lines(plan: Plan) -> list[str]:
    """Return the people within reach, and the score that the plan has the most of."""
    counted = within_reach.counts(plan)
    choice = within_reach.choice_in_words(counted)
    return [
        f"Reach       {within_reach.in_words(counted)}",
        *([f"Choice      {choice}"] if choice else []),
        f"Score       {about(plan.allocation.access)}: the access score, which weighs college and work, and is no "
        "number of people",
    ]


def in_words(plan: Plan, robust: RobustPlan | None = None) -> str:
    """Return the plan as text for the terminal; what a robust plan leaves unspent is described as its safety."""
    allocation = plan.allocation
    cohort = "area" if plan.applicants is None else "applicant"
    lines = [
        f"{plan.county.manifest.name}: {counted(len(plan.county.areas), 'area')}, "
        f"{len(plan.targeting.in_target):,} in target, "
        f"{len(plan.targeting.not_settled):,} not settled by the data",
        ("Among plans that keep the budget at their worst: " if robust else "") + reasons.proof(plan),
        *([] if allocation.status == "infeasible" else _what_is_bought(plan, robust, cohort)),
    ]
    if plan.estimated_share is not None:
        lines.append(f"Estimates   {percent(plan.estimated_share)} of the access score rests on estimated journeys")
    if told := by_timetable.in_words(plan):
        lines.append(f"Timetables  {told}")
    if told := water.sentence(plan):
        lines.append(f"Water       {told}")
    lines += [f"Service     {each}" for each in services_report.in_words(plan)]
    if colleges := college_sites.in_words(plan):
        lines.append(f"Colleges    {colleges}")
    lines += [f"Ticket      {each}" for each in tickets_report.in_words(plan)]
    lines += [f"Ends        {each}" for each in expired.sentences(plan)]
    lines += warning_lines(plan.county)
    basis = {"Prices": assumed.in_words(assumed.of_plan(plan)), "Dear": dear.in_words(plan)}
    basis["Today"] = deadweight.in_words(plan)
    lines += [f"{label:<11} {words}" for label, words in basis.items() if words]
    for _, kind in by_group.by_kind(plan).iterrows():
        if kind["cohorts"]:
            cohorts = cohort if kind["cohorts"] == 1 else f"{cohort}s"
            people = f"{kind['cohorts']:>5} {cohorts:<{len(cohort) + 1}} {kind['people']:>7,.0f} people"
            lines.append(f"  {kind['label']:<28} {people}  £{kind['cost_pence'] / 100:>13,.2f}")
    if plan.applicants is not None:
        lines += applicants_report.lines(plan)
    else:
        lines += [f"Coverage    {each}" for each in coverage_words.sentences(coverage.of_plan(plan))]
        lines += filter(None, [library.note_on(plan.scenario.policy)])
    return "\n".join([*lines, *allocation.notes])
