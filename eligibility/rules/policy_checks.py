"""Check that the names in a policy resolve, those of its terms too, that units agree and that groups are sound."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from data.faults import Fault
from data.suggest import did_you_mean
from eligibility.rules.criteria import MATCHING, ORDERED, YES_OR_NO
from eligibility.rules.facts import DERIVED, DERIVED_FROM, register
from eligibility.rules.policy import TEXT, Criterion, Policy
from eligibility.rules.policy import YES_OR_NO as YES_OR_NO_UNIT
from eligibility.rules.prose import PLACE
from eligibility.rules.terms import AMOUNT_UNITS, Rate, Terms

NAMING = ("contribution", "provision", "refer")  # the terms that name a criterion


def check(policy: Policy, declared: Mapping[str, list[str]]) -> list[Fault]:
    """Return every fault of a policy whose names do not resolve, whose units differ or whose groups are unsound.

    `declared`: the names in each section of the file. A declared entry that is not in the policy has a fault of its own
    already, and what depends on it is not judged. Use and negation are judged once every name resolves.
    """
    faults = [
        fault for criterion in policy.criteria.values() for fault in _criterion_faults(policy, criterion, declared)
    ]
    outcomes = {"result": [policy.result] if policy.result else [], "parts": policy.parts}
    outcomes |= _named_criteria(policy.terms)
    for where, names in outcomes.items():
        faults += _name_faults(where, names, declared["criteria"])
    faults += _rate_faults(policy, declared["parameters"])
    faults += _prose_faults(policy, declared["parameters"])
    asked = {source for name in policy.facts for source in DERIVED_FROM.get(name, (name,))}
    faults += [
        Fault("sight", f'"{name}" is no fact that this policy asks for. {did_you_mean(name, asked)}')
        for name in policy.terms.sight
        if name not in asked
    ]
    whole = all(set(names) == set(getattr(policy, section)) for section, names in declared.items())
    return faults if faults or not whole or not policy.result else [*_unused(policy), *_both_ways(policy)]


def _margin_problem(policy: Policy, criterion: Criterion) -> str:
    if not criterion.margin:
        return ""
    if criterion.margin not in policy.parameters:
        return f'margin "{criterion.margin}" is not defined. {did_you_mean(criterion.margin, policy.parameters)}'
    margin, unit = policy.parameters[criterion.margin], policy.facts[criterion.fact].unit
    if criterion.test not in ORDERED:
        return f'has a margin, and "{criterion.test}" has no near side. Remove it or use one of: {", ".join(ORDERED)}.'
    if margin.unit != unit:
        return (
            f'fact "{criterion.fact}" is in "{unit}" and margin "{margin.name}" in "{margin.unit}". Give both the same.'
        )
    return "" if margin.is_amount else f'margin "{margin.name}" must be a single number, not below nought.'


def _name_faults(where: str, names: Iterable[str], criteria: list[str]) -> list[Fault]:
    unknown = [name for name in names if name not in criteria]
    return [Fault(where, f'"{name}" is not a criterion. {did_you_mean(name, criteria)}') for name in unknown]


def _criterion_faults(policy: Policy, criterion: Criterion, declared: Mapping[str, list[str]]) -> list[Fault]:
    where, order = f"criteria.{criterion.name}", declared["criteria"]
    if criterion.is_group:
        above = order[: order.index(criterion.name)]
        late = [member for member in criterion.members if member in order and member not in above]
        return [
            *_name_faults(where, [member for member in criterion.members if member not in late], above),
            *(Fault(where, f'"{m}" is not defined above it. Move [criteria.{m}] further up.') for m in late),
            *(Fault(where, f'names "{m}" twice.') for m in set(criterion.members) if criterion.members.count(m) > 1),
        ]
    names = {"fact": criterion.fact, "parameter": criterion.parameter}
    faults = [
        Fault(where, f'{word} "{name}" is not defined. {_known(policy, section, name, declared)}')
        for (word, name), section in zip(names.items(), ("facts", "parameters"), strict=True)
        if name and name not in declared[section]
    ]
    whole = criterion.fact in policy.facts and (not criterion.parameter or criterion.parameter in policy.parameters)
    problem = (_test_problem(policy, criterion) or _margin_problem(policy, criterion)) if whole else ""
    return [*faults, Fault(where, problem)] if problem else faults


def _known(policy: Policy, section: str, name: str, declared: Mapping[str, list[str]]) -> str:
    """Return what is defined, or which fact of the register was probably meant."""
    known = [*DERIVED, *register()] if section == "facts" and policy.kind == "entitlement" else []
    near = get_close_matches(name, [*declared[section], *known], n=1, cutoff=0.5)
    if near and near[0] not in declared[section]:
        return f'The register of facts (facts.toml) has "{near[0]}".'
    return did_you_mean(name, declared[section])


def _test_problem(policy: Policy, criterion: Criterion) -> str:
    unit, test = policy.facts[criterion.fact].unit, criterion.test
    if (test in YES_OR_NO) != (unit == YES_OR_NO_UNIT):
        words = YES_OR_NO if unit == YES_OR_NO_UNIT else MATCHING if unit == TEXT else ORDERED | MATCHING
        return f'"{test}" cannot be asked of a fact in "{unit}". Use one of: {", ".join(words)}.'
    if test in ORDERED and unit == TEXT:
        return f'"{test}" cannot be asked of a fact in "{unit}". Use one of: {", ".join(MATCHING)}.'
    if test in YES_OR_NO:
        return f'"{test}" compares with nothing. Remove "parameter".' if criterion.parameter else ""
    if not criterion.parameter:
        return f'"{test}" needs a "parameter" to compare with. {did_you_mean("", policy.parameters)}'
    parameter = policy.parameters[criterion.parameter]
    if parameter.unit != unit:
        return (
            f'fact "{criterion.fact}" is in "{unit}" and parameter "{parameter.name}" in "{parameter.unit}". '
            "Give both the same unit."
        )
    lists = {isinstance(dated.value, tuple) for dated in parameter.values}
    if lists != {test == "one_of"}:
        return f'"{test}" needs {"a list" if test == "one_of" else "a single value"} in parameter "{parameter.name}".'
    return ""


def _unused(policy: Policy) -> list[Fault]:
    criteria = policy.criteria.values()
    parameters = {name for criterion in criteria for name in (criterion.parameter, criterion.margin)}
    used = {
        "criteria": set(reach(policy.criteria, [policy.result, *policy.parts, *policy.terms.roots])),
        "parameters": parameters | policy.terms.amounts,
        "facts": {criterion.fact for criterion in criteria},
    }
    problem = "is used by no criterion. Use it or remove it."
    no_effect = "has no effect on the result. Name it in a group or in parts, or remove it."
    return [
        Fault(f"{section}.{name}", no_effect if section == "criteria" else problem)
        for section, names in used.items()
        for name in getattr(policy, section)
        if name not in names
    ]


def reach(criteria: dict[str, Criterion], roots: Iterable[str]) -> list[str]:
    """Return the names of the criteria under `roots`, roots included, in the order of the policy."""
    wanted = set(roots)
    for name in reversed(criteria):
        if name in wanted:
            wanted |= set(criteria[name].members)
    return [name for name in criteria if name in wanted]


def top_down(members: Mapping[str, Sequence[str]], root: str) -> list[str]:
    """Return the names under `root`, each once and before its members, which are in the policy's order."""
    done: list[str] = []

    def visit(name: str) -> None:
        if name not in done:
            done.append(name)
            for member in members[name]:
                visit(member)

    visit(root)
    return done


