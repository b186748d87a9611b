"""Find the line of the plan that each row of a ledger's file belongs to, by its keys, and say which rows do not count.

The keys are cost centre, subjective, financial year and project. A row of another cost centre or year belongs to
another budget: it is left out by name and never added. A row that names a cost centre of the plan, or none, and still
fits no line is spend without a budget, and counts as that.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from budget.accounts.ledger import INCOME, Ledger, LedgerLine
from budget.monitoring.ledger_cells import ADJUSTMENTS, in_words
from budget.monitoring.lines import normalised
from budget.monitoring.posting import Posting
from budget.scenarios.finance import COST_CENTRE

OTHER_YEAR, OTHER_PERIOD = "financial year", "period"  # with which the reason of a row left out begins
YEAR_PERIODS = (range(6, 13), range(1, 6))  # of the plan, in the first and in the second financial year


@dataclass(frozen=True, slots=True)
class Match:
    """The line that a row belongs to, 0 for none, and why it is left out ("" where it counts)."""

    line: int
    left_out: str = ""
    fits: tuple[str, ...] = ()  # the lines that it could belong to, where there are several

    @property
    def of_another_year(self) -> bool:
        """Whether it is left out because of its financial or academic year."""
        return self.of_another_period or self.left_out.startswith(f"{OTHER_YEAR} ")

    @property
    def of_another_period(self) -> bool:
        """Whether it is left out because its period is in the part of the financial year of another plan."""
        return self.left_out.startswith(f"{OTHER_PERIOD} ")


def match(ledger: Ledger, postings: Sequence[Posting], year_number: int) -> tuple[Match, ...]:
    """Return the match of each row, in one of the two financial years of the plan (0 or 1)."""
    keys = _Keys(ledger)
    centres: dict[str, set[str]] = defaultdict(set)
    for posting in postings:
        if posting.centre:
            centres[normalised(posting.code or posting.line)].add(normalised(posting.centre))
    matches = []
    for posting in postings:
        one_centre = len(centres[normalised(posting.code or posting.line)]) <= 1
        why = _of_another_year(posting, ledger, year_number) or keys.of_another_centre(posting, one_centre)
        line = 0 if why else keys.line(posting)
        matches.append(Match(line, why, () if why or line else keys.several(posting)))
    return tuple(matches)


def year_number_of(ledger: Ledger, postings: Sequence[Posting]) -> int:
    """Return which of the plan's two financial years more rows fall in, by their year or else by their period."""
    counts = [0, 0]
    for posting in postings:
        for number, periods in enumerate(YEAR_PERIODS):
            counts[number] += posting.period in periods and posting.year in (None, ledger.year + number)
    return int(counts[1] > counts[0])


def _of_another_year(posting: Posting, ledger: Ledger, year_number: int) -> str:
    if posting.year not in (None, ledger.year + year_number):
        return f"{OTHER_YEAR} {in_words(posting.year or 0)}"
    if posting.period == ADJUSTMENTS or posting.period in YEAR_PERIODS[year_number]:
        return ""
    return f"{OTHER_PERIOD} {posting.period} belongs to the academic year {'after' if year_number else 'before'}"


class _Keys:
    """The names and codes of the lines."""

    def __init__(self, ledger: Ledger):
        self.lines = list(enumerate(ledger.profiled(), start=1))
        self.own_centres = {normalised(line.cost_centre) for _, line in self.lines if line.cost_centre != COST_CENTRE}
        self.projects = {normalised(line.project) for _, line in self.lines if line.project}
        self.names: dict[str, int] = {}
        self.by_code: dict[str, list[tuple[int, LedgerLine]]] = defaultdict(list)
        for number, line in self.lines:
            names = [line.label, line.key]
            if line.kind == INCOME:
                names += [f"{word} {line.option}" for word in ("income", "contributions")]
            self.names |= {normalised(name): number for name in names}
            for code in {normalised(line.subjective), normalised(f"{line.cost_centre} {line.subjective}")}:
                self.by_code[code].append((number, line))

    def of_another_centre(self, posting: Posting, one_centre: bool) -> str:
        """Return why a row of a cost centre or project that is none of the plan's is left out, "" where it is one.

        Where the council has not said the cost centre of the line, a file with one cost centre is taken for it.
        """
        if posting.project and self.projects and normalised(posting.project) not in self.projects:
            return f"project {posting.project}"
        centre = self.centre_of(posting)
        if not centre or centre in self.own_centres or centre == normalised(COST_CENTRE):
            return ""
        line = dict(self.lines).get(self.line(posting))
        if line is not None and line.cost_centre == COST_CENTRE and one_centre:
            return ""
        return f"cost centre {posting.centre}"

    def line(self, posting: Posting) -> int:
        """Return the number of the row's line, 0 where none or more than one fits."""
        found = self._by_code(posting, posting.code or posting.line)
        if len(found) == 1:
            return found[0]
        name = normalised(posting.line)
        code, _, rest = name.partition(" ")  # a cell may have a code before the name: "32110 Shared taxi"
        named = self.names.get(name) or (self.names.get(rest, 0) if any(letter.isdigit() for letter in code) else 0)
        return named if not found or named in found else 0

    def several(self, posting: Posting) -> tuple[str, ...]:
        """Return the names of the lines that a row fits equally well, none where there are not several."""
        found = self._by_code(posting, posting.code or posting.line)
        return tuple(line.label for number, line in self.lines if number in found) if len(found) > 1 else ()

    def centre_of(self, posting: Posting) -> str:
        """Return the cost centre of a row; of a cell with a code and its name, as "C12341 Taxis", the plan's code."""
        centre = normalised(posting.centre)
        first = centre.partition(" ")[0]
        return first if centre not in self.own_centres and first in self.own_centres else centre

    def _with_code(self, code: str) -> list[tuple[int, LedgerLine]]:
        """Return the lines of a code, of one with its name, or of one in a string such as "01-C12341-32110-000"."""
        text = normalised(code)
        if text.isdigit() and text not in self.by_code:
            text = text.lstrip("0")  # SAP fills a code up with noughts: 0000032110
        words = text.split()
        if text in self.by_code or not words:
            return self.by_code.get(text, [])
        if len(words) > 1 and any(letter.isdigit() for letter in words[0]) and words[0] in self.by_code:
            return self.by_code[words[0]]
        return [
            (n, line)
            for n, line in self.lines
            if {normalised(line.cost_centre), normalised(line.subjective)} <= set(words)
        ]

    def _by_code(self, posting: Posting, code: str) -> list[int]:
        fits = self._with_code(code)
        if posting.centre:
            same = [(n, line) for n, line in fits if normalised(line.cost_centre) == self.centre_of(posting)]
            fits = same or [(n, line) for n, line in fits if line.cost_centre == COST_CENTRE]
        if posting.project and any(line.project for _, line in fits):
            fits = [(n, line) for n, line in fits if normalised(line.project) == normalised(posting.project)]
        return [number for number, _ in fits]
