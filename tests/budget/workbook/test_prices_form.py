"""The form Your prices: handed out, filled in, taken back; nothing that is left empty changes, every fault is named."""

import datetime
import io

import openpyxl
import pytest

from budget.__main__ import main
from budget.offers.catalogue import default_catalogue
from budget.scenarios import scenario_file
from budget.scenarios.scenario import Scenario
from budget.workbook import prices_form
from budget.workbook.prices_form import applied, read, rows, to_bytes
from data.faults import InputError
from tests.libreoffice import saved

DAY = datetime.date(2026, 9, 1)
PRICED = Scenario(figures={"bus_pass.price": 880.0}, risk={"bus_pass.price.low": 800.0})
PLAIN = Scenario()
NAMES = [row.name for row in rows(PLAIN)]


def filled(scenario: Scenario = PLAIN, *cells: tuple[str, str, object]) -> bytes:
    """Return the form with some cells filled in, each by the name of its figure and its column."""
    book = openpyxl.load_workbook(io.BytesIO(to_bytes(scenario, DAY)))
    sheet, letters = book[prices_form.SHEET], {"unit": "C", "value": "E", "low": "F", "high": "G", "name": "J"}
    for name, column, value in cells:
        sheet[f"{letters[column]}{5 + NAMES.index(name)}"] = value
    return saved(book)


def cell(name: str, letter: str) -> str:
    return f"{letter}{5 + NAMES.index(name)}"


def problems(content: bytes) -> str:
    with pytest.raises(InputError) as refused:
        applied(Scenario(), read(content, "form.xlsx"))
    return str(refused.value)


def test_the_form_asks_for_the_price_and_the_take_up_of_every_kind_of_support():
    catalogue = default_catalogue()
    for kind in catalogue.kinds:
        assert f"{kind.id}.take_up" in NAMES and f"{kind.id}.price" in NAMES


def test_every_price_and_take_up_that_is_assumed_says_what_would_replace_it():
    names = ("price", "vehicle_price", "take_up")
    for kind in default_catalogue().kinds:
        for name in names:
            figure = default_catalogue().figures.by_name.get(f"{kind.id}.{name}")
            if figure and figure.value and not figure.source:
                assert "Replace it with" in figure.note, figure.name


def test_an_empty_form_changes_nothing():
    assert applied(Scenario(), read(filled(), "form.xlsx")) == Scenario()


def test_what_a_scenario_has_set_already_is_on_its_form_and_comes_back():
    back = applied(Scenario(), read(filled(PRICED), "form.xlsx"))
    assert (back.figures, back.risk) == (PRICED.figures, PRICED.risk)


def test_all_kinds_are_priced_in_one_go_with_their_ranges():
    content = filled(
        Scenario(),
        ("bus_pass.price", "value", 950),
        ("shared_taxi.price_per_mile", "value", 1.25),
        ("minibus.vehicle_price", "value", 52_000),
        ("minibus.vehicle_price", "low", 50_000),
        ("minibus.vehicle_price", "high", 54_000),
        ("train_fare", "value", 3.4),
    )
    priced = applied(Scenario(name="Ours"), read(content, "form.xlsx"))
    assert priced.name == "Ours"
    assert priced.figures == {
        "bus_pass.price": 950, "shared_taxi.price_per_mile": 1.25, "minibus.vehicle_price": 52_000, "train_fare": 3.4,
    }  # fmt: skip
    assert priced.risk == {"minibus.vehicle_price.low": 50_000, "minibus.vehicle_price.high": 54_000}
    assert scenario_file.from_text(scenario_file.to_text(priced)).figures == priced.figures


def test_a_price_that_is_confirmed_is_the_councils_own():
    shipped = default_catalogue().figures["shared_taxi.price"]
    priced = applied(Scenario(), read(filled(Scenario(), ("shared_taxi.price", "value", shipped)), "form.xlsx"))
    (row,) = (row for row in rows(priced) if row.name == "shared_taxi.price")
    assert row.figure.provenance == "set by the council"


def test_every_fault_is_named_with_its_cell_at_once():
    said = problems(filled(Scenario(), ("bus_pass.price", "value", "=1+1"), ("bus_pass.take_up", "value", "most")))
    assert "Your prices, E5" in said and "a formula" in said
    assert "most" in said and said.count("Your prices, E") == 2


def test_values_that_cannot_be_are_refused_together():
    said = problems(
        filled(
            Scenario(),
            ("bus_pass.take_up", "value", 7),
            ("bursary.price", "value", -3),
        )
    )
    assert f"Your prices, {cell('bus_pass.take_up', 'E')}: is 7 (share)" in said
    assert f"Your prices, {cell('bursary.price', 'E')}: is -3" in said and said.startswith("form.xlsx")
    with pytest.raises(InputError, match=r"Free bus pass, Take-up: is 7 \(share\)"):
        applied(PLAIN, {"bus_pass.take_up": {"value": 7.0}})  # as the screen gives it, without cells


def test_a_price_outside_its_own_range_is_refused():
    said = problems(filled(Scenario(), ("bus_pass.price", "low", 901)))
    assert "does not lie between" in said and f"form.xlsx: Your prices, {cell('bus_pass.price', 'F')}" in said
    assert "[risk]" not in said and "bus_pass.price" not in said


