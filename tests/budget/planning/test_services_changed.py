"""A bus that a scenario may fund is weighed against other support, and a withdrawn line says whom it cuts off."""

import datetime
import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from budget.__main__ import main
from budget.offers import applicants
from budget.planning import plan as planning
from budget.planning import services_report
from budget.scenarios import scenario_file
from budget.scenarios.scenario import Scenario
from data import bundle, example, timetables
from data.bundle import County
from data.faults import InputError
from data.journeys.measure import measure
from data.journeys.question import question
from data.timetables.stored import packed
from tests.budget.offers.test_applicants import decision, decisions
from tests.data.made_timetables import timetable

DAY = datetime.date(2026, 9, 15)
COLLEGE, FEN, FAR = "X-C1", "X01000048", "X01000163"
SCENARIO = """
budget = {budget}
kinds = ["moped_loan", "ebike_loan"]
withdrawn = [{withdrawn}]
[[journey]]
id = "fen-bus"
name = "Fen bus"
price = {price}
seats = {seats}
fare = 1.00
there = [{{ at = "08:00", stop = "s0" }}, {{ at = "08:30", stop = "s1" }}]
home = [{{ at = "16:45", stop = "s1" }}, {{ at = "17:15", stop = "s0" }}]
"""


def _scenario(budget: int = 100_000, price: int = 20_000, seats: int = 49, withdrawn: str = "") -> Scenario:
    return scenario_file.from_text(
        SCENARIO.format(budget=budget, price=price, seats=seats, withdrawn=withdrawn), "test"
    )


