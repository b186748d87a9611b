"""Policies and explanations in plain English, for command lines, screens and letters."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from math import inf

import numpy as np

from data.wording import KM_A_MILE, long_date
from eligibility.deciding.contribution import Contribution
from eligibility.deciding.explain import Explanation, Observed, Required, Step
from eligibility.deciding.terms_wording import terms_lines
from eligibility.rules import policy_checks
from eligibility.rules.criteria import Verdict
from eligibility.rules.policy import TEXT, YES_OR_NO, Criterion, Policy, Rules, Value

VERDICTS = {Verdict.PASS: "met", Verdict.FAIL: "not met", Verdict.UNKNOWN: "not known"}
DOUBTS = {"estimated": "nobody has measured it", "margin": "it is so near that an officer must check it"}
TESTS = {
    "at_least": "at least {}",
    "above": "more than {}",
    "at_most": "at most {}",
    "below": "less than {}",
    "equals": "exactly {}",
    "one_of": "one of {}",
    "true": "yes",
    "false": "no",
}
GROUPS = {"all": "all of", "any": "any one of", "none": "none of"}
DECIMALS = {  # of what was seen; of per cent, for a share
    "miles": 1, "minutes": 0, "share": 0, "pounds": 2, "percentile": 0,
}  # fmt: skip
MOST_DECIMALS = 6
KM, MILE_DECIMALS = "km", 3  # a scheme's 4.828 km are its 3 miles
COUNTED_UP = ("decile", "percentile")  # units that stand before their number: "decile 3"


def lines(explanation: Explanation) -> list[str]:
    """Return an explanation as sentences: the outcome, each criterion under its group, what is still needed."""
    steps = [f"{'  ' * step.depth}{step_line(step)}" for step in top_down(explanation.steps)]
    needed = [f"Still needed: {fact.label}: {fact.evidence}." for fact in explanation.needed]
    return [*steps, *needed, stamp_line(explanation)]


def top_down(steps: Sequence[Step]) -> list[Step]:
    """Return steps with each group before its members, members in the policy's order."""
    by_name = {step.criterion: step for step in steps}
    members = {step.criterion: step.required.members for step in steps}
    return [by_name[name] for name in policy_checks.top_down(members, steps[-1].criterion)]


def charge_steps(charge: Contribution) -> list[Step]:
    """Return the criteria that were looked at for a charge, rate by rate, each once and a group before its members."""
    found: dict[str, Step] = {}
    for explained in charge.explanations:
        for step in top_down(explained.steps):
            found.setdefault(step.criterion, step)
    return list(found.values())


def relevant_steps(steps: Iterable[Step]) -> list[Step]:
    """Return the steps that settled something or could still change it."""
    return [step for step in steps if step.decisive or step.live]


def step_line(step: Step) -> str:
    """Return one step as a sentence: what was seen, what is needed, the verdict and the source.

    "The nearest college is far away: 5.1 to 11.2 miles seen, at least 3.0 miles needed: met (Rules 2025, para 3)."
    """
    verdict = VERDICTS[step.verdict]
    if step.verdict == Verdict.UNKNOWN and not step.live:
        verdict = "not known, and not needed"  # another criterion has settled it
    elif step.doubt:
        verdict = f"{verdict}, because {DOUBTS[step.doubt]}"
    source = f" ({step.source})" if step.source else ""
    if step.observed is None:
        return f"{step.label}: {seen_and_required(step)[1]} needed: {verdict}{source}."
    if step.ended:
        return f"{step.label}: nobody can meet this any more, it ended on {long_date(step.ended)}: {verdict}{source}."
    return f"{step.label}: {_seen_and_needed(step)}: {verdict}{source}."


def _seen_and_needed(step: Step) -> str:
    """Return what was seen and what is needed, the question named where the answer alone would mislead.

    "yes", "“Paid apprentice” is yes, and no is needed", "5.1 to 11.2 miles seen, at least 3.0 miles needed".
    """
    seen, wanted = seen_and_required(step)
    if step.required.test in ("true", "false"):
        named = f"“{step.fact}” is {seen}" if step.required.test == "false" else seen
        return named if seen == wanted else f"{named}, and {wanted} is needed"
    return f"not given, {wanted} needed" if step.is_gap else f"{seen} seen, {wanted} needed"


