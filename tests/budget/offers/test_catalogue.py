import pytest

from budget.offers import catalogue
from data.faults import InputError

DEFAULT = catalogue.default_catalogue()

GOOD = """
[sources.s]
title = "S"
url = "https://example.org"
checked = 2026-11-23
[kinds.pass]
label = "Pass"
text = "A pass."
mode = "bus"
purposes = ["college"]
ledger_group = "Transfer payments"
paid = "as_used"
price = { value = 10, source = "s" }
contribution = { value = 0, assumption = true, note = "None." }
take_up = { value = 0.5, assumption = true, note = "Guess." }
"""


def _read(tmp_path, text):
    path = tmp_path / "catalogue.toml"
    path.write_text(text, encoding="utf-8")
    return catalogue.read(path)


def test_every_figure_has_a_source_or_says_what_it_assumes():
    for name in DEFAULT.figures:
        figure = DEFAULT.figures.figure(name)
        assert figure.source or figure.note, name


def test_the_register_of_kinds_is_as_written_here():
    assert [kind.id for kind in DEFAULT.kinds] == [
        "bus_pass", "bus_discount", "bursary", "mileage", "cycle_loan", "ebike_loan", "moped_loan", "shared_taxi",
        "minibus", "rail_card", "ferry_pass", "lodging",
    ]  # fmt: skip


def test_taxis_and_minibuses_are_shared_and_bought_whole():
    assert [kind.id for kind in DEFAULT.kinds if kind.shared] == ["shared_taxi", "minibus"]


def test_a_kind_reads_with_its_figures(tmp_path):
    read = _read(tmp_path, GOOD)
    assert read.pence(read.kind("pass"), "price") == 1000


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ('mode = "bus"', 'mode = "rocket"', "mode must be one of"),
        ('purposes = ["college"]', 'purposes = ["fun"]', "purposes must be some of"),
        ('label = "Pass"\n', "", "lacks label"),
        ('paid = "as_used"', 'paid = "weekly"', "paid must be one of in_advance, as_used"),
        ('paid = "as_used"\n', "", "lacks paid"),
        ('ledger_group = "Transfer payments"\n', "", "lacks ledger_group"),
        ("take_up", "takeup", 'unknown key takeup. Did you mean "take_up"'),
        ("value = 0.5", "value = 5", "must lie between 0 and 1"),
        ('text = "A pass."', 'text = "A pass."\nvehicle_seats = { value = 8, source = "s" }', "together"),
    ],
)
def test_a_faulty_kind_is_refused_and_says_why(tmp_path, was, now, message):
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        _read(tmp_path, GOOD.replace(was, now))


def test_every_fault_of_a_kind_s_ranges_is_said_at_once(tmp_path):
    ranges = """
[kinds.pass.ranges.colour]
low = { value = 1, assumption = true, note = "n" }
[kinds.pass.ranges.take_up]
low = { value = 2, assumption = true, note = "n" }
high = { value = 0.9 }
"""
    with pytest.raises(InputError) as caught:
        _read(tmp_path, GOOD + ranges)
    assert len(caught.value.faults) == 3


def test_choosing_an_unknown_kind_is_refused_with_a_suggestion():
    with pytest.raises(InputError, match='Did you mean "bus_pass"'):
        DEFAULT.only(("buspass",))


def test_a_price_set_by_the_council_is_marked_as_theirs():
    changed = DEFAULT.with_values({"bus_pass.price": 950.0})
    assert changed.figures.figure("bus_pass.price").provenance == "set by the council"
    assert DEFAULT.figures["bus_pass.price"] == 900
