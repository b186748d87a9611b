"""A planner is told what the data do to a plan, in words without files, options, columns or addresses."""

import pytest

from budget.planning.data_effects import TECHNICAL, in_words

CENTRES = (
    "435 of 435 areas are placed at a centre that is not population-weighted. Load “Population-weighted centroids” "
    "(Office for National Statistics): https://services1.arcgis.com/FeatureServer/0/query."
)
KNOWN = {  # a warning as `data build` writes it: a part of its effect
    "young_people is an estimate: estimates by single year of age, ages 16 to 18, on 2011 areas (mid-2020).": (
        "is an estimate (mid-2020). The people and the money of this plan"
    ),
    CENTRES: "In all 435 areas, journeys begin in the middle of the area",
    CENTRES.replace("435 of", "12 of"): "In 12 of 435 areas",
    "Providers of 16 to 18 education without coordinates, placed at their postcode: Montsaye Academy.": (
        "Montsaye Academy: placed at their postcode"
    ),
    "Providers of 16 to 18 education that could not be placed, and are missing: JMF6 Abingdon. Add them with their "
    "postcodes (--destinations).": "nobody knows where they stand: JMF6 Abingdon. Whoever",
    "Sites left out, as their place cannot be right: 6 of courses.csv. latitude: '0' is out of range.": (
        "in 6 rows of the files the place cannot be right"
    ),
    "chester_gtfs.zip holds timetables: `--timetables` measures journeys by them.": "are not used",
    "rural_urban: no file was found that gives it. Load “RUC”: https://x.": "for that alone is missed",
    "Water: 3 of 9 areas have their nearest college across the sea. A ferry of crossings.toml counts. Import measured "
    "journeys (--journeys) to settle them.": "A ferry counts. Import measured journeys to settle",
}
NO_EFFECT = (
    "low_income_rate: IDACI rate of File_7.csv passed over: it has 54 of 435 areas.",
    "The ONS Postcode Directory that was loaded has no postcode near the council.",
    "Loaded twice: a.csv and b.csv.",
    "something_new of old.csv was odd.",
)


@pytest.mark.parametrize("warning", KNOWN)
def test_a_warning_is_told_by_what_it_does_to_a_plan(warning):
    effects = in_words([warning])
    assert len(effects.on_plans) == 1 and KNOWN[warning] in effects.on_plans[0]
    assert not TECHNICAL.search(effects.on_plans[0])
    assert effects.noted == (warning,)


def test_what_changes_no_plan_is_noted_with_the_data_alone():
    effects = in_words(NO_EFFECT)
    assert effects.on_plans == () and effects.noted == NO_EFFECT
