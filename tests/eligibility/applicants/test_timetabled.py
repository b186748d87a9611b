"""Minutes by published timetables as evidence: from the postcode, with the day, and never more than they prove."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from data.travel import JOURNEY_COLUMNS
from eligibility.applicants.measure import measure
from eligibility.applicants.people import read_one
from eligibility.deciding.certainty import certain
from eligibility.deciding.one_person import check
from eligibility.letters.annex import annex
from eligibility.letters.blocks import LetterBlock
from eligibility.rules import library
from eligibility.rules.criteria import Verdict
from eligibility.rules.facts import derive
from tests.eligibility.example_people import ELIGIBLE, county

DAY, HOME, COLLEGE = date(2026, 9, 1), "XM15 1AA", "X-C1"
RULES = library.find("cambridgeshire-2023").on(DAY)  # within 90 minutes, and 2 minutes are near


def _county(minutes: float, start: str):
    """Return the example county where timetables say so many minutes, from the home's postcode or its area."""
    asked = {"days": ["2026-09-15"], "longest_minutes": [120.0, 120.0]}
    place = {"postcode": HOME, "area": county().postcodes.loc[HOME, "area_code"]}[start]
    journeys = pd.DataFrame(columns=JOURNEY_COLUMNS)
    homes = pd.DataFrame(columns=["from_id", "to_id", "minutes", "as_of"])
    if start == "postcode":
        homes.loc[0] = [place, COLLEGE, minutes, "2026-09-15"]
    else:
        journeys.loc[0] = [place, COLLEGE, "train", minutes, np.nan, np.nan, "timetable", "2026-09-15"]
    manifest = replace(county().manifest, timetables=asked)
    return replace(county(), manifest=manifest, journeys=journeys, postcode_journeys=homes)


def _person(minutes: float, start: str, **given: str) -> pd.Series:
    return measure(read_one(ELIGIBLE | given, RULES, decided_on=DAY).table, _county(minutes, start)).table.iloc[0]


def _verdict(minutes: float, start: str) -> Verdict:
    """Return what the rule on minutes says of the person, as far as it is certain enough to decide by."""
    people = measure(read_one(ELIGIBLE, RULES, decided_on=DAY).table, _county(minutes, start)).table
    verdicts, _ = certain(derive(people, RULES), RULES)
    return Verdict(verdicts["near_enough"].iloc[0])


def test_minutes_from_the_postcode_are_exact_and_name_their_day():
    person = _person(80, "postcode")
    assert (person["journey_minutes"], person["journey_minutes_method"]) == (80, "routed")
    assert person["journey_minutes_version"] == "timetable of 2026-09-15, from the postcode"


def test_where_none_was_found_a_journey_takes_longer_than_was_looked_for_and_nobody_knows_how_long():
    person = _person(np.inf, "postcode")
    assert person["journey_minutes_low"] == 120 and np.isnan(person["journey_minutes_high"])
    assert "no journey both ways within 120 minutes" in person["journey_minutes_version"]


def test_minutes_from_the_middle_of_the_area_are_an_upper_bound_by_any_public_transport():
    person = _person(80, "area")
    assert person["journey_minutes_low"] == 0 and person["journey_minutes_high"] > 80


def test_no_journey_from_the_middle_of_the_area_proves_nothing_about_a_home():
    assert np.isnan(_person(np.inf, "area")[["journey_minutes_low", "journey_minutes_high"]].astype(float)).all()


def test_what_an_officer_measured_stands_before_the_timetable():
    officer = {
        "measured_journey_minutes": "70",
        "measured_by": "T. Lundgate",
        "measured_how": "bus 84",
        "measured_on": "1/6/2026",
    }
    assert _person(80, "postcode", **officer)["journey_minutes"] == 70


@pytest.mark.parametrize(("minutes", "start"), [(91.5, "postcode"), (150, "area"), (np.inf, "area")])
def test_within_the_margin_or_from_the_middle_of_the_area_no_timetable_decides_against_anybody(minutes, start):
    assert _verdict(minutes, start) == Verdict.UNKNOWN


@pytest.mark.parametrize(("minutes", "start"), [(80, "postcode"), (10, "area")])
def test_minutes_well_within_the_limit_let_a_person_in(minutes, start):
    assert _verdict(minutes, start) == Verdict.PASS


@pytest.mark.parametrize("minutes", [110, np.inf])
def test_far_beyond_the_margin_a_timetable_from_the_postcode_is_evidence(minutes):
    assert _verdict(minutes, "postcode") == Verdict.FAIL


def test_a_decision_says_by_which_day_s_timetable_the_minutes_are():
    decision, _ = check(ELIGIBLE, RULES, _county(110, "postcode"), decided_on=DAY)
    told = " ".join(map(str, decision.measurement))
    assert "routed (timetable of 2026-09-15, from the postcode)" in told


@pytest.mark.parametrize(
    ("minutes", "start", "said"),
    [
        (110, "postcode", "from the postcode of the home. It is the longer of the way there and the way home."),
        (np.inf, "postcode", "no way there in time and home again that takes 120 minutes or less each way."),
        (80, "area", "from the middle of the neighbourhood. From the home it may be shorter, but not longer."),
    ],
)
def test_a_letter_says_in_plain_words_from_which_days_times_the_minutes_are_and_from_where(minutes, start, said):
    decision, _ = check(ELIGIBLE, RULES, _county(minutes, start), decided_on=DAY)
    parts = annex(decision, "", "")
    lines = ["".join(map(str, part.pieces)) for part in parts if isinstance(part, LetterBlock)]
    told = [line for line in lines if line.startswith("Journey time")]
    assert len(told) == 1 and said in told[0]
    assert "bus and train times published for Tuesday 15 September 2026" in told[0]
    assert "routed" not in told[0] and "2026-09-15" not in told[0]