def seen_and_required(step: Step) -> tuple[str, str]:
    """Return what was seen and what is asked for, in words; of a group, "" and how many criteria it joins."""
    if step.observed is None:
        return "", f"{GROUPS[step.required.test]} {len(step.required.members)}"
    decimals = decimals_for(step.observed, step.required)
    return observed(step.observed, decimals), required(step.required, decimals)


def with_doubt(seen: str, doubt: str) -> str:
    """Return what was seen with why it may not decide, for a table that has no room for a sentence.

    >>> with_doubt("0.4 miles", "estimated"), with_doubt("yes", "")
    ('0.4 miles (nobody has measured it)', 'yes')
    """
    return f"{seen} ({DOUBTS[doubt]})" if doubt else seen


def measured_how(method: str, version: object, by: object, on: date | None) -> str:
    """Return how a distance was measured: "routed (table of 2026), by A. Officer, on 20 August 2026"."""
    day = f", on {long_date(on)}" if on is not None else ""
    return f"{method}{f' ({version})' if version else ''}{f', by {by}' if by else ''}{day}"


def unless_ended(asked: str, ended: date | None) -> str:
    """Return what is asked for, or, where the rule has ended, that nobody can meet it any more."""
    return f"ended on {long_date(ended)}: nobody can meet this any more" if ended else asked


def stamp_line(explanation: Explanation) -> str:
    """Return which policy, day and file made an explanation, and which of its values are the council's own."""
    stamp = explanation.stamp
    own = ", ".join(f"{name} = {value}" for name, value in stamp.council_values)
    own = f", with the council's own {own}" if own else ""
    facts = f", facts {stamp.facts_sha256[:12]}" if stamp.facts_sha256 else ""
    return f"Policy {stamp.policy_id} as it stood on {long_date(stamp.day)} (file {stamp.sha256[:12]}{facts}){own}."


def observed(seen: Observed, decimals: int | None = None) -> str:
    """Return what was seen: "5.1 to 11.2 miles", "yes", "not given"; rounded as its unit usually is."""
    seen = _in_miles(seen)
    low, high, unit = seen.low, seen.high, seen.unit
    decimals = DECIMALS.get(unit) if decimals is None else decimals
    if low is None:
        return "not given" if high is None else f"up to {quantity(high, unit, decimals)}"
    if low == high or isinstance(low, str) or isinstance(high, str):
        return quantity(low, unit, decimals)
    if high is None or high == inf:
        return f"{quantity(low, unit, decimals)} or more"
    before = f"{unit}s " if unit in COUNTED_UP else ""
    return f"{before}{figure(low, unit, decimals)} to {figure(high, unit, decimals)}{_after(unit)}"


def _in_miles(seen: Observed) -> Observed:
    """Return what was seen with kilometres as miles."""
    if seen.unit != KM:
        return seen
    low, high = (each / KM_A_MILE if isinstance(each, int | float) else each for each in (seen.low, seen.high))
    return replace(seen, low=low, high=high, unit="miles")


def required(wanted: Required, decimals: int | None = None) -> str:
    """Return what a test asks for: "at least 3 miles", "one of …", "yes"."""
    if wanted.value is None:
        return TESTS[wanted.test]
    values = wanted.value if isinstance(wanted.value, tuple) else (wanted.value,)
    return TESTS[wanted.test].format("; ".join(quantity(value, wanted.unit, decimals) for value in values))


def quantity(value: Value, unit: str, decimals: int | None = None) -> str:
    """Return a value with its unit as people write it: kilometres as miles.

    >>> quantity(33000, "pounds per year"), quantity(0.23, "share"), quantity(3, "decile"), quantity(4.828, "km")
    ('£33,000 per year', '23%', 'decile 3', '3 miles')
    >>> quantity(float("inf"), "minutes"), quantity(True, "yes or no")
    ('out of reach', 'yes')
    """
    if unit == TEXT or isinstance(value, str | tuple):
        return f'"{value}"'
    if unit == YES_OR_NO:
        return "yes" if value else "no"
    if value == inf:
        return "out of reach"
    if unit == KM:
        value, unit = round(value / KM_A_MILE, MILE_DECIMALS), "miles"
    before = f"{unit} " if unit in COUNTED_UP else ""
    return f"{before}{figure(value, unit, decimals)}{_after(unit)}"


