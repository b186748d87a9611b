"""What a person should check in a file of actuals: rows that fit no line or period, copies, and wrong signs."""

from collections import defaultdict
from collections.abc import Iterator

from budget.accounts.ledger import INCOME
from budget.monitoring.actuals_file import Posting
from budget.monitoring.lines import LineForecast, normalised
from budget.monitoring.monitored import Monitored
from data.suggest import did_you_mean
from data.wording import exact_pounds

NAME_IT = "Name it as the plan does, or leave it here as spend without a budget."


def notes_of(monitored: Monitored) -> Iterator[str]:
    """Yield a sentence or two on each thing to check."""
    labels = [line.label for line in monitored.lines if line.number]
    for posting in monitored.unmatched:
        nearest = did_you_mean(posting.line, labels)
        remedy = nearest if nearest.startswith("Did") else NAME_IT
        yield f'{_row(posting)}: "{posting.line}" is no line of the plan. {remedy}'
    for posting in monitored.outside:
        when = "the academic year before" if monitored.year_number == 0 else "the academic year after"
        yield f"{_row(posting)}: period {posting.period} belongs to {when}, and is not counted."
    yield from _copies(monitored)
    due = [line for line in monitored.lines if line.open_budget_pence != line.budget_pence and not line.actual_pence]
    if due and monitored.closed >= monitored.periods[0]:
        silent = [line.label for line in due]
        yield f"No actual up to period {monitored.closed} for: {', '.join(silent)}."
    for line in monitored.lines:
        yield from _notes_of_line(line, monitored.year_number)


def _notes_of_line(line: LineForecast, year_number: int) -> Iterator[str]:
    if line.kind == INCOME and line.actual_pence > 0:
        yield (
            f'"{line.label}" has {exact_pounds(line.actual_pence)} above zero: write what is received below zero, '
            "as -1,200.00 or (1,200.00)."
        )
    if line.in_advance and year_number == 0 and line.forecast_pence > line.budget_pence:
        later = exact_pounds(line.revised_pence - line.budget_pence)
        yield (
            f'"{line.label}" is paid for in advance: about {later} of it is for April to July, a prepayment at 31 '
            "March. Where the ledger has not posted it, add it below zero in period 13."
        )


def _row(posting: Posting) -> str:
    amount, committed = exact_pounds(posting.amount_pence), exact_pounds(posting.committed_pence)
    return f"Row {posting.row} ({amount}, committed {committed})"


def _copies(monitored: Monitored) -> Iterator[str]:
    """Yield a sentence on each set of rows with the same period, line, amount and commitment."""
    groups: dict[tuple, list[int]] = defaultdict(list)
    for posting, number in zip(monitored.actuals.postings, monitored.line_of, strict=True):
        if posting.amount_pence or posting.committed_pence:
            line = number or normalised(posting.line)
            groups[posting.period, line, posting.amount_pence, posting.committed_pence].append(posting.row)
    for (period, _, amount, _), rows in groups.items():
        if len(rows) > 1:
            numbers = ", ".join(map(str, rows))
            yield (
                f"Rows {numbers} are alike (period {period}, {exact_pounds(amount)}): all are counted. Delete any copy."
            )
