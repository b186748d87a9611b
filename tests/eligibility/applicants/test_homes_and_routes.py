"""Homes outside the council, distances that nobody measured, routes that cannot be, and the nearer places of study."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pandas as pd
import pytest

from data.own_files import with_journeys
from eligibility.applicants import headings, routed
from eligibility.deciding.one_person import check
from eligibility.letters.letters import letter
from eligibility.rules import library
from eligibility.rules.residence import Council, resident
from eligibility.runs.applications import Run, assess_file
from eligibility.runs.tables import decisions_table
from tests.eligibility.example_people import ELIGIBLE, county, raw_of, rules

CASES, DAY = Path(__file__).parents[1] / "data" / "cases", date(2026, 9, 15)
REFER = "refer to an officer"
YORK = Council("City of York Council", ("E06000014",), ("york.gov.uk",), "for the council to fill in")


def run_of_case(name: str, its_county=None) -> Run:
    rules = library.find("post16-default").on(DAY)
    content = (CASES / name).read_bytes().replace(b"Hereford Sixth Form College", b"Harrowmere College")
    raw = raw_of(content, name)
    return assess_file(raw, headings.propose(raw.headings, rules), rules, its_county or county(), decided_on=DAY)


def checked(its_county=None, policy: str = "post16-default", day: date = date(2026, 9, 1), **changed: str):
    return check(ELIGIBLE | changed, library.find(policy).on(day), its_county or county(), decided_on=day)


def test_homes_far_outside_the_council_are_referred_with_where_they_are():
    run = run_of_case("r1_lives_outside.csv")
    assert run.decisions.refer_reasons["residence"].all() and set(run.decisions.outcome) == {REFER}
    why = decisions_table(run)["refer_reasons"].tolist()
    places = ("E07000141", "in Wales", "in Scotland", "Northern Ireland")
    assert all(place in text for place, text in zip(places, why, strict=True))


def test_the_authority_that_seems_responsible_is_named_where_the_bundle_or_a_pack_knows_it():
    named = pd.DataFrame(
        {"district_name": ["South Kesteven"], "authority_name": ["Lincolnshire"]}, index=pd.Index(["E07000141"])
    )
    decision, _ = checked(replace(county(), authorities=named), postcode="NG31 6PZ")
    assert "South Kesteven (ONS code E07000141), in England: Lincolnshire seems resp" in decision.refer_reasons[0]
    words = "\n".join(p.text for p in docx.Document(io.BytesIO(letter(decision, rules()))).paragraphs)
    assert (
        "The home on the form seems to be in South Kesteven, in England. The council there seems to be Lincolnshire."
        in words
    )
    of_a_pack, _ = checked(postcode="YO1 7HH")  # in a bundle without names
    assert "City of York Council seems responsible" in of_a_pack.refer_reasons[0]


def test_a_home_in_edinburgh_is_not_yorks():
    then = {"date_of_birth": "31/01/2008", "course_start": "9 September 2024"}
    decision, _ = checked(policy="york", day=date(2024, 9, 7), postcode="EH1 1YZ", **then)
    assert decision.outcome == REFER and any("S12000036, in Scotland" in line for line in decision.refer_reasons)


def test_an_officers_word_comes_before_the_postcode():
    decision, _ = checked(postcode="EH1 1YZ", council_responsible="yes")
    assert not any("Scotland" in line for line in decision.refer_reasons)
    assert checked(council_responsible="no")[0].outcome == REFER


def test_a_council_is_responsible_in_its_own_districts_and_a_made_up_county_stands_for_any():
    people = pd.DataFrame(
        {
            "home_district": ["E06000014", "E07000141", "X07000001", pd.NA],
            "home_in_county": pd.array([False, True, True, pd.NA], dtype="boolean"),
        }
    )
    assert resident(people, YORK).tolist() == [True, False, True, pd.NA]
    assert resident(people, None).tolist() == [False, True, True, pd.NA]


def test_a_stated_distance_never_decides_alone_with_a_postcode_or_without():
    assert set(run_of_case("stated_distance.csv").decisions.outcome) == {REFER}


def test_a_year_typed_wrong_is_an_error_and_never_a_decision():
    run = run_of_case("course_start_slips.csv")
    assert run.people.empty and run.rows_with_errors == 4


def test_months_of_universal_credit_are_what_cases_say():
    run = run_of_case("uc_months.csv")
    assert run.people["uc_earnings_3"].tolist() == [2770, 2630] and "eligible" not in set(run.decisions.outcome)
    assert run.errors["row"].tolist() == [4]


def test_a_route_from_a_postcode_is_kept_and_used_and_one_shorter_than_the_straight_line_is_refused_by_name():
    built = with_journeys(county(), CASES / "pc_matrix.csv")
    assert "XM1 1AB" in set(built.journeys["from_id"])
    decision, _ = checked(built, postcode="XM1 1AB")
    (walk,) = (m for m in decision.measurement if m.fact.name == "walk_miles")
    assert walk.method == "routed" and walk.observed.low == walk.observed.high == pytest.approx(5.2 / 1.609344)
    far, notes = checked(replace(built, journeys=built.journeys.replace({"XM1 1AB": "XM15 1AA"})))
    assert any("is not used" in note and "X-C1" in note and "3.2 miles" in note for note in notes)
    assert all(m.method != "routed" for m in far.measurement)


@pytest.mark.parametrize("source", ["not routed: a guess", "unrouted", "routed? a guess", "routed estimate"])
def test_what_says_that_it_was_not_routed_is_not(source):
    journeys = pd.DataFrame({"source": ["routed by OTP", source]})
    assert routed.routed(journeys)["source"].tolist() == ["routed by OTP"]


def test_an_officers_measure_beside_a_different_stated_one_keeps_both():
    officer = {"measured_walk_miles": "30", "measured_by": "A. O.", "measured_how": "map", "measured_on": "01/09/2026"}
    _, notes = checked(walk_miles="33", **officer)
    assert any("states 33 miles, an officer measured 30" in note for note in notes)


def test_the_nearer_places_stand_beside_a_nearest_suitable_that_is_said():
    _, notes = checked()
    assert any(note.startswith("Said to be the nearest suitable") and "Cobbleford" in note for note in notes)
    assert not any("earer" in note for note in checked(nearest_suitable="no")[1])
    _, notes = checked(nearest_suitable="")
    assert any(
        note.startswith("Not said whether it is the nearest suitable") and "Cobbleford" in note for note in notes
    )


def test_a_place_that_is_said_not_to_be_the_nearest_though_none_is_nearer_is_told_to_the_officer():
    at_home = {"postcode": "XM1 1AA", "destination": "Harrowmere College"}
    assert any("no place of study is nearer" in note for note in checked(nearest_suitable="no", **at_home)[1])
    assert not any("nearest suitable" in note for note in checked(nearest_suitable="yes", **at_home)[1])


def test_a_nearer_place_stands_with_the_level_that_it_is_known_to_teach_and_with_what_it_does_not():
    places = county().destinations.assign(academic=33.0, technical=0.0)
    _, notes = checked(replace(county(), destinations=places))
    (nearer,) = [note for note in notes if "Nearer" in note]
    assert "miles, A levels and the like, at level 3: 33 students, no technical or vocational study)" in nearer
    _, notes = checked(replace(county(), destinations=places.assign(academic=float("nan"))))
    assert not any("A levels" in note for note in notes)
