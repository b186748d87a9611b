"""A date with a slip in its year is an error with the year that was probably meant, and never a decision."""

from contextlib import redirect_stdout
from io import StringIO

import pytest

from eligibility.__main__ import main
from tests.eligibility.example_people import ELIGIBLE, csv_of, run_of


def errors(**changed: str) -> str:
    return " ".join(run_of(csv_of(ELIGIBLE | changed)).errors["problem"])


@pytest.mark.parametrize(
    ("born", "start", "words"),
    [
        ("10/03/2001", "07/09/2016", "2026 was probably meant"),  # 25 years old, and would have begun at 15
        ("10/03/2009", "07/09/2036", "2026 was probably meant"),
        ("10/03/2009", "07/09/2006", "2026 was probably meant"),  # before birth
        ("10/03/2003", "07/09/2020", "more than 4 years ago"),
        ("10/03/2009", "07/09/2028", "a year and a half ahead"),  # by which nobody may be refused as too old
        ("10/03/2009", "07/09/0026", "2026 was probably meant"),
        ("10/03/2009", "07/09/1926", "2026 was probably meant"),  # the century
        ("10/03/2009", "07/09/2062", "2026 was probably meant"),  # two digits changed places
        ("10/03/2029", "07/09/2026", "2009 was probably meant"),
        ("10/03/1909", "07/09/2026", "2009 was probably meant"),
    ],
)
def test_a_course_many_years_off_is_an_error_that_names_the_likely_slip(born, start, words):
    assert words in errors(date_of_birth=born, course_start=start)


def test_a_birth_in_the_future_is_an_error_and_says_so():
    assert "is in the future" in errors(date_of_birth="01/01/2030")


def test_a_sixth_former_of_25_without_a_plan_is_an_error_and_one_with_a_plan_is_not():
    assert "without a plan" in errors(date_of_birth="10/03/2001")
    assert errors(date_of_birth="10/03/2001", ehcp="yes") == ""


@pytest.mark.parametrize("start", ["06/09/2024", "04/01/2027", "06/09/2027"])
def test_a_third_year_a_january_start_and_next_years_course_are_no_slips(start):
    assert errors(course_start=start) == ""


def test_who_was_24_when_the_course_began_is_no_slip_at_25():
    assert errors(date_of_birth="01/09/2001", course_start="31/08/2026") == ""
    assert "without a plan" in errors(date_of_birth="31/08/2001", course_start="31/08/2026")


@pytest.mark.parametrize(
    ("born", "outcome"), [("10/11/2001", "eligible"), ("01/09/2001", "not on the published criteria")]
)
def test_a_care_leaver_is_decided_by_the_age_when_the_course_began(born, outcome):
    facts = {"date_of_birth": born, "course_start": "01/09/2026", "care_leaver": "yes", "ehcp": "no"}
    facts |= {"council_responsible": "yes", "in_pathway_plan": "yes"}
    given = [f"{name}={value}" for name, value in facts.items()]
    out = StringIO()
    with redirect_stdout(out):
        assert main(["check", "--policy", "care-leavers", "--on", "2026-11-30", "--fact", *given]) == 0
    assert outcome in out.getvalue().casefold()
