"""What a letter says about one decision, as headings, paragraphs and tables; `letters` makes Word documents of it.

The first line is the decision. Then what help, what it costs and what to do next; or the one thing that decided it and
what would change it; or the fewest documents that settle it. Every letter ends with exceptional circumstances and the
appeal: the Ombudsman has found these missing in others (the policies' source `ombudsman`). No letter closes a case.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from data.wording import long_date
from eligibility.deciding import wording
from eligibility.deciding.decide import ELIGIBLE, NOT_ON_CRITERIA
from eligibility.deciding.decision import Decision
from eligibility.letters import answers, appeal, refusals
from eligibility.letters.annex import annex, measured, still_open
from eligibility.letters.blocks import Field, LetterBlock, Part, Piece, bullets, kept, section, text
from eligibility.letters.contact import tell_us_any_day
from eligibility.letters.evidence import Evidence, wanted
from eligibility.letters.fields import DEFAULTS, FIELDS
from eligibility.letters.plain import THIS_PLACE, Plain
from eligibility.letters.reader import YOU, as_read
from eligibility.rules.criteria import Verdict
from eligibility.rules.policy import Rules
from eligibility.rules.terms import PolicyText

TITLE = "Help with travel to school, college or training"
OFFICERS_PAGE = "For the officer: read this page, then take it out"
NOBODY_NAMED = "the young person"
BY_WHOM = "A computer program helped us to apply our rules. An officer of the council is responsible for this letter."
NO_EXCEPTIONS = (
    "Our rules do not cover everything. If there is a reason that they do not cover, tell us at any time and send "
    "whatever shows it. We will look at this case by itself and give you our reasons."
)
FILL = "Fill in every field in square brackets, or give it once: in the policy file under [letters], or to the command."
UNCHECKED = (
    "This letter is a draft. Nobody is recorded as having checked this policy against the council's published page. "
    "Letters are drafts until the policy says who checked it, on which day and against what."
)
CHANGED = "This letter is a draft: numbers of the policy were changed since it was checked against the council's page."
OUTDATED = "This letter is a draft: the policy was published for other days than that of the application."


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a letter is about, in the words of the application, and what an officer must check before it is sent."""

    reference: str = ""
    name: str = ""
    checks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("reference", "name"):  # one of spaces alone is none
            object.__setattr__(self, name, getattr(self, name).strip())


def why_draft(rules: Rules) -> str:
    """Return why letters under these rules are drafts, "" where they are not.

    They are until the policy says who checked it against the council's page, and wherever it is not as it was checked.
    """
    terms = rules.policy.terms
    if terms.checked is None:
        return UNCHECKED
    if rules.policy.council_values:
        return CHANGED
    return OUTDATED if terms.is_out_of_date(rules.day) else ""


def parts(decision: Decision, rules: Rules, to: Recipient, fields: Mapping[str, str]) -> tuple[Part, ...]:
    """Return a letter, part by part. `fields`: from `checked_fields`; those that nobody gave stay marked.

    What is not in `fields` is taken from the policy: its own words for letters, and the council's name.
    """
    council = rules.policy.terms.council
    own = {"council_name": council.name, "appeal_contact": council.contact} if council else {}
    given = {**own, **rules.policy.terms.letters, **fields}
    own_letter = decision.is_adult
    if own_letter and to.name:
        given.setdefault("recipient_name", to.name)
    given = DEFAULTS | {name: words for name, words in given.items() if words.strip()}
    blanks = {name: given.get(name) or Field(words) for name, words in FIELDS.items()}
    who, check = YOU if own_letter else to.name or NOBODY_NAMED, rules.policy.terms.checked
    steps = {step.criterion: step for step in decision.explanation.steps}
    plain = Plain(rules, who, steps, decision.place_name or THIS_PLACE, _reasons_for_the_charge(decision))
    evidence = wanted(decision, rules, who)
    answer = _answer(decision, plain, evidence, blanks)
    letter = [
        *_head(decision, to, blanks),
        *answer,
        *section("Exceptional circumstances", [_exceptional(decision, rules)]),
        *tell_us_any_day(blanks, answer),
        *appeal.parts(decision, blanks),
        *bullets("Please also note", [in_letter(note) for note in _notes_for_all(rules)]),
        *kept(
            [
                *text((BY_WHOM,), ("Yours sincerely",), (blanks["officer_name"], ", ", blanks["officer_title"])),
                *text((blanks["council_name"],)),
            ]
        ),
    ]
    return (
        *as_read(letter, to_themselves=own_letter),
        *annex(
            decision,
            _stamp(decision, rules),
            check.against if check else "",
            council.name if council else "",
            still_open(decision, rules),
        ),
        *_for_the_officer(decision, rules, to),
    )


