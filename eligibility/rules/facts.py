"""The facts that an applicant may have, and those that are derived from them before the rules are applied.

`facts.toml` is the register: what each fact is called, its kind, the question that asks for it and what proves it. A
policy names facts of the register and need not describe them again. `derive` adds ages, money in another period and
miles from kilometres; nothing is derived from a gap.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from data.faults import Fault, InputError
from data.wording import KM_A_MILE
from eligibility.rules import ages, benefits
from eligibility.rules.ages import PEOPLE
from eligibility.rules.policy import TEXT, YES_OR_NO, Fact, Rules
from eligibility.rules.residence import resident

REGISTER_FILE = Path(__file__).parent / "facts.toml"
Kind = Literal["text", "yes or no", "date", "number", "money", "choice"]
PLACE_NAME, NEARER_PLACES = "destination_name", "nearer_places"  # of measured people, for their letters
IDENTITY = ("person_id", "name", "postcode", "destination")  # who and where; no policy tests them
APPLIED = "date_of_application"  # the day whose rules judge the application, where it is given; no policy tests it
RESPONSIBLE = "council_responsible"  # what an officer says of it
INDIVIDUAL = "exceptional_circumstances"  # asked under every policy

PERIODS_A_YEAR = {  # a year is 52 weeks, as benefit awards count it
    "week": 52,
    "fortnight": 26,
    "four weeks": 13,
    "month": 12,
    "quarter": 4,
    "year": 1,
}

MEASURED_BY_OFFICER, ROUTED = "measured by an officer", "routed"
STRAIGHT_LINE, ESTIMATE, STATED = "straight line", "estimate", "stated"
METHODS = (MEASURED_BY_OFFICER, ROUTED, STRAIGHT_LINE, ESTIMATE, STATED)  # of a measured fact; a gap is STATED
SETTLED_METHODS = (MEASURED_BY_OFFICER, ROUTED)  # the only ones that can decide against a person
MEASUREMENT_COLUMNS = ("method", "version", "by", "on")  # walk_miles_method, walk_miles_version, …

_BIRTH_AND_YEAR = "proof of the date of birth, and for which academic year help is wanted"
_BIRTH_AND_COURSE = "proof of the date of birth, and the offer or enrolment letter with the first day of the course"
AGES = {
    name: Fact(name, label, "years", evidence)
    for name, label, evidence in (
        ("age_on_31_august", "Age on the 31 August before the academic year", _BIRTH_AND_YEAR),
        ("age_on_1_september", "Age on the 1 September of the academic year", _BIRTH_AND_YEAR),
        ("age_at_course_start", "Age on the first day of the course", _BIRTH_AND_COURSE),
        ("age_before_course_start", "Age on the day before the course", _BIRTH_AND_COURSE),
    )
}
RESIDENT = "resident"  # whether the council is the one responsible: by the postcode of the home, or an officer's word
_HOME = "the postcode of the home; or an officer's note that the council is responsible all the same"
MONTHS_IN = "months_into_year"  # of the help, over on the day of the application
DERIVED = AGES | {
    RESIDENT: Fact(RESIDENT, "Lives in the council's area", YES_OR_NO, _HOME),
    MONTHS_IN: Fact(
        MONTHS_IN, "Whole months since 1 September", "months", "a note that says for which school year help is wanted"
    ),
}
DERIVED_FROM = dict.fromkeys(AGES, ("date_of_birth", "course_start")) | {
    RESIDENT: (RESPONSIBLE,),
    MONTHS_IN: ("course_start",),
}


@dataclass(frozen=True, slots=True)
class ApplicantFact:
    """One fact of the register: what it is, how it is asked for and what proves it."""

    name: str
    label: str
    kind: Kind
    question: str
    evidence: str = ""
    unit: str = ""  # of a number; of money, the period that policies use unless they say another
    choices: tuple[str, ...] = ()
    asked_of: Literal["applicant", "officer"] = "applicant"
    measured: bool = False  # a distance or a time, with a method
    sensitive: bool = False


@cache
def register() -> Mapping[str, ApplicantFact]:
    """Return every fact of the register by name, in the order in which a form asks."""
    entries: dict[str, dict[str, Any]] = tomllib.loads(REGISTER_FILE.read_text(encoding="utf-8"))
    return {
        name: ApplicantFact(name, **entry | {"choices": tuple(entry.get("choices", ()))})
        for name, entry in entries.items()
    }


@cache
def register_sha256() -> str:
    """Return the hash of the registers of facts and of ended benefits, for the stamp of what was decided with them."""
    return hashlib.sha256(REGISTER_FILE.read_bytes() + benefits.REGISTER_FILE.read_bytes()).hexdigest()


def policy_fact(name: str) -> Fact | None:
    """Return a fact that a policy may name without describing it, or None where there is none; choices are text."""
    if name in DERIVED:
        return DERIVED[name]
    entry = register().get(name)
    if entry is None or entry.kind == "date" or name in IDENTITY:
        return None
    unit = {"yes or no": YES_OR_NO, "text": TEXT, "choice": TEXT}.get(entry.kind, entry.unit)
    return Fact(name, entry.label, unit, entry.evidence)


def facts_to_ask(rules: Rules) -> tuple[ApplicantFact, ...]:
    """Return the facts of the register to ask applicants for under these rules, in the order of the register.

    Derived facts are replaced by those that they come from. A fact that only the policy has is asked for by its label.
    """
    wanted = [source for name in rules.facts for source in DERIVED_FROM.get(name, (name,))]
    known = [entry for name, entry in register().items() if name in wanted or name == INDIVIDUAL]
    own = [rules.facts[name] for name in wanted if name not in register()]
    return (*known, *(_own(fact) for fact in own))


def _own(fact: Fact) -> ApplicantFact:
    kind: Kind = "number" if fact.is_number else "yes or no" if fact.unit == YES_OR_NO else "text"
    unit = fact.unit if fact.is_number else ""
    return ApplicantFact(fact.name, fact.label, kind, f"{fact.label}?", fact.evidence, unit)


def derive(people: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return the table that the rules read: the people's own columns with the derived facts added.

    `people`: columns of the register, one row a person; money with its period in `name_period` ("week", "month" or
    "year"), distances as `walk_miles` (or `_low` and `_high`) or as `walk_km`. Ages are in whole years on the day that
    the policy names, in the academic year of the help; bounds where that may be either of two (see `years_of_help`).
    Money is in the unit of the policy's fact; without a period it is a gap. The index stays and the table is not
    altered. Raises InputError for dates, money or distances of another kind, without repeating a value.
    """
    new: dict[str, object] = {}
    for name, fact in rules.facts.items():
        entry = register().get(name)
        if name in AGES:
            new |= ages.age(people, name, rules.day)
        elif name == RESIDENT:
            new[name] = resident(people, rules.policy.terms.council)
        elif name == MONTHS_IN:
            new |= ages.months_into_year(people, name, rules.day)
        elif entry is not None and entry.kind == "money":  # its period is in the column `name_period`
            new |= _money(people, name, fact.unit)
        elif fact.unit == "miles":
            new |= _miles(people, name)
    return people.assign(**new)


