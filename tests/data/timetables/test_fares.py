"""Fares as operators publish them: each layout, for whom and when a price holds, and what is left out and counted."""

import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from data.faults import InputError
from data.opening.limits import FARES
from data.timetables import PublishedFares, read_fares
from data.timetables.archive import feeds, is_fare_file
from data.timetables.fare_files import read_triangles
from data.timetables.notes import Notes
from tests.data.timetables import feeds as made
from tests.data.timetables import netex

DAY = "2026-09-15"
ASKED = {"stops": ["a", "b", "b2", "c"], "lines": [["cnty", "7"]], "ages": [16, 18]}
LAYOUTS: dict[str, Mapping[str, str]] = {
    "bands": {"7.xml": netex.of_bands()},
    "tables": {"7.xml": netex.of_tables()},
    "pairs": netex.of_pairs(),
    "inside": {"7.xml": netex.of_prices_inside()},
}


def _read(files: Mapping[str, str | bytes], **asked: object) -> tuple[PublishedFares, dict[str, int]]:
    """Return the fares of a zip, read in this process, and how many of each kind are left out."""
    from data.timetables.fare_files import _triangle

    read = read_triangles(netex.zipped(files), "fares.zip", FARES, **(ASKED | asked))
    of_line: dict = {}
    for row in read["triangles"]:
        triangle = _triangle(row)
        of_line.setdefault((triangle.operator, triangle.line), []).append(triangle)
    return PublishedFares((), (), of_line), {kind: count for kind, count, _ in read["left_out"]}


def _pence(files: Mapping[str, str | bytes], boarded: str, alighted: str, day: str = DAY) -> int | None:
    return _read(files)[0].pence("CNTY", "7", boarded, alighted, day)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_fare_from_zone_to_zone_is_read_in_each_layout(layout):
    files = LAYOUTS[layout]
    assert [_pence(files, *ends) for ends in (("A", "B"), ("A", "C"), ("B2", "C"))] == [180, 250, 120]
    assert _pence(files, "A", "A") is None and _pence(files, "A", "elsewhere") is None
    back = 180 if layout == "inside" else None  # the others say nothing of the way back
    assert _pence(files, "B", "A") == back


def test_the_way_back_that_a_table_leaves_out_has_the_price_of_its_band():
    """First and Arriva list both directions of a pair, and their tables have one cell for the two."""
    prices = {**netex.PRICES, ("z2", "z1"): "1.7"}
    cells = netex.of_cells({("z1", "z2"): "1.8"})
    text = netex.of_bands(prices).replace("</priceGroups></FareFrame>", f"</priceGroups>{cells}</FareFrame>")
    assert "<Cell>" in text
    assert [_pence({"7.xml": text}, *ends) for ends in (("A", "B"), ("B", "A"), ("A", "C"))] == [180, 170, 250]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_another_line_or_operator_has_no_fare_of_this_one(layout):
    fares, _ = _read(LAYOUTS[layout], lines=[["cnty", "7"], ["other", "7"], ["cnty", "8"]])
    assert fares.pence("OTHER", "7", "A", "B", DAY) is None and fares.pence("CNTY", "8", "A", "B", DAY) is None
    assert fares.pence("cnty", " 7", "feed:A", "b", DAY) == 180


def test_a_line_that_nobody_asked_about_is_not_kept():
    fares, left_out = _read({"7.xml": netex.of_bands()}, lines=[["cnty", "8"]])
    assert (fares.of_line, left_out) == ({}, {})


@pytest.mark.parametrize("ticket", ["Adult Return", "Weekly", "Day Single", "10 trips"])
@pytest.mark.parametrize("kind", ["other", "dayReturnTrip", "periodPass"])
def test_a_ticket_that_is_no_single_is_no_fare(ticket, kind):
    fares, left_out = _read({"7.xml": netex.of_bands(ticket=netex.product(ticket, kind))})
    assert (fares.of_line, left_out) == ({}, {"fare_ticket": 1})


