"""The worked cases of a policy: a sentence, a day, facts, and what must come of them.

They fix what a policy means on either side of every threshold, and show before a changed policy is saved what the
change would do. They are in policies/cases, one file a policy:

    criteria = ["far", …, "eligible"]      # the register of the policy's criteria, in its order
    [usual]                                # facts of the usual case
    [[case]]
    sentence = "Three miles exactly is not more than three miles"
    day = 2026-09-01
    facts = { walk_miles = 3.0 }           # what differs from [usual]; "" is a gap and a pair is (low, high)
    bare = true                            # optional: without [usual]
    expected = { far = "fail" }            # verdicts; of people, certain ones
    needed = []                            # facts that could still change the outcome
    outcome = "not on the published criteria"     # of people
    refer = ["margin"]                     # of people who are referred: the reasons
    contribution = ["full", 65000]         # label, pence; or label, low, high; "" is not known
    decisive = ["far", "eligible"]         # optional: every criterion that settles the outcome
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from data.faults import Fault, InputError
from data.opening.toml_text import parse_toml
from data.suggest import did_you_mean
from eligibility.rules.criteria import Verdict

FOLDER = Path(__file__).parents[1] / "policies" / "cases"
KEYS = {"sentence", "day", "facts", "bare", "expected", "needed", "decisive", "outcome", "refer", "contribution"}


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """One worked case as written down; what is not stated is not expected."""

    policy: str
    sentence: str
    day: date
    facts: dict[str, object]
    expected: dict[str, Verdict]
    needed: tuple[str, ...] = ()
    decisive: tuple[str, ...] | None = None
    outcome: str = ""
    refer: tuple[str, ...] = ()
    contribution: tuple[str | int, ...] | None = None


@dataclass(frozen=True, slots=True)
class WorkedCases:
    """The cases of one policy and the register of its criteria."""

    cases: tuple[WorkedCase, ...]
    criteria: tuple[str, ...]


def exists(policy: str) -> bool:
    """Say whether worked cases of the policy with this id come with Farebridge."""
    return (FOLDER / f"{policy}.toml").is_file()


def read(policy: str) -> WorkedCases:
    """Return the worked cases of a policy that comes with Farebridge; raises InputError where there are none."""
    if not exists(policy):
        raise InputError(f'policy "{policy}"', ["has no worked cases. They would be in policies/cases."])
    return parse((FOLDER / f"{policy}.toml").read_bytes(), policy)


def parse(content: bytes, policy: str) -> WorkedCases:
    """Return the worked cases that a file holds; raises InputError with every fault.

    `policy`: the id of the policy that they are cases of, which is also what faults call the file.
    """
    data = parse_toml(content, f"worked cases of {policy}")
    faults = [fault for number, case in enumerate(data.get("case", []), 1) for fault in _faults(number, case)]
    if faults:
        raise InputError(f"worked cases of {policy}", faults)
    cases = tuple(_case(policy, case, data.get("usual", {})) for case in data.get("case", []))
    return WorkedCases(cases, tuple(data.get("criteria", [])))


def _faults(number: int, case: dict) -> list[Fault]:
    where = f"case {number}"
    missing = [Fault(where, f'lacks "{key}". Add it.') for key in ("sentence", "day", "facts") if key not in case]
    unknown = case.keys() - KEYS
    words = set(case.get("expected", {}).values()) - {verdict.name.lower() for verdict in Verdict}
    return [
        *missing,
        *(Fault(where, f'has "{key}", which is not known here. {did_you_mean(key, KEYS)}') for key in sorted(unknown)),
        *(Fault(where, f'expects "{word}". Use fail, unknown or pass.') for word in sorted(map(str, words))),
    ]


def _case(policy: str, case: dict, usual: dict) -> WorkedCase:
    facts = case["facts"] if case.get("bare") else {**usual, **case["facts"]}
    expected = {name: Verdict[word.upper()] for name, word in case.get("expected", {}).items()}
    lists = {key: tuple(case[key]) for key in ("needed", "decisive", "refer", "contribution") if key in case}
    return WorkedCase(policy, case["sentence"], case["day"], facts, expected, outcome=case.get("outcome", ""), **lists)


def table(cases: tuple[WorkedCase, ...] | list[WorkedCase]) -> pd.DataFrame:
    """Return the facts of cases as a table, one row a case: bounds in two columns, gaps left empty."""
    return pd.DataFrame([_row(case) for case in cases], index=[case.sentence for case in cases])


def _row(case: WorkedCase) -> dict[str, object]:
    row: dict[str, object] = {}
    for name, value in case.facts.items():
        bounds = {f"{name}_low": value[0], f"{name}_high": value[1]} if isinstance(value, list) else {name: value}
        row |= {column: None if found == "" else found for column, found in bounds.items()}
    return row
