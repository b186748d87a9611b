"""What a person should check in a file of actuals: rows that fit no line or period, copies, and wrong signs."""

from collections import defaultdict
from collections.abc import Iterator

from budget.accounts.ledger import INCOME
from budget.monitoring.lines import LineForecast, normalised
from budget.monitoring.monitored import Monitored
from budget.monitoring.posting import CONFIRMED, Posting
from data.suggest import did_you_mean
from data.wording import counted, exact_pounds, listed

NAME_IT = "Name it as the plan does, or leave it here as spend without a budget."
SAY_WHICH = "Until the row has its cost centre or the name of its line, it is spend without a budget."
MOST_ROWS = 8  # named in a sentence


def notes_of(monitored: Monitored) -> Iterator[str]:
    """Yield a sentence or two on each thing to check."""
    labels = [line.label for line in monitored.lines if line.number]
    yield from _left_out(monitored)
    for posting, found in monitored.rows:
        if found.line or found.left_out:
            continue
        if found.fits:
            yield f'{_row(posting)}: "{posting.line}" is of several lines ({", ".join(found.fits)}). {SAY_WHICH}'
            continue
        nearest = did_you_mean(posting.line, labels)
        remedy = nearest if nearest.startswith("Did") else NAME_IT
        yield f'{_row(posting)}: "{posting.line}" is no line of the plan. {remedy}'
    yield from _copies(monitored)
    yield from _balances_again(monitored)
    waiting = [line for line in monitored.lines if line.not_invoiced_pence]
    if waiting:
        named = "; ".join(f"{line.label}, {line.status}, {exact_pounds(line.not_invoiced_pence)}" for line in waiting)
        yield (
            f"Up to period {monitored.closed} the ledger lacks invoices or receipts, forecast by the profile: "
            f"{named}. None of it is a saving until the owner of the line closes it."
        )
    for line in waiting:
        if not line.short_of_all and line.actual_pence >= line.budget_pence > 0:
            waits = exact_pounds(line.not_invoiced_pence)
            yield (
                f'The whole budget of "{line.label}" is paid, and {waits} is waited for beyond it and accrued in its '
                "journal. If what is paid is for these periods too, close the line."
            )
    for line in monitored.lines:
        yield from _notes_of_line(line)


def _left_out(monitored: Monitored) -> Iterator[str]:
    """Yield a sentence on the rows left out for each reason, with their total, and one on all where there are more."""
    groups: dict[str, list[Posting]] = defaultdict(list)
    for posting, found in monitored.rows:
        if found.left_out:
            groups[found.left_out].append(posting)
    for why, rows in groups.items():
        yield f"Left out, {why}: {_named(rows)}."
    if len(groups) > 1:
        rows_left = {posting.row for posting in monitored.outside}
        yield f"Left out altogether: {_totals(monitored.outside)} in {counted(len(rows_left), 'row')}."


def _named(rows: list[Posting]) -> str:
    lines = {posting.row: posting.line for posting in rows}  # a row with periods across is several postings
    first = ", ".join(f'{row} ("{line}")' for row, line in list(lines.items())[:MOST_ROWS])
    more = f" and {len(lines) - MOST_ROWS:,} more" if len(lines) > MOST_ROWS else ""
    return f"{'Row' if len(lines) == 1 else 'Rows'} {first}{more}, {_totals(rows)} in total"


def _totals(rows: list[Posting] | tuple[Posting, ...]) -> str:
    paid, ordered = sum(p.posted_pence for p in rows), sum(p.committed_pence for p in rows)
    return exact_pounds(paid) + (f" and {exact_pounds(ordered)} committed" if ordered else "")


def _notes_of_line(line: LineForecast) -> Iterator[str]:
    if line.variance_pence < 0 and line.own_forecast_pence is not None and not line.confirmed:
        under, ways = exact_pounds(-line.variance_pence), ", ".join(CONFIRMED.values())
        yield f'"{line.label}" is forecast {under} under by a person. That is not confirmed as a saving ({ways}).'
    if line.kind == INCOME and line.actual_pence > 0:
        yield (
            f'"{line.label}" has {exact_pounds(line.actual_pence)} above zero: write what is received below zero, '
            "as -1,200.00 or (1,200.00)."
        )
    if line.prepayment_pence and line.actual_pence:
        yield (
            f'"{line.label}" is paid in advance: {exact_pounds(-line.prepayment_pence)} of it is for April to '
            "July, a prepayment at 31 March. Its journal is not posted yet; it belongs below zero in period 13."
        )


def _row(posting: Posting) -> str:
    amount, committed = exact_pounds(posting.amount_pence), exact_pounds(posting.committed_pence)
    return f"Row {posting.row} ({amount}, committed {committed})"


def _copies(monitored: Monitored) -> Iterator[str]:
    """Yield a sentence on each set of rows with the same period, line, amount and commitment."""
    groups: dict[tuple, list[int]] = defaultdict(list)
    for posting, found in monitored.rows:
        if not found.left_out and (posting.posted_pence or posting.committed_pence):
            line = found.line or normalised(posting.line)
            alike = (posting.period, line, posting.amount_pence, posting.committed_pence, posting.accrual_pence)
            groups[alike].append(posting.row)
    for (period, _, amount, _, _), rows in groups.items():
        if len(rows) > 1:
            numbers = ", ".join(map(str, rows))
            yield (
                f"Rows {numbers} are alike (period {period}, {exact_pounds(amount)}): all are counted. Delete any copy."
            )


def _balances_again(monitored: Monitored) -> Iterator[str]:
    """Yield a sentence on each line whose order balance stands in several periods, to the penny the same."""
    labels = {line.number: line.label for line in monitored.lines}
    periods: dict[tuple[int, int], set[int]] = defaultdict(set)
    for posting, found in monitored.rows:
        if found.line and not found.left_out and posting.committed_pence:
            periods[found.line, posting.committed_pence].add(posting.period)
    for (line, pence), found_in in periods.items():
        if len(found_in) > 1:
            named = listed([str(period) for period in sorted(found_in)])
            yield (
                f'"{labels[line]}" has {exact_pounds(pence)} on order in each of the periods {named}: all are counted. '
                "If they are one order's balance, shown again each period, leave it in the last alone."
            )
