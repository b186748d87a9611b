"""`python -m budget monitor`: a plan compared with the ledger's actuals, with a forecast of each line."""

import argparse
import datetime
from pathlib import Path

from budget import workbook
from budget.accounts import statement
from budget.commands.shared import add_shared, check_workbook_path, load_county, read_scenario, with_budget
from budget.monitoring import actuals_file, balance, forecast, journals
from budget.monitoring.balance import Balance
from budget.monitoring.ledger_cells import ADJUSTMENTS
from budget.monitoring.lines import METHOD, Thresholds
from budget.monitoring.matching import YEAR_PERIODS
from budget.monitoring.monitored import Monitored
from budget.monitoring.posting import Actuals
from budget.planning import plan as planning
from budget.planning import reasons
from budget.planning.plan import Plan
from data.command_line import DONE, NO_PLAN, check_folder, print_result, say, write_output
from data.faults import Fault, InputError

AMOUNTS = (
    "original", "virement", "revised", "budget", "actual", "accrual", "committed", "not_invoiced", "remaining",
    "prepayment", "method", "forecast",
)  # fmt: skip
COLUMNS = ("budget", "actual", "accrual", "committed", "forecast", "variance")  # of the table for the terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `monitor`."""
    usual = Thresholds()
    add_shared(parser, "--bundle", "--scenario", "--budget", "--journeys")
    add_actuals(parser)
    parser.add_argument(
        "--amber", type=float, default=usual.amber, help="share of a budget, 0.02 if absent: assumption"
    )
    parser.add_argument("--red", type=float, default=usual.red, help="share of a budget, 0.05 if absent: assumption")
    parser.add_argument("--out", type=Path, help="write the workbook (.xlsx), with its sheet Monitoring, here")
    parser.add_argument(
        "--journals",
        type=Path,
        metavar="FILE.csv",
        help="write accrual and prepayment journals with the ledger's codes",
    )
    parser.add_argument("--cash-profile", type=Path, metavar="FILE.csv", help="write when each line is paid, by period")
    parser.add_argument("--template", type=Path, metavar="FILE.csv", help="write an empty file of actuals to fill in")
    add_shared(parser, "--json")


