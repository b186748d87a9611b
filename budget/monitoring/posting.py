"""One row of a ledger's file, and the file as it was read."""

from dataclasses import dataclass

CONFIRMED = {"closed": "line closed by its owner", "price": "price changed", "returned": "passes handed back"}
WAYS = {
    "closed": {"closed", "line closed", "line closed by its owner", "closed by owner", "closed by its owner"},
    "price": {"price", "price changed", "new price", "price change"},
    "returned": {"returned", "handed back", "passes handed back", "pass handed back", "pass returned"},
}


@dataclass(frozen=True, slots=True)
class Posting:
    """One row of the file. Money in signed pence: receipts are below zero."""

    row: int  # as a spreadsheet counts
    period: int  # 1 to 12, April is 1; 13 for adjustments
    line: str  # as in the file: a name, or the ledger's code
    amount_pence: int
    committed_pence: int  # the balance of orders, whatever period they are for
    reason: str = ""
    forecast_pence: int | None = None  # a person's own forecast of the line
    accrual_pence: int = 0  # received and not yet invoiced, and not in the amount
    confirmed: str = ""  # how a saving of the line is confirmed: a key of CONFIRMED, or ""
    year: int | None = None  # in which the financial year begins, where the file says it
    code: str = ""  # the subjective, where the file has it apart from the line
    centre: str = ""  # the cost centre, where the file has it
    project: str = ""

    @property
    def posted_pence(self) -> int:
        """What was paid or accrued."""
        return self.amount_pence + self.accrual_pence


@dataclass(frozen=True, slots=True)
class Actuals:
    """The rows of a file, and how it was read."""

    name: str
    postings: tuple[Posting, ...] = ()
    notes: tuple[str, ...] = ()


def confirmed_by(text: str) -> str | None:
    """Return the key of CONFIRMED that a text means, "" for nothing; None where it means none.

    >>> confirmed_by("Line closed"), confirmed_by(""), confirmed_by("perhaps")
    ('closed', '', None)
    """
    words = " ".join(text.lower().split())
    return next((key for key, known in WAYS.items() if words in known), None) if words else ""
