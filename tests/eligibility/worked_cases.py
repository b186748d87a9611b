"""Read the worked cases of a policy: a sentence, a day, facts, the verdicts expected and the evidence still needed."""

import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from eligibility.criteria import Verdict

FOLDER = Path(__file__).parent / "policies"


@dataclass(frozen=True, slots=True)
class Case:
    policy: str
    sentence: str
    day: date
    facts: dict
    expected: dict[str, Verdict]
    needed: list[str] = field(default_factory=list)
    decisive: list[str] | None = None

    @property
    def table(self) -> pd.DataFrame:
        row = {}
        for name, value in self.facts.items():
            bounds = {f"{name}_low": value[0], f"{name}_high": value[1]} if isinstance(value, list) else {name: value}
            row |= {column: None if found == "" else found for column, found in bounds.items()}
        return pd.DataFrame([row], index=["the area"])


def read(policy: str) -> tuple[list[Case], list[str]]:
    """Return a policy's worked cases and the register of its criteria."""
    data = tomllib.loads((FOLDER / f"{policy}.toml").read_text(encoding="utf-8"))
    cases = [
        Case(
            policy=policy,
            sentence=case["sentence"],
            day=case["day"],
            facts={**data["usual"], **case["facts"]},
            expected={name: Verdict[word.upper()] for name, word in case["expected"].items()},
            needed=case.get("needed", []),
            decisive=case.get("decisive"),
        )
        for case in data["case"]
    ]
    return cases, data["criteria"]
