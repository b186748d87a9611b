"""The annex of a letter: every criterion that was looked at, how it was measured, and where the rules are published."""

import re
from collections.abc import Mapping
from dataclasses import replace

from data.wording import long_date
from eligibility.deciding import wording
from eligibility.deciding.decide import REFER
from eligibility.deciding.decision import Decision, Measurement
from eligibility.deciding.explain import Explanation, Step
from eligibility.letters.blocks import Field, LetterBlock, LetterTable, Part, bulleted, bullets, section
from eligibility.rules import by_timetable
from eligibility.rules.basis import Basis, PolicySource
from eligibility.rules.criteria import Verdict
from eligibility.rules.facts import ESTIMATE, RESIDENT, ROUTED, STRAIGHT_LINE
from eligibility.rules.policy import Rules

HEADS = ("Rule", "What we saw", "What is asked for", "Result", "Published in")
ASKED = {"all": "all of these {}", "any": "any one of these {}", "none": "none of these {}"}
ANNEX = "Annex: every rule that we looked at"
NOT_NEEDED = (
    '"Not needed" means that it makes no difference to our answer. You do not have to send us anything about it.'
)
ENDED = "ended on {}, so it does not count now"
BY_MAP = (
    "We worked this out from the map: the least is a straight line, the most a winding way. Nobody has measured the way"
)
BY_ROUTE = "A computer worked this out from maps or timetables. No officer has measured it"
IN_WORDS = {STRAIGHT_LINE: BY_MAP, ESTIMATE: BY_MAP, ROUTED: BY_ROUTE}  # what made it is on the officer's page
SOURCES = "Where the rules are published"
NOT_DECIDED = "not decided yet"
ONE_THING_FIRST = "one thing to check"
PAY_PERIOD = re.compile(r"\bin the last (?:(two|three) )?(Universal Credit )?assessment period(s?)")
NONE_OPEN: Mapping[str, str] = {}
FOR_THE_CHARGE = "For what you would pay we also looked at these:"
ASSUMED, OUR_POLICY = str(Basis("assumption")), "our policy"
NOT_SAID = Field("where this is published")
MEASURED = "How distance and time were measured"


def annex(
    decision: Decision, stamp: str, checked: str, council: str = "", open_ones: Mapping[str, str] = NONE_OPEN
) -> list[Part]:
    """Return what follows the signature: every criterion, the sources by number, and what decided (`stamp`).

    `checked`: the address of the page with which the policy was compared, "" where it was with none. It is the source
    of what the policy file itself gives no source for, or another council's page than that of `council`; without it
    such a place is left to fill in. `open_ones`: from `still_open`.
    """
    decided = replace(decision, explanation=_without_others(decision.explanation, council))
    steps, own = wording.top_down(decided.explanation.steps), _only_for_the_charge(decision, council)
    sources = _sources([*steps, *own])
    rows = tuple(_row(step, sources) for step in own)
    of_charge: list[Part] = [LetterBlock("text", (FOR_THE_CHARGE,)), LetterTable(HEADS, rows)]
    listed = [f"{number}: {source}" for source, number in sources.items()]
    charge = decision.contribution.sources if decision.contribution else ()
    theirs = [ASSUMED if _is_others(source, council) else source for source in charge]
    listed += dict.fromkeys(f"What you would pay: {_published(source)}" for source in theirs)
    stages = dict.fromkeys(stage.source for stage in decision.appeal if "Ombudsman" not in stage.text)
    stages = dict.fromkeys(ASSUMED if _is_others(source, council) else source for source in stages)
    listed += [f"The stages of an appeal: {_published(source)}" for source in stages]
    table = tuple(_row(step, sources, open_ones) for step in steps)
    is_named = any(OUR_POLICY in (row[-1] if isinstance(row, tuple) else row) for row in (*table, *rows, *listed))
    policy: list[Part] = [LetterBlock("bullet", ("Our policy: ", checked or NOT_SAID))]
    return [
        LetterBlock("annex", (ANNEX,)),
        LetterBlock("text", (NOT_NEEDED,)),
        LetterTable(HEADS, table),
        *(of_charge if rows else []),
        *bullets(MEASURED, [_measured(found) for found in decision.measurement]),
        LetterBlock("heading", (SOURCES,)),
        *bulleted(listed),
        *(policy if is_named or checked else []),
        *section("How this was decided", [stamp]),
    ]


