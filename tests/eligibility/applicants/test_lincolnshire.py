"""A file of applicants at real Lincolnshire postcodes, by a bundle of real official files: distances as a person would
check them on a map. Nothing of it is committed: the postcodes are drawn from the installed list when the test runs."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from data.bundle import County
from data.official.postcode_list import NOWHERE, national_list
from data.travel import default_figures
from data.wording import KM_A_MILE
from eligibility.applicants import headings
from eligibility.deciding.decide import ELIGIBLE, REFER
from eligibility.rules import library
from eligibility.rules.facts import STRAIGHT_LINE
from eligibility.runs.applications import Run, assess_file
from tests.eligibility.example_people import csv_of, raw_of
from tests.opendata import needs_opendata

pytestmark = needs_opendata
DAY, SEED, HOW_MANY = date(2026, 9, 7), 2026, 240
COLLEGE, AT = "Lincoln College", (498_081, 371_438)  # Monks Road, Lincoln
PERSON = {
    "date_of_birth": "31/01/2009",
    "destination": COLLEGE,
    "course_start": "7 September 2026",
    "full_time": "yes",
    "publicly_funded": "yes",
    "paid_apprentice": "no",
    "nearest_suitable": "yes",
    "need_prevents_travel": "no",
    "journey_minutes": "30",
    "income_support": "no",
    "uc_award": "yes",
    "uc_earnings_1": "600",
    "looked_after": "no",
    "care_leaver": "no",
    "young_carer": "no",
    "own_benefits": "no",
    "ehcp": "no",
    "exceptional_circumstances": "no",
}


@pytest.fixture(scope="module")
def county(real_county) -> County:
    return real_county("Lincolnshire")


@pytest.fixture(scope="module")
def homes(county: County) -> pd.DataFrame:
    """Return postcodes drawn from the county's districts, as many near the college as far, with where they lie."""
    known = national_list()
    here = np.isin(known.district_codes[known.district], county.areas["district_code"].unique())
    here &= (known.easting_m != NOWHERE) & (known.northing_m != NOWHERE)
    east, north = known.easting_m[here].astype(float), known.northing_m[here].astype(float)
    km = np.hypot(east - AT[0], north - AT[1]) / 1000
    table = pd.DataFrame({"postcode": texts(known.keys[here]), "straight_km": km})
    draw = np.random.default_rng(SEED)
    near, far = (table[mask].sample(HOW_MANY // 2, random_state=draw) for mask in (km < 8, km >= 8))
    return pd.concat([near, far], ignore_index=True)


def texts(keys: np.ndarray) -> list[str]:
    """Return postcodes from the list's keys: their characters, as bytes of one number."""
    return [bytes(row).replace(b"\0", b"").decode("ascii").strip() for row in keys.astype(">u8").view("S8").tolist()]


@pytest.fixture(scope="module")
def run(county: County, homes: pd.DataFrame) -> Run:
    people = [PERSON | {"person_id": f"L{n}", "postcode": code} for n, code in enumerate(homes["postcode"])]
    raw, rules = raw_of(csv_of(*people)), library.find("post16-default").on(DAY)
    return assess_file(raw, headings.propose(raw.headings, rules), rules, county, decided_on=DAY)


def straight_km(run: Run, homes: pd.DataFrame) -> pd.Series:
    return homes["straight_km"].set_axis(range(2, len(homes) + 2))[run.people.index]


def test_every_real_postcode_is_found_in_an_area_of_the_county_and_decided(run: Run, county: County):
    assert run.errors.empty, run.errors[["column", "problem"]].drop_duplicates().to_string()
    assert len(run.people) == HOW_MANY
    assert run.people["area_code"].isin(county.areas.index).mean() > 0.98  # a few lie on the county's edge


def test_the_distance_bounds_hold_the_straight_line_on_the_map(run: Run, homes: pd.DataFrame):
    miles = straight_km(run, homes) / KM_A_MILE
    low, high = run.people["walk_miles_low"], run.people["walk_miles_high"]
    figures = default_figures()
    assert (run.people["walk_miles_method"] == STRAIGHT_LINE).all()
    least = (miles - figures["place_extent_km"] / KM_A_MILE).clip(lower=0)
    assert np.allclose(low, least, atol=0.02) and (high >= miles - 0.02).all()
    assert (high <= miles * figures["road_factor_high"] + 1).all()
    assert 0.05 < miles.min() < 3 and 15 < miles.max() < 60  # Lincoln to the Wash


def test_who_lives_where_the_bounds_straddle_three_miles_is_referred_to_be_measured_and_who_is_far_is_eligible(
    run: Run, homes: pd.DataFrame
):
    low, high = run.people["walk_miles_low"], run.people["walk_miles_high"]
    straddles, far, near = (low <= 3) & (high > 3.1), low > 3.11, high < 2.89
    outcome, why = run.decisions.outcome, run.decisions.refer_reasons
    assert straddles.sum() > 20 and far.sum() > 100 and near.sum() > 20
    assert (outcome[straddles] == REFER).all() and why.loc[straddles, "measure"].all()
    assert (outcome[far] == ELIGIBLE).all()
    assert (outcome[near] == REFER).all() and why.loc[near, "measure"].all()  # an estimate refuses nobody
    assert not set(outcome) - {ELIGIBLE, REFER}


def test_an_officers_measurement_settles_who_was_referred(run: Run, homes: pd.DataFrame, county: County):
    row = int(run.people.index[(run.people["walk_miles_low"] < 2.5) & (run.people["walk_miles_high"] > 3.5)][0])
    measured = {"measured_by": "A. Officer", "measured_how": "the council's map", "measured_on": "01/09/2026"}
    for miles, outcome in (("3.2", ELIGIBLE), ("2.9", "refer to an officer")):
        person = PERSON | measured | {"person_id": "L", "postcode": homes["postcode"][row - 2]}
        raw = raw_of(csv_of(person | {"measured_walk_miles": miles}))
        rules = library.find("post16-default").on(DAY)
        made = assess_file(raw, headings.propose(raw.headings, rules), rules, county, decided_on=DAY)
        assert made.decisions.outcome.tolist() == [outcome]
        assert not made.decisions.needed["walk_miles"].any()  # at 2.9 miles only the time of the journey is open
