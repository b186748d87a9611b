"""What a letter says about one decision, as headings, paragraphs and tables; `letters` makes Word documents of it.

The words are for a young person and their family, and for an adviser to edit. Every letter gives the reasons in full,
the way it was measured, the exceptional circumstances and the appeal with its dates: what the Ombudsman has found
missing in others (see the policies' source `ombudsman`). No letter closes a case: who is not on the published criteria
may still be helped, and is told so.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from data.faults import Fault, InputError
from eligibility import wording
from eligibility.contribution import Contribution
from eligibility.decide import ELIGIBLE, NOT_ON_CRITERIA, REFER
from eligibility.decision import AppealDate, Decision, Measurement
from eligibility.explain import Explanation, Step
from eligibility.facts import ESTIMATE, STATED, STRAIGHT_LINE, register
from eligibility.policy import Fact, Rules
from eligibility.suggest import did_you_mean
from eligibility.terms_wording import pence_range

FIELDS = {  # what the council fills in -> the words that stand in its place until then
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
}


@dataclass(frozen=True, slots=True)
class Field:
    """A place that somebody must fill in; shown marked, in square brackets."""

    words: str


Piece = str | Field


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a letter."""

    style: str  # "title", "heading", "text", "bullet" or "officer" (a heading that begins the page to be taken out)
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading row."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Part = Block | Table


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a letter is about, in the words of their own application, and what an officer must check before it goes."""

    reference: str = ""
    name: str = ""
    checks: tuple[str, ...] = ()


OPENING = {
    ELIGIBLE: "The application meets the published criteria for help with travel. What may be provided, and what it "
    "would cost you, is set out below.",
    NOT_ON_CRITERIA: "On the information that we have, the application is not on the published criteria. That is not "
    "the end of the matter: the criteria do not cover every circumstance. Please read the parts on exceptional "
    "circumstances and on how to appeal.",
    REFER: "An officer will look at this application before anything is decided. The reasons are below, and so is what "
    "you can send to help.",
}
BY_WHOM = (
    "The published criteria were applied with the help of a computer program. It does not close a case: an officer of "
    "the council is responsible for this letter, and you may ask for the application to be looked at again."
)
NO_EXCEPTIONS = (
    "If there is a reason that the criteria do not cover, tell us at any time and send whatever shows it. We will "
    "consider it for this young person and give our reasons."
)
NO_APPEAL = "You may ask us to look at this decision again. The policy as we saw it does not give the stages: "
LATER = (
    "The dates below run from the date of this letter. Where the officer's decision comes later, they run from that "
    "decision and are later too."
)
BOUNDS = (
    "Nobody has measured the way yet: a straight line on a map gives only the least and the most that it can be. It "
    "never decides against a young person."
)
ASKED = {"all": "all of these {}", "any": "any one of these {}", "none": "none of these {}"}
HEADS = ("Criterion", "What we saw", "What is asked for", "Result", "Where it is published")


def checked_fields(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return the council's own words for FIELDS. Raises InputError for names that are not among them."""
    unknown = [name for name in given if name not in FIELDS]
    if unknown:
        raise InputError(
            "the letter",
            [Fault(name, f"is no field of a letter. {did_you_mean(name, list(FIELDS))}") for name in unknown],
        )
    return given


def parts(decision: Decision, rules: Rules, to: Recipient, fields: Mapping[str, str]) -> tuple[Part, ...]:
    """Return a letter, part by part. `fields`: of `checked_fields`; those that are not given stay marked."""

    def field(name: str) -> Piece:
        return fields.get(name) or Field(FIELDS[name])

    return (
        *_head(decision, rules, to, field),
        *_section("Our decision", [OPENING[decision.outcome], *decision.refer_reasons, BY_WHOM]),
        *_reasons(decision),
        *_evidence(decision, field),
        *_contribution(decision.contribution, decision.contribution_needed),
        *_bullets(_help_heading(decision), [term.text for term in decision.may_provide]),
        *_measured(decision.measurement),
        *_section("Exceptional circumstances", [decision.exceptional_circumstances or NO_EXCEPTIONS]),
        *_appeal(decision, field),
        *_bullets("Please also note", _notes_for(decision, rules)),
        *_section("How this was decided", [_stamp(decision, rules)]),
        *_text(("Yours sincerely",), (field("officer_name"),), (field("officer_title"), ", ", field("council_name"))),
        *_for_the_officer(decision, rules, to),
    )


