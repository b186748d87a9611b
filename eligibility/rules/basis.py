"""What a rule, a number or a text of a policy rests on."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

COUNCIL_NOTE = "Set by the council."  # of what a council changed on screen


@dataclass(frozen=True, slots=True)
class PolicySource:
    """A published page that a rule or a number rests on, and the day somebody last looked at it."""

    id: str
    title: str
    url: str  # https
    checked: date


@dataclass(frozen=True, slots=True)
class Basis:
    """What a rule or a number rests on: a published source, an assumption, or the council's own setting."""

    kind: Literal["published", "assumption", "council"]
    source: PolicySource | None = None  # present when published
    at: str = ""  # where in the source: "para 12"
    note: str = ""

    @property
    def is_guess(self) -> bool:
        """Say whether nobody is known to have published or decided it."""
        return self.kind == "assumption" and self.note != COUNCIL_NOTE

    @property
    def address(self) -> str:
        """Return the address of the source, "" where there is none."""
        return self.source.url if self.source else ""

    def __str__(self) -> str:
        if self.source:
            return f"{self.source.title}, {self.at}" if self.at else self.source.title
        return "set by the council" if self.kind == "council" else "an assumption for the council to replace"
