"""A council's own ticket sets the price of passes, and the fare, on the journeys by bus that it covers alone."""

import datetime
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from budget.allocation.inputs.limits import Limit, Limits
from budget.offers.catalogue import default_catalogue
from budget.offers.ticketed import check, marked
from budget.offers.tickets import Ticket, with_tickets
from budget.planning import expired, tickets_report
from budget.planning import plan as planning
from budget.scenarios import scenario_settings
from budget.scenarios.scenario import Scenario
from data import bundle, example
from data.bundle import County
from data.faults import InputError

DAY = datetime.date(2026, 9, 15)
FEN, FAR, COLLEGE, OTHER = "X01000048", "X01000163", "X-C1", "X-C2"
WEEKLY = Ticket("Fen weekly", 1400, "week", operators=("Fen Buses",))
FIGURES = default_catalogue().figures
RIDES = 380  # single journeys in a year of 38 weeks of five days


def _way(start: str, way: str, operators: str, vehicles: int = 1) -> dict:
    return {
        "from_id": start,
        "to_id": COLLEGE,
        "mode": "bus",
        "way": way,
        "operators": operators,
        "lines": " + ".join(["53"] * vehicles),
        "vehicles": vehicles,
    }


@pytest.fixture(scope="module")
def county() -> County:
    """Return the example with two journeys by timetable: all by Fen Buses, and home by another operator's bus."""
    details = pd.DataFrame(
        [
            _way(FEN, "there", "Fen Buses + Fen Buses", 2),
            _way(FEN, "back", "", 0),
            _way(FAR, "there", "Fen Buses"),
            _way(FAR, "back", "Fen Buses + Wold Coaches", 2),
        ]
    )
    return replace(bundle.load(example.FOLDER), journey_details=details)


def _journeys(*rows: tuple, source: str = "timetable") -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["from_id", "to_id", "mode", "fare_pence"])
    return table.assign(source=source, minutes=30.0, distance_km=np.nan, as_of="")


THREE = _journeys((FEN, COLLEGE, "bus", 600.0), (FAR, COLLEGE, "bus", 600.0), (FEN, COLLEGE, "train", 640.0))


def test_a_ticket_covers_the_journeys_whose_every_vehicle_is_its_operators(county):
    found = marked(THREE, county, [WEEKLY], FIGURES)
    assert list(found["ticket"]) == ["fen-weekly", "", ""]
    assert list(found["fare_pence"]) == [pytest.approx(1400 * 38 / RIDES), 600.0, 640.0]


def test_a_name_is_known_however_it_is_spaced_or_written_large(county):
    spaced = replace(WEEKLY, operators=("  fen   BUSES ",))
    check(county, [spaced])
    assert list(marked(THREE, county, [spaced], FIGURES)["ticket"]) == ["fen-weekly", "", ""]


def test_lines_bound_a_ticket_as_operators_do(county):
    both = [replace(WEEKLY, operators=(), lines=(line,)) for line in ("53", "54")]
    assert [list(marked(THREE, county, [each], FIGURES)["ticket"]) for each in both] == [
        ["fen-weekly", "fen-weekly", ""],
        ["", "", ""],
    ]


def test_an_estimated_journey_has_no_operator_and_no_ticket_of_one(county):
    guessed = THREE.assign(source="estimate")
    assert list(marked(guessed, county, [WEEKLY], FIGURES)["ticket"]) == ["", "", ""]


def test_a_zone_ticket_covers_every_bus_between_its_zone_and_its_destinations(county):
    name = str(county.destinations.loc[COLLEGE, "name"])
    zone = Ticket("Zone", 2000, "week", zone=(FEN,), destinations=(name.upper(),))
    rows = _journeys((FEN, COLLEGE, "bus", 300.0), (FEN, OTHER, "bus", 300.0), (FAR, COLLEGE, "bus", 300.0))
    assert list(marked(rows.assign(source="estimate"), county, [zone], FIGURES)["ticket"]) == ["zone", "", ""]


def test_of_several_tickets_the_cheapest_a_year_counts_and_a_dear_one_never_raises_a_fare(county):
    dear, termly = Ticket("Dear", 9000, "week"), Ticket("Termly", 10_000, "term")
    found = marked(THREE, county, [dear, termly, WEEKLY], FIGURES)
    assert list(found["ticket"]) == ["termly", "termly", ""]
    assert list(marked(THREE, county, [dear], FIGURES)["fare_pence"]) == [600.0, 600.0, 640.0]


def test_a_fare_that_nobody_knows_becomes_the_tickets(county):
    unknown = THREE.assign(fare_pence=np.nan)
    fares = marked(unknown, county, [WEEKLY], FIGURES)["fare_pence"]
    assert fares.iloc[0] == pytest.approx(140.0) and fares.iloc[1:].isna().all()


@pytest.mark.parametrize(
    ("period", "pounds"), [("day", 190 * 14), ("week", 38 * 14), ("month", 10 * 14), ("term", 3 * 14), ("year", 14)]
)
def test_a_year_of_travel_is_bought_in_whole_tickets(period, pounds):
    assert replace(WEEKLY, period=period).year_pence(FIGURES) == pounds * 100


