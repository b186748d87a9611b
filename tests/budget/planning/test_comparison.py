import datetime
import re
from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest

from budget.allocation.inputs.limits import Limit, Limits, PartFunding
from budget.planning import by_group, comparison, plan_changes, reasons, within_reach
from budget.planning import plan as planning
from budget.planning.plan_changes import (
    GAINS,
    GAINS_ACCESS,
    GAINS_SUPPORT,
    LOSES,
    LOSES_SUPPORT,
    NEITHER,
    OTHER_FIGURES,
)
from budget.scenarios.scenario import Scenario
from tests.budget.workbook import workbook_plans as plans

KINDS = ("bus_pass", "bus_discount", "moped_loan", "minibus")  # of each sort, and soon planned
A = Scenario("As now", budget_pence=12_000_000, kinds=KINDS)
SCENARIOS = {
    "base": A,
    "again": A,
    "more": replace(A, name="More", budget_pence=30_000_000),
    "dearer": replace(A, name="Dearer", budget_pence=30_000_000, figures={"bus_pass.price": 1100}),
    "protected": replace(
        A, name="Protected",
        limits=Limits((Limit("spend", at_least=Fraction(40_000), where={"district": ("North Fennick",)}),)),
    ),
    "fewer": replace(A, name="Fewer", targeting={"minimum_km_to_college": 12, "minimum_km_to_work": 30}),
    "impossible": replace(A, name="Impossible", budget_pence=1000, limits=Limits(must_fund=("X01000012",))),
    "parts": replace(A, name="Parts", budget_pence=9_000_000, limits=Limits(part_funding=PartFunding(10))),
}  # fmt: skip
PLACES = {name: place for place, name in enumerate(SCENARIOS)}


@pytest.fixture(scope="module")
def compared():
    return comparison.compare([planning.make(plans.county(), each, plans.DAY) for each in SCENARIOS.values()])


def test_scenarios_of_one_name_are_told_apart(compared):
    assert compared.names[:3] == ("As now", "As now (2)", "More")
    assert len(set(compared.names)) == len(compared.names)


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name != "impossible"])
@pytest.mark.parametrize("level", ["district", "decile", "kind"])
def test_every_grouping_adds_up_to_the_plan(compared, level, name):
    place = PLACES[name]
    allocation = compared.plans[place].allocation
    table = getattr(compared, f"by_{level}").xs(compared.names[place], level="scenario")
    assert int(table["cost_pence"].sum()) == allocation.spent_pence
    assert float(table["people"].sum()) == pytest.approx(allocation.people, abs=1e-6)
    assert float(table["access"].sum()) == pytest.approx(allocation.access, abs=1e-6)
    assert int(table["cohorts"].sum()) == len(allocation.chosen)


def test_deciles_are_those_of_the_areas_and_in_order(compared):
    areas = plans.county().areas["imd_decile"]
    chosen = compared.plans[0].allocation.chosen.index.get_level_values("cohort")
    expected = areas.loc[chosen].value_counts()
    table = compared.by_decile["cohorts"].xs("As now", level="scenario")
    assert {int(decile): count for decile, count in table.items() if count} == expected.to_dict()
    order = list(dict.fromkeys(compared.by_decile.index.get_level_values("decile")))
    assert order == sorted(order, key=by_group.DECILES.index)


def test_an_area_without_a_decile_is_not_known_and_not_left_out():
    areas = plans.county().areas.copy()
    areas["imd_decile"] = pd.array([pd.NA] * len(areas), dtype="Int64")
    plan = planning.make(replace(plans.county(), areas=areas), A, plans.DAY)
    assert set(by_group.deciles(plan)) <= {"not known"}


