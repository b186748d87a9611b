"""A kind of support and a mode are added in two files alone: offers, plan, risk, ledger and workbook follow."""

import pytest

import budget.offers.catalogue
import data.travel.modes
from budget import workbook
from budget.accounts import ledger, statement
from budget.planning import by_group
from budget.planning import plan as planning
from budget.risk import simulation
from budget.scenarios.scenario import Scenario
from budget.scenarios.scenario_file import from_text, to_text
from data.faults import InputError
from tests.budget.workbook.workbook_plans import DAY, county
from tests.libreoffice import named, needs_libreoffice, recalculated

TRAM_MODE = """
[modes.monorail]
speed = "monorail_km_per_hour"
wait = "monorail_wait_minutes"
fare = "monorail_fare"
other_names = ["light rail"]

[figures.monorail_km_per_hour]
label = "Tram ride along the straight line"
unit = "km/h"
value = 55
assumption = true
note = "For a test."

[figures.monorail_wait_minutes]
label = "Walking to and waiting at a stop"
unit = "minutes"
value = 15
assumption = true
note = "For a test."

[figures.monorail_fare]
label = "Single monorail fare"
unit = "£ a journey"
value = 6.00
assumption = true
note = "For a test."
"""
TRAM_CARD = """
[kinds.monorail_card]
label = "Tram card"
text = "A season ticket for the monorail."
mode = "monorail"
purposes = ["college", "work"]
ledger_group = "Transport-related expenditure"
paid = "in_advance"
price = { value = 640.00, assumption = true, note = "For a test." }
contribution = { value = 40.00, assumption = true, note = "For a test." }
fare_share = { value = 0.0, assumption = true, note = "The card covers the whole fare." }
take_up = { value = 0.40, assumption = true, note = "For a test." }
[kinds.monorail_card.ranges.take_up]
low = { value = 0.30, assumption = true, note = "For a test." }
high = { value = 0.60, assumption = true, note = "For a test." }
[kinds.monorail_card.ranges.price]
low = { value = 600.00, assumption = true, note = "For a test." }
high = { value = 700.00, assumption = true, note = "For a test." }
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """Yield the example's plan, made with copies of the two files to which a kind and a mode are added."""
    folder = tmp_path_factory.mktemp("shipped")
    with pytest.MonkeyPatch.context() as patch:
        for module, addition in ((budget.offers.catalogue, TRAM_CARD), (data.travel.modes, TRAM_MODE)):
            copy = folder / module.FILE.name
            copy.write_text(module.FILE.read_text(encoding="utf-8") + addition, encoding="utf-8")
            patch.setattr(module, "FILE", copy)
        yield planning.make(county(), Scenario(name="With monorails"), DAY)


def monorail_card_line(plan: planning.Plan) -> ledger.LedgerLine:
    (line,) = (
        each
        for each in statement.draw_up(plan).ledger.lines
        if each.option == "monorail_card" and each.kind == "Expenditure"
    )
    return line


def test_the_new_kind_is_offered_and_chosen_by_the_new_mode(plan):
    offers = plan.choices.offers.xs("monorail_card", level="option")
    assert (offers["access"] > 0).all()
    assert "monorail_card" in plan.allocation.chosen["kind"].tolist()
    assert by_group.by_kind(plan).loc["monorail_card", "cost_pence"] > 0


def test_its_risk_is_drawn_between_the_ends_of_its_own_ranges(plan):
    drawn = simulation.figures_drawn(plan.ranges, 100, seed=1)
    assert 0.30 <= drawn["monorail_card.take_up"].min() < drawn["monorail_card.take_up"].max() <= 0.60
    risk = simulation.simulate(plan, plan.ranges, draws=100)
    assert risk.spend_pence.low < risk.planned_pence < risk.spend_pence.high


def test_its_figures_ranges_and_codes_are_set_in_a_scenario_file(plan):
    text = to_text(plan.scenario) + (
        '[figures]\n"monorail_card.price" = 650\nmonorail_fare = 7\n[risk]\n"monorail_card.take_up.low" = 0.35\n'
        '[finance.lines.monorail_card]\ncost_centre = "C7"\n'
    )
    scenario = from_text(text)
    assert scenario.finance.line("monorail_card").cost_centre == "C7"
    assert '"monorail_card.price" = 650  # Tram card: price a taker (£ a year)' in to_text(scenario)
    assert from_text(to_text(scenario)) == scenario


def test_it_is_in_the_ledger_under_its_group_and_paid_for_in_advance(plan):
    line = monorail_card_line(plan)
    chosen = plan.allocation.chosen[plan.allocation.chosen["kind"] == "monorail_card"]
    assert (line.mode, line.subjective, line.in_advance) == ("monorail", "Transport-related expenditure", "yes")
    assert line.gross_pence == pytest.approx(64_000 * chosen["people"].sum(), abs=len(chosen))
    assert sum(statement.draw_up(plan).ledger.by_month(line)) == line.net_pence


@needs_libreoffice
def test_the_workbook_shows_what_is_prepaid_for_it_and_every_check_passes(plan, tmp_path):
    book = recalculated({"monorail": workbook.to_bytes(plan)}, tmp_path)["monorail"]
    assert named(book, "all_checks_pass") is True
    rows = [row for row in book["Profile by line"].iter_rows(values_only=True) if row[3] == "Tram card"]
    second_year = statement.draw_up(plan).ledger.by_month(monorail_card_line(plan))[:5]
    assert rows[0][-1] == pytest.approx(sum(second_year) / 100, abs=0.001)


def test_a_kind_whose_mode_is_not_in_travel_toml_is_refused(tmp_path):
    path = tmp_path / "catalogue.toml"
    path.write_text(TRAM_CARD.replace('"monorail"', '"balloon"'), encoding="utf-8")
    with pytest.raises(InputError, match="mode must be one of walk"):
        budget.offers.catalogue.read(path)
