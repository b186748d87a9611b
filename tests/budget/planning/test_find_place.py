"""An area is found by what people type: a village, a school's village, a ward, a town or a postcode."""

from dataclasses import replace

import pandas as pd
import pytest

from budget.planning.find_place import MOST_SHOWN, VILLAGES, find
from data import bundle, example

EXAMPLE = bundle.load(example.FOLDER)
AREAS = EXAMPLE.areas.index


def named(*names: tuple[str, str, int]):
    """Return the example with these names: what, of which kind, in the area of this number."""
    table = pd.DataFrame([(name, kind, 0.0, 0.0, AREAS[area]) for name, kind, area in names])
    return replace(EXAMPLE, names=table.set_axis(list(bundle.NAME_COLUMNS), axis=1).astype(bundle.NAME_COLUMNS))


NAMED = named(
    ("Zorn", "place", 3), ("Zorn Green", "place", 4), ("Lower Zorn", "place", 5),
    ("Zorn Church School", "school", 3), ("Mousehollow Community Primary School", "school", 7),
    ("Zorn", "ward", 9), ("Eel Fen", "town", 11),
)  # fmt: skip


@pytest.mark.parametrize("typed", ["eel fen", "Eel  Fen "])
def test_a_place_is_found_however_it_is_written(typed):
    assert find(NAMED, typed).areas == ((AREAS[11], "Eel Fen"),)


def test_places_called_exactly_so_are_shown_alone_the_settlement_before_the_ward():
    assert find(NAMED, "Zorn").areas == ((AREAS[3], "Zorn"), (AREAS[9], "Zorn (ward)"))


def test_a_part_of_a_name_finds_those_that_begin_with_it_first_and_each_area_once():
    assert [words for _, words in find(NAMED, "Zor").areas] == ["Zorn", "Zorn Green", "Zorn (ward)", "Lower Zorn"]


def test_a_village_without_a_name_in_the_bundle_is_found_by_its_school():
    assert find(NAMED, "Mousehollow").areas == ((AREAS[7], "Mousehollow Community Primary School"),)


@pytest.mark.parametrize("county", [NAMED, replace(EXAMPLE, names=None)])
def test_an_area_is_found_by_its_whole_name_or_its_code(county):
    name = str(EXAMPLE.areas["area_name"].iloc[20])
    assert find(county, name.upper()).areas == ((AREAS[20], name),)
    assert find(county, AREAS[20].lower()).areas == ((AREAS[20], AREAS[20]),)


def test_a_postcode_finds_its_area_and_one_that_is_not_here_says_why():
    postcode = EXAMPLE.postcodes.index[0]
    found = find(EXAMPLE, postcode.lower().replace(" ", ""))
    assert found.areas == ((EXAMPLE.postcodes["area_code"].iloc[0], postcode),) and found.said == ""
    elsewhere = find(EXAMPLE, "LN1 1AA")
    assert elsewhere.areas == () and "in none of the areas of this county" in elsewhere.said


def test_what_is_not_found_says_what_would_name_it():
    assert find(named(("Eel Fen", "town", 1)), "Nowhere").said == f"No place here is called “Nowhere”. {VILLAGES}"
    assert find(NAMED, "Nowhere").said == "No place here is called “Nowhere”."
    assert find(replace(EXAMPLE, names=None), "Nowhere").areas == ()


def test_of_many_places_some_are_shown_and_the_rest_counted():
    many = named(*((f"Zfen {n}", "place", n) for n in range(MOST_SHOWN + 2)))
    found = find(many, "zfen")
    assert len(found.areas) == MOST_SHOWN and found.said == "And 2 more: write more of the name."
