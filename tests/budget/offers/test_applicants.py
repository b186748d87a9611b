import contextlib
import io
import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from budget import workbook
from budget.__main__ import main
from budget.accounts import statement
from budget.offers import applicants
from budget.offers.catalogue import default_catalogue
from budget.offers.tickets import Ticket
from budget.planning import applicants_report, reasons, tickets_report
from budget.planning import plan as planning
from budget.planning.plan import Plan, solve_again
from budget.scenarios.scenario import Scenario
from budget.workbook.book import Book
from budget.workbook.plan_sheets import budget_lines
from data.bundle import County
from data.faults import InputError
from eligibility.__main__ import main as eligibility_main
from eligibility.deciding.decide import ELIGIBLE, NOT_ON_CRITERIA, REFER, REFER_REASONS
from eligibility.runs.decisions_file import read_decisions
from eligibility.runs.tables import DECISIONS
from tests import libreoffice
from tests.budget.offers.places import area_table, county, destination_table, journey
from tests.eligibility.commands.test_people import WHO
from tests.eligibility.data import make_applicants

DAY = pd.Timestamp("2026-09-01").date()
EVIDENCE = REFER_REASONS["evidence"]
BUS = Scenario(kinds=("bus_pass",))  # £900 in the catalogue, for a fare that is not affordable without it
PLACES = destination_table(("NEAR", "college", 0, 3), ("FAR", "college", 0, 60), ("JOBS", "employment_centre", 0, 6))


def decision(row: int, outcome: str = ELIGIBLE, **more: object) -> dict:
    """Return a row of the sheet Decisions: somebody in A1 who goes to NEAR and is charged nothing."""
    usual = {"row": row, "person_id": f"T-{row}", "name": "Zoe Bloggs", "outcome": outcome, "needed": ""}
    usual |= {"refer_reasons": "", "low_pence": 0, "high_pence": 0, "area_code": "A1", "destination_id": "NEAR"}
    return usual | more


def decisions(*rows: dict) -> pd.DataFrame:
    table = pd.DataFrame(list(rows)).reindex(columns=list(DECISIONS)).astype({"row": "Int64"})
    table = table.astype({"low_pence": "Int64", "high_pence": "Int64"})
    texts = ["outcome", "needed", "refer_reasons", "person_id", "area_code", "destination_id", "name"]
    return table.astype(dict.fromkeys(texts, "string"))


def places(journeys: pd.DataFrame | None = None) -> County:
    """Return two areas: A1 is 10 km from NEAR, A2 beside NEAR; a bus that takes half an hour to NEAR and JOBS."""
    areas = area_table([{"east_km": 10, "north_km": 3}, {"east_km": 0, "north_km": 3.2, "district": "Hill"}])
    buses = [journey("A1", "NEAR", "bus", 30), journey("A1", "JOBS", "bus", 30)]
    return county(areas, PLACES, pd.DataFrame(buses) if journeys is None else journeys)


def planned(*rows: dict, scenario: Scenario = BUS, where: County | None = None) -> Plan:
    where = where or places()
    return planning.make(where, scenario, DAY, applicants.from_decisions(decisions(*rows), where))


def test_an_applicant_is_a_cohort_of_one_and_has_taken_the_support_up():
    chosen = planned(decision(2), decision(3)).allocation.chosen
    assert chosen["people"].tolist() == [1.0, 1.0]
    assert chosen["access"].tolist() == [1.0, 1.0]
    assert chosen["cost_pence"].tolist() == [90_000, 90_000]


def test_a_pass_for_an_applicant_is_bought_at_the_price_of_the_ticket_that_covers_their_bus():
    ticket = Ticket("Zone", 2800, "week", zone=("A1",), destinations=("NEAR",))
    scenario = Scenario(kinds=("bus_pass",), tickets=(ticket,))
    plan = planned(decision(2), decision(3, destination_id="JOBS"), scenario=scenario)
    assert plan.allocation.chosen["unit_price_pence"].to_dict() == {
        ("row 2", "zone-bus_pass"): 106_400,
        ("row 3", "bus_pass"): 90_000,
    }
    assert "would help 1 applicant; the plan buys it for 1 applicant" in tickets_report.in_words(plan)[0]


def test_a_destination_at_work_counts_in_full_too():
    assert planned(decision(2, destination_id="JOBS")).allocation.access == 1.0


