"""Universal Credit earnings headed 1, 2 and 3 are single months, and their sums are worked out."""

import pytest

from tests.eligibility.example_people import ELIGIBLE, csv_of, run_of

HEADINGS = ("UC earnings 1", "UC earnings 2", "UC earnings 3")
REST = {name: value for name, value in ELIGIBLE.items() if name != "uc_earnings_1"}
REST |= dict.fromkeys(("asylum_support", "pension_credit_guarantee", "fsm_old_test"), "no")


def run(*months: str, headings=HEADINGS):
    return run_of(csv_of(REST | dict(zip(headings, months, strict=True))))


def sums(made) -> list[float]:
    return made.people[["uc_earnings_1", "uc_earnings_2", "uc_earnings_3"]].iloc[0].tolist()


@pytest.mark.parametrize(
    ("months", "wanted"), [((900, 950, 920), [900, 1850, 2770]), ((900, 850, 880), [900, 1750, 2630])]
)
def test_three_single_months_are_added_up_and_their_sums_fail(months, wanted):
    made = run(*map(str, months))
    assert sums(made) == wanted and made.decisions.outcome.tolist() == ["not on the published criteria"]


def test_figures_that_may_be_months_or_running_sums_are_asked():
    made = run("900", "1850", "2770")
    assert made.errors["problem"].str.contains("three months or running sums").all() and made.people.empty


def test_the_same_wage_each_month_is_no_running_sum():
    assert sums(run("600", "600", "600")) == [600, 1200, 1800]


def test_a_sum_of_two_months_that_is_less_than_one_of_them_is_refused():
    headings = ("UC earnings", "UC earnings last two periods", "UC earnings last three periods")
    made = run("900", "850", "880", headings=headings)
    assert made.errors["problem"].str.contains("part of it").all() and len(made.errors) == 1


@pytest.mark.parametrize(
    "written",
    [
        "616.67pm",
        "£616.67 per calendar month",
        "616.67 monthly",
        "142.30 weekly",
        "284.6 fortnightly",
        "616.67 per assessment period",
    ],
)
def test_a_period_in_words_is_read(written):
    made = run(written, "n/a", "n/a")
    assert made.errors.empty and made.people["uc_earnings_1"].tolist()[0] == pytest.approx(616.67, abs=0.05)
    assert made.decisions.outcome.tolist() == ["eligible"]
