"""What a letter says about one decision, as headings, paragraphs and tables; `letters` makes Word documents of it.

Every letter gives the reasons in full, how distance was measured, the exceptional circumstances and the appeal with its
dates: the Ombudsman has found these missing in others (the policies' source `ombudsman`). No letter closes a case.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from data.faults import Fault, InputError
from data.suggest import did_you_mean
from data.wording import long_date
from eligibility.deciding import wording
from eligibility.deciding.contribution import Contribution
from eligibility.deciding.decide import ELIGIBLE, NOT_ON_CRITERIA, REFER, REFER_REASONS
from eligibility.deciding.decision import AppealDate, Decision, Measurement
from eligibility.deciding.terms_wording import pence_range
from eligibility.letters.blocks import Field, LetterBlock, Part, Piece, bullets, section, text
from eligibility.letters.reasons import annex, charge_reasons, reasons
from eligibility.rules.facts import ESTIMATE, STATED, STRAIGHT_LINE, register
from eligibility.rules.policy import Fact, Rules

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
class Recipient:
    """Whom a letter is about, in the words of the application, and what an officer must check before it is sent."""

    reference: str = ""
    name: str = ""
    checks: tuple[str, ...] = ()


OPENING = {
    ELIGIBLE: "The application meets the published criteria for help with travel. What may be provided, and what it "
    "would cost you, is set out below.",
    NOT_ON_CRITERIA: "On the information that we have, the application does not meet the published criteria. That is "
    "not the end of the matter: the criteria do not cover every circumstance. Please read the parts on exceptional "
    "circumstances and on how to appeal.",
    REFER: "An officer will look at this application before anything is decided. The reasons are below, and so is what "
    "you can send to help.",
}
WHY_AN_OFFICER = {  # in a letter's words; what is not here is the policy's own
    REFER_REASONS["evidence"]: "Some evidence is missing that could still change the outcome.",
    REFER_REASONS["measure"]: "The outcome rests on a distance or a time that has not been measured yet. "
    "We will do so.",
    REFER_REASONS["margin"]: "A value is so close to a threshold that an officer will check it.",
    REFER_REASONS["ended"]: "The application names a benefit that no longer exists. Please tell us what the household "
    "receives now.",
    REFER_REASONS[
        "out_of_date"
    ]: "The rules that were looked at first are those of another year. An officer will decide "
    "by the rules of the right year.",
    REFER_REASONS["school_age"]: "The young person is of compulsory school age in the academic year of the help. "
    "Other law applies until that ends (Education Act 1996, sections 508B and 508C): we will look at the application "
    "under it.",
    REFER_REASONS["individual"]: "The application asks to be considered individually, and it will be.",
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
    """Return a letter, part by part. `fields`: from `checked_fields`; those that are not given stay marked."""

    def field(name: str) -> Piece:
        return fields.get(name) or Field(FIELDS[name])

    why = [WHY_AN_OFFICER.get(reason, reason) for reason in decision.refer_reasons]
    notes = [note for note in decision.notes if not _is_for_officers(note, rules)]
    return (
        *_head(decision, rules, to, field),
        *section("Our decision", [OPENING[decision.outcome], *why, BY_WHOM]),
        *reasons(decision),
        *_evidence(decision, field),
        *_contribution(decision.contribution, decision.contribution_needed),
        *bullets(_help_heading(decision), [term.text for term in decision.may_provide]),
        *_measured(decision.measurement),
        *section("Exceptional circumstances", [decision.exceptional_circumstances or NO_EXCEPTIONS]),
        *_appeal(decision, field),
        *bullets("Please also note", notes),
        *text(("Yours sincerely",), (field("officer_name"),), (field("officer_title"), ", ", field("council_name"))),
        *annex(decision, f"{wording.stamp_line(decision.explanation)} That is: {_policy_name(rules)}."),
        *_for_the_officer(decision, rules, to),
    )


def _head(decision: Decision, rules: Rules, to: Recipient, field: Callable[[str], Piece]) -> list[Part]:
    return [
        *text((field("council_name"), "\n", field("council_address")), (long_date(decision.decided_on),)),
        *text((field("recipient_name"), "\n", field("recipient_address"))),
        LetterBlock("title", ("Help with travel to school, college or training",)),
        *text(_about(to)),
        *text(("Our reference: ", to.reference or Field("reference"))),
        *text((f"Policy: {_policy_name(rules)}",)),
        *text(("Dear ", field("recipient_name"), ",")),
    ]


def _about(to: Recipient) -> tuple[Piece, ...]:
    if to.name or not to.reference:
        return "About: ", to.name or Field("name of the young person")
    return (f"To the young person, reference {to.reference}",)


def _evidence(decision: Decision, field: Callable[[str], Piece]) -> list[Part]:
    """Ask only for what can still change the outcome or the charge; say what the council will find out itself."""
    only_charge = [fact for fact in decision.contribution_needed if fact not in decision.needed]
    ask = [(fact, "") for fact in decision.needed] + [(fact, " (for the contribution)") for fact in only_charge]
    yours = [_wanted(fact, why) for fact, why in ask if not _is_ours(fact)]
    ours = [_wanted(fact, why) for fact, why in ask if _is_ours(fact)]
    found: list[Part] = []
    if yours:
        found += bullets("Evidence to send us", yours)
        where = ("Please send it to ", field("email"), " by ", field("reply_by"), ". You can also telephone ")
        found += text((*where, field("telephone"), ". Nothing else could change the outcome or the contribution."))
    return [*found, *bullets("What we will find out ourselves", ours)]


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
    lines = [f"The contribution is {amount}{kind}.{sure}", f"How it is worked out: {charge.text}"]
    return [*section("What you would pay", lines), *charge_reasons(charge)]


def _help_heading(decision: Decision) -> str:
    if decision.is_excluded:
        return "Other help that you may ask for"
    return "What may be provided" if decision.outcome == ELIGIBLE else "What may be provided, if the criteria are met"


def _measured(measurement: tuple[Measurement, ...]) -> list[Part]:
    if not measurement:
        return []
    lines = [
        f"{found.fact.label}: {wording.observed(found.observed)}; "
        f"{wording.measured_how(found.method, found.version, found.by, found.on)}."
        for found in measurement
    ]
    unmeasured = any(found.method in (STRAIGHT_LINE, ESTIMATE) for found in measurement)
    stated = any(found.method == STATED for found in measurement)
    not_measured = "A value that the application states has not been measured by us." if stated else ""
    return [
        *bullets("How distance and time were measured", lines),
        *text(*((t,) for t in (BOUNDS * unmeasured, not_measured) if t)),
    ]


def _appeal(decision: Decision, field: Callable[[str], Piece]) -> list[Part]:
    start: list[Part] = [LetterBlock("heading", ("How to appeal",))]
    if not decision.appeal:
        return [*start, *text((NO_APPEAL, Field("stages and time limits of the appeal"), "."))]
    if decision.outcome == REFER:
        start += text((LATER,))
    stages: list[Part] = [LetterBlock("bullet", (_stage(stage),)) for stage in decision.appeal]
    return [*start, *stages, *text(("Write to: ", field("appeal_contact"), "."))]


def _stage(stage: AppealDate) -> str:
    days = f" Within {stage.working_days} working days: by {long_date(stage.by)}." if stage.by else ""
    return f"{stage.stage}. {stage.text}{days}"


def _is_for_officers(note: str, rules: Rules) -> bool:
    return note.startswith("Not seen:") or note == rules.policy.check_before_use.strip()


def _policy_name(rules: Rules) -> str:
    title, year = rules.policy.title, rules.policy.year
    return title if year in title else f"{title}, {year}"


def _for_the_officer(decision: Decision, rules: Rules, to: Recipient) -> list[Part]:
    """Return the page that an officer reads and takes out."""
    notes = [note for note in decision.notes if _is_for_officers(note, rules)]
    fill = "Fill in every field in square brackets, or give it once in the settings of the letters."
    return [
        LetterBlock("officer", ("For the officer: read this page, then take it out",)),
        *(LetterBlock("bullet", (line,)) for line in (fill, *to.checks, *notes)),
    ]
