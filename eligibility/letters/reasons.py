"""The reasons in a letter: the criteria that settled the outcome or are still open, and an annex with every criterion.

A reason is one line: the policy's own words, what we saw and what the criterion asks for. The annex says the same of
every criterion that was looked at, and where each is published.
"""

from collections.abc import Mapping

from data.wording import long_date
from eligibility.deciding import wording
from eligibility.deciding.contribution import Contribution
from eligibility.deciding.decision import Decision
from eligibility.deciding.explain import Step
from eligibility.letters.blocks import LetterBlock, LetterTable, Part, bullets, section
from eligibility.rules.basis import Basis, PolicySource
from eligibility.rules.criteria import Verdict
from eligibility.rules.policy import YES_OR_NO

HEADS = ("Criterion", "What we saw", "What is asked for", "Result", "Published in")
ASKED = {"all": "all of these {}", "any": "any one of these {}", "none": "none of these {}"}
SETTLED, OPEN = "These criteria settled it:", "These criteria are still open:"
IN_FULL = "The annex has every criterion that we looked at and says where it is published."
ANNEX = "Annex: every criterion that we looked at"
NOT_NEEDED = 'What is "not needed" does not change the outcome, and nothing more need be known of it.'
SOURCES = "Where the rules are published"
RESTS_ON = "It rests on these criteria:"
FOR_THE_CHARGE = "For what you would pay we also looked at these:"


def reasons(decision: Decision) -> list[Part]:
    """Return the criteria that settled the outcome or are still open, a line each."""
    steps = wording.top_down(decision.explanation.steps)
    by_name = {step.criterion: step for step in steps}
    is_open = decision.explanation.verdict == Verdict.UNKNOWN
    lines = [_line(step, by_name) for step in _heads(steps[0], by_name, is_root=True)]
    return [
        *section("The reasons", [OPEN if is_open else SETTLED]),
        *(LetterBlock("bullet", (line,)) for line in lines),
        LetterBlock("text", (IN_FULL,)),
    ]


def charge_reasons(charge: Contribution) -> list[Part]:
    """Return the criteria that a charge rests on, a line for each rate."""
    trees = [{step.criterion: step for step in explained.steps} for explained in charge.explanations]
    lines: list[Part] = [LetterBlock("bullet", (_line(list(by_name.values())[-1], by_name),)) for by_name in trees]
    return [LetterBlock("text", (RESTS_ON,)), *lines] if lines else []


def annex(decision: Decision, stamp: str) -> list[Part]:
    """Return what follows the signature: every criterion, the sources by number, and what decided (`stamp`)."""
    steps, own = wording.top_down(decision.explanation.steps), _only_for_the_charge(decision)
    sources = _sources([*steps, *own])
    rows = tuple(_row(step, sources) for step in own)
    of_charge: list[Part] = [LetterBlock("text", (FOR_THE_CHARGE,)), LetterTable(HEADS, rows)]
    listed = [f"{number}: {source}" for source, number in sources.items()]
    charge = decision.contribution.sources if decision.contribution else ()
    listed += [f"What you would pay: {source}" for source in dict.fromkeys(charge)]
    stages = dict.fromkeys(stage.source for stage in decision.appeal)
    listed += [f"The stages of an appeal: {'; '.join(stages)}"] if stages else []
    return [
        LetterBlock("annex", (ANNEX,)),
        LetterBlock("text", (NOT_NEEDED,)),
        LetterTable(HEADS, tuple(_row(step, sources) for step in steps)),
        *(of_charge if rows else []),
        *bullets(SOURCES, listed),
        *section("How this was decided", [stamp]),
    ]


def _only_for_the_charge(decision: Decision) -> list[Step]:
    of_outcome = {step.criterion for step in decision.explanation.steps}
    every = wording.charge_steps(decision.contribution) if decision.contribution else []
    return [step for step in every if step.criterion not in of_outcome]


def _heads(step: Step, by_name: Mapping[str, Step], *, is_root: bool = False) -> list[Step]:
    """Return the criteria that have a line each; criteria that may take another's place share one.

    The outcome itself is always taken apart, so that a policy of two branches gives the criteria of both.
    """
    if step.observed is not None or not (is_root or step.required.test == "all"):
        return [step]
    members = (by_name[name] for name in step.required.members)
    found = [head for member in members if _is_relevant(member) for head in _heads(member, by_name)]
    return list({head.criterion: head for head in found}.values())


def _line(step: Step, by_name: Mapping[str, Step]) -> str:
    """Return a criterion as one line: "Far enough: not met. We saw 2.1 miles; more than 3.0 miles is asked for."."""
    verdict = wording.VERDICTS[step.verdict]
    if step.required.unit == YES_OR_NO and not step.ended:
        return f"{step.label}: {verdict} ({wording.seen_and_required(step)[0]})."
    if step.observed is not None:
        return f"{step.label}: {verdict}. {_seen(step)}"
    leaves = {leaf.criterion: leaf for leaf in _leaves(step, by_name)}.values()
    return f"{step.label}: {verdict}. We looked at: {'; '.join(_in_short(leaf) for leaf in leaves)}."


def _leaves(step: Step, by_name: Mapping[str, Step]) -> list[Step]:
    if step.observed is not None:
        return [step]
    members = (by_name[name] for name in step.required.members)
    return [leaf for member in members if _is_relevant(member) for leaf in _leaves(member, by_name)]


def _seen(step: Step) -> str:
    if step.ended:
        return f"Nobody can meet this any more: it ended on {long_date(step.ended)}."
    seen, asked = wording.seen_and_required(step)
    saw = "It is not given" if step.is_gap else f"We saw {seen}"
    why = f" The result is open because {wording.DOUBTS[step.doubt]}." if step.doubt else ""
    return f"{saw}; {asked} is asked for.{why}"


def _in_short(step: Step) -> str:
    seen, asked = wording.seen_and_required(step)
    if step.ended:
        return f"{step.label}: ended on {long_date(step.ended)}"
    if step.required.unit == YES_OR_NO:
        return f"{step.label}: {seen}"
    return f"{step.label}: {seen}, {asked} is asked for" + (f", and {wording.DOUBTS[step.doubt]}" if step.doubt else "")


def _is_relevant(step: Step) -> bool:
    return step.decisive or step.live


def _sources(steps: list[Step]) -> Mapping[str, str]:
    """Return the published sources of some criteria with their addresses, numbered in order."""
    bases = [step.source for step in steps if step.source]
    cited = dict.fromkeys(_cited(basis.source) for basis in bases if basis.source)
    return {citation: f"Source {number}" for number, citation in enumerate(cited, start=1)}


def _cited(source: PolicySource) -> str:
    return f"{source.title}. {source.url}"


def _row(step: Step, sources: Mapping[str, str]) -> tuple[str, ...]:
    verdict, where = wording.VERDICTS[step.verdict], _where(step.source, sources)
    if step.verdict == Verdict.UNKNOWN and not step.live:
        verdict = "not needed"
    if step.observed is None:
        return step.label, "", ASKED[step.required.test].format(len(step.required.members)), verdict, where
    seen, asked = wording.seen_and_required(step)
    return step.label, wording.with_doubt(seen, step.doubt), wording.unless_ended(asked, step.ended), verdict, where


def _where(basis: Basis | None, sources: Mapping[str, str]) -> str:
    if basis is None or basis.source is None:
        return str(basis) if basis else ""
    number = sources[_cited(basis.source)]
    return f"{number}: {basis.at}" if basis.at else number
