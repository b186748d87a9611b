"""The reasons in a letter: every criterion in the policy's own terms, what was seen, and where the rule stands."""

from collections.abc import Mapping

from eligibility import wording
from eligibility.basis import Basis
from eligibility.criteria import Verdict
from eligibility.decision import Decision
from eligibility.explain import Step
from eligibility.letter_blocks import Part, Table, section

HEADS = ("Criterion", "What we saw", "What is asked for", "Result", "Where it stands")
ASKED = {"all": "all of these {}", "any": "any one of these {}", "none": "none of these {}"}
OTHERS = "They do not change the outcome, and nothing more need be known of them for it."
SETTLED, OPEN = "These criteria settled it:", "These criteria are still open:"


def reasons(decision: Decision) -> list[Part]:
    """Return the criteria that settled the outcome or are still open."""
    steps = wording.top_down(decision.explanation.steps)
    is_open = decision.explanation.verdict == Verdict.UNKNOWN
    telling = [step for step in steps if _tells(step)]
    return [*section("The reasons", [OPEN if is_open else SETTLED]), _table(telling, _sources(steps))]


def annex(decision: Decision) -> list[Part]:
    """Return what stands after the signature: the other criteria that were looked at, and the sources by number."""
    steps = wording.top_down(decision.explanation.steps)
    sources = _sources(steps)
    other = [step for step in steps if not _tells(step)]
    rest = [*section("The other criteria that we looked at", [OTHERS]), _table(other, sources)] if other else []
    listed = [f"{number}: {source}" for source, number in sources.items()]
    return [*rest, *(section("Where the rules are published", listed) if listed else [])]


def _tells(step: Step) -> bool:
    return step.decisive or step.live


def _sources(steps: list[Step]) -> Mapping[str, str]:
    """Return the published sources of some criteria with their addresses, numbered as they come."""
    bases = [step.source for step in steps if step.source and step.source.source]
    cited = dict.fromkeys(_cited(basis) for basis in bases)
    return {citation: f"Source {number}" for number, citation in enumerate(cited, start=1)}


def _cited(basis: Basis) -> str:
    return f"{basis.source.title}. {basis.source.url}"


def _table(steps: list[Step], sources: Mapping[str, str]) -> Table:
    return Table(HEADS, tuple(_row(step, sources) for step in steps))


def _row(step: Step, sources: Mapping[str, str]) -> tuple[str, ...]:
    verdict, where = wording.VERDICTS[step.verdict], _where(step.source, sources)
    if step.verdict == Verdict.UNKNOWN and not step.live:
        verdict = "not needed"
    if step.observed is None:
        return step.label, "", ASKED[step.required.test].format(len(step.required.members)), verdict, where
    decimals = wording.decimals_for(step.observed, step.required)
    seen, asked = wording.observed(step.observed, decimals), wording.required(step.required, decimals)
    return step.label, seen, asked, verdict, where


def _where(basis: Basis | None, sources: Mapping[str, str]) -> str:
    """Return the number of a source and the place in it, or that the rule is an assumption or the council's own."""
    if basis is None or basis.source is None:
        return str(basis) if basis else ""
    number = sources[_cited(basis)]
    return f"{number}: {basis.at}" if basis.at else number