@pytest.mark.parametrize(
    ("who", "ticket", "is_used"),
    [
        (netex.profile("youngPerson", (16, 20)), "YP Single", True),
        (netex.profile("child", (5, 18)), "Child Single", True),
        (netex.profile("anyone"), "16-19 Single", True),
        (netex.profile("anyone"), "Under 19 Single", True),
        (netex.profile("child", (5, 15)), "Child Single", False),
        (netex.profile("anyone"), "YP Single", False),  # of what age it does not say
        (netex.profile("anyone"), "Under 16 Single", False),
        (netex.profile("anyone"), "Single", False),
        (netex.profile("senior"), "Single", False),
    ],
)
def test_a_young_persons_fare_is_one_for_the_ages_of_all_of_them(who, ticket, is_used):
    young = netex.of_bands(dict.fromkeys(netex.PRICES, "1.00"), who, netex.product(ticket, "other"))
    files = {"adult.xml": netex.of_bands(), "young.xml": young}
    assert _pence(files, "A", "B") == (100 if is_used else 180)
    assert _pence({"young.xml": young}, "A", "B") == (100 if is_used else None)


def test_of_two_adult_singles_the_dearest_counts_as_the_other_may_need_a_card():
    cheap = netex.of_bands(dict.fromkeys(netex.PRICES, "0.65"), ticket=netex.product("Job Card Half Single"))
    assert _pence({"a.xml": netex.of_bands(), "b.xml": cheap}, "A", "B") == 180


def test_a_price_list_holds_on_its_days_and_the_latest_of_a_ticket_goes_before_the_others():
    def list_of(price: str, first: str, last: str = "") -> str:
        return netex.of_bands(dict.fromkeys(netex.PRICES, price), valid=netex.between(first, last))

    files = {"1.xml": list_of("3.00", "2025-01-01"), "2.xml": list_of("2.00", "2026-09-01", "2026-12-31")}
    days = ("2024-12-31", "2025-06-01", "2026-09-15", "2027-01-01")
    assert [_pence(files, "A", "B", day) for day in days] == [None, 300, 200, 300]


@pytest.mark.parametrize(
    ("hours", "holds"),
    [
        ("<DaysOfWeek>Monday Tuesday Wednesday Thursday Friday Saturday</DaysOfWeek>", True),
        ("<DaysOfWeek>Everyday</DaysOfWeek><StartTime>00:00:00</StartTime><EndTime>23:59:00</EndTime>", True),
        ("<DaysOfWeek>Saturday Sunday</DaysOfWeek>", False),
        ("<DaysOfWeek>Everyday</DaysOfWeek><EarliestTime>09:30:00</EarliestTime>", False),
    ],
)
def test_a_fare_for_some_hours_or_days_only_is_not_used(hours, holds):
    text = netex.of_bands().replace('<LineRef ref="L"/>', f'<LineRef ref="L"/><FareDayType>{hours}</FareDayType>', 1)
    assert (_pence({"7.xml": text}, "A", "B") is not None) is holds


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("<PublicCode>7</PublicCode>", "", "fare_line"),
        ("<Amount>1.8</Amount>", "<Amount>=1+1</Amount>", "fare_amount"),
        ("<Amount>1.8</Amount>", "<Amount>0.00</Amount>", "fare_amount"),
        ("<Amount>1.8</Amount>", "<Amount>-3</Amount>", "fare_amount"),
        ("GBP", "EUR", "fare_currency"),
        ("2026-01-01T", "next year", "fare_dates"),
        ("</PublicationDelivery>", "", "fare_damaged"),
        ("PublicationDelivery", "TransXChange", "fare_damaged"),
        ("<?xml version", '<!DOCTYPE x [<!ENTITY y "7">]><?xml version', "fare_damaged"),
        ("<PublicationDelivery", '<!DOCTYPE x [<!ENTITY y "7">]><PublicationDelivery', "fare_damaged"),
    ],
)
def test_what_is_wrong_in_a_file_is_counted_and_gives_no_fare(old, new, kind):
    text = netex.of_bands(valid=netex.between("2026-01-01")).replace(old, new)
    fares, left_out = _read({"7.xml": text})
    assert kind in left_out and fares.pence("CNTY", "7", "A", "B", DAY) is None


def test_entities_that_grow_without_end_do_no_harm():
    grow = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 9))
    text = (
        netex.of_bands()
        .replace("<Name>z1", "<Name>&e8;")
        .replace("<PublicationDelivery", f'<!DOCTYPE x [<!ENTITY e0 "lol">{grow}]><PublicationDelivery', 1)
    )
    assert _read({"7.xml": text, "8.xml": netex.of_tables()})[1] == {"fare_damaged": 1}


