"""A planner is told what the data do to a plan, in words without files, options, columns or addresses."""

import json
import pickle
from typing import get_args

import pytest

from budget.planning.data_effects import EFFECTS, TECHNICAL, in_words, of_county
from data import bundle
from data.county import build
from data.faults import Noted, WarningKind
from tests.data import official_files as made

CENTRES = (
    "are placed at a centre that is not population-weighted. Load “Centroids”: https://services1.arcgis.com/query."
)
KNOWN = {  # a warning as a bundle has it: a part of its effect
    Noted("young_people is an estimate: on 2011 areas (mid-2020).", "young_people_estimated", when="mid-2020"): (
        "is an estimate (mid-2020). The people and the money of this plan"
    ),
    Noted(f"435 of 435 areas {CENTRES}", "not_weighted_centres", some="435", all="435"): (
        "In all 435 areas, journeys begin in the middle of the area"
    ),
    Noted(f"12 of 435 areas {CENTRES}", "not_weighted_centres", some="12", all="435"): "In 12 of 435 areas",
    Noted("Placed at (--destinations).", "providers_placed", where="their postcode", names="Montsaye Academy"): (
        "Placed at their postcode, so that distances there are a little out: Montsaye Academy."
    ),
    Noted("6 of courses.csv. latitude: '0' is out of range.", "sites_left_out", some="6"): (
        "in 6 rows of the files the place cannot be right"
    ),
    Noted("chester_gtfs.zip holds timetables: `--timetables`.", "timetables_not_used"): "are not used",
    "An older bundle says this (--destinations).": "An older bundle says this.",
}
NO_EFFECT = (
    Noted("low_income_rate: IDACI rate of File_7.csv passed over: it has 54 of 435 areas.", "source_passed_over"),
    Noted("Loaded twice: a.csv and b.csv.", "file_loaded_twice"),
)
TECHNICAL_WORDS = ("imd_decile of old.csv was odd.", "Journeys of routes.txt left out: 3.")


@pytest.mark.parametrize("warning", KNOWN)
def test_a_warning_is_told_by_what_it_does_to_a_plan(warning):
    effects = in_words([warning])
    assert len(effects.on_plans) == 1 and KNOWN[warning] in effects.on_plans[0]
    assert not TECHNICAL.search(effects.on_plans[0])


def test_what_changes_no_plan_is_noted_with_the_data_alone():
    effects = in_words(NO_EFFECT)
    assert effects.on_plans == () and len(effects.noted) == 2


def test_a_technical_warning_of_no_known_kind_is_counted_on_the_plan_and_told_with_the_data():
    effects = in_words([*TECHNICAL_WORDS, *NO_EFFECT])
    assert len(effects.on_plans) == 1 and effects.on_plans[0].startswith("2 more notes on the data")
    assert effects.noted[:2] == ("imd decile of old.csv was odd.", "Journeys of routes.txt left out: 3.")


def test_a_kind_of_a_later_version_or_with_other_parts_is_told_like_one_without_a_kind():
    unlike = Noted("3 of 9 areas of places.csv.", "not_weighted_centres", number="3")
    assert in_words([unlike]).on_plans == in_words([str(unlike)]).on_plans


def test_every_kind_of_warning_has_an_effect():
    assert set(EFFECTS) == set(get_args(WarningKind))


def test_each_warning_of_a_build_has_its_kind_also_when_the_bundle_is_read_again_or_handed_to_another_process(tmp_path):
    made.write(tmp_path / "in", "gias", "boundaries", "rural_urban", "dft")
    county = build(tmp_path / "in", ["Wessmark"])
    assert len(county.manifest.warnings) > 3 and all(isinstance(each, Noted) for each in county.manifest.warnings)
    bundle.save(county, tmp_path / "out")
    read = bundle.load(tmp_path / "out").manifest.warnings
    for copy in (read, pickle.loads(pickle.dumps(county.manifest.warnings))):
        assert [(each, each.kind, each.parts) for each in copy] == [
            (each, each.kind, each.parts) for each in county.manifest.warnings
        ]


def test_a_bundle_of_before_the_kinds_is_read_and_told_in_its_own_words(tmp_path):
    made.write(tmp_path / "in", "gias")
    bundle.save(build(tmp_path / "in", ["Wessmark"]), tmp_path / "out")
    path = tmp_path / "out" / "manifest.json"
    before = json.loads(path.read_text(encoding="utf-8"))
    assert before.pop("warning_kinds").keys() == set(before["warnings"])
    path.write_text(json.dumps(before), encoding="utf-8")
    assert any(
        "were not loaded" in effect or "was not loaded" in effect
        for effect in of_county(bundle.load(path.parent)).on_plans
    )