def figure(value: float, unit: str, decimals: int | None = None) -> str:
    """Return a number as it stands before its unit, with thousands commas; exact where `decimals` is None."""
    value = round(value * 100, 9) if unit == "share" else value
    if decimals is None and unit.startswith("pounds") and value != round(value):
        decimals = 2
    text = f"{value:,.10g}" if decimals is None else f"{value:,.{decimals}f}"
    return f"£{text}" if unit.startswith("pounds") else text


def _after(unit: str) -> str:
    if unit in COUNTED_UP:
        return ""
    return "%" if unit == "share" else unit.removeprefix("pounds") if unit.startswith("pounds") else f" {unit}"


def decimals_for(seen: Observed, wanted: Required) -> int | None:
    """Return how many decimals keep the words true: 2.96 miles is not written as the 3.0 it falls short of."""
    unit = "pounds" if seen.unit.startswith("pounds") else "miles" if seen.unit == KM else seen.unit
    if unit not in DECIMALS or seen.is_gap or not isinstance(wanted.value, int | float):
        return None
    scale = {"share": 100, KM: 1 / KM_A_MILE}.get(seen.unit, 1)
    bounds = [round(bound * scale, 9) for bound in (seen.low, seen.high) if isinstance(bound, int | float)]
    threshold = round(wanted.value * scale, 9)
    if unit == "pounds" and all(value == round(value) for value in [*bounds, threshold]):
        return None
    fewest = max(DECIMALS[unit], 0 if threshold == round(threshold) else 1)
    for decimals in range(fewest, MOST_DECIMALS):
        rounded = round(threshold, decimals)
        if all(np.sign(round(bound, decimals) - rounded) == np.sign(bound - threshold) for bound in bounds):
            return decimals
    return MOST_DECIMALS


def prose(policy: Policy, rules: Rules) -> list[str]:
    """Return a policy on one day as prose: what it is for, each rule with its number and source, the caution."""
    head = [policy.title, f"{policy.kind.capitalize()} policy, {policy.year} ({policy.id})", "", policy.summary.strip()]
    written: set[str] = set()
    body = _tree(rules, rules.result, written)
    further = [line for root in rules.roots if root not in written for line in _tree(rules, root, written)]
    others = ["", "Rules that a charge, help or a referral rests on:", *further] if further else []
    caution = ["", f"Check before use: {policy.check_before_use.strip()}"] if policy.check_before_use else []
    return [*head, "", f"The rules on {long_date(rules.day)}:", *body, *others, *terms_lines(rules), *caution]


def _tree(rules: Rules, root: str, written: set[str], depth: int = 0) -> list[str]:
    """Return a rule and those beneath it as items of a list, each rule in full once; adds to `written`."""
    criterion, before = rules.criteria[root], "  " * depth + "- "
    if root in written:
        return [f"{before}{criterion.label}: as above."]
    written.add(root)
    if not criterion.is_group:
        return [f"{before}{rule_line(criterion, rules)}"]
    beneath = [line for name in criterion.members for line in _tree(rules, name, written, depth + 1)]
    return [f"{before}{criterion.label}: {GROUPS[criterion.test]} these:", *beneath]


def rule_line(criterion: Criterion, rules: Rules) -> str:
    """Return one rule as a sentence with its source and the note that comes with its number."""
    if criterion.is_group:
        members = "; ".join(rules.criteria[name].label for name in criterion.members)
        return f"{criterion.label}: {GROUPS[criterion.test]} these: {members}."
    fact = rules.facts[criterion.fact]
    wanted = required(Required(criterion.test, rules.threshold(criterion), fact.unit))
    basis = rules.values[criterion.parameter].basis if criterion.parameter else criterion.basis
    where = f" {basis.address}" if basis and basis.address else ""
    note = f" {basis.note}" if basis and basis.note else ""
    asked = criterion.label if criterion.label == fact.label else f"{criterion.label}: {fact.label}"
    return f"{asked}: {wanted}.{_near(criterion, rules)} Source: {basis}.{where}{note}"


def _near(criterion: Criterion, rules: Rules) -> str:
    margin = rules.values[criterion.margin].number if criterion.margin else 0
    within = quantity(margin, rules.facts[criterion.fact].unit)
    near = f" Within {within} of that, an officer decides." if margin else ""
    ended = criterion.ended if rules.has_ended(criterion) else None
    return near + (f" Nobody can meet this any more: it ended on {long_date(ended)}." if ended else "")
