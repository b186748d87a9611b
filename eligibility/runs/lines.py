"""How a run was made, in lines: every row accounted for, what decided, how distance was measured and the file read."""

from collections.abc import Iterator

from data.wording import counted, long_date
from eligibility.applicants.headings import NO_SUCH_FACT, WIDER, ColumnMapping, Match
from eligibility.deciding import wording
from eligibility.deciding.compare import differences
from eligibility.runs.applications import Run

SINCE_TITLES = {
    "since_last_round": "Since last round",
    "decided_by_officers": "Decided by officers",
    "appeals": "Appeals",
}
UNREAD_NAMED = 8  # headings in the one line of those that are not read


def rules_used(run: Run) -> list[str]:
    """Return a line for each set of rules that judged anybody: its stamp, and how many it judged."""
    lines = []
    for group in run.groups:
        stamp, last = group.rules.stamp, group.until
        first = long_date(stamp.day)
        days = f"on {first}" if last == stamp.day else f"from {first} to {long_date(last)}"
        lines.append(
            f"Policy {stamp.policy_id} as it stood {days}: {len(group.rows):,} decided (file sha256 {stamp.sha256})."
        )
    return lines


def mapping_lines(mapping: ColumnMapping) -> list[str]:
    """Return what every column is taken for, before anything is decided: first what needs a second look.

    Repeated headings stand at the top; all columns that no fact has a heading for are one line.
    """
    first, doubtful, sure, unread, strange = [], [], [], [], []
    for match in mapping.columns:
        column = f'The column "{match.heading}"'
        if match.is_repeated:
            first.append(f"{column} repeats a heading, and is {_column_words(match)}")
        elif match.beside:
            doubtful.append(f'{column} is {_column_words(match)} To leave it out: --map "{match.heading}=".')
        elif match.target and not match.is_sure:
            doubtful.append(
                f'{column} is {match.note} Just the fact itself: --map "{match.heading}={match.target}".'
                if match.how == WIDER
                else f'{column} is read as {match.target}; if it is not, add --map "{match.heading}=".'
            )
        elif match.target:
            sure.append(f"{column} is {_column_words(match)}.")
        elif match.note == NO_SUCH_FACT:
            strange.append(match.heading)
        else:
            unread.append(f"{column} is {_column_words(match)}")
    if strange:
        named = ", ".join(f'"{heading}"' for heading in strange[:UNREAD_NAMED])
        more = f" and {len(strange) - UNREAD_NAMED:,} more" if len(strange) > UNREAD_NAMED else ""
        unread.append(f"Not read, as no fact of this policy has such a heading ({len(strange):,}): {named}{more}.")
    absent = [target.name for target in mapping.missing]
    if absent:
        unread.append(f"Not in the file, hence not known of anybody: {', '.join(absent)}.")
    return [*first, *doubtful, *sure, *unread]


def since_lines(since: dict[str, dict[str, int]]) -> list[str]:
    """Return the counts of `rounds.counts` in lines; none where there is nothing to count."""
    return [
        f"{SINCE_TITLES[name]}: {', '.join(f'{count:,} {what}' for what, count in found.items())}."
        for name, found in since.items()
        if found
    ]


def policy_lines(run: Run, since: dict[str, dict[str, int]], *, every_reason: bool) -> list[str]:
    """Return how the run was made, as lines; those that begin with "# " are headings."""
    own = ", ".join(f"{name} = {value}" for name, value in run.rules.stamp.council_values)
    columns = [f"{match.heading}: {_column_words(match)}" for match in run.mapping.columns]
    absent = [f"Not in the file, hence not known of anybody: {target.label}." for target in run.mapping.missing]
    every = "every criterion" if every_reason else "those that settled an outcome or could still change it"
    return [
        "# Every row accounted for",
        f"{counted(run.rows_in, 'row')}: {len(run.people):,} decided, {run.rows_with_errors:,} in the error report.",
        f"{counted(run.duplicates['row'].nunique(), 'row')} may be the same as another; none was merged.",
        *since_lines(since),
        "# What decided",
        *rules_used(run),
        f"Facts as the register facts.toml describes them (sha256 {run.rules.stamp.facts_sha256}).",
        *([f"The council's own values: {own}."] if own else []),
        f"Decided on {long_date(run.decisions.decided_on)}. Bundle: {run.county}. The reasons list {every}.",
        "Nobody is refused by an estimate, nor finally by this tool: an officer decides.",
        "# How distance was measured",
        run.how_measured,
        "# How the file was read",
        *run.how_read,
        *columns,
        *absent,
        *_rules(run),
    ]


def _rules(run: Run) -> Iterator[str]:
    """Give the rules in full for the first day on which any were used, and then what changed for each later one."""
    for number, group in enumerate(run.groups):
        if number == 0:
            yield "# The rules"
            yield from wording.prose(group.rules.policy, group.rules)
            continue
        yield f"# What differs from {long_date(group.rules.day)}"
        found = differences(run.groups[number - 1].rules, group.rules)
        if not found:
            yield "No number and no charge. Ages are taken in another academic year."
        for difference in found:
            yield f"Before: {difference.before or 'none'}"
            yield f"From then: {difference.after or 'none'}"


def _column_words(match: Match) -> str:
    if match.beside:
        return f"read beside another. {match.note}"
    if not match.target:
        return f"not read. {match.note}".strip()
    unit = f", bare numbers in {match.unit}" if match.unit else ""
    return f"read as {match.target}{unit} ({match.how})"