def test_only_what_serves_their_own_destination_is_offered():
    plan = planned(decision(2), decision(3, destination_id="FAR"), scenario=Scenario())
    assert set(plan.choices.offers.index.get_level_values("cohort")) == {"row 2"}
    journeys = applicants.journeys(plan.applicants.table, plan.county, plan.catalogue)
    assert set(zip(journeys["from_id"], journeys["to_id"], strict=True)) == {("row 2", "NEAR"), ("row 3", "FAR")}


def test_a_journey_of_the_bundle_takes_the_place_of_the_estimate():
    plan = planned(decision(2))
    assert plan.measured_share == 1.0
    slow = pd.DataFrame([journey("A1", "NEAR", "bus", 200)])
    assert planned(decision(2), where=places(slow)).choices.offers.empty


def test_the_decisions_contribution_is_income_in_place_of_the_catalogues():
    chosen = planned(decision(2, low_pence=32_501, high_pence=32_501)).allocation.chosen
    assert chosen["unit_contribution_pence"].tolist() == [32_501]
    assert chosen["cost_pence"].tolist() == [90_000 - 32_501]


def test_the_catalogues_own_contribution_is_not_charged_on_top():
    own = default_catalogue().figures["moped_loan.contribution"] * 100
    assert own > 0
    moped = planned(decision(2), scenario=Scenario(kinds=("moped_loan",))).choices.offers
    assert moped["unit_contribution_pence"].tolist() == [0]


def test_nobody_pays_more_than_their_support_costs():
    offer = planned(decision(2, low_pence=105_000, high_pence=105_000)).choices.offers.iloc[0]
    assert (offer["unit_contribution_pence"], offer["cost_pence"]) == (90_000, 0)


def test_an_applicant_whose_charge_is_beyond_an_affordable_week_stays_in_the_plan_and_is_told():
    weeks = default_catalogue().figures["weeks_a_year"]
    plan = planned(
        *(decision(row, low_pence=pence, high_pence=pence) for row, pence in ((2, 100_000), (3, int(2_000 * weeks))))
    )
    assert len(plan.allocation.chosen) == 2
    assert any("1 of the funded are charged more a week" in line for line in applicants_report.lines(plan))


def notes_of_budget_lines(plan) -> list[str]:
    """Return what the sheet Budget lines says of charges."""
    content = statement.draw_up(plan)
    book = Book(names=workbook.names_of(content))
    budget_lines.write(book, content)
    texts = (str(cell.value) for cell in book.workbook["Budget lines"]["A"])
    return [text for text in texts if "charged" in text]


def test_a_charge_on_what_is_paid_by_the_vehicle_is_said_not_to_be_counted():
    figures = {"minibus.vehicle_price": 1000.0}
    buses = Scenario(kinds=("minibus",), figures=figures)
    plan = planned(decision(2, low_pence=45_000, high_pence=45_000), decision(3), scenario=buses)
    assert plan.allocation.spent_pence == 100_000 and len(plan.allocation.chosen) == 2
    found = applicants_report.counts(plan)
    assert (found["charges_not_counted"], found["charges_not_counted_pence"]) == (1, 45_000)
    assert any("1 of the funded" in line and "£450.00 beyond" in line for line in applicants_report.lines(plan))
    [told] = notes_of_budget_lines(plan)
    assert "£450.00 beyond its price a taker" in told and "on no line" in told
    own = planned(decision(2, low_pence=105_000, high_pence=105_000))  # nobody pays more than a pass of their own costs
    assert notes_of_budget_lines(own) == []
    assert applicants_report.counts(own)["charges_not_counted"] == 0
    assert own.allocation.spent_pence == 0 and applicants_report.counts(own)["covered_by_charge"] == 1
    assert any("what they are charged covers the price" in line for line in applicants_report.lines(own))


@pytest.mark.parametrize(("low", "high", "counted"), [(0, 65_000, 0), (20_000, None, 20_000), (None, None, 0)])
def test_of_a_contribution_that_is_open_the_least_is_counted(low, high, counted):
    plan = planned(decision(2, low_pence=low, high_pence=high))
    assert plan.allocation.chosen["unit_contribution_pence"].tolist() == [counted]
    assert plan.applicants.open_contributions == 1


def test_those_whose_evidence_is_pending_are_costed_beside_the_plan_and_not_in_it():
    plan = planned(decision(2), decision(3, REFER, needed="Taught hours", refer_reasons=EVIDENCE))
    assert plan.allocation.chosen.index.get_level_values("cohort").tolist() == ["row 2"]
    assert plan.with_pending.chosen.index.get_level_values("cohort").tolist() == ["row 2", "row 3"]
    assert applicants_report.headline(plan) == "£900.00 now, up to £1,800.00 if all pending evidence arrives"


