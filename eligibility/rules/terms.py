"""What a policy says besides its criteria: contributions, what may be provided, referrals, appeals and notes.

A contribution is a list of rates in order, and the first whose criterion is met is charged: bands of distance are
rates whose criteria test a distance.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from eligibility.rules.basis import Basis
from eligibility.rules.residence import Council

TERMS_A_YEAR = 3
AMOUNT_UNITS = {"pounds per year": 1, "pounds per term": TERMS_A_YEAR, "pounds": 1}  # times it is charged in a year
RATE_LABELS = ("full", "concession", "nil")
LETTER_FIELDS = {  # what the council fills in on its letters -> the words that stand in its place until then
    "council_name": "council name",
    "council_address": "council address",
    "recipient_name": "name of the parent, carer or young person",
    "recipient_address": "postal address",
    "officer_name": "name of the officer",
    "officer_title": "job title",
    "email": "email address for replies",
    "telephone": "telephone number",
    "appeal_contact": "where to send an appeal",
    "reply_by": "date by which to reply",
    "help_from": "first day of the help",
    "help_until": "last day of the help",
    "charge": "what the family pays",
    "how_to_pay": "how and when to pay",
    "pay_where": "where to set this up: a form, a link or a telephone number",
    "next_step": "what the family does next to start the help, and by when",
    "kind_told_by": "by when the family is told which kind of help it is",
    "decide_by": "last day on which you will decide",
}
OF_ONE_PERSON = ("recipient_name", "recipient_address")  # fields that a policy cannot fill in


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
    letter: str = ""  # the same in a letter's words; "" where `text` will do
    officer: bool = False  # of a note: for the officer only, never in the letter itself

    def holds(self, day: date) -> bool:
        """Say whether the text is current on `day`, first and last day included."""
        return (self.start is None or day >= self.start) and (self.until is None or day <= self.until)


Texts = tuple[PolicyText, ...]


@dataclass(frozen=True, slots=True)
class AppealStage:
    """One step of an appeal and how many working days it has, counted from the end of the step before."""

    stage: str
    text: str
    working_days: int | None  # None: no limit was seen
    basis: Basis


@dataclass(frozen=True, slots=True)
class PolicyCheck:
    """Who compared a policy file with the council's published page, when, and with which."""

    by: str
    on: date
    against: str  # https; on a site of the council, where the policy is a council's


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
    checked: PolicyCheck | None = None  # None: nobody has, and letters are drafts
    letters: Mapping[str, str] = field(default_factory=dict)  # the council's own words, by names of LETTER_FIELDS

    def is_out_of_date(self, day: date) -> bool:
        """Say whether `day` is outside the days for which the policy was published: it then decides nothing."""
        return self.covers is not None and not self.covers[0] <= day <= self.covers[1]

    def prose(self) -> Iterator[str]:
        """Yield every text in which a parameter's value may stand (`prose`)."""
        yield from (rate.text for rate in self.contribution)
        for entry in (*self.provision, *self.otherwise, *self.refer, *self.note):
            yield from (entry.text, entry.letter)

    def worded(self, fill: Callable[[str], str], written: "Terms") -> "Terms":
        """Return the terms with values put into every such text of `written`, whose entries are the same."""

        def filled(own: Texts, was: Texts) -> Texts:
            pairs = zip(own, was if len(was) == len(own) else own, strict=True)
            return tuple(replace(each, text=fill(old.text), letter=fill(old.letter)) for each, old in pairs)

        rates = written.contribution if len(written.contribution) == len(self.contribution) else self.contribution
        return replace(
            self,
            contribution=tuple(
                replace(rate, text=fill(was.text)) for rate, was in zip(self.contribution, rates, strict=True)
            ),
            provision=filled(self.provision, written.provision),
            otherwise=filled(self.otherwise, written.otherwise),
            refer=filled(self.refer, written.refer),
            note=filled(self.note, written.note),
        )

    @property
    def roots(self) -> tuple[str, ...]:
        """Return the criteria that are results in their own right because a term rests on them."""
        terms: tuple[Rate | PolicyText, ...] = (*self.contribution, *self.provision, *self.refer)
        return tuple(dict.fromkeys(term.when for term in terms if term.when))

    @property
    def amounts(self) -> frozenset[str]:
        """Return the parameters that contributions are made of; a day without one leaves the contribution unknown."""
        return frozenset(name for rate in self.contribution for name in (rate.amount, rate.share) if name)
