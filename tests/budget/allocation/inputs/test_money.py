import pytest

from budget.allocation.inputs.money import pence
from data.faults import InputError


@pytest.mark.parametrize(
    ("written", "is_read_as"),
    [("400000", 40_000_000), ("£1,234.50", 123_450), ("£ 12", 1_200), ("1250.5", 125_050), (".50", 50), (12.5, 1_250)],
)
def test_an_amount_is_read_as_people_write_it(written, is_read_as):
    assert pence(written) == is_read_as


@pytest.mark.parametrize("written", ["12,500,0", "1,2,3", "1e2", "1_000", "١٤", "NaN", "", "£", "twelve", True])
def test_what_is_no_amount_is_refused_and_not_guessed(written):
    with pytest.raises(InputError, match="is not an amount"):
        pence(written)


@pytest.mark.parametrize(
    ("written", "both"),
    [
        ("400,50", "40,050 or 400.50"),
        ("12,5", "125 or 12.50"),
        ("1.200", "1,200 or 1.20"),
        ("£400.000", "400,000 or 400.00"),
    ],
)
def test_an_amount_with_two_readings_is_refused_with_both(written, both):
    with pytest.raises(InputError, match=f"may be {both}"):
        pence(written)