def _text(*lines: tuple[Piece, ...]) -> list[Part]:
    return [Block("text", line) for line in lines]


def _section(heading: str, lines: Iterable[str]) -> list[Part]:
    return [Block("heading", (heading,)), *(Block("text", (line,)) for line in lines if line)]


def _bullets(heading: str, lines: Iterable[str]) -> list[Part]:
    bullets: list[Part] = [Block("bullet", (line,)) for line in lines if line]
    return [Block("heading", (heading,)), *bullets] if bullets else []


def _head(decision: Decision, rules: Rules, to: Recipient, field: Callable[[str], Piece]) -> list[Part]:
    day = f"{decision.decided_on:%-d %B %Y}"
    return [
        *_text((field("council_name"),), (field("council_address"),), (day,)),
        *_text((field("recipient_name"),), (field("recipient_address"),)),
        Block("title", ("Help with travel to school, college or training",)),
        *_text(("About: ", to.name or Field("name of the young person"))),
        *_text(("Our reference: ", to.reference or Field("reference"))),
        *_text((f"Policy: {rules.policy.title}, {rules.policy.year}",)),
        *_text(("Dear ", field("recipient_name"), ",")),
    ]


def _reasons(decision: Decision) -> list[Part]:
    """Return every criterion in the policy's own terms: those that settled the outcome or are open, then the others."""
    steps = wording.top_down(decision.explanation.steps)
    telling = [step for step in steps if step.decisive or step.live]
    other = [step for step in steps if not (step.decisive or step.live)]
    open_ = "These criteria are still open:" if decision.outcome == REFER else "These criteria settled it:"
    rest = (
        [*_text(("The other criteria of the policy, which did not change the outcome:",)), _table(other)]
        if other
        else []
    )
    return [*_section("The reasons", [open_]), _table(telling), *rest]


def _table(steps: list[Step]) -> Table:
    return Table(HEADS, tuple(_row(step) for step in steps))


def _row(step: Step) -> tuple[str, ...]:
    verdict = wording.VERDICTS[step.verdict]
    source = str(step.source) if step.source else ""
    if step.observed is None:
        return step.label, "", ASKED[step.required.test].format(len(step.required.members)), verdict, source
    decimals = wording.decimals_for(step.observed, step.required)
    seen, asked = wording.observed(step.observed, decimals), wording.required(step.required, decimals)
    return step.label, seen, asked, verdict, source


def _evidence(decision: Decision, field: Callable[[str], Piece]) -> list[Part]:
    """Ask only for what can still change the outcome or the contribution; say what the council will find out itself."""
    only_charge = [fact for fact in decision.contribution_needed if fact not in decision.needed]
    ask = [(fact, "") for fact in decision.needed] + [(fact, " (for the contribution)") for fact in only_charge]
    yours = [_wanted(fact, why) for fact, why in ask if not _is_ours(fact)]
    ours = [_wanted(fact, why) for fact, why in ask if _is_ours(fact)]
    found: list[Part] = []
    if yours:
        found += _bullets("Evidence to send us", yours)
        where = ("Please send it to ", field("email"), " by ", field("reply_by"), ". You can also telephone ")
        found += _text((*where, field("telephone"), ". You need send nothing else: it could not change the outcome."))
    return [*found, *_bullets("What we will find out ourselves", ours)]


def _is_ours(fact: Fact) -> bool:
    known = register().get(fact.name)
    return known is not None and known.asked_of == "officer"


def _wanted(fact: Fact, why: str) -> str:
    return f"{fact.label}{f': {fact.evidence}' if fact.evidence else ''}{why}"