def test_neither_the_order_of_files_nor_that_of_rows_matters():
    chance = random.Random(11)
    young = netex.of_bands(dict.fromkeys(netex.PRICES, "1.50"), netex.profile("youngPerson", (16, 18)))
    files = {"a.xml": netex.of_bands(), "b.xml": young, **netex.of_pairs({("z2", "z1"): "2.20"})}
    rides = [(one, other) for one in "ABC" for other in "ABC"]
    first, said = _read(files)
    for _ in range(5):
        prices = dict(chance.sample(list(netex.PRICES.items()), 3))
        network = netex.zones(dict(chance.sample(list(netex.ZONES.items()), 3)))
        again = files | {"a.xml": netex.of_bands(prices, network=network)}
        fares, left_out = _read(dict(chance.sample(list(again.items()), len(again))))
        assert left_out == said
        assert [fares.pence("CNTY", "7", *ride, DAY) for ride in rides] == [
            first.pence("CNTY", "7", *ride, DAY) for ride in rides
        ]


# among timetables

STOPS, LINES = ("A", "B", "B2", "C"), {("CNTY", "7")}


@pytest.fixture
def folder(tmp_path) -> Path:
    made.write(tmp_path / "north.zip", made.plain_tables())
    (tmp_path / "county fares.zip").write_bytes(netex.zipped(LAYOUTS["bands"]))
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "town.xml").write_text(netex.of_bands(code="8"), encoding="utf-8")
    return tmp_path


def test_files_of_fares_are_known_by_what_is_in_them_and_are_no_timetables(folder):
    assert [is_fare_file(folder / name) for name in ("north.zip", "county fares.zip", "more/town.xml")] == [
        False,
        True,
        True,
    ]
    notes = Notes()
    assert [feed.name for feed in feeds(folder, notes)] == ["north"]
    assert [feed.name for feed in feeds([folder / "north.zip", folder / "county fares.zip"], notes)] == ["north"]
    assert notes.counted() == ()


def test_whatever_bytes_a_zip_has_it_is_one_of_fares_or_none(tmp_path):
    content, chance, path = netex.zipped(LAYOUTS["bands"]), random.Random(11), tmp_path / "fares.zip"
    for _ in range(300):
        changed = bytearray(content)
        for _ in range(chance.randint(1, 4)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        path.write_bytes(changed)
        assert is_fare_file(path) in (True, False)


def test_xml_that_holds_neither_is_told_what_is_read(tmp_path):
    (tmp_path / "bus.xml").write_text("<TransXChange/>", encoding="utf-8-sig")
    with pytest.raises(InputError, match="bus.xml: is XML and no file of fares"):
        feeds(tmp_path / "bus.xml", Notes())


def test_fares_are_read_in_a_child_with_their_checksums_and_without_such_files_there_are_none(folder):
    fares = read_fares([folder], STOPS, LINES, [DAY], (16, 18))
    assert fares is not None and fares.pence("CNTY", "7", "A", "C", DAY) == 250
    assert sorted(each.name for each in fares.sources) == ["county fares.zip", "town.xml"]
    assert all(len(each.sha256) == 64 for each in fares.sources)
    assert read_fares([folder / "north.zip"], STOPS, LINES, [DAY], (16, 18)) is None


def test_fares_that_hold_on_no_day_asked_are_counted(tmp_path):
    path = tmp_path / "fares.xml"
    path.write_text(netex.of_bands(valid=netex.between("2027-01-01")), encoding="utf-8")
    fares = read_fares([path], STOPS, LINES, [DAY], (16, 18))
    assert fares is not None and fares.of_line == {}
    assert [each.kind for each in fares.warnings] == ["fare_not_in_force"]
    assert "2027-01-01" in fares.warnings[0].sentence


def test_a_zip_that_would_unpack_far_beyond_its_size_is_refused(tmp_path):
    text = netex.of_bands() + " " * (80 << 20)
    (tmp_path / "fares.zip").write_bytes(netex.zipped({"7.xml": text}))
    with pytest.raises(InputError, match="fares.zip.*would unpack to 80 MiB"):
        read_fares([tmp_path], STOPS, LINES, [DAY], (16, 18))
