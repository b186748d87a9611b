"""Random policies and tables for property tests, and a second evaluator written as naively as can be."""

from datetime import date

import pandas as pd
from hypothesis import strategies as st

from eligibility.rules.criteria import GROUPS, Verdict
from eligibility.rules.policy import Basis, Criterion, Dated, Fact, Parameter, Policy, Rules

DAY = date(2026, 9, 1)
BASIS = Basis("assumption", note="made up")
NUMBERS = ("distance", "income", "age")
WORDS = ("class",)
BOOLEANS = ("enrolled", "in_care")
UNITS = dict.fromkeys(NUMBERS, "units") | dict.fromkeys(WORDS, "text") | dict.fromkeys(BOOLEANS, "yes or no")
FACTS = {name: Fact(name, name, unit, "papers") for name, unit in UNITS.items()}

numbers = st.integers(0, 6).map(float)  # few, so that thresholds are often met exactly
words = st.sampled_from(["red", "green", "blue"])
number_facts = st.one_of(
    st.none(),
    numbers.map(lambda value: (value, value)),
    st.tuples(numbers, numbers).map(lambda pair: (min(pair), max(pair))),
)
row_facts = st.fixed_dictionaries(
    dict.fromkeys(NUMBERS, number_facts)
    | dict.fromkeys(WORDS, st.one_of(st.none(), words))
    | dict.fromkeys(BOOLEANS, st.one_of(st.none(), st.booleans()))
)
rows = st.lists(row_facts, min_size=1, max_size=12)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Draw a policy of one to six tests and one to four groups; the last criterion is the result."""
    criteria, parameters = {}, {}
    for position in range(draw(st.integers(1, 6))):
        name = f"test_{position}"
        fact = draw(st.sampled_from(list(FACTS)))
        test, value = draw(_tests(fact))
        if value is not None:
            dated = Dated(date(2020, 1, 1), None, value, BASIS)
            parameters[f"p_{position}"] = Parameter(f"p_{position}", "p", UNITS[fact], (dated,))
        parameter = f"p_{position}" if value is not None else ""
        criteria[name] = Criterion(name, name, test, fact=fact, parameter=parameter, basis=BASIS)
    for position in range(draw(st.integers(1, 4))):
        name, above = f"group_{position}", list(criteria)
        members = draw(st.lists(st.sampled_from(above), min_size=1, max_size=4, unique=True))
        criteria[name] = Criterion(name, name, draw(st.sampled_from(list(GROUPS))), members=tuple(members))
    last = list(criteria)[-1]
    return Policy(
        id="random",
        title="r",
        kind="entitlement",
        year="2026",
        summary="",
        check_before_use="",
        result=last,
        parts=(),
        sources={},
        facts=FACTS,
        parameters=parameters,
        criteria=criteria,
        sha256="0" * 64,
    )


def _tests(fact: str) -> st.SearchStrategy:
    if fact in BOOLEANS:
        return st.tuples(st.sampled_from(["true", "false"]), st.none())
    values = numbers if fact in NUMBERS else words
    ordered = ["at_least", "above", "at_most", "below"] if fact in NUMBERS else []
    single = st.tuples(st.sampled_from([*ordered, "equals"]), values)
    several = st.tuples(st.just("one_of"), st.lists(values, min_size=1, max_size=3).map(tuple))
    return st.one_of(single, several)


def table(facts: list[dict]) -> pd.DataFrame:
    """Make the table that an assessment takes: bounds in two columns, gaps left empty."""
    bounds = {
        f"{name}_{end}": [None if row[name] is None else row[name][position] for row in facts]
        for name in NUMBERS
        for position, end in enumerate(("low", "high"))
    }
    frame = pd.DataFrame(bounds).astype(float)
    for name in WORDS:
        frame[name] = pd.array([row[name] for row in facts], dtype="string")
    for name in BOOLEANS:
        frame[name] = pd.array([row[name] for row in facts], dtype="boolean")
    frame.index = [f"row {number}" for number in range(len(facts))]
    return frame


@st.composite
def fillings(draw: st.DrawFn, facts: list[dict]) -> list[dict]:
    """Draw an exact value for every gap, and one within the bounds for every fact that has only bounds."""
    filled = []
    for row in facts:
        new = {}
        for name, value in row.items():
            if name in NUMBERS:
                low, high = value or (0.0, 6.0)
                exact = draw(st.integers(int(low), int(high)).map(float))
                new[name] = (exact, exact)
            else:
                new[name] = draw(words if name in WORDS else st.booleans()) if value is None else value
        filled.append(new)
    return filled


def naive_verdicts(row: dict, rules: Rules) -> dict[str, Verdict]:
    """Judge one row by asking every possible world: a dictionary at a time, no arrays, no algebra of bounds.

    A test passes when every whole value that the fact might have meets it, fails when none does.
    """
    verdicts: dict[str, Verdict] = {}
    for name, criterion in rules.criteria.items():
        if criterion.is_group:
            verdicts[name] = _naive_group(criterion.test, [verdicts[member] for member in criterion.members])
        else:
            threshold = rules.threshold(criterion)
            met = {_met(criterion.test, value, threshold) for value in _worlds(row[criterion.fact], criterion.fact)}
            verdicts[name] = Verdict.UNKNOWN if len(met) == 2 else Verdict.PASS if True in met else Verdict.FAIL
            if row[criterion.fact] is None:
                verdicts[name] = Verdict.UNKNOWN
    return verdicts


def _worlds(value: object, fact: str) -> list:
    if fact in NUMBERS:
        low, high = value or (0.0, 0.0)
        return [low + step / 2 for step in range(int((high - low) * 2) + 1)]
    return [value]


def _met(test: str, value: object, threshold: object) -> bool:
    return {
        "at_least": lambda: value >= threshold,
        "above": lambda: value > threshold,
        "at_most": lambda: value <= threshold,
        "below": lambda: value < threshold,
        "equals": lambda: value == threshold,
        "one_of": lambda: value in threshold,
        "true": lambda: value is True,
        "false": lambda: value is False,
    }[test]()


def _naive_group(test: str, members: list[Verdict]) -> Verdict:
    enough = {"all": Verdict.FAIL, "any": Verdict.PASS, "none": Verdict.PASS}[test]
    settled = {"all": Verdict.PASS, "any": Verdict.FAIL, "none": Verdict.PASS}[test]
    if enough in members:
        return Verdict.FAIL if test in ("all", "none") else Verdict.PASS
    return Verdict.UNKNOWN if Verdict.UNKNOWN in members else settled