def test_another_budget_for_the_same_offers_plans_those_whose_evidence_is_pending_again_too():
    plan = planned(decision(2), decision(3, REFER, needed="Taught hours", refer_reasons=EVIDENCE))
    less = solve_again(plan, replace(plan.scenario, budget_pence=90_000))
    assert (plan.with_pending.spent_pence, less.with_pending.spent_pence) == (180_000, 90_000)


@pytest.mark.parametrize("reason", ["evidence", "measure", "margin"])
def test_whoever_is_referred_because_a_criterion_is_open_is_pending(reason):
    assert len(planned(decision(2, REFER, refer_reasons=REFER_REASONS[reason])).applicants.pending) == 1


@pytest.mark.parametrize("reason", ["ended", "other_rules", "individual"])
def test_whoever_is_referred_although_the_criteria_are_settled_is_before_an_officer_and_not_costed(reason):
    people = planned(decision(2, REFER, refer_reasons=REFER_REASONS[reason])).applicants
    assert (len(people.pending), people.before_an_officer) == (0, 1)


def test_with_no_evidence_pending_that_is_said():
    assert applicants_report.headline(planned(decision(2))) == "£900.00 now; no evidence is pending"


def test_of_plans_that_help_as_many_the_one_that_spends_least_is_both_now_and_later():
    spare = Scenario(budget_pence=100_000_000)
    plan = planned(decision(2), decision(3, REFER, needed="Taught hours"), scenario=spare)
    own = plan.choices.offers[plan.choices.offers["service"].isna()]
    cheapest = own["cost_pence"].min()
    assert plan.allocation.spent_pence == cheapest
    assert plan.with_pending.spent_pence == 2 * cheapest


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ({"area_code": None}, "the area of the home is not known"),
        ({"area_code": "ELSEWHERE"}, "the area of the home is not in this bundle"),
        ({"destination_id": None}, "the destination is not known"),
        ({"destination_id": "OTHER"}, "the destination is not in this bundle"),
    ],
)
def test_an_applicant_without_a_place_is_reported_and_not_dropped(lacking, said):
    plan = planned(decision(2), decision(3, **lacking))
    assert plan.applicants.without_place == (("row 3", said),)
    assert f"row 3: {said}" in "\n".join(applicants_report.lines(plan))
    assert applicants_report.counts(plan)["without_place"] == [{"cohort": "row 3", "problem": said}]


def test_everybody_decided_is_counted_in_exactly_one_place():
    rows = [decision(2), decision(3, REFER, needed="x"), decision(4, REFER), decision(5, NOT_ON_CRITERIA)]
    rows += [decision(6, area_code=None), decision(7, destination_id="FAR"), decision(8, area_code="A2")]
    found = applicants_report.counts(planned(*rows))
    assert (
        found["eligible"]
        == found["funded"] + found["offered_not_funded"] + found["within_reach_already"] + (found["out_of_reach"])
    )
    places_of = ("eligible", "pending", "before_an_officer", "not_on_criteria")
    assert sum(found[name] for name in places_of) + len(found["without_place"]) == len(rows)
    assert (found["funded"], found["within_reach_already"], found["out_of_reach"]) == (1, 1, 1)


def test_an_eligible_person_who_needs_no_help_to_get_there_is_said_to():
    plan = planned(decision(2, area_code="A2"))
    reason = reasons.not_funded(plan)["reason"].tolist()
    assert reason == ["Their own destination is within reach without help."]


def test_an_outcome_that_an_officer_changed_in_the_workbook_counts():
    assert len(planned(decision(2, ELIGIBLE, needed="Taught hours", refer_reasons=EVIDENCE)).applicants.eligible) == 1


@pytest.mark.parametrize(("rows", "said"), [([2, None], "has no number"), ([2, 2], "has the same Row of the file")])
def test_rows_that_have_no_number_of_their_own_are_faults(rows, said):
    with pytest.raises(InputError, match=said):
        applicants.from_decisions(decisions(*(decision(row) for row in rows)), places())


def test_an_applicant_carries_the_groups_of_the_area_for_limits():
    offers = planned(decision(2), decision(3, area_code="A2", destination_id="JOBS")).choices.offers
    assert offers.loc["row 2", "district"].tolist() == ["Vale"]
    assert {"district", "priority", "kind"} <= set(offers.columns)


