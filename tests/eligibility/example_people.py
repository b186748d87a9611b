"""What the tests about applicants share: the example county, the rules of a policy, and one person who is eligible."""

from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from data import bundle, example
from data.bundle import County
from eligibility.applicants import headings
from eligibility.applicants.applicant_file import RawTable, read_bytes
from eligibility.rules import library
from eligibility.rules.policy import Rules
from eligibility.runs.applications import Run, assess_file

DAY = date(2026, 9, 1)
CASES = Path(__file__).parent / "data" / "cases"
ELIGIBLE = {  # under post16-default
    "person_id": "A1",
    "date_of_birth": "31/01/2009",
    "postcode": "XM15 1AA",
    "destination": "Harrowmere College",
    "course_start": "7 September 2026",
    "full_time": "yes",
    "publicly_funded": "yes",
    "paid_apprentice": "no",
    "nearest_suitable": "yes",
    "uc_award": "yes",
    "uc_earnings_1": "600",
    "income_support": "no",
    "looked_after": "no",
    "care_leaver": "no",
    "young_carer": "no",
    "own_benefits": "no",
    "ehcp": "no",
}


@cache
def county() -> County:
    """Return the example county; nobody alters it."""
    return bundle.load(example.FOLDER)


@cache
def rules(policy: str = "post16-default", day: date = DAY) -> Rules:
    return library.find(policy).on(day)


def csv_of(*people: dict[str, str]) -> bytes:
    """Return a CSV of people, a column a fact."""
    return pd.DataFrame(people).fillna("").to_csv(index=False).encode()


def case(name: str) -> bytes:
    """Return a file of data/cases: each the smallest example of a kind that real exports show."""
    return CASES.joinpath(name).read_bytes()


def raw_of(content: bytes, name: str = "applicants.csv") -> RawTable:
    return read_bytes(content, name, headings.score)


def run_of(content: bytes, policy: str = "post16-default", choices: dict[str, str] | None = None) -> Run:
    raw = raw_of(content)
    mapping = headings.propose(raw.headings, rules(policy)).by_hand(choices or {})
    return assess_file(raw, mapping, rules(policy), county(), decided_on=DAY)
