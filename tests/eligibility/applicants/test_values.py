from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from eligibility.applicants.values import read_choice, read_date, read_money, read_number, read_text, read_yes_or_no

DAY = date(2008, 1, 31)
GAPS = ["", "  ", None, float("nan"), "n/a", "N/A", "na", "Not known", "not known ", "?", "-", "TBC", "unknown", "—"]


def problem(read, value, *more) -> str:
    with pytest.raises(PydanticCustomError) as error:
        read(value, *more)
    return error.value.message()


@pytest.mark.parametrize(
    "text",
    ["31/01/2008", "31/1/2008", "31-01-2008", "31.1.2008", "31 January 2008", "31 Jan 2008", "31st January, 2008"]
    + ["31-Jan-2008", "2008-01-31", "2008-01-31 00:00:00", "January 31, 2008", " 31/01/2008 ", "31 JANUARY 2008"]
    + ["2008-01-31T00:00:00+01:00", "31/01/2008, 12:00:00 a.m.", "31/01/2008 00.00.00"],
)
def test_a_date_is_read_in_each_form_that_uk_people_write(text):
    assert read_date(text) == DAY


def test_a_date_cell_of_excel_is_a_date():
    assert read_date(DAY) == read_date(datetime(2008, 1, 31)) == DAY


def test_day_and_month_are_never_exchanged_to_make_a_date():
    assert "no such month" in problem(read_date, "01/31/2008")


def test_a_date_that_could_be_either_is_read_day_first():
    assert read_date("05/06/2008") == date(2008, 6, 5)


@pytest.mark.parametrize("text", ["31/01/08", "31 Jan 08", "1/2/8", "31.1.98"])
def test_a_year_of_two_digits_is_not_guessed(text):
    assert "not four" in problem(read_date, text)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("31/02/2008", "does not exist"),
        ("29/02/2009", "does not exist"),
        ("39478", "is a number"),
        (39478.0, "Excel"),
        ("31012008", "is a number"),
        ("31/01-2008", "is not a date"),
        ("spring", "is not a date"),
        ("31/01/2008 23:00", "time of day"),
        ("2008-06-29T23:00:00Z", "midnight of the day after"),
        ("1 Ju 2008", "is not a date"),
        ("1 jun 2008 9am", "is not a date"),
        ("12 Juny 2008", "names no month"),
        (datetime(2008, 1, 31, 9, 30), "time of day"),
    ],
)
def test_what_is_no_date_says_what_is_wrong(value, why):
    assert why in problem(read_date, value)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_date_written_in_any_of_our_forms_comes_back_as_itself(day):
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d"):
        assert read_date(day.strftime(form)) == day


@pytest.mark.parametrize("gap", GAPS)
def test_a_gap_is_a_gap_for_every_kind(gap):
    assert read_text(gap) is None
    assert read_date(gap) is None
    assert read_yes_or_no(gap) is None
    assert read_money(gap, "pounds per year") is None
    assert read_number(gap, "miles") is None
    assert read_choice(gap, ["3"]) is None


@pytest.mark.parametrize(("value", "meant"), [("Y", True), ("yes", True), (True, True), (1.0, True), ("TRUE", True)])
def test_yes_in_its_usual_forms(value, meant):
    assert read_yes_or_no(value) is meant


@pytest.mark.parametrize("value", ["N", "no", False, 0, 0.0, "False", "f"])
def test_no_in_its_usual_forms(value):
    assert read_yes_or_no(value) is False


@pytest.mark.parametrize("value", ["maybe", "x", "2", "yes?", "Y/N"])
def test_neither_yes_nor_no_is_an_error_and_not_a_no(value):
    assert "neither yes nor no" in problem(read_yes_or_no, value)