def test_nothing_given_is_altered():
    given, where, catalogue = decisions(decision(2)), places(), default_catalogue()
    before = given.copy(), where.areas.copy(), dict(catalogue.figures)
    planning.make(where, BUS, DAY, applicants.from_decisions(given, where))
    pd.testing.assert_frame_equal(given, before[0])
    pd.testing.assert_frame_equal(pd.DataFrame(where.areas), pd.DataFrame(before[1]))
    assert dict(catalogue.figures) == before[2]


def test_the_workings_say_that_take_up_is_an_assumption_and_why():
    figure = applicants.catalogue_for(default_catalogue()).figures.figure("bus_pass.take_up")
    assert figure.value == 1.0 and figure.provenance == "assumption" and "asked for" in figure.note


def test_no_applicant_at_all_makes_an_empty_plan():
    plan = planned(decision(2, NOT_ON_CRITERIA))
    assert plan.allocation.spent_pence == 0 and plan.choices.offers.empty


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> tuple[Path, Path, dict]:
    """From a CSV of 200 lines of messy applications to decisions to a plan with its workbook, by the two commands."""
    folder = tmp_path_factory.mktemp("applicants")
    source, decided, plan = folder / "people.csv", folder / "decisions.xlsx", folder / "plan.xlsx"
    source.write_bytes(b"".join(make_applicants.FILE.read_bytes().splitlines(keepends=True)[:200]))
    assert eligibility_main(["assess", str(source), *WHO, "--out", str(decided)]) == 0
    with contextlib.redirect_stdout(io.StringIO()) as said:
        assert main(["plan", "--applicants", str(decided), "--budget", "60000", "--out", str(plan), "--json"]) == 0
    return decided, plan, json.loads(said.getvalue())


def test_from_a_csv_to_decisions_to_a_plan_nobody_is_lost(files):
    decided, _, plan = files
    made, found = read_decisions(decided), plan["applicants"]
    total = sum(found[name] for name in ("eligible", "pending", "before_an_officer", "not_on_criteria"))
    assert total + len(found["without_place"]) == len(made)
    assert found["not_on_criteria"] == (made["outcome"] == NOT_ON_CRITERIA).sum()
    assert found["eligible"] > 0 and found["pending"] > 0 and found["funded"] > 0


def test_the_plan_keeps_to_the_budget_now_and_if_all_evidence_arrives(files):
    plan = files[2]
    assert plan["spent_pence"] == plan["applicants"]["now_pence"] <= 6_000_000
    assert 0 < plan["applicants"]["if_all_pending_pence"] <= 6_000_000


def test_neither_names_nor_references_reach_the_plan(files):
    decided, out, plan = files
    made = read_decisions(decided)
    personal = {text for column in ("name", "person_id") for text in made[column].dropna()}
    book = openpyxl.load_workbook(out, read_only=True)
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    assert not personal & cells
    assert not any(f'"{text}"' in json.dumps(plan) for text in personal)


def test_the_summary_says_what_it_costs_now_and_later(files):
    _, out, plan = files
    line = openpyxl.load_workbook(out)["Summary"]["A5"].value
    assert f"£{plan['applicants']['now_pence'] / 100:,.2f} now" in line and "pending evidence" in line


@libreoffice.needs_libreoffice
def test_a_workbook_of_applicants_with_contributions_recalculates_to_the_penny(tmp_path):
    plan = planned(decision(2, low_pence=32_501, high_pence=32_501), decision(3), decision(4, REFER, needed="x"))
    book = libreoffice.recalculated({"plan": workbook.to_bytes(plan)}, tmp_path)["plan"]
    assert libreoffice.named(book, "all_checks_pass") is True
    assert round(libreoffice.named(book, "spend_total") * 100) == plan.allocation.spent_pence == 147_499
    assert libreoffice.named(book, "people_total") == 2


@pytest.mark.parametrize("option", [["--risk"], ["--robust", "5"]])
def test_what_is_about_take_up_is_not_asked_of_applicants(option, tmp_path, capsys):
    assert main(["plan", "--applicants", str(tmp_path / "absent.xlsx"), *option]) == 2
    assert "plans of areas" in capsys.readouterr().err


def test_a_file_that_is_no_decisions_workbook_writes_nothing(tmp_path, capsys):
    wrong, out = tmp_path / "wrong.xlsx", tmp_path / "plan.xlsx"
    wrong.write_text("Reference,Outcome\n")
    assert main(["plan", "--applicants", str(wrong), "--out", str(out)]) == 2
    assert not out.exists() and "assess" in capsys.readouterr().err
