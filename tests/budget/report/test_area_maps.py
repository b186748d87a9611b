"""The map of a measure for a committee paper: the same bytes for the same plan, as a picture and as a page."""

from dataclasses import replace

import pandas as pd
import pytest

from budget.planning import measures
from budget.report import area_maps
from data.travel.timetabled import LINE_COLUMNS
from tests.budget.workbook import workbook_plans as plans

LINE = ("2026-09-15", "7", "Buses", "bus", "07:02", "18:40", 12)


@pytest.mark.parametrize(("name", "form", "begins"), [("plan", "png", b"\x89PNG"), ("low_income", "pdf", b"%PDF")])
def test_a_map_is_a_file_and_the_same_each_time(name, form, begins):
    made = area_maps.of_measure(plans.default(), name, form)
    assert made.startswith(begins) and made == area_maps.of_measure(plans.default(), name, form)


@pytest.mark.parametrize("name", measures.MEASURES)
def test_each_class_of_a_measure_has_a_look_of_its_own(name):
    plan = plans.default()
    lines = pd.DataFrame([(plan.county.areas.index[0], *LINE)], columns=list(LINE_COLUMNS))
    measure = measures.measured(replace(plan, county=replace(plan.county, area_lines=lines)), name)
    looks = area_maps._looks(measure, name)
    assert set(measure.classes.map(str)) <= set(looks)
    steps = [looks[str(place)] for place in range(len(measure.labels))]
    assert len({(look.fill, look.hatch) for look in steps}) == len(measure.labels)