@pytest.mark.parametrize(
    ("text", "unit", "meant"),
    [
        ("£1,234.50", "pounds per year", (1234.5, 1234.5, "year")),
        ("1234.5 per month", "pounds per year", (1234.5, 1234.5, "month")),
        ("£300 pw", "pounds per month", (300.0, 300.0, "week")),
        ("£12,000 p.a.", "pounds per month", (12000.0, 12000.0, "year")),
        ("£138.46 p/w", "pounds per month", (138.46, 138.46, "week")),
        ("600 pounds p/c/m", "pounds per year", (600.0, 600.0, "month")),
        ("£276.92 fortnightly", "pounds per month", (276.92, 276.92, "fortnight")),
        ("£553 every 4 weeks", "pounds per month", (553.0, 553.0, "four weeks")),
        ("£553 4-weekly", "pounds per month", (553.0, 553.0, "four weeks")),
        ("£1,800 quarterly", "pounds per month", (1800.0, 1800.0, "quarter")),
        ("£616.67 per calendar month", "pounds per month", (616.67, 616.67, "month")),
        ("20,000 to 25,000", "pounds per year", (20000.0, 25000.0, "year")),
        ("616.67", "pounds", (616.67, 616.67, "")),
        ("nil", "pounds per year", (0.0, 0.0, "year")),
        (0, "pounds per year", (0.0, 0.0, "year")),
    ],
)
def test_money_is_read_with_its_period(text, unit, meant):
    assert read_money(text, unit) == meant


@pytest.mark.parametrize(
    "text", ["£1.234,50", "1.200", "£1.850 per month", "25k", "£1.2m", "1,23", "none", "low", "$15", "1 2", "15,000,00"]
)
def test_money_that_can_be_read_in_two_ways_is_not_read(text):
    assert "amount of money" in problem(read_money, text, "pounds per year")


def test_a_sum_of_periods_has_no_period_of_its_own():
    assert "period" in problem(read_money, "£400 per month", "pounds")


@pytest.mark.parametrize("text", ["-5", "£-5", "- 5"])
def test_money_below_zero_is_an_error(text):
    assert "below zero" in problem(read_money, text, "pounds per year")


@pytest.mark.parametrize(
    ("text", "unit", "low"),
    [
        ("3.2", "miles", 3.2),
        ("3.2 miles", "miles", 3.2),
        ("1.609344 km", "miles", 1.0),
        ("1 mile", "km", 1.609344),
        ("75 mins", "minutes", 75.0),
        ("1h 15m", "minutes", 75.0),
        ("1.5 hours", "minutes", 90.0),
        ("16 hrs/week", "hours per week", 16.0),
        (16.0, "hours per week", 16.0),
    ],
)
def test_numbers_are_read_in_their_unit(text, unit, low):
    assert read_number(text, unit) == (low, low)


def test_a_bare_number_takes_the_unit_of_its_heading_and_a_named_unit_its_own():
    assert read_number("1.609344", "miles", "km") == (1.0, 1.0)
    assert read_number("1 mile", "miles", "km") == (1.0, 1.0)


@pytest.mark.parametrize("text", ["3 m", "three", "1,6", "16:30", "inf", "1e5", "5 or 6", "0x10"])
def test_a_number_in_a_doubtful_form_is_an_error(text):
    assert "not a number" in problem(read_number, text, "miles")


def test_a_number_beyond_reason_is_an_error():
    assert "Check it" in problem(read_number, "250", "hours per week")
    assert "larger number first" in problem(read_number, "6 to 5", "miles")


@pytest.mark.parametrize("unit", ["miles", "minutes", "people"])
@pytest.mark.parametrize("text", ["1" + "0" * 22, "9" * 5000, "5 to 1" + "0" * 30])
def test_a_number_of_very_many_digits_is_an_error_of_its_cell(text, unit):
    assert "Check it" in problem(read_number, text, unit)


def test_hours_of_very_many_digits_are_an_error_of_their_cell():
    assert "not a number" in problem(read_number, "9" * 5000 + " h 5 m", "minutes")


@given(st.text(max_size=30))
def test_any_text_is_a_value_a_gap_or_an_error_and_the_error_never_repeats_it(text):
    for read, more in ((read_date, ()), (read_yes_or_no, ()), (read_money, ("pounds",)), (read_number, ("miles",))):
        try:
            read(text, *more)
        except PydanticCustomError as error:
            assert len(text.strip()) < 8 or text.strip() not in error.message()  # noqa: PT017
