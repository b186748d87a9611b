"""What must still be seen before an award stands: what an applicant claims and what an officer has seen differ.

A policy lists the facts whose evidence must be seen (`sight`). Those who are eligible are decided once more without
what nobody has seen: where that does not come to the same, the award is subject to sight of what it rests on.
"""

from collections.abc import Collection, Sequence
from datetime import date

import pandas as pd

from eligibility.deciding.decide import ELIGIBLE, Decisions, decide
from eligibility.deciding.reasons import decisive
from eligibility.rules.facts import DERIVED_FROM
from eligibility.rules.policy import Fact, Rules

SUBJECT_TO = f"{ELIGIBLE}, subject to sight of: "


def to_see(
    people: pd.DataFrame,
    decisions: Decisions,
    rules: Rules,
    *,
    decided_on: date,
    seen: Collection[tuple[int, str]] = frozenset(),
) -> pd.DataFrame:
    """Return which facts must be seen before each award stands: a boolean column a fact of the policy.

    `people`: as for `decide`, which made the `decisions` by these rules, in the same order. `seen`: row and fact (as
    the register calls it) of what an officer has seen. Where one of several claims would do, each is named.
    """
    found = pd.DataFrame(False, index=people.index, columns=list(rules.facts))
    rows = people.index[(decisions.outcome == ELIGIBLE).to_numpy()]
    if not rules.policy.terms.sight or rows.empty:
        return found
    known = people.loc[rows].copy()
    for fact in rules.policy.terms.sight:
        unseen = [(row, fact) not in seen for row in rows]
        for column in (fact, f"{fact}_low", f"{fact}_high"):
            if column in known:
                known.loc[unseen, column] = pd.NA
    again = decide(known, rules, decided_on=decided_on)
    settled = decisive(decisions.verdicts.loc[rows], rules)
    for name in rules.facts:
        sources = [source for source in DERIVED_FROM.get(name, (name,)) if source in rules.policy.terms.sight]
        tests = [test for test, c in rules.criteria.items() if c.fact == name and test in settled]
        if not sources or not tests:
            continue
        rests_on = pd.concat([pd.Series(settled[test], index=rows) for test in tests], axis=1).any(axis=1)
        unseen = pd.Series([any((row, source) not in seen for source in sources) for row in rows], index=rows)
        found.loc[rows, name] = again.needed[name] & (again.outcome != ELIGIBLE) & rests_on & unseen
    return found


def in_words(outcome: str, facts: Sequence[Fact]) -> str:
    """Return an outcome, with what must still be seen."""
    return f"{SUBJECT_TO}{'; '.join(fact.label for fact in facts)}" if facts else outcome
