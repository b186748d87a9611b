"""One check of the workbook: what is compared with what, how, and what to do where it does not pass."""

from dataclasses import dataclass

from budget.workbook.book import Formula

EQUAL = "=IFERROR(ABS({left}-{right})<={leeway},FALSE)"
AT_MOST = "=IFERROR({left}<={right}+{leeway},FALSE)"
AS_SOLVED_EQUAL = "=IFERROR(OR({changed}>0,ABS({left}-{right})<={leeway}),FALSE)"
HALF_A_PENNY = 0.001  # sums of pennies in binary are seldom exact; a tenth of a penny tells a penny from none
LEEWAY = "{leeway}"  # in the formula of a side: the cell of the check's own leeway
ACCESS_LEEWAY = 0.01  # of a young person: each row is rounded to a millionth


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what is compared with what, how, and what a failure means."""

    name: str
    left: object  # Formula, or a figure of the model
    right: object
    shown: str
    test: str
    advice: str
    leeway: float = 0.0

    @property
    def passes(self) -> bool:
        """Whether it passes with the known values, no assumption changed."""
        left, right = (side.known if isinstance(side, Formula) else side for side in (self.left, self.right))
        return left - right <= self.leeway if self.test == AT_MOST else abs(left - right) <= self.leeway


def none_of(name: str, formula: object, advice: str) -> Check:
    """Return a check that a count comes to nought."""
    return Check(name, formula, 0, "count", EQUAL, advice)