def _money(people: pd.DataFrame, name: str, unit: str) -> dict[str, np.ndarray]:
    """Return the value and bounds of a money fact in the policy's period; whole pence stay exact."""
    if f"{name}_period" not in people:
        return {column: np.full(len(people), np.nan) for column in _present(people, name) or [name]}
    words = people[f"{name}_period"]
    periods = words.map(PERIODS_A_YEAR).to_numpy(dtype=float, na_value=np.nan)
    if (np.isnan(periods) & words.notna().to_numpy()).any():
        problem = f"holds a word that is not one of: {', '.join(PERIODS_A_YEAR)}. Use one of them, or nothing."
        raise InputError(PEOPLE, [Fault(f"{name}_period", problem)])
    divisor = PERIODS_A_YEAR[unit.removeprefix("pounds per ")]
    return {column: convert(_floats(people, column), periods, divisor) for column in _present(people, name)}


def convert(pounds: np.ndarray, periods_a_year: np.ndarray | float, wanted_a_year: float) -> np.ndarray:
    """Return money of one period in another, weeks to years by 52 and months by 12.

    One division of whole numbers, so that an amount which comes to a whole number of pence compares exactly.

    >>> convert(np.array([935.0, 215.77]), np.array([12, 52]), 12).round(2).tolist()
    [935.0, 935.0]
    """
    pence = pounds * 100
    whole = np.rint(pence)
    pence = np.where(np.abs(pence - whole) < 1e-6, whole, pence)
    return pence * periods_a_year / (100 * wanted_a_year)


def _miles(people: pd.DataFrame, name: str) -> dict[str, np.ndarray]:
    base = name.removesuffix("_miles")
    if base == name or _present(people, name):
        return {}
    return {f"{name}{end}": _floats(people, f"{base}_km{end}") / KM_A_MILE for end in _ends(people, f"{base}_km")}


def _present(people: pd.DataFrame, name: str) -> list[str]:
    return [f"{name}{end}" for end in _ends(people, name)]


def _ends(people: pd.DataFrame, name: str) -> list[str]:
    return [end for end in ("", "_low", "_high") if f"{name}{end}" in people]


def _floats(people: pd.DataFrame, name: str) -> np.ndarray:
    numbers = pd.to_numeric(people[name], errors="coerce")
    if (numbers.isna() & people[name].notna()).any():
        raise InputError(PEOPLE, [Fault(name, "holds text; numbers are expected, and nothing for a gap.")])
    return numbers.to_numpy(dtype=float, na_value=np.nan)
