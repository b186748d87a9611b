"""People made up about the thresholds of a policy: a share of every fact missing, distances by every method."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from eligibility.rules import worked_cases
from eligibility.rules.ages import academic_year
from eligibility.rules.facts import (
    ESTIMATE,
    MEASURED_BY_OFFICER,
    ROUTED,
    STATED,
    STRAIGHT_LINE,
    ApplicantFact,
    facts_to_ask,
)
from eligibility.rules.policy import Rules

OFFSETS = (-1.0, -0.11, -0.1, -0.05, -0.01, 0.0, 0.01, 0.05, 0.1, 0.11, 1.0)
METHODS = (MEASURED_BY_OFFICER, ROUTED, STATED, STRAIGHT_LINE, ESTIMATE, None)
PERIODS = {"week": 52, "month": 12, "year": 1}


def people(rules: Rules, count: int, seed: int, gaps: float = 0.12) -> pd.DataFrame:
    """Make a table of people who differ from the policy's usual case a little, a lot or in all; gaps as None."""
    random = np.random.default_rng(seed)
    usual = worked_cases.read(rules.policy.id).cases[0].facts
    rows = []
    for _ in range(count):
        missing, unusual = random.choice([0.0, gaps, gaps * 3]), random.choice([0.1, 0.3, 1.0])
        row: dict = {}
        for fact in facts_to_ask(rules):
            if random.random() < missing:
                row |= dict.fromkeys(_columns(fact))
            elif random.random() < unusual or fact.name not in usual:
                row |= value(fact, rules, random)
            else:
                row |= {name: usual.get(name) for name in _columns(fact)}
        rows.append({name: None if given == "" else given for name, given in row.items()})
    index = pd.Index([f"person {number}" for number in range(count)], name="person_id")
    return pd.DataFrame(rows, index=index).astype(object).where(lambda frame: frame.notna(), None).infer_objects()


def _columns(fact: ApplicantFact) -> list[str]:
    extra = ["method"] if fact.measured else ["period"] if fact.kind == "money" else []
    return [fact.name, *(f"{fact.name}_{end}" for end in extra)]


def value(fact: ApplicantFact, rules: Rules, random: np.random.Generator) -> dict:
    """Return columns that give one fact."""
    if fact.kind == "yes or no":
        return {fact.name: bool(random.random() < 0.5)}
    if fact.kind == "choice":
        return {fact.name: str(random.choice(fact.choices))}
    if fact.kind == "date":
        return {fact.name: _day(fact.name, rules.day, random)}
    if fact.kind == "money":
        period = str(random.choice(list(PERIODS)))
        pence = round(_near(fact.name, rules, random) * 100 / PERIODS[period] * PERIODS[_period_of(fact, rules)])
        return {fact.name: max(pence, 0) / 100, f"{fact.name}_period": None if random.random() < 0.1 else period}
    number = max(round(_near(fact.name, rules, random), 2), 0.0)
    if not fact.measured:
        return {fact.name: number}
    method = METHODS[random.integers(len(METHODS))]
    if method in (STRAIGHT_LINE, ESTIMATE):
        low = max(round(number - random.choice([0.0, 0.5, 2.0]), 2), 0.0)
        bounds = {f"{fact.name}_low": low, f"{fact.name}_high": round(low * 2.2 + 0.1, 2)}
        return {fact.name: None, **bounds, f"{fact.name}_method": method}
    return {fact.name: number, f"{fact.name}_method": method}


def _period_of(fact: ApplicantFact, rules: Rules) -> str:
    return rules.facts[fact.name].unit.removeprefix("pounds per ")


def _near(fact: str, rules: Rules, random: np.random.Generator) -> float:
    tested = [c.parameter for c in rules.criteria.values() if c.fact == fact and c.parameter]
    threshold = float(rules.values[random.choice(tested)].value) if tested else 5.0
    return threshold + float(random.choice(OFFSETS)) * (1 if threshold < 10 else 10)


def _day(name: str, day: date, random: np.random.Generator) -> date:
    year = academic_year(day)
    if name == "course_start":
        return date(year + int(random.integers(-1, 2)), int(random.choice([8, 9, 9])), int(random.integers(1, 30)))
    years = int(random.choice([15, 16, 17, 18, 18, 19]))
    near = date(year - years, 9, 1) + timedelta(days=int(random.integers(-3, 6)))
    return near if random.random() < 0.6 else near + timedelta(days=int(random.integers(20, 340)))


def filled(table: pd.DataFrame, rules: Rules, seed: int) -> pd.DataFrame:
    """Fill every gap of a policy's own facts with any value, and every straight line with a measured way within it."""
    random = np.random.default_rng(seed)
    rows, facts = table.astype(object).to_dict("records"), facts_to_ask(rules)
    for row in rows:
        for fact in facts:
            period = f"{fact.name}_period"
            if not pd.isna(row[fact.name]) and not (fact.kind == "money" and pd.isna(row[period])):
                continue
            given = value(fact, rules, random)
            if fact.measured:
                _fill_measured(row, fact.name, given, random)
            elif fact.kind == "money":
                row |= {fact.name: given[fact.name], period: given[period] or "year"}
            else:
                row[fact.name] = given[fact.name]
    new = pd.DataFrame(rows, index=table.index, columns=table.columns).astype(object)
    return new.where(new.notna(), None).infer_objects()


def _fill_measured(row: dict, name: str, given: dict, random: np.random.Generator) -> None:
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    if row[f"{name}_method"] == STRAIGHT_LINE and pd.notna(low):
        measured = float(low) + (float(high) - float(low)) * float(random.random())
    else:  # an estimated time may be wrong by any amount
        measured = given[name] if given[name] is not None else given[f"{name}_low"]
    row |= {name: measured, f"{name}_method": MEASURED_BY_OFFICER}