def test_a_scenario_without_a_plan_has_missing_figures_and_its_conflicts(compared):
    row = compared.totals.loc["Impossible"]
    assert row["status"] == "infeasible"
    assert "short" in row["conflicts"]
    assert row[["spent_pence", "people", "access"]].isna().all()
    for level in ("district", "decile", "kind"):
        table = getattr(compared, f"by_{level}").xs("Impossible", level="scenario")
        assert table[["cost_pence", "people", "access", "cohorts"]].isna().all().all()
    place = PLACES["impossible"]
    assert not compared.has_plan(place)
    assert compared.changes(0, place).empty
    assert list(compared.changes(0, place).columns) == list(plan_changes.CHANGE_COLUMNS)


def test_an_area_that_is_no_longer_in_target_is_told_so(compared):
    before, after = compared.plans[0].targeting.in_target, compared.plans[PLACES["fewer"]].targeting.in_target
    changes = compared.changes(0, PLACES["fewer"])
    lost = changes[changes["change"] == LOSES_SUPPORT]
    out = lost.index.isin(before) & ~lost.index.isin(after)
    assert out.any()
    assert set(lost.loc[out, "why"]) == {"Fewer: not in target."}
    assert "Fewer: not in target." not in set(lost.loc[~out, "why"])


def nobody():
    areas = plans.county().areas.copy()
    areas["imd_decile"], areas["low_income_percentile"] = 10, 0.0
    return planning.make(
        replace(plans.county(), areas=areas), replace(A, name="Nobody", policy="deprived-and-isolated-areas"), plans.DAY
    )


def test_a_scenario_where_nobody_is_in_target_spends_nothing_and_is_no_gap(compared):
    both = comparison.compare([compared.plans[0], nobody()])
    row = both.totals.loc["Nobody"]
    assert (row["spent_pence"], row["people"], row["areas_in_target"]) == (0, 0, 0)
    assert set(both.changes(0, 1)["change"]) == {LOSES_SUPPORT}


def test_between_equal_scenarios_nothing_changes_and_no_input_differs(compared):
    assert compared.changes(0, 1).empty
    assert compared.reasons(0, 1) == ()
    assert compared.totals["fingerprint"].iloc[0] == compared.totals["fingerprint"].iloc[1]


@pytest.mark.parametrize("name", ["more", "dearer", "protected", "fewer", "parts"])
def test_what_changes_area_by_area_is_the_whole_difference(compared, name):
    a, b = compared.plans[0].allocation, compared.plans[PLACES[name]].allocation
    changes = compared.changes(0, PLACES[name])
    rise = {m: (changes[f"{m}_after"] - changes[f"{m}_before"]).sum() for m in plan_changes.MEASURES}
    assert rise["cost_pence"] == b.spent_pence - a.spent_pence
    assert rise["people"] == pytest.approx(b.people - a.people, abs=0.006)
    assert rise["access"] == pytest.approx(b.access - a.access, abs=1e-4)


def test_who_gains_and_loses_turns_round_with_the_pair(compared):
    there, back = compared.changes(0, PLACES["more"]), compared.changes(PLACES["more"], 0)
    gain, lose = (set(table.index[table["effect"] == effect]) for table, effect in ((there, GAINS), (back, LOSES)))
    assert gain == lose != set()
    assert plan_changes.affected(there)[GAINS].people == plan_changes.affected(back)[LOSES].people


def test_a_dearer_pass_with_the_same_offer_is_neither_gain_nor_loss(compared):
    changes = compared.changes(PLACES["more"], PLACES["dearer"])
    same = changes[changes["change"] == OTHER_FIGURES]
    assert len(same)
    assert (same["before"] == same["after"]).all()
    assert set(same["effect"]) == {NEITHER}
    assert (same["cost_pence_after"] > same["cost_pence_before"]).all()


def within_reach_told(lines: list[str]) -> list[float]:
    return [float(re.search(r"([-+]?[\d,.]+) within reach$", line)[1].replace(",", "")) for line in lines]


