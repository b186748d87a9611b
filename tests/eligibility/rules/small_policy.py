"""A small made-up policy of people, with everything that a policy can have, for tests of the engine."""

from datetime import date

import pandas as pd

from eligibility.rules.policy import Policy, Rules
from eligibility.rules.policy_file import parse

DAY, DECIDED_ON = date(2026, 9, 15), date(2026, 11, 24)
WHY = 'assumption = true, note = "for the council to replace"'
TEXT = """
schema = 1
id = "small"
title = "A small policy"
kind = "entitlement"
year = "2026 to 2027"
covers = { from = 2026-09-01, until = 2027-08-31 }
not_seen = ["the whole list of benefits"]
summary = "Made up for tests."
check_before_use = "Made up: do not use."
result = "eligible"

[sources.scheme]
title = "Scheme rules"
url = "https://example.org/scheme"
checked = 2026-09-01

[parameters]
distance = { label = "Distance", unit = "miles", values = [{ from = 2020-09-01, value = 3, WHY }] }
margin = { label = "Margin", unit = "miles", values = [{ from = 2020-09-01, value = 0.1, WHY }] }
longest = { label = "Longest", unit = "minutes", values = [{ from = 2020-09-01, value = 75, WHY }] }
income = { label = "Income", unit = "pounds per year", values = [{ from = 2020-09-01, value = 16190, WHY }] }
near = { label = "Band", unit = "miles", values = [{ from = 2020-09-01, value = 5, WHY }] }
far_charge = { label = "d", unit = "pounds per year", values = [{ from = 2020-09-01, value = 650.25, WHY }] }
half = { label = "e", unit = "share", values = [{ from = 2020-09-01, value = 0.5, WHY }] }

[parameters.near_charge]
label = "Charge near by"
unit = "pounds per term"
values = [{ from = 2020-09-01, until = 2027-08-31, value = 100.01, WHY }]

[criteria.old_benefit]
label = "The old benefit"
fact = "max_working_tax_credit"
is = "true"
ended = 2026-10-31
ended_source = "scheme"
ended_note = "Replaced by another."
WHY

[criteria]
far = { label = "Far", fact = "walk_miles", is = "above", parameter = "distance", margin = "margin", WHY }
in_time = { label = "In time", fact = "journey_minutes", is = "at_most", parameter = "longest", WHY }
poor = { label = "Poor", fact = "taxable_income", is = "below", parameter = "income", WHY }
in_need = { label = "In need", any = ["poor", "old_benefit"] }
eligible = { label = "Eligible", all = ["far", "in_time", "in_need"] }
carer = { label = "Carer", fact = "young_carer", is = "true", WHY }
meals = { label = "Meals", fact = "fsm_old_test", is = "true", WHY }
short = { label = "Short", fact = "pickup_miles", is = "at_most", parameter = "near", WHY }
plan = { label = "Plan", fact = "ehcp", is = "true", WHY }

[[contribution]]
label = "nil"
when = "carer"
text = "Nothing for carers."
WHY

[[contribution]]
label = "concession"
when = "meals"
amount = "far_charge"
share = "half"
text = "Half."
WHY

[[contribution]]
label = "full"
when = "short"
amount = "near_charge"
text = "The near charge."
WHY

[[contribution]]
label = "full"
amount = "far_charge"
text = "The far charge."
WHY

[[provision]]
text = "A pass."
WHY

[[provision]]
text = "Mileage, for the poor."
when = "poor"
WHY

[[otherwise]]
text = "A spare seat may be bought."
until = 2027-08-31
WHY

[[refer]]
when = "plan"
text = "Other rules for a plan."
WHY

[[note]]
text = "Meals are wider since September 2026."
from = 2026-09-01
WHY

[exceptional_circumstances]
text = "Say so at any time."
WHY

[[appeal]]
stage = "Ask"
text = "Ask for a review."
working_days = 20
WHY

[[appeal]]
stage = "Ombudsman"
text = "Complain."
WHY
"""

USUAL = {
    "walk_miles": 4.0,
    "walk_miles_method": "measured by an officer",
    "walk_miles_by": "A. Officer",
    "walk_miles_on": date(2026, 9, 10),
    "walk_miles_version": "paths of August 2026",
    "journey_minutes": 40.0,
    "journey_minutes_method": "routed",
    "taxable_income": 9000.0,
    "taxable_income_period": "year",
    "max_working_tax_credit": False,
    "young_carer": False,
    "fsm_old_test": False,
    "pickup_miles": 2.0,
    "pickup_miles_method": "routed",
    "ehcp": False,
    "exceptional_circumstances": False,
}


def source() -> str:
    """Return the policy as its file has it."""
    alone = WHY.replace(", ", "\n")
    return "\n".join(alone if line == "WHY" else line.replace("WHY", WHY) for line in TEXT.split("\n"))


def policy(*changes: tuple[str, str]) -> Policy:
    """Read the policy with pieces of its text exchanged."""
    text = source()
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return parse(text.encode(), "small.toml")


def rules(*changes: tuple[str, str], day: date = DAY) -> Rules:
    return policy(*changes).on(day)


def person(**facts: object) -> dict:
    """Return the usual person with some facts changed; None is a gap."""
    return {**USUAL, **facts}


def people(*persons: dict) -> pd.DataFrame:
    return pd.DataFrame(list(persons), index=[f"person {number}" for number in range(len(persons))])
