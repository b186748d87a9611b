import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import wording


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(wording).failed == 0


@given(st.integers(-(10**13), 10**13))
def test_what_is_written_of_money_is_read_again_to_the_penny(pence):
    def read(text: str) -> int:
        pounds, _, rest = text.replace("£", "").replace(",", "").removeprefix("-").partition(".")
        return (int(pounds) * 100 + int(rest or 0)) * (-1 if text.startswith("-") else 1)

    assert read(wording.exact_pounds(pence)) == read(wording.pounds(pence)) == pence


@pytest.mark.parametrize(("pence", "text"), [(50, "£1"), (49, "£0"), (-49, "£0"), (-50, "-£1"), (149.6, "£2")])
def test_whole_pounds_are_rounded_halves_up(pence, text):
    assert wording.whole_pounds(pence) == text