def _contribution(charge: Contribution | None, needed: tuple[Fact, ...]) -> list[Part]:
    if charge is None:
        return []
    amount = pence_range(charge.low_pence, charge.high_pence)
    sure = "" if not needed else " It depends on the evidence named above."
    kind = f" ({charge.label})" if charge.label in ("full", "concession") and charge.low_pence else ""
    steps = [line for explained in charge.explanations for line in _how(explained)]
    return [
        *_section(
            "What you would pay", [f"The contribution is {amount}{kind}.{sure}", f"How it is worked out: {charge.text}"]
        ),
        *(Block("bullet", (line,)) for line in dict.fromkeys(steps)),
        *(Block("bullet", (f"Source: {source}",)) for source in dict.fromkeys(charge.sources)),
    ]


def _how(explained: Explanation) -> list[str]:
    """Return the criteria that a rate rests on, those only that settled it or are open."""
    steps = wording.top_down(explained.steps)
    return [wording.step_line(step) for step in steps if step.decisive or step.live]


def _help_heading(decision: Decision) -> str:
    if decision.outcome == NOT_ON_CRITERIA:
        return "Other help that you may ask for"
    return "What may be provided" if decision.outcome == ELIGIBLE else "What may be provided, if the criteria are met"


def _measured(measurement: tuple[Measurement, ...]) -> list[Part]:
    if not measurement:
        return []
    lines = [f"{found}: {wording.observed(found.observed)}" for found in measurement]
    unmeasured = any(found.method in (STRAIGHT_LINE, ESTIMATE) for found in measurement)
    stated = any(found.method == STATED for found in measurement)
    told = "A value that the application states has not been measured by us." if stated else ""
    return [
        *_bullets("How distance and time were measured", lines),
        *_text(*((t,) for t in (BOUNDS * unmeasured, told) if t)),
    ]


def _appeal(decision: Decision, field: Callable[[str], Piece]) -> list[Part]:
    start: list[Part] = [Block("heading", ("How to appeal",))]
    if not decision.appeal:
        return [*start, *_text((NO_APPEAL, Field("stages and time limits of the appeal"), "."))]
    if decision.outcome == REFER:
        start += _text((LATER,))
    stages: list[Part] = [Block("bullet", (_stage(stage),)) for stage in decision.appeal]
    sources = "; ".join(dict.fromkeys(stage.source for stage in decision.appeal))
    return [*start, *stages, *_text(("Write to: ", field("appeal_contact"), f". Source of the stages: {sources}."))]


def _stage(stage: AppealDate) -> str:
    days = f" Within {stage.working_days} working days: by {stage.by:%-d %B %Y}." if stage.by else ""
    return f"{stage.stage}. {stage.text}{days}"


def _is_for_officers(note: str, rules: Rules) -> bool:
    return note.startswith("Not seen:") or note == rules.policy.check_before_use.strip()


def _notes_for(decision: Decision, rules: Rules) -> list[str]:
    return [note for note in decision.notes if not _is_for_officers(note, rules)]


def _stamp(decision: Decision, rules: Rules) -> str:
    addresses = dict.fromkeys(
        step.source.source.url for step in decision.explanation.steps if step.source and step.source.source
    )
    published = f" The rules are published at: {'; '.join(addresses)}." if addresses else ""
    return f"{wording.stamp_line(decision.explanation)} {rules.policy.title}, {rules.policy.year}.{published}"


def _for_the_officer(decision: Decision, rules: Rules, to: Recipient) -> list[Part]:
    """Return the page that an officer reads and takes out: what to check, what the policy as seen leaves open."""
    notes = [note for note in decision.notes if _is_for_officers(note, rules)]
    fill = "Fill in every field in square brackets, or give it once in the settings of the letters."
    return [
        Block("officer", ("For the officer: read this page, then take it out",)),
        *(Block("bullet", (line,)) for line in (fill, *to.checks, *notes)),
    ]