def test_the_year_has_the_councils_own_weeks():
    settings = scenario_settings.settings_of(Scenario(tickets=(WEEKLY,), figures={"weeks_a_year": 36}))
    assert settings.catalogue.figures["fen-weekly-bus_pass.price"] == 36 * 14


def test_each_pass_is_bought_at_the_tickets_price_and_half_of_it_where_the_council_pays_half():
    catalogue = with_tickets(default_catalogue(), [WEEKLY], {})
    assert catalogue.figures["fen-weekly-bus_pass.price"] == 532.0
    assert catalogue.figures["fen-weekly-bus_discount.price"] == 266.0
    ids = {kind.id for kind in catalogue.kinds}
    assert "fen-weekly-bursary" not in ids and "fen-weekly-bus_pass" in ids
    assert catalogue.figures.figure("fen-weekly-bus_pass.price").note == (
        "38 a year at £14.00 a week. The council's own ticket file, price without a date."
    )


def test_a_pass_that_is_not_on_offer_is_not_on_offer_for_a_ticket():
    kinds = scenario_settings.settings_of(Scenario(tickets=(WEEKLY,), kinds=("bus_pass", "bursary"))).catalogue.kinds
    assert [kind.id for kind in kinds] == ["bus_pass", "bursary", "fen-weekly-bus_pass"]


@pytest.mark.parametrize("case", ["low", "high"])
def test_a_low_or_high_take_up_is_that_of_the_pass_too(case):
    figures = scenario_settings.settings_of(Scenario(tickets=(WEEKLY,), take_up_case=case)).catalogue.figures
    assert figures["fen-weekly-bus_pass.take_up"] == figures["bus_pass.take_up"] != FIGURES["bus_pass.take_up"]


def test_what_the_county_does_not_have_is_named_all_at_once(county):
    wrong = Ticket("Wrong", 100, "day", ("Fen Busses",), ("99",), ("Nowhere",), ("No College",))
    with pytest.raises(InputError) as error:
        check(county, [wrong])
    where = [fault.where for fault in error.value.faults]
    assert where == [f"ticket Wrong, {name}" for name in ("operators", "lines", "zone", "destinations")]
    assert 'Did you mean "Fen Buses"?' in error.value.faults[0].problem


def test_an_operator_is_refused_where_no_timetable_says_which_bus_is_whose(county):
    with pytest.raises(InputError, match="--timetables"):
        check(replace(county, journey_details=None), [WEEKLY])


@pytest.fixture(scope="module")
def plan(county) -> planning.Plan:
    """Return a plan of passes alone, each area of the county in one zone whose ticket ends in March."""
    zone = Ticket("Zone", 2800, "week", until=datetime.date(2027, 3, 31))
    scenario = Scenario(kinds=("bus_pass",), budget_pence=5_000_000, tickets=(zone,))
    return planning.make(replace(county, journey_details=None), scenario, DAY)


def test_a_plan_buys_passes_at_the_price_of_the_ticket(plan):
    chosen = plan.allocation.chosen
    assert set(chosen["kind"]) == {"zone-bus_pass"}
    assert set(chosen["unit_price_pence"]) == {2800 * 38}


def test_a_plan_says_what_each_ticket_is_and_what_comes_of_it(plan):
    line = tickets_report.in_words(plan)[0]
    assert line.startswith("Zone (£28.00 a week), The council's own ticket file, price without a date, until 31 March")
    assert f"{len(plan.allocation.chosen)} areas" in line
    told = tickets_report.to_json(plan)["tickets"][0]
    assert told["cost_pence"] == plan.allocation.spent_pence and told["price_a_year_pence"] == 106_400


def test_a_limit_that_names_a_pass_and_not_the_one_for_a_ticket_is_told(plan):
    def said(*kinds: str) -> str:
        limits = Limits((Limit("spend", Fraction(1000), where={"kind": kinds}),))
        return tickets_report.in_words(planning.replan(plan, replace(plan.scenario, limits=limits)))[0]

    assert "The limits on bus_pass do not hold for passes bought for it: name zone-bus_pass in them too." in said(
        "bus_pass", "minibus"
    )
    assert "do not hold" not in said("bus_pass", "zone-bus_pass") + said("minibus")


def test_a_ticket_that_ends_within_the_year_of_the_plan_says_so(plan):
    line = next(each for each in expired.sentences(plan) if each.startswith("Free bus pass: Zone"))
    assert "the council's £1,064.00 holds until 31 March 2027" in line


def test_who_can_pay_a_cheap_ticket_is_within_reach_without_help(county):
    alone = replace(county, journey_details=None)
    plans = [
        planning.make(alone, Scenario(kinds=("bus_pass",), tickets=tickets), DAY)
        for tickets in ((Ticket("Cheap", 500, "week"),), ())
    ]
    cheap, none = (each.choices.cohorts for each in plans)
    assert cheap["reach_college"].sum() > none["reach_college"].sum()
    assert (cheap["reach_college"] >= none["reach_college"]).all()
    told = [tickets_report.within_reach_anyway(each) for each in plans]
    assert "gets there with Cheap counts as within reach without help" in told[0][0] and told[1] == []
