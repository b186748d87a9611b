"""Say what a file that was not recognised most looks like, and what differs from it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from data.official.known import KnownSource, column_named, known_sources, readable
from data.official.layouts import first_rows

LEAST_SHARE = 0.5  # of a source's headers, from which a table looks like it
MOST_LISTED = 4  # headers in a message
OUR_OWN = {
    "a council's own places": ({"destination_id", "name", "kind"}, "Give it with --destinations."),
    "a travel matrix": ({"from_id", "to_id", "mode", "minutes"}, "Give it with --journeys."),
}

NOMIS = "from nomis on"  # in the second line of what Nomis saves
A_QUERY = (
    "it is a query saved from Nomis that cannot be used as it is laid out. For the number of young people, save one "
    "with 2021 super output areas - lower layer in rows, single ages (aged 16, aged 17 and so on) in columns, all "
    "persons, of one year"
)


def looks_like(path: Path, inside: Sequence[str]) -> str:
    """Say which known source a file is nearest to and what it lacks, "" where it is near none.

    `inside` are its members, or "" where it is in no archive.
    """
    best: tuple[float, int, str] = (0.0, 0, "")
    for member in inside:
        for row in first_rows(path, member):
            best = max([best, *_likenesses(row)], key=lambda likeness: likeness[:2])
    return best[2]


def _likenesses(row: tuple[str, ...]) -> Iterable[tuple[float, int, str]]:
    plain = {str(cell).strip().casefold() for cell in row}
    if any(NOMIS in cell for cell in plain):
        yield 1.5, 1, A_QUERY
    if len(plain) < 2:  # a title, which is no header
        return
    for title, (columns, what_to_do) in OUR_OWN.items():
        if columns <= plain:
            yield 2.0, len(columns), f"it is {title}. {what_to_do}"
    for known in known_sources().values():
        there = [pattern for pattern in known.headers if column_named(row, pattern) is not None]
        share = len(there) / len(known.headers) if known.reads and len(known.headers) > 1 else 0.0
        if share >= LEAST_SHARE:
            yield share, len(there), _difference(known, row)


def _difference(known: KnownSource, row: tuple[str, ...]) -> str:
    lacking = [readable(pattern) for pattern in known.headers if column_named(row, pattern) is None]
    extra = [row[place] for pattern in known.absent if (place := column_named(row, pattern)) is not None]
    differs = []
    if lacking:
        differs.append(f"lacks {_some(lacking)}")
    if extra:
        differs.append(f"has {_some(extra)}, which that file has not")
    if not differs and known.above:
        differs.append(f"has no line above its header or name of its sheet with “{known.above[0]}”")
    if not differs:
        differs.append(f"has no {known.geometry}s" if known.geometry else "is not told apart from it by its header")
    return f"it looks most like “{known.title}” ({known.publisher}) but {' and '.join(differs)}"


def _some(names: list[str]) -> str:
    return ", ".join(names[:MOST_LISTED]) + (
        f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    )