def in_letter(said: PolicyText) -> str:
    """Return what a policy says in a letter's words, where it has any."""
    return said.letter or said.text


def _head(decision: Decision, to: Recipient, blanks: Mapping[str, Piece]) -> list[Part]:
    place = f"\nSchool or college: {decision.place_name}" if decision.place_name else ""
    starts = f"\nCourse starts: {long_date(decision.course_start)}" if decision.course_start else ""
    about: tuple[Piece, ...] = ("About: ", to.name or Field("name of the young person"))
    if to.reference and not to.name:
        about = (f"To the young person, reference {to.reference}",)
    return [
        *text((blanks["council_name"], "\n", blanks["council_address"]), (long_date(decision.decided_on),)),
        *text((blanks["recipient_name"], "\n", blanks["recipient_address"])),
        *text((*about, "\nOur reference: ", to.reference or Field("reference"), place + starts)),
        LetterBlock("title", (TITLE,)),
        *text(("Dear ", blanks["recipient_name"], ",")),
    ]


def _answer(decision: Decision, plain: Plain, evidence: Evidence, blanks: Mapping[str, Piece]) -> list[Part]:
    if decision.outcome == ELIGIBLE:
        return answers.yes(decision, plain, evidence, blanks)
    if decision.outcome == NOT_ON_CRITERIA:
        return refusals.no(decision, plain, blanks)
    return answers.not_yet(decision, plain, evidence, blanks)


def _exceptional(decision: Decision, rules: Rules) -> str:
    said = rules.policy.terms.exceptional_circumstances
    return in_letter(said) if said and decision.exceptional_circumstances else NO_EXCEPTIONS


def _notes_for_all(rules: Rules) -> list[PolicyText]:
    return [note for note in rules.policy.terms.note if note.holds(rules.day) and not note.officer]


def _reasons_for_the_charge(decision: Decision) -> frozenset[str]:
    """Return the criteria that settled what is paid, so that a letter gives the same reason for the help."""
    charge = decision.contribution
    met = [explained.steps[-1] for explained in charge.explanations] if charge else []
    return frozenset(root.criterion for root in met if root.verdict == Verdict.PASS)


def _stamp(decision: Decision, rules: Rules) -> str:
    """Return the policy and the day of its rules; what tells its very file apart is on the officer's page."""
    stamp = decision.explanation.stamp
    return f"{_policy_name(rules)} Policy {stamp.policy_id} as it stood on {long_date(stamp.day)}."


def _policy_name(rules: Rules) -> str:
    """Return the title of a policy with the days that it is for."""
    covers = rules.policy.terms.covers
    days = f", for {long_date(covers[0])} to {long_date(covers[1])}" if covers else ""
    return f"{rules.policy.title}{days}."


def _for_the_officer(decision: Decision, rules: Rules, to: Recipient) -> list[Part]:
    """Return the page that an officer reads and takes out."""
    told = {note.text for note in _notes_for_all(rules)}
    reasons = [f"Why an officer decides: {reason}" for reason in decision.refer_reasons]
    check = rules.policy.terms.checked
    checked = f"The policy was checked by {check.by} on {long_date(check.on)} against {check.against}." if check else ""
    notes = [note for note in decision.notes if note not in told]
    lines = (why_draft(rules), checked, FILL, *to.checks, *reasons, *measured(decision), *notes)
    lines = (*lines, wording.stamp_line(decision.explanation))
    return [
        LetterBlock("officer", (OFFICERS_PAGE,)),
        *(LetterBlock("bullet", (line,)) for line in lines if line),
    ]