def test_the_three_figures_have_their_signs_and_add_up_to_the_difference(compared):
    wanted = Scenario("Fewer take it up", kinds=KINDS, budget_pence=30_000_000, figures={"bus_pass.take_up": 0.65})
    less = planning.make(plans.county(), wanted, plans.DAY)
    more = compared.plans[PLACES["more"]]
    lines = plan_changes.sides_in_words(plan_changes.changes(more, less))
    assert "gain by the access score: " in lines[0] and "lose" in lines[1]
    assert re.match(r"\d+ areas keep the same support with other figures: -\d", lines[2])
    headline = within_reach.at_least_one(less.allocation) - within_reach.at_least_one(more.allocation)
    assert headline < 0
    assert sum(within_reach_told(lines)) == pytest.approx(headline, abs=0.02)


def test_those_who_gain_by_score_may_be_fewer_within_reach_and_the_minus_sign_is_printed():
    row = {"effect": GAINS, "change": GAINS_ACCESS, "people_before": 60.0, "people_after": 31.57}
    row |= {"access_before": 10.0, "access_after": 11.0, "within_reach_before": 53.07, "within_reach_after": 31.57}
    lines = plan_changes.sides_in_words(pd.DataFrame([row]))
    assert lines == [
        "1 area gains by the access score: 31.57 takers, -21.50 within reach",
        "0 areas lose by the access score: 0.00 takers, 0.00 within reach",
    ]


def test_an_area_without_support_is_told_why_in_the_plan_that_gives_it_none(compared):
    changes = compared.changes(0, PLACES["more"])
    gained = changes[changes["change"] == GAINS_SUPPORT]
    told = reasons.not_funded(compared.plans[0])["reason"]
    assert len(gained)
    assert [f"As now: {reason}" for reason in told.reindex(gained.index)] == gained["why"].tolist()


def test_reasons_are_the_inputs_that_differ(compared):
    assert [each.words for each in compared.reasons(PLACES["more"], PLACES["dearer"])] == [
        "Free bus pass: price a taker: £900 a year → £1,100 a year"
    ]
    assert compared.reasons(0, PLACES["protected"])[0].key == "limit"


def test_another_county_or_day_is_among_the_reasons():
    other = planning.make(plans.county(), A, datetime.date(2027, 9, 1))
    both = comparison.compare([planning.make(plans.county(), A, plans.DAY), other])
    assert [each.key for each in both.reasons(0, 1)] == ["day"]
    manifest = replace(plans.county().manifest, tables={"areas.parquet": {"rows": 1, "sha256": "0" * 64}})
    moved = planning.make(replace(plans.county(), manifest=manifest), A, plans.DAY)
    assert [each.key for each in comparison.compare([both.plans[0], moved]).reasons(0, 1)] == ["bundle"]


def test_each_input_that_differs_is_told_what_it_does_alone():
    limits = Limits(must_fund=("X01000012",))
    b = replace(A, name="Both", budget_pence=20_000_000, figures={"bus_pass.price": 1100}, limits=limits, seed=7)
    two = comparison.compare([planning.make(plans.county(), each, plans.DAY) for each in (A, b)])
    table = comparison.with_effects(two).effects[0, 1]
    assert list(table.index) == [each.key for each in two.reasons(0, 1)]
    for key, alone in (
        ("budget_pence", replace(A, budget_pence=20_000_000)),
        ("figures.bus_pass.price", replace(A, figures={"bus_pass.price": 1100})),
        ("must_fund", replace(A, limits=limits)),
    ):
        allocation = planning.make(plans.county(), alone, plans.DAY).allocation
        assert table.loc[key, "cost_pence"] == allocation.spent_pence - two.plans[0].allocation.spent_pence
        assert table.loc[key, "access"] == pytest.approx(allocation.access - two.plans[0].allocation.access)
    assert table.loc["seed"].isna().all()


def test_an_input_that_alone_leaves_no_plan_has_no_effect_and_no_nought():
    b = replace(A, name="Bound", budget_pence=30_000_000, limits=Limits(must_fund=("X01000012",)))
    tight = replace(A, budget_pence=1000)
    table = comparison.with_effects(
        comparison.compare([planning.make(plans.county(), each, plans.DAY) for each in (tight, b)])
    ).effects[0, 1]
    assert table.loc["must_fund"].isna().all()
    assert table.loc["budget_pence"].notna().all()
