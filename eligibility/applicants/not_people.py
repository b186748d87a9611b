"""Tell rows that are no people: totals, footers, notes, headings of groups, and headings that are repeated on a page.

Such a row has no date of birth and no postcode. Each becomes one error, with what it says, and is never dropped.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from eligibility.applicants.applicant_file import RawTable
from eligibility.applicants.values import plain

IDENTITY = ("date_of_birth", "postcode")
NAMES = frozenset({"person_id", "name", "first_name", "last_name"})  # these alone give nothing to decide by
LEAST_COLUMNS = 3  # of a table in which a row with one cell is no person
TOTALS = re.compile(  # what the first filled cell of such a row says
    r"(?:(?:grand|sub|overall|column)[ -]?)?totals?(?:\W.*)?|(?:sum|count|average)(?: of .*|:.*)?|number of \w+.*"
    r"|end of (?:file|report|list|data|table|records|sheet)\W*|\d+ (?:rows?|records?|applicants?|applications?)\b.*"
    r"|page \d+\b.*"
    r"|(?:(?:report|extract|list|file|data) )?(?:generated|printed|produced|created|exported|extracted|run)\b.*"
    r"|[*†‡#=_-].*|(?:source|notes?|key|filters?|parameters?|selection|sorted by|as at)\b\W.*|year(?: group)? \d+\b.*"
    r"|\W*(?:(?:strictly )?confidential|official|restricted|private|not for publication)\b.*",
    re.IGNORECASE,
)
NO_APPLICANT = (
    "begins a row without a date of birth or a postcode, as totals, footers, notes and headings of groups do: nobody "
    "is decided about by it. Delete the row, or give the applicant's date of birth."
)
HEADINGS_AGAIN = "begins a row that repeats the headings, as at the top of a page: nobody is decided about by it."


def not_people(raw: RawTable, columns: Mapping[str, int], table: pd.DataFrame) -> Iterator[tuple[int, str, str, str]]:
    """Give row, column, value and problem of each row that is no person.

    `columns`: the place of what is read; `table`: the rows as they were read, in the order of the file.
    """
    identity = [name for name in IDENTITY if name in table]
    nobody = table[identity].isna().all(axis=1).to_numpy()
    facts = [place for name, place in columns.items() if name not in NAMES]
    for number, row, is_nobody in zip(raw.row_numbers, raw.rows, nobody, strict=True):
        filled = [place for place, cell in enumerate(row) if plain(cell)]
        text = plain(row[filled[0]])
        if _repeats(raw.headings, row, filled):
            problem = HEADINGS_AGAIN
        elif is_nobody and (TOTALS.fullmatch(text) or (identity and _says_nothing(row, filled, facts))):
            problem = NO_APPLICANT
        else:
            continue
        yield number, raw.headings[filled[0]], text, problem


def _repeats(headings: Sequence[str], row: Sequence, filled: Sequence[int]) -> bool:
    same = sum(plain(row[place]).casefold() == headings[place].casefold() for place in filled)
    return same >= 2 and same > len(filled) / 2


def _says_nothing(row: Sequence, filled: Sequence[int], facts: Sequence[int]) -> bool:
    """Return whether a row has one cell alone, or no more than a reference, a name and what is not read."""
    return len(row) >= LEAST_COLUMNS and (len(filled) == 1 or not set(filled) & set(facts))
