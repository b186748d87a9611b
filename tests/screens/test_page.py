"""Text from outside stays text."""

import doctest

import pytest

from screens import page


@pytest.mark.parametrize(
    "text", ["*a*", "[a](https://b)", "<b>", "$x$", "`a`", ":red[a]", "#1", "a|b", "~~a~~", "1. a"]
)
def test_markdown_from_outside_is_shown_and_not_obeyed(text):
    shown = page.plain(text)
    assert shown.replace("\\", "") == text
    assert all(shown[place - 1] == "\\" for place, letter in enumerate(shown) if letter in "*[]<>$`:#|~")


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(page).failed == 0
