from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.offers import ranges
from budget.offers.catalogue import Range, default_catalogue
from data.faults import InputError

CATALOGUE = default_catalogue()
HEAD = '[settings.chance]\nlabel = "c"\nunit = "share"\nvalue = 0.05\nassumption = true\nnote = "n"\n'


def named(catalogue=CATALOGUE, given=None) -> dict[str, Range]:
    return {each.name: each for each in ranges.ranges_of(catalogue, given).ranges}


def test_every_kind_of_support_has_a_range_for_its_take_up():
    assert {f"{kind.id}.take_up" for kind in CATALOGUE.kinds} <= set(named())


def test_every_end_says_its_source_or_that_it_is_an_assumption():
    for each in named().values():
        for figure in (each.low, each.high):
            assert figure.source or figure.provenance == "assumption"
            assert figure.note


def test_the_catalogue_s_own_figures_lie_between_their_ends():
    assert all(each.low.value < each.central.value < each.high.value for each in named().values())


def test_a_kind_that_is_not_on_offer_has_no_range():
    assert {name.partition(".")[0] for name in named(CATALOGUE.only(("minibus",)))} == {"minibus"}


def test_an_end_that_the_council_sets_is_taken_and_said_to_be_the_council_s():
    end = named(given={"bus_pass.take_up.low": 0.4})["bus_pass.take_up"].low
    assert (end.value, end.provenance) == (0.4, "set by the council")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"bus_pass.take_up.lo": 0.4}, 'Did you mean "bus_pass.take_up.low"'),
        ({"chanse": 0.1}, 'Did you mean "chance"'),
        ({"bus_pass.take_up.low": 0.75}, "does not lie between"),
        ({"bus_pass.take_up.high": 1.5}, "must lie between 0 and 1"),
        ({"beta_weight": 0}, "above 0"),
    ],
)
def test_a_range_that_cannot_be_is_refused_with_what_to_do(given, said):
    with pytest.raises(InputError, match=said):
        ranges.ranges_of(CATALOGUE, given)


@given(st.floats(0.0001, 0.9999))
def test_ends_of_a_share_stay_below_one_on_either_side_of_what_the_council_sets(take_up):
    moved = named(CATALOGUE.with_values({"bus_pass.take_up": take_up}))["bus_pass.take_up"]
    assert 0 < moved.low.value < take_up < moved.high.value < 1


@given(st.integers(1, 10_000_00))
def test_ends_of_a_price_stay_whole_pence_on_either_side_of_what_the_council_sets(pence):
    moved = named(CATALOGUE.with_values({"bus_pass.price": pence / 100}))["bus_pass.price"]
    assert moved.low.value < pence / 100 < moved.high.value
    assert round(moved.low.value * 100, 6) == round(moved.low.value * 100)


@pytest.mark.parametrize(("figure", "certain"), [("bus_pass.take_up", 1.0), ("bus_pass.take_up", 0.0)])
def test_a_take_up_of_all_or_nobody_is_certain(figure, certain):
    moved = named(CATALOGUE.with_values({figure: certain}))[figure]
    assert moved.low.value == moved.central.value == moved.high.value == certain


def test_every_fault_of_the_risk_settings_is_said_at_once(tmp_path: Path):
    path = tmp_path / "risk.toml"
    path.write_text(HEAD + "[ranges]\n" + HEAD.replace("chance", "other").replace("0.05", "5"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        ranges.read_settings(path)
    assert [fault.where for fault in caught.value.faults] == ["ranges", "other"]
