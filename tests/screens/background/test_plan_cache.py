"""Plans that are kept between visits: everybody is given the same one, of the county as it is now."""

from dataclasses import replace

from data import bundle, example
from screens.background import plan_cache
from tests.budget.workbook import workbook_plans


def test_everybody_is_given_the_same_plan_until_its_county_is_read_anew(tmp_path):
    bundle.save(bundle.load(example.FOLDER), tmp_path / "county")
    made = replace(workbook_plans.default(), county=None)  # as a job leaves it
    first = plan_cache.with_county(made, tmp_path / "county")
    assert first.county is plan_cache.load_county(tmp_path / "county")
    assert plan_cache.with_county(made, tmp_path / "county") is first
    plan_cache._county.clear()
    anew = plan_cache.with_county(made, tmp_path / "county")
    assert anew is not first
    assert anew.county is plan_cache.load_county(tmp_path / "county")