def _published(source: str) -> str:
    """Return a source for whoever gets the letter: never that a rule is assumed."""
    return OUR_POLICY if source == ASSUMED else source


def measured(decision: Decision) -> list[str]:
    """Return for the officer how a distance or time was estimated, with the version and figures that a letter lacks."""
    return [
        f"{found.fact.label}: {wording.observed(found.observed)}; "
        f"{wording.measured_how(found.method, found.version, found.by, found.on)}."
        for found in decision.measurement
        if found.method in IN_WORDS
    ]


def _measured(found: Measurement) -> str:
    value = f"{found.fact.label}: {wording.observed(found.observed)}"
    if found.method in IN_WORDS:
        return f"{value}. {by_timetable.in_letter(found.version) or IN_WORDS[found.method]}."
    return f"{value}; {wording.measured_how(found.method, found.version, found.by, found.on)}."


def _is_others(cited: str, council: str) -> bool:
    """Say whether a source is the page of another council than this one: its title begins with who published it."""
    publisher = cited.split(",")[0]
    return "Council" in publisher and publisher != council


def _without_others(explained: Explanation, council: str) -> Explanation:
    """Return an explanation in which what another council publishes is the policy's own rule."""
    return replace(explained, steps=tuple(_own_source(step, council) for step in explained.steps))


def _own_source(step: Step, council: str) -> Step:
    source = step.source.source if step.source else None
    return replace(step, source=Basis("assumption")) if source and _is_others(source.title, council) else step


def still_open(decision: Decision, rules: Rules) -> Mapping[str, str]:
    """Return the criteria that a letter may not call met or not met, and what it says of them instead."""
    if decision.outcome != REFER:
        return NONE_OPEN
    homes = [name for name, criterion in rules.criteria.items() if criterion.fact == RESIDENT]
    whole = ONE_THING_FIRST if set(decision.refer_names) == {"ended"} else NOT_DECIDED
    return {rules.result: whole} | dict.fromkeys(homes if "residence" in decision.refer_names else [], NOT_DECIDED)


def _only_for_the_charge(decision: Decision, council: str) -> list[Step]:
    of_outcome = {step.criterion for step in decision.explanation.steps}
    every = wording.charge_steps(decision.contribution) if decision.contribution else []
    return [_own_source(step, council) for step in every if step.criterion not in of_outcome]


def _sources(steps: list[Step]) -> Mapping[str, str]:
    """Return the published sources of some criteria with their addresses, numbered in order."""
    bases = [step.source for step in steps if step.source]
    cited = dict.fromkeys(_cited(basis.source) for basis in bases if basis.source)
    return {citation: f"Source {number}" for number, citation in enumerate(cited, start=1)}


def _cited(source: PolicySource) -> str:
    return f"{source.title}. {source.url}"


def _row(step: Step, sources: Mapping[str, str], open_ones: Mapping[str, str] = NONE_OPEN) -> tuple[str, ...]:
    verdict, where = wording.VERDICTS[step.verdict], _where(step.source, sources)
    if step.verdict == Verdict.UNKNOWN and not step.live:
        verdict = "not needed"
    verdict = open_ones.get(step.criterion, verdict)
    label = of_statements(step.label)
    if step.observed is None:
        return label, "", ASKED[step.required.test].format(len(step.required.members)), verdict, where
    seen, asked = wording.seen_and_required(step)
    asked = ENDED.format(long_date(step.ended)) if step.ended else asked
    return label, wording.with_doubt(seen, step.doubt), asked, verdict, where


def _where(basis: Basis | None, sources: Mapping[str, str]) -> str:
    if basis is None or basis.source is None:
        return _published(str(basis)) if basis else ""
    number = sources[_cited(basis.source)]
    return f"{number}: {of_statements(basis.at)}" if basis.at else number


def of_statements(words: str) -> str:
    """Return words in which the periods that Universal Credit counts pay over are the statements that a family has.

    >>> of_statements("Low net earnings in the last two assessment periods")
    'Low net earnings on the last two statements'
    """
    return PAY_PERIOD.sub(
        lambda found: f"on the last {f'{found[1]} ' if found[1] else ''}{found[2] or ''}statement{found[3]}", words
    )
