"""`python -m budget monitor`: a plan held against the ledger's actuals, with a forecast of each line."""

import argparse
import datetime
from dataclasses import replace
from pathlib import Path

from budget import workbook
from budget.accounts import statement
from budget.commands.plan import check_out
from budget.monitoring import actuals_file, balance, forecast
from budget.monitoring.actuals_file import ADJUSTMENTS, Actuals
from budget.monitoring.balance import Balance
from budget.monitoring.forecast import METHOD, Monitored, Thresholds
from budget.planning import plan as planning
from budget.planning import reasons
from budget.planning.plan import Plan
from budget.scenarios import scenario as scenarios
from budget.scenarios import scenario_file
from data import bundle, own_files
from data.command_line import DONE, NO_PLAN, check_folder, print_json, say, show, write_whole
from data.example import FOLDER as EXAMPLE
from data.faults import Fault, InputError

AMOUNTS = ("original", "virement", "revised", "budget", "actual", "committed", "remaining", "method", "forecast")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `monitor`."""
    usual = Thresholds()
    parser.add_argument("--bundle", type=Path, default=EXAMPLE, help="a county bundle (the made-up example if absent)")
    parser.add_argument("--scenario", type=Path, help="the scenario file (TOML) of the plan (the default if absent)")
    parser.add_argument("--budget", help="pounds for the year, such as 750000 (the scenario's if absent)")
    parser.add_argument("--journeys", type=Path, help="a travel matrix (CSV or Parquet) that overrides estimates")
    parser.add_argument(
        "--actuals", type=Path, metavar="ACTUALS.csv", help="period, line, amount, committed, reason (CSV or workbook)"
    )
    parser.add_argument("--year", help='financial year, such as "2026-27" (that of most rows if absent)')
    parser.add_argument("--closed", type=int, metavar="PERIOD", help="last closed period (the last with an actual)")
    parser.add_argument(
        "--amber", type=float, default=usual.amber, help="share of a budget, 0.02 if absent: assumption"
    )
    parser.add_argument("--red", type=float, default=usual.red, help="share of a budget, 0.05 if absent: assumption")
    parser.add_argument("--out", type=Path, help="write the workbook (.xlsx), with its sheet Monitoring, here")
    parser.add_argument("--template", type=Path, metavar="FILE.csv", help="write an empty file of actuals to fill in")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def command(arguments: argparse.Namespace) -> int:
    """Monitor the plan, or write an empty file of actuals for it. Returns 3 where no plan can satisfy the limits."""
    if not arguments.actuals and not arguments.template:
        raise InputError("monitor", ["Give --actuals FILE, or --template FILE to write an empty one."])
    check_out(arguments.out)
    if arguments.template:
        check_folder(arguments.template.parent, f"--template {arguments.template}")
    scenario = scenario_file.read(arguments.scenario) if arguments.scenario else scenarios.Scenario()
    if arguments.budget is not None:
        scenario = replace(scenario, budget_pence=scenarios.pence(arguments.budget, "--budget"))
    actuals = actuals_file.read_file(arguments.actuals) if arguments.actuals else None
    county = bundle.load(arguments.bundle)
    if arguments.journeys:
        county = own_files.with_journeys(county, arguments.journeys)
    plan = planning.make(county, scenario, datetime.date.today())
    if plan.allocation.status == "infeasible":
        say(reasons.proof(plan))
        return NO_PLAN
    if arguments.template:
        _template(plan, arguments)
    if actuals is not None:
        _monitor(plan, actuals, arguments)
    return DONE


def _template(plan: Plan, arguments: argparse.Namespace) -> None:
    ledger = statement.draw_up(plan).ledger
    year = forecast.year_named(arguments.year, ledger.years[:2]) if arguments.year else ledger.years[0]
    if year is None:
        years = " or ".join(ledger.years[:2])
        raise InputError("monitor", [Fault("--year", f'"{arguments.year}" is none of this plan\'s: write {years}.')])
    periods = [*forecast.YEAR_PERIODS[ledger.years.index(year)], ADJUSTMENTS]
    write_whole(arguments.template, actuals_file.template(forecast.template_lines(ledger), periods))
    say(f"Wrote {arguments.template}, for {year}.")


def _monitor(plan: Plan, actuals: Actuals, arguments: argparse.Namespace) -> None:
    monitored = forecast.of(
        statement.draw_up(plan).ledger,
        actuals,
        year=arguments.year,
        closed=arguments.closed,
        thresholds=Thresholds(arguments.amber, arguments.red),
    )
    left = balance.of(plan, monitored)
    if arguments.out:
        write_whole(arguments.out, workbook.to_bytes(plan, actuals=monitored, balance=left))
        say(f"Wrote {arguments.out}.")
    if arguments.json:
        print_json(to_json(plan, monitored, left))
    else:
        show(in_words(plan, monitored, left))


def in_words(plan: Plan, monitored: Monitored, left: Balance) -> str:
    """Return the monitoring as a short text for a person at a terminal."""
    closed = f"periods up to {monitored.closed} are closed" if monitored.closed else "no period is closed"
    found = "" if monitored.closed_given else " (the last with an actual)"
    lines = [
        f"{plan.county.manifest.name}, {monitored.year}: {closed}{found}.",
        METHOD,
        "",
        f"{'Line':<44}{'Budget':>15}{'Actual':>15}{'Committed':>15}{'Forecast':>15}{'Variance':>15}{'':>8}  RAG",
    ]
    for line in monitored.lines:
        if any((line.budget_pence, line.actual_pence, line.committed_pence, line.forecast_pence)):
            lines.append(_row(line.label, line, line.variance_share, monitored.rating(line)))
            if line.reason:
                own = "own forecast: " if line.own_forecast_pence is not None else ""
                lines.append(f"    {own}{line.reason}")
    budget, variance = monitored.total("budget_pence"), monitored.total("variance_pence")
    amounts = (monitored.total(f"{name}_pence") for name in ("budget", "actual", "committed", "forecast", "variance"))
    share = variance / abs(budget) if budget else None
    lines.append(f"{'Total':<44}{''.join(_pounds(pence) for pence in amounts)}{_share(share)}")
    if monitored.notes:
        lines += ["", *monitored.notes]
    return "\n".join([*lines, "", *balance.in_words(plan, monitored, left)])


def _row(label: str, line: forecast.LineForecast, share: float | None, rating: str) -> str:
    amounts = (getattr(line, f"{name}_pence") for name in ("budget", "actual", "committed", "forecast", "variance"))
    return f"{label:<44}{''.join(_pounds(pence) for pence in amounts)}{_share(share)}  {rating}"


def _pounds(pence: int) -> str:
    return f"{pence / 100:>15,.2f}"


def _share(share: float | None) -> str:
    return f"{'' if share is None else f'{share:+.1%}':>8}"


def to_json(plan: Plan, monitored: Monitored, left: Balance) -> dict:
    """Return the monitoring as JSON holds it: money in signed pence."""
    lines = [
        {"line": line.key, "label": line.label}
        | {f"{name}_pence": getattr(line, f"{name}_pence") for name in (*AMOUNTS, "variance")}
        | {"variance_share": line.variance_share, "rating": monitored.rating(line), "reason": line.reason}
        | {"own_forecast_pence": line.own_forecast_pence}
        for line in monitored.lines
    ]
    after = left.next
    return {
        "year": monitored.year,
        "closed": monitored.closed,
        "thresholds": {"amber": monitored.thresholds.amber, "red": monitored.thresholds.red},
        "lines": lines,
        "totals": {f"{name}_pence": monitored.total(f"{name}_pence") for name in (*AMOUNTS, "variance")},
        "rows_that_fit_no_line": [posting.row for posting in monitored.unmatched],
        "rows_of_other_years": [posting.row for posting in monitored.outside],
        "notes": list(monitored.notes),
        "balance": {
            "underspend_pence": left.raised_by_pence,
            "contingency_pence": left.contingency_pence,
            "access_more": None if after is None else round(after.allocation.access - plan.allocation.access, 6),
            "spend_more_pence": None if after is None else after.allocation.spent_pence - plan.allocation.spent_pence,
            "coming": [
                {
                    "cohort": str(cohort),
                    "option": row["after"],
                    "access_more": row["access_after"] - row["access_before"],
                }
                for cohort, row in left.coming.iterrows()
            ],
            "in_words": balance.in_words(plan, monitored, left),
        },
    }