def test_faults_of_every_kind_are_named_at_once_each_with_its_cell():
    wrong = (
        ("bus_pass.price", "value", "dear"),
        ("bus_pass.price", "low", 5_000),  # no range is looked at about a price that could not be read
        ("bursary.price", "value", -3),
        ("shared_taxi.take_up", "value", 1.2),
        ("rail_card.take_up", "low", 0.9),
        ("rail_card.take_up", "high", 0.1),
        ("train_fare", "high", 9),
    )
    said = problems(filled(PLAIN, *wrong))
    named = {
        "bus_pass.price": "E", "bursary.price": "E", "shared_taxi.take_up": "E", "rail_card.take_up": "F",
        "train_fare": "G",
    }  # fmt: skip
    assert "form.xlsx: 5 problems" in said
    assert all(f"Your prices, {cell(name, letter)}:" in said for name, letter in named.items())


def test_what_is_filled_in_beside_no_name_is_refused_and_never_dropped():
    passes = ("bus_pass.price", "value", 880), ("bus_pass.price", "high", 1000)
    emptied = problems(filled(PLAIN, *passes, ("bus_pass.price", "name", None)))
    for letter in "EG":
        place = cell("bus_pass.price", letter)
        assert (
            f"Your prices, {place}: holds" in emptied and f"without a name in {cell('bus_pass.price', 'J')}" in emptied
        )
    book = openpyxl.load_workbook(io.BytesIO(filled(PLAIN, *passes)))
    for row in range(5, 5 + len(NAMES)):
        book[prices_form.SHEET][f"J{row}"] = None
    assert f"{cell('bus_pass.price', 'E')}: holds" in problems(saved(book))


def test_a_row_typed_below_the_table_is_refused():
    book = openpyxl.load_workbook(io.BytesIO(filled()))
    below = 5 + len(NAMES) + 3
    book[prices_form.SHEET][f"A{below}"], book[prices_form.SHEET][f"E{below}"] = "Ferry", 12
    assert f"Your prices, E{below}: holds" in problems(saved(book))


def test_a_name_that_is_not_that_of_its_row_prices_nothing():
    swapped = (("bus_pass.price", "name", "rail_card.price"), ("rail_card.price", "name", "bus_pass.price"))
    said = problems(filled(PLAIN, ("bus_pass.price", "value", 880), *swapped))
    assert f"Your prices, {cell('bus_pass.price', 'E')}: stands in a row with" in said and "rail_card.price" in said


def test_a_form_without_one_row_is_refused():
    book = openpyxl.load_workbook(io.BytesIO(filled()))
    book[prices_form.SHEET].delete_rows(5, len(NAMES))
    assert "no row of the form is left" in problems(saved(book))


def test_an_end_without_a_range_is_refused():
    assert "has no range" in problems(filled(Scenario(), ("train_fare", "high", 9)))


def test_rows_may_be_taken_out_but_not_made_up():
    book = openpyxl.load_workbook(io.BytesIO(filled(Scenario(), ("rail_card.price", "value", 30))))
    book[prices_form.SHEET].delete_rows(5, 5)
    priced = applied(Scenario(), read(saved(book), "form.xlsx"))
    assert priced.figures == {"rail_card.price": 30}
    assert "no such row" in problems(filled(Scenario(), ("bus_pass.price", "name", "bus_pas.price")))


def test_a_figure_in_another_unit_is_refused_and_an_untouched_row_is_not_read():
    altered = ("bus_pass.price", "unit", "£ a day")
    assert "Put “£ a year” back" in problems(filled(Scenario(), ("bus_pass.price", "value", 3), altered))
    assert (
        read(filled(Scenario(), ("rail_card.price", "value", 30), altered), "form.xlsx")["bus_pass.price"]["value"]
        is None
    )


def test_another_workbook_is_refused():
    assert "sheet is missing" in problems(saved(openpyxl.Workbook()))


def test_the_command_line_hands_the_form_out_and_plans_with_it(tmp_path, capsys):
    form, scenario = tmp_path / "form.xlsx", tmp_path / "agreed.toml"
    assert main(["prices", "--out", str(form)]) == 0
    assert "prices and take-ups are assumptions" in capsys.readouterr().out
    assert main(["plan", "--budget", "100000", "--prices", str(form)]) == 0
    assert "Nothing is filled in on form.xlsx" in "".join(capsys.readouterr())
    form.write_bytes(filled(Scenario(), ("bus_pass.price", "value", 880)))
    given = ["--budget", "100000", "--prices", str(form), "--save-scenario", str(scenario)]
    assert main(["plan", *given]) == 0
    assert scenario_file.read(scenario).figures == {"bus_pass.price": 880}


def test_a_wrong_scenario_and_wrong_prices_are_told_together(tmp_path, capsys):
    form, scenario = tmp_path / "form.xlsx", tmp_path / "wrong.toml"
    form.write_bytes(filled(Scenario(), ("bus_pass.take_up", "value", 7)))
    scenario.write_text("budgett = 100000\n")
    assert main(["plan", "--prices", str(form), "--scenario", str(scenario), "--budget", "lots"]) == 2
    said = capsys.readouterr().err
    assert "budgett" in said and "is 7 (share)" in said and "lots" in said
