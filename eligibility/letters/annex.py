"""The annex of a letter: every criterion that was looked at, how it was measured, and where the rules are published."""

from collections.abc import Mapping

from eligibility.deciding import wording
from eligibility.deciding.decision import Decision
from eligibility.deciding.explain import Step
from eligibility.letters.blocks import LetterBlock, LetterTable, Part, bullets, section
from eligibility.rules.basis import Basis, PolicySource
from eligibility.rules.criteria import Verdict

HEADS = ("Criterion", "What we saw", "What is asked for", "Result", "Published in")
ASKED = {"all": "all of these {}", "any": "any one of these {}", "none": "none of these {}"}
ANNEX = "Annex: every criterion that we looked at"
NOT_NEEDED = 'What is "not needed" does not change the outcome, and nothing more need be known of it.'
SOURCES = "Where the rules are published"
FOR_THE_CHARGE = "For what you would pay we also looked at these:"
ASSUMED, NOT_SAID = str(Basis("assumption")), "[where this is published]"
MEASURED = "How distance and time were measured"


def annex(decision: Decision, stamp: str, checked: str) -> list[Part]:
    """Return what follows the signature: every criterion, the sources by number, and what decided (`stamp`).

    `checked`: the address of the page with which the policy was compared, "" where it was with none. It is the source
    of what the policy file itself gives no source for; without it such a place is left to fill in.
    """
    steps, own = wording.top_down(decision.explanation.steps), _only_for_the_charge(decision)
    sources = _sources([*steps, *own])
    rows = tuple(_row(step, sources, checked) for step in own)
    of_charge: list[Part] = [LetterBlock("text", (FOR_THE_CHARGE,)), LetterTable(HEADS, rows)]
    listed = [f"{number}: {source}" for source, number in sources.items()]
    listed += [f"The council's policy: {checked}"] if checked else []
    charge = dict.fromkeys(decision.contribution.sources if decision.contribution else ())
    listed += [f"What you would pay: {_published(source, checked)}" for source in charge]
    stages = dict.fromkeys(stage.source for stage in decision.appeal if "Ombudsman" not in stage.text)
    listed += [f"The stages of an appeal: {_published(source, checked)}" for source in stages]
    return [
        LetterBlock("annex", (ANNEX,)),
        LetterBlock("text", (NOT_NEEDED,)),
        LetterTable(HEADS, tuple(_row(step, sources, checked) for step in steps)),
        *(of_charge if rows else []),
        *bullets(MEASURED, _measured(decision)),
        *bullets(SOURCES, listed),
        *section("How this was decided", [stamp]),
    ]


def _published(source: str, checked: str) -> str:
    """Return a source for whoever gets the letter: never that a rule is assumed."""
    if source != ASSUMED:
        return source
    return "the council's policy" if checked else NOT_SAID


def _measured(decision: Decision) -> list[str]:
    return [
        f"{found.fact.label}: {wording.observed(found.observed)}; "
        f"{wording.measured_how(found.method, found.version, found.by, found.on)}."
        for found in decision.measurement
    ]


def _only_for_the_charge(decision: Decision) -> list[Step]:
    of_outcome = {step.criterion for step in decision.explanation.steps}
    every = wording.charge_steps(decision.contribution) if decision.contribution else []
    return [step for step in every if step.criterion not in of_outcome]


def _sources(steps: list[Step]) -> Mapping[str, str]:
    """Return the published sources of some criteria with their addresses, numbered in order."""
    bases = [step.source for step in steps if step.source]
    cited = dict.fromkeys(_cited(basis.source) for basis in bases if basis.source)
    return {citation: f"Source {number}" for number, citation in enumerate(cited, start=1)}


def _cited(source: PolicySource) -> str:
    return f"{source.title}. {source.url}"


def _row(step: Step, sources: Mapping[str, str], checked: str) -> tuple[str, ...]:
    verdict, where = wording.VERDICTS[step.verdict], _where(step.source, sources, checked)
    if step.verdict == Verdict.UNKNOWN and not step.live:
        verdict = "not needed"
    if step.observed is None:
        return step.label, "", ASKED[step.required.test].format(len(step.required.members)), verdict, where
    seen, asked = wording.seen_and_required(step)
    return step.label, wording.with_doubt(seen, step.doubt), wording.unless_ended(asked, step.ended), verdict, where


def _where(basis: Basis | None, sources: Mapping[str, str], checked: str) -> str:
    if basis is None or basis.source is None:
        return _published(str(basis), checked) if basis else ""
    number = sources[_cited(basis.source)]
    return f"{number}: {basis.at}" if basis.at else number
