"""What a policy says besides its criteria: contributions, what may be provided, referrals, appeals and notes.

A contribution is a list of rates in order, and the first whose criterion is met is charged: bands of distance are
rates whose criteria test a distance.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from eligibility.rules.basis import Basis
from eligibility.rules.residence import Council

TERMS_A_YEAR = 3
AMOUNT_UNITS = {"pounds per year": 1, "pounds per term": TERMS_A_YEAR, "pounds": 1}  # times it is charged in a year
RATE_LABELS = ("full", "concession", "nil")


@dataclass(frozen=True, slots=True)
class Rate:
    """One line of a contribution: what is charged where a criterion is met and none above it is."""

    label: Literal["full", "concession", "nil"]
    when: str  # a criterion; "" for everybody who is left
    amount: str  # a parameter in one of AMOUNT_UNITS; "" where nothing is charged, or the amount was not seen
    share: str  # a parameter in "share": the part of the amount that is paid; "" for all of it
    text: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class PolicyText:
    """Something a policy says in words, to whom, and from which day to which."""

    text: str
    basis: Basis | None = None
    when: str = ""  # a criterion that must not have failed; "" for everybody
    start: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Say whether the text is current on `day`, first and last day included."""
        return (self.start is None or day >= self.start) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class AppealStage:
    """One step of an appeal and how many working days it has, counted from the end of the step before."""

    stage: str
    text: str
    working_days: int | None  # None: no limit was seen
    basis: Basis


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything a policy says that is not a criterion."""

    council: Council | None = None  # whose policy it is; None: nobody's, and for any county to adopt
    covers: tuple[date, date] | None = None  # the days it was published for; a policy about people has them
    not_seen: tuple[str, ...] = ()  # what the page did not show, and the council must be asked
    contribution: tuple[Rate, ...] = ()
    provision: tuple[PolicyText, ...] = ()  # what may be provided to those who are eligible
    otherwise: tuple[PolicyText, ...] = ()  # what others may ask for
    refer: tuple[PolicyText, ...] = ()  # criteria that send a person who does not meet the others to an officer
    note: tuple[PolicyText, ...] = ()
    exceptional_circumstances: PolicyText | None = None
    appeal: tuple[AppealStage, ...] = ()
    sight: tuple[str, ...] = ()  # facts whose evidence an officer must have seen before an award stands

    def is_out_of_date(self, day: date) -> bool:
        """Say whether `day` is outside the days for which the policy was published: it then decides nothing."""
        return self.covers is not None and not self.covers[0] <= day <= self.covers[1]

    @property
    def roots(self) -> tuple[str, ...]:
        """Return the criteria that are results in their own right because a term rests on them."""
        terms: tuple[Rate | PolicyText, ...] = (*self.contribution, *self.provision, *self.refer)
        return tuple(dict.fromkeys(term.when for term in terms if term.when))

    @property
    def amounts(self) -> frozenset[str]:
        """Return the parameters that contributions are made of; a day without one leaves the contribution unknown."""
        return frozenset(name for rate in self.contribution for name in (rate.amount, rate.share) if name)
