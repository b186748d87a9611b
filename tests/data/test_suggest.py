import doctest

from data import suggest


def test_a_name_nearly_right_is_suggested_and_for_another_all_are_listed():
    result = doctest.testmod(suggest)
    assert result.attempted > 0 and result.failed == 0


def test_names_that_are_no_text_can_be_known():
    assert suggest.did_you_mean("2026", [2025, 2024]) == 'Did you mean "2025"?'