def _both_ways(policy: Policy) -> list[Fault]:
    """Find criteria used both as they are and negated under one root, where Kleene's logic settles too little."""
    faults = []
    for root in [policy.result, *policy.parts, *policy.terms.roots]:
        signs: dict[str, set[bool]] = {root: {True}}
        for name in reversed(policy.criteria):
            criterion = policy.criteria[name]
            flip = criterion.test == "none"
            for member in criterion.members if name in signs else ():
                signs.setdefault(member, set()).update(sign != flip for sign in signs[name])
        faults += [
            Fault(
                f"criteria.{name}",
                f'is used as it is and negated (by "none") under "{root}". Use it one way only.',
            )
            for name, found in signs.items()
            if len(found) > 1
        ]
    return list(dict.fromkeys(faults))


def _named_criteria(terms: Terms) -> dict[str, list[str]]:
    """Return the criterion that each term names, by where it names it."""
    return {
        f"{section}[{number}].when": [term.when]
        for section in NAMING
        for number, term in enumerate(getattr(terms, section), 1)
        if term.when
    }


def _rate_faults(policy: Policy, declared: Sequence[str]) -> list[Fault]:
    """Return what is wrong with the amounts and shares of a contribution, and with the order of its lines."""
    rates = policy.terms.contribution
    faults = [
        fault for number, rate in enumerate(rates, 1) for fault in _faults_of_rate(policy, number, rate, declared)
    ]
    for number, rate in enumerate(rates[:-1], 1):
        if not rate.when:
            where = f"contribution[{number}]"
            faults.append(
                Fault(where, 'is for everybody, so what follows is never charged. Add "when", or put it last.')
            )
    return faults


def _faults_of_rate(policy: Policy, number: int, rate: Rate, declared: Sequence[str]) -> list[Fault]:
    where = f"contribution[{number}]"
    faults = _parameter_faults(policy, f"{where}.amount", rate.amount, list(AMOUNT_UNITS), declared)
    faults += _parameter_faults(policy, f"{where}.share", rate.share, ["share"], declared)
    if rate.share and not rate.amount:
        faults.append(Fault(where, 'has a "share" of no "amount". Name the amount.'))
    if rate.label == "nil" and rate.amount:
        faults.append(Fault(where, 'charges an amount and is called "nil". Remove one of the two.'))
    return faults


def _prose_faults(policy: Policy, declared: Sequence[str]) -> list[Fault]:
    """Find names in the braces of a text that are no number of the policy."""
    named = dict.fromkeys(name for text in policy.prose() for name, _ in PLACE.findall(text))
    numbers = [name for name in declared if name not in policy.parameters or policy.parameters[name].unit != TEXT]
    return [
        Fault(f"{{{name}}}", f"in a text names no number of the policy. {did_you_mean(name, numbers)}")
        for name in named
        if name not in numbers
    ]


def _parameter_faults(policy: Policy, where: str, name: str, units: list[str], declared: Sequence[str]) -> list[Fault]:
    if not name:
        return []
    if name not in declared:
        return [Fault(where, f'"{name}" is not defined. {did_you_mean(name, declared)}')]
    if name not in policy.parameters:
        return []  # it has a fault of its own
    parameter = policy.parameters[name]
    if parameter.unit not in units:
        return [Fault(where, f'parameter "{name}" is in "{parameter.unit}". Use one of: {", ".join(units)}.')]
    return (
        [] if parameter.is_amount else [Fault(where, f'parameter "{name}" must be a single number, not below nought.')]
    )
