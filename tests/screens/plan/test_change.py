from screens.plan import change
from tests.budget.workbook import workbook_plans


def test_an_area_that_must_be_funded_is_told_by_its_name_and_an_applicant_as_it_is():
    plan = workbook_plans.default()
    code, name = next(plan.county.areas["area_name"].items())
    assert change.with_names(f"Must be funded, added: cohort {code}", plan).startswith(f"Must be funded, added: {name}")
    assert change.with_names("Must be funded, added: cohort row 3", plan) == "Must be funded, added: cohort row 3"
