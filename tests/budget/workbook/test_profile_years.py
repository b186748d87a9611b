"""The three financial years of a plan, held against sums written out by hand."""

import datetime
from dataclasses import replace
from fractions import Fraction

import pytest

from budget.accounts import statement
from budget.workbook.plan_sheets import profile_years, summary
from tests.budget.workbook import workbook_plans as plans

DATE = datetime.date
# Teaching days of a whole year by the plain calendar: September to March, and April to July.
AUTUMN, SPRING = 20 + 17 + 21 + 14 + 19 + 15 + 19, 15 + 19 + 18 + 13


def years_of(start: DATE | None, profile: str = "teaching_days") -> tuple[statement.Content, list[dict[str, float]]]:
    plan = plans.default()
    settings = replace(plan.scenario.finance, start=start, profile=profile)
    content = statement.draw_up(replace(plan, scenario=replace(plan.scenario, finance=settings)))
    return content, profile_years.known_years(content)


@pytest.mark.parametrize(
    ("start", "profile", "left", "whole"),
    [
        # of November's 21 days 1 is left on the 30th; on 16 April 11 of 22 weekdays are, so 8 of 15 days, halves up
        (DATE(2026, 11, 30), "teaching_days", (1 + 14 + 19 + 15 + 19, SPRING), (AUTUMN, SPRING)),
        (DATE(2027, 4, 16), "teaching_days", (0, 8 + 19 + 18 + 13), (AUTUMN, SPRING)),
        (DATE(2026, 11, 30), "months", (5, 5), (7, 5)),
    ],
)
def test_years_two_and_three_are_whole_years_of_a_plan_that_starts_within_its_year(start, profile, left, whole):
    content, years = years_of(start, profile)
    spend = Fraction(content.spend_pence, 100)
    now, then = Fraction(left[0], sum(left)), Fraction(whole[0], sum(whole))
    level = Fraction(102, 100)
    expected = [
        spend * now,
        spend * (1 - now) + spend * then * level,
        spend * (1 - then) * level + spend * then * level**2,
    ]
    for year, amount in zip(years, expected, strict=True):
        assert year["net"] == pytest.approx(float(amount), abs=1)  # each line's months are rounded to the penny
    assert years[2]["inflation"] == pytest.approx(
        float(spend * (1 - then) * (level - 1) + spend * then * (level**2 - level)), abs=0.02
    )


def test_a_plan_that_starts_with_its_year_has_the_same_autumn_every_year():
    content, years = years_of(DATE(2026, 9, 1))
    autumn = sum(sum(content.ledger.by_month(line)[5:]) for line in content.ledger.profiled())
    spring = content.spend_pence - autumn
    assert years[0]["net"] == autumn / 100
    assert years[1]["net"] == pytest.approx(spring / 100 + autumn / 100 * 1.02, abs=0.02)
    assert years[2]["net"] == pytest.approx(spring / 100 * 1.02 + autumn / 100 * 1.0404, abs=0.02)


def test_a_plan_that_starts_in_december_is_not_said_to_have_september():
    first, second, _ = summary.words_of_years(DATE(2026, 12, 1))
    assert first == "December to March of this plan" and second.startswith("the rest of this plan")
    assert summary.words_of_years(None) == summary.YEARS