@pytest.fixture(scope="module")
def county() -> County:
    """Return four areas of the example, one of which has a bus to college: line 1, there and home (trips 0 and 1)."""
    whole = bundle.load(example.FOLDER)
    codes = [FEN, FAR, "X01000138", "X01000162"]
    few = replace(whole, areas=whole.areas.loc[codes], destinations=whole.destinations.loc[[COLLEGE]])
    points = [few.areas.loc[FEN], few.destinations.loc[COLLEGE], few.areas.loc[FAR]]
    stops = [(each["easting_m"], each["northing_m"], number) for number, each in enumerate(points)]
    rides = [[(2, 8 * 3600), (1, 30600)], [(1, 16.75 * 3600), (2, 17.25 * 3600)]]
    made = timetable(stops, [[(stop, int(time), int(time), True, True) for stop, time in calls] for calls in rides])
    made = replace(made, trips=made.trips.assign(line="1"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timetables, "read", lambda *_, **__: made)
        found = measure(few, [Path("feeds")], question([DAY.isoformat()], "09:00", "16:30"))
    manifest = replace(few.manifest, timetables=dict(found.asked))
    tables = {"journeys": found.journeys, "journey_details": found.details, "timetable": packed(found.timetables)}
    return replace(few, manifest=manifest, **tables)


def _plan(county: County, scenario: Scenario) -> planning.Plan:
    return planning.make(county, scenario, DAY)


def test_a_bus_that_is_worth_its_price_is_funded_and_says_whom_it_brings_within_reach(county):
    plan = _plan(county, _scenario())
    bus = services_report.buses(plan)[0]
    assert bus.funded and FEN in bus.areas
    assert 0 < bus.takers <= bus.seats
    assert bus.within_reach == pytest.approx(bus.takers)
    assert plan.allocation.services.loc["fen-bus", "cost_pence"] == 20_000_00
    assert "Fen bus is funded at £20,000.00 a year" in services_report.in_words(plan)[0]


def test_a_bus_that_costs_more_than_the_budget_is_not_funded_and_the_sentence_says_whom_it_could_serve(county):
    plan = _plan(county, _scenario(budget=10_000))
    assert not services_report.buses(plan)[0].funded
    assert "the plan does better without it. It could serve" in services_report.in_words(plan)[0]


def test_a_bus_that_is_promised_runs_though_the_plan_would_do_better_without(county):
    text = SCENARIO.format(budget=30_000, price=29_000, seats=1, withdrawn="")
    assert not services_report.buses(_plan(county, scenario_file.from_text(text)))[0].funded
    promised = 'committed = [{ service = "fen-bus", units = 1 }]\n'
    assert services_report.buses(_plan(county, scenario_file.from_text(promised + text)))[0].funded


@pytest.mark.parametrize(("budget", "price", "seats"), [(30_000, 20_000, 49), (30_000, 29_000, 5), (12_000, 11_000, 9)])
def test_the_choice_between_the_bus_and_other_support_is_the_best_of_all_there_are(county, budget, price, seats):
    plan = _plan(county, _scenario(budget, price, seats))
    offers = plan.choices.offers.reset_index()
    options = [[None, *rows.to_dict("records")] for _, rows in offers.groupby("cohort")]
    best = 0.0
    for chosen in product(*options):
        taken = [offer for offer in chosen if offer is not None]
        riders = sum(offer["seats"] for offer in taken if offer["service"] == "fen-bus")
        cost = sum(offer["cost_pence"] for offer in taken) + (price * 100 if riders else 0)
        if riders <= seats and cost <= budget * 100:
            best = max(best, sum(offer["access"] for offer in taken))
    assert best > 0
    assert plan.allocation.access == pytest.approx(best, rel=2e-4)


def test_a_withdrawn_line_cuts_off_those_who_have_no_other_way(county):
    before, after = _plan(county, _scenario()), _plan(county, _scenario(withdrawn='{ line = "1" }'))
    assert services_report.cut_off(before) is None
    lost = services_report.cut_off(after)
    assert lost is not None
    assert lost.areas == {"college": (FAR,), "work": ()}
    assert lost.people["college"] == pytest.approx(11.02)  # the low-income young people of the one area on the line
    assert "can no longer be at any college in time by themselves" in services_report.in_words(after)[1]


def test_planning_again_without_the_withdrawal_brings_the_line_back(county):
    after = _plan(county, _scenario(withdrawn='{ line = "1" }'))
    again = planning.replan(after, _scenario())
    pd.testing.assert_frame_equal(again.county.journeys, county.journeys)


def test_a_line_or_a_stop_that_the_timetable_does_not_have_is_named(county):
    with pytest.raises(InputError, match='"99" is no line that runs on the day measured'):
        _plan(county, _scenario(withdrawn='{ line = "99" }'))
    text = SCENARIO.format(budget=1, price=1, seats=1, withdrawn="").replace('"s0"', '"s9"')
    with pytest.raises(InputError, match="s9: no stop that is served on"):
        _plan(county, scenario_file.from_text(text))


def test_a_scenario_with_buses_comes_back_as_it_was_written():
    scenario = _scenario(withdrawn='{ line = "1", operator = "Buses" }')
    assert scenario_file.from_text(scenario_file.to_text(scenario)) == scenario


def test_every_fault_of_a_bus_is_listed_with_its_place():
    text = SCENARIO.format(budget=1, price=-5, seats=0, withdrawn="{ line = 53 }").replace('"08:30"', '"7:00"')
    with pytest.raises(InputError) as error:
        scenario_file.from_text(text.replace('stop = "s1" }}]', "easting = 5 }]"))
    told = str(error.value)
    for fault in ("journey 1, price", "journey 1, seats", "there 2, at: 07:00 is before", "withdrawn 1, line"):
        assert fault in told


def test_the_command_tells_of_buses_in_words_in_json_and_on_the_sheet_of_services(county, tmp_path, capsys):
    bundle.save(county, tmp_path / "fens")
    scenario = tmp_path / "fen.toml"
    scenario.write_text(scenario_file.to_text(_scenario(withdrawn='{ line = "1" }')), encoding="utf-8")
    asked = ["plan", "--bundle", str(tmp_path / "fens"), "--scenario", str(scenario)]
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["journeys_funded"][0]["funded"] is True
    assert told["withdrawn"]["lines"] == ["1"]
    assert main([*asked, "--out", str(tmp_path / "plan.xlsx")]) == 0
    assert "Service     Fen bus is funded" in capsys.readouterr().out
    services = load_workbook(tmp_path / "plan.xlsx", read_only=True)["Services"]
    assert "Fen bus" in {cell for row in services.iter_rows(values_only=True) for cell in row}
    book = load_workbook(tmp_path / "plan.xlsx")
    sheet, price = book["Assumptions"], "Fen bus: price a vehicle"
    [row] = [cell.row for cells in sheet.iter_rows() for cell in cells if cell.value == price]
    sheet[f"C{row}"] = 21_000
    book.save(tmp_path / "dearer.xlsx")
    assert main(["plan", "--bundle", str(tmp_path / "fens"), "--from-workbook", str(tmp_path / "dearer.xlsx")]) == 0
    again = capsys.readouterr().out
    assert "Fen bus: price a vehicle: £20,000 a year → £21,000 a year" in again
    assert "Service     Fen bus is funded at £21,000.00 a year" in again


def test_applicants_are_carried_by_a_bus_that_is_funded_where_that_is_cheaper(county):
    rows = [decision(number, area_code=FEN, destination_id=COLLEGE) for number in range(2, 12)]
    people = applicants.from_decisions(decisions(*rows), county)
    cheap, dear = (
        planning.make(county, _scenario(price=price, budget=50_000), DAY, people) for price in (3_000, 45_000)
    )
    bus = services_report.buses(cheap)[0]
    assert bus.funded and bus.takers == 10 and cheap.allocation.spent_pence == 3_000_00
    assert "from 10 applicants" in services_report.in_words(cheap)[0]
    assert not services_report.buses(dear)[0].funded


def test_a_bus_whose_fare_nobody_can_afford_says_so(county):
    bus = replace(_scenario().journeys[0], fare_pence=None)
    dear, cheap = (
        services_report.in_words(_plan(county, replace(_scenario(), journeys=(each,))))[0]
        for each in (bus, replace(bus, fare_pence=100))
    )
    assert "Its fare of £3.00 a ride comes to £30.00 a week, more than the £20.00 set as affordable" in dear
    assert "fare" not in cheap
