"""Know the files that Farebridge writes, where one is given in place of applications, and say what reads them."""

from collections.abc import Mapping, Sequence

from data.faults import InputError
from data.wording import counted
from eligibility.applicants.values import plain

INSTEAD = "Give the file of applications here."
DECISIONS_SHEETS = {"Decisions", "Reasons", "Evidence to request", "Errors", "Policy"}
OF_DECISIONS = {"row of the file"}  # begins each of them
PLAN = (
    f"is a plan's workbook that Farebridge wrote: areas and money, not people who apply. {INSTEAD} "
    "`budget plan --from-workbook` reads this one, and so does the page Plan."
)
OF_A_PLAN = {"cohort", "price a taker"}  # headings of its sheet Plan
COMPARISON = f"is a comparison of plans that Farebridge wrote: areas and money, not people who apply. {INSTEAD}"
PRICES = (
    f"is the form Your prices of Farebridge: prices, not people who apply. {INSTEAD} `budget plan --prices` reads this "
    "one, and so does the page Plan."
)
SHEETS = (  # of workbooks that hold nobody who applies
    ({"Assumptions", "Plan", "Budget lines", "Not funded"}, PLAN),
    ({"Comparison", "Scenarios", "Gains and losses"}, COMPARISON),
    ({"Your prices"}, PRICES),
)
OF_A_MATRIX = {"from_id", "to_id"}
MATRIX = (
    "is a travel matrix (from_id, to_id), not applications. Give it as --journeys to `data build`, or on the screen "
    "Sites and journeys."
)


def refuse_workbook(sheets: Mapping[str, Sequence[Sequence]], name: str) -> None:
    """Raise InputError for a workbook that Farebridge wrote; `sheets` are the rows of each by its name."""
    if sheets.keys() >= DECISIONS_SHEETS:
        people = sum(any(plain(cell) for cell in row) for row in sheets["Decisions"][1:])
        raise InputError(name, [_decisions(people)])
    for names, what in SHEETS:
        if names <= sheets.keys():
            raise InputError(name, [what])


def refuse_table(rows: Sequence[Sequence], name: str) -> None:
    """Raise InputError for a table that Farebridge writes or reads elsewhere, saved by itself or under another name."""
    for row in rows:
        cells = {plain(cell).lower() for cell in row}
        for headings, what in ((OF_A_MATRIX, MATRIX), (OF_A_PLAN, PLAN), (OF_DECISIONS, _decisions(0))):
            if cells >= headings:
                raise InputError(name, [what])


def _decisions(people: int) -> str:
    about = f", about {counted(people, 'application')}" if people else ""
    return (
        f"is a decisions workbook that Farebridge wrote{about}: the decisions of an earlier round, not applications. "
        "Give the file of applications here, and this one as last round's decisions (--since); `budget plan "
        "--applicants` reads it too."
    )
