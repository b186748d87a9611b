"""An amount that may be read in two ways is nobody's budget until it is written so that it can only be one."""

import pytest

from budget.allocation.inputs.money import pence
from data.faults import InputError


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("750000", 75_000_000),
        ("1,234,567.80", 123_456_780),
        ("£ 1,234.5", 123_450),
        (" 12.50 ", 1_250),
        (1250.5, 125_050),
        (750_000, 75_000_000),
    ],
)
def test_an_amount_is_read_as_it_is_written(written, meant):
    assert pence(written) == meant


@pytest.mark.parametrize(
    ("written", "both"),
    [
        ("400,50", "40,050 or 400.50"),
        ("1,23", "123 or 1.23"),
        ("12,5", "125 or 12.50"),
        ("1.200", "1,200 or 1.20"),
        ("£400.000", "400,000 or 400.00"),
    ],
)
def test_an_amount_with_two_readings_is_refused_with_both(written, both):
    with pytest.raises(InputError, match=f"may be {both}"):
        pence(written)


@pytest.mark.parametrize("written", ["1,0,0,0", "1_000", "4e5", "٤٠٠", "1,2345", "1.2.3", "lots", "", True, "inf"])
def test_what_no_person_writes_for_an_amount_is_refused(written):
    with pytest.raises(InputError, match="is not an amount"):
        pence(written)