def add_actuals(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which file of actuals is read, and how."""
    parser.add_argument(
        "--actuals", type=Path, metavar="ACTUALS.csv", help="period, line, amount, committed, reason (CSV or workbook)"
    )
    parser.add_argument(
        "--accruals", type=Path, metavar="ACCRUALS.csv", help="received and not yet invoiced: period, line, amount"
    )
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="WHAT=HEADING",
        help='which column of the actuals is what, such as "amount=Net posted"; repeat for more',
    )
    parser.add_argument("--year", help='financial year, such as "2026-27" (that of most rows if absent)')
    parser.add_argument("--closed", type=int, metavar="PERIOD", help="last closed period (the last with an actual)")


def command(arguments: argparse.Namespace) -> int:
    """Monitor the plan, or write an empty file of actuals for it. Returns 3 where no plan can satisfy the limits."""
    if not arguments.actuals and not arguments.template:
        raise InputError("monitor", ["Give --actuals FILE, or --template FILE to write an empty one."])
    check_workbook_path(arguments.out)
    for option, path in (
        ("--template", arguments.template), ("--journals", arguments.journals),
        ("--cash-profile", arguments.cash_profile),
    ):  # fmt: skip
        if path:
            check_folder(path.parent, f"{option} {path}")
    scenario = with_budget(read_scenario(arguments.scenario), arguments.budget)
    actuals = read_actuals(arguments)
    plan = planning.make(load_county(arguments), scenario, datetime.date.today())
    if plan.allocation.status == "infeasible":
        say(reasons.proof(plan))
        return NO_PLAN
    if arguments.template:
        _write_template(plan, arguments)
    if actuals is not None:
        _monitor(plan, actuals, arguments)
    return DONE


def read_actuals(arguments: argparse.Namespace) -> Actuals | None:
    """Read the actuals with their accruals; None where no file is given."""
    faults = [Fault(f"--column {text}", "must be WHAT=HEADING.") for text in arguments.column if "=" not in text]
    if faults:
        raise InputError("monitor", faults)
    columns = dict(text.split("=", 1) for text in arguments.column)
    if arguments.actuals is None:
        return None
    actuals = actuals_file.read_file(arguments.actuals, columns)
    if arguments.accruals is None:
        return actuals
    return actuals_file.with_accruals(actuals, actuals_file.read_file(arguments.accruals))


def _write_template(plan: Plan, arguments: argparse.Namespace) -> None:
    ledger = statement.draw_up(plan).ledger
    year = forecast.year_named(arguments.year, ledger.years[:2]) if arguments.year else ledger.years[0]
    if year is None:
        years = " or ".join(ledger.years[:2])
        raise InputError("monitor", [Fault("--year", f'"{arguments.year}" is not a year of this plan. Write {years}.')])
    periods = [*YEAR_PERIODS[ledger.years.index(year)], ADJUSTMENTS]
    write_output(arguments.template, actuals_file.template(forecast.template_lines(ledger), periods))
    say(f"Its periods are those of {year}.")


def _monitor(plan: Plan, actuals: Actuals, arguments: argparse.Namespace) -> None:
    ledger = statement.draw_up(plan).ledger
    monitored = forecast.monitor(
        ledger,
        actuals,
        year=arguments.year,
        closed=arguments.closed,
        thresholds=Thresholds(arguments.amber, arguments.red),
    )
    left = balance.year_end_balance(plan, monitored)
    if arguments.out:
        write_output(arguments.out, workbook.to_bytes(plan, actuals=monitored, balance=left))
    if arguments.journals:
        write_output(arguments.journals, journals.to_csv(journals.journals(ledger, monitored)))
    if arguments.cash_profile:
        write_output(arguments.cash_profile, journals.cash_profile(ledger, monitored))
    print_result(arguments.json, lambda: to_json(plan, monitored, left), lambda: in_words(plan, monitored, left))


def in_words(plan: Plan, monitored: Monitored, left: Balance) -> str:
    """Return the monitoring as text for the terminal."""
    closed = f"periods up to {monitored.closed} are closed" if monitored.closed else "no period is closed"
    assumed = "" if monitored.closed_given else " (the last with an actual)"
    lines = [
        f"{plan.county.manifest.name}, {monitored.year}: {closed}{assumed}.",
        METHOD,
        "",
        f"{'Line':<44}{''.join(f'{name.capitalize():>15}' for name in COLUMNS)}{'':>8}  RAG, state",
    ]
    for line in monitored.lines:
        if not line.is_empty:
            amounts = [getattr(line, f"{name}_pence") for name in COLUMNS]
            state = f", {line.status}" if line.status else ""
            lines.append(f"{_row(line.label, amounts, line.variance_share)}  {monitored.rating(line)}{state}")
            if line.reason:
                own = "own forecast: " if line.own_forecast_pence is not None else ""
                lines.append(f"    {own}{line.reason}")
    totals = [monitored.total(f"{name}_pence") for name in COLUMNS]
    budget, variance = totals[0], totals[-1]
    lines.append(_row("Total", totals, variance / abs(budget) if budget else None))
    if monitored.notes:
        lines += ["", *monitored.notes]
    return "\n".join([*lines, "", *balance.in_words(plan, monitored, left)])


def _row(label: str, amounts_pence: list[int], share: float | None) -> str:
    amounts = "".join(f"{pence / 100:>15,.2f}" for pence in amounts_pence)
    return f"{label:<44}{amounts}{'' if share is None else f'{share:+.1%}':>8}"


def to_json(plan: Plan, monitored: Monitored, left: Balance) -> dict:
    """Return the monitoring as plain values for JSON; money in signed pence."""
    lines = [
        {"line": line.key, "label": line.label}
        | {f"{name}_pence": getattr(line, f"{name}_pence") for name in (*AMOUNTS, "variance")}
        | {"variance_share": line.variance_share, "rating": monitored.rating(line), "reason": line.reason}
        | {"own_forecast_pence": line.own_forecast_pence, "rating_of": line.variance_words(), "state": line.status}
        | {"confirmed": line.confirmed, "saving_pence": line.saving_pence}
        for line in monitored.lines
    ]
    return {
        "year": monitored.year,
        "closed": monitored.closed,
        "thresholds": {"amber": monitored.thresholds.amber, "red": monitored.thresholds.red},
        "lines": lines,
        "totals": {f"{name}_pence": monitored.total(f"{name}_pence") for name in (*AMOUNTS, "variance")},
        "rows_that_fit_no_line": [posting.row for posting in monitored.unmatched],
        "rows_of_other_years": [p.row for p, found in monitored.rows if found.of_another_year],
        "rows_left_out": [
            {"row": posting.row, "line": posting.line, "amount_pence": posting.posted_pence, "because": found.left_out}
            for posting, found in monitored.rows
            if found.left_out
        ],
        "free_to_spend_pence": monitored.available_pence,
        "notes": list(monitored.notes),
        "balance": _balance_json(plan, monitored, left),
    }


def _balance_json(plan: Plan, monitored: Monitored, left: Balance) -> dict:
    after, now = left.next.allocation if left.next else None, plan.allocation
    return {
        "underspend_pence": left.raised_by_pence,
        "contingency_pence": left.contingency_pence,
        "access_more": None if after is None else round(after.access - now.access, 6),
        "spend_more_pence": None if after is None else after.spent_pence - now.spent_pence,
        "coming": [
            {"cohort": str(cohort), "option": row["after"], "access_more": row["access_after"] - row["access_before"]}
            for cohort, row in left.coming.iterrows()
        ],
        "in_words": balance.in_words(plan, monitored, left),
    }
