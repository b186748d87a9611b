"""Limits in words without a browser: written, read back, kept in the address, and what a conflict's change does."""

import datetime
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st_
from streamlit.testing.v1 import AppTest

from budget.allocation.inputs.limits import NO_LIMITS, Grant, Limit, Limits, PartFunding, Share
from budget.allocation.inputs.objective import MOST_ACCESS, Objective
from budget.planning import plan as plans
from budget.scenarios import scenario_file
from budget.scenarios.scenario import Scenario
from data import bundle, example
from data.faults import InputError
from screens.limits import entries as limit_entries
from screens.limits import limits, results, state, wording
from screens.limits.entries import MustFund, Promised, PromisedUnits, entries_of, limits_of
from screens.plan import infeasible
from tests.draws import draws
from tests.screens.plan.test_plan_screen import APP, figures, in_an_empty_folder, number, press_plan, run  # noqa: F401

COAST = Limit("spend", at_least=Share(Fraction("0.15")), where={"district": ("Tidewold Coast",)})
EVERY = Limit("spend", at_least=Fraction(20_000), each="district")
TODAY = datetime.date(2026, 11, 25)


def made(limits: Limits = NO_LIMITS, objective: Objective = MOST_ACCESS, budget: int = 75_000_000):
    county = bundle.load(example.FOLDER)
    return plans.make(county, Scenario(budget_pence=budget, limits=limits, objective=objective), TODAY)


@pytest.fixture(scope="module")
def plain():
    return made()


@pytest.fixture(scope="module")
def names(plain):
    return wording.names_of(plain)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (COAST, "Tidewold Coast receives at least 15% of the spend."),
        (EVERY, "Each district receives at least £20,000."),
        (
            Limit("people", at_most=Fraction(28), where={"kind": ("moped_loan",)}),
            "Moped loan (Wheels to Work) has at most 28 young people supported.",
        ),
        (
            Limit("access", Share(Fraction(1, 2)), Fraction(0), {"priority": ("most deprived",)}),
            "The most deprived areas have at least 0 and at most 50% of the access score.",
        ),
        (
            Limit("spend", at_most=Fraction(9), where={"kind": ("bus_pass", "minibus"), "district": ("Brindle Vale",)}),
            "Free bus pass and Minibus in Brindle Vale receive at most £9.",
        ),
        (Limit("vehicles", at_most=Fraction(2)), "The whole plan uses at most 2 vehicles."),
        (Limit("spend", at_least=Fraction(5), where={"decile": ("1", "2")}),
         "The areas of deprivation deciles 1 and 2 receive at least £5."),
        (MustFund(("X01000012", "X01000023")), "Must be funded: Harrowmere 12 and Harrowmere 23."),
        (Promised("X01000012", "bus_pass"), "Promised already: Free bus pass for Harrowmere 12."),
        (
            PromisedUnits("minibus-X-C1-north", 1),
            "Promised already: 1 vehicle of Minibus to Harrowmere College from the north.",
        ),
        (
            Grant("Bus grant", 10_000_000, {"kind": ("bus_pass",)}),
            "Bus grant: £100,000 of the budget may pay only for Free bus pass.",
        ),
        (PartFunding(10, {"kind": ("bursary",)}), "An area may be helped in part by"),
    ],
)  # fmt: skip
def test_a_limit_reads_as_a_sentence(entry, sentence, names):
    assert wording.sentence(entry, names).startswith(sentence)


FIGURES = st_.one_of(
    st_.integers(0, 10**6).map(lambda pence: Fraction(pence, 100)),
    st_.integers(0, 100).map(lambda percent: Share(Fraction(percent, 100))),
)
LIMITS = st_.builds(
    Limit,
    measure=st_.sampled_from(["spend", "people", "access", "vehicles"]),
    at_least=FIGURES,
    where=st_.sampled_from([{}, {"district": ("Brindle Vale",)}, {"kind": ("bus_pass", "minibus"), "decile": ("1",)}]),
    each=st_.sampled_from([None, "district"]),
)


@draws(50)
@given(st_.lists(LIMITS, max_size=5), st_.sampled_from([MOST_ACCESS, Objective("least_cost", Fraction(150))]))
def test_limits_come_back_from_an_address_as_they_were(limits, aim):
    asked = Limits(tuple(limits), ("X01000012",), (("X01000023", "bus_pass"),), {"minibus-X-C1-north": 1})
    scenario = Scenario(limits=asked, objective=aim)
    assert state.unpack(state.pack(scenario)) == scenario
    assert limits_of(entries_of(asked)) == asked


def test_a_limit_with_a_share_and_a_number_becomes_two_that_can_be_changed():
    both = Limit("spend", at_most=Fraction(9), at_least=Share(Fraction(1, 5)), where={"kind": ("bus_pass",)})
    most, least = entries_of(Limits((both,)))
    assert (most.at_most, most.at_least, least.at_most, least.at_least) == (9, None, None, both.at_least)


@draws(50)
@given(st_.text("abcXYZ012-_=é ", max_size=40))
def test_an_address_that_is_no_list_of_limits_is_refused(packed):
    with pytest.raises(InputError):
        state.unpack(packed)


def test_what_conflicts_is_resolved_by_every_change_that_is_offered(monkeypatch):
    """Each change is done to the form, and the plan is made again with what the form then asks."""
    limits = Limits((Limit("people", at_least=Fraction(15), where={"kind": ("bus_pass",)}),), ("X01000012",))
    impossible = made(limits, budget=200_000)
    found = infeasible.clashes(impossible)
    assert [clash.sentence.split(" short")[0][:13] for clash in found][0] == "The budget is"
    changes = [change for clash in found for change in clash.changes]
    assert len(changes) >= 3
    for change in changes:
        form = {"budget": 200_000, "limits": limits}
        monkeypatch.setattr(infeasible.form, "plan_with", lambda form=form, **amounts: form.update(amounts))
        monkeypatch.setattr(infeasible.state, "entries", lambda: entries_of(limits))
        monkeypatch.setattr(infeasible.state, "objective", lambda: MOST_ACCESS)
        keep = lambda entries, aim, form=form: form.update(limits=limits_of(entries))  # noqa: E731
        monkeypatch.setattr(infeasible.state, "keep", keep)
        change.apply()
        assert made(form["limits"], budget=form["budget"]).allocation.status == "optimal", change.label


def test_each_limit_is_shown_as_kept_by_how_much_and_what_it_costs(names):
    vehicles = Limit("vehicles", at_most=Fraction(1))
    plan = made(Limits((vehicles, EVERY), must_fund=("X01000012",)))
    rows = results.limit_rows(plan, names)
    assert len(rows) == 1 + 1 + 4
    assert rows[1]["Asked"] == "at most 1" and rows[1]["Kept"] == "yes"
    assert rows[2]["Limit"] == "Brindle Vale receives at least £20,000."
    entries = entries_of(plan.scenario.limits)
    without = limit_entries.without_each(plan.choices, plan.scenario, entries, lambda *_: None)
    more = made(Limits((EVERY,), must_fund=("X01000012",))).allocation.access - plan.allocation.access
    assert results.cost_words(plan, *without[1]) == f"{more:,.2f} of the access score" and more > 1
    assert results.cost_words(plan, *without[2]) == "nothing"


def test_the_price_of_fairness_is_told_once_for_each_step_and_in_a_sentence():
    columns = ["part", "floor", "access", "bound", "worst_share", "worst_group", "price", "status"]
    rows = [(0.0, 0.0, 200.0, 200.0, 0.5, "A*", 0.0, "optimal"), (0.5, 0.2, 200.0, 200.0, 0.5, "A*", 0.0, "optimal")]
    curve = pd.DataFrame([*rows, (1.0, 0.8, 195.0, 195.0, 0.8, "B", 0.025, "optimal")], columns=columns)
    assert results.price_table(curve, "district").to_numpy().tolist() == [
        ["A\\*", "50%", "200", "no price"],
        ["B", "80%", "195", "2.5% lower"],
    ]
    assert "from 50% to 80% of its need" in results.price_alt(curve, "district")
    assert results.price_chart(curve, "district").to_dict()["height"] == 220


@pytest.fixture
def app():
    started = AppTest.from_file(str(APP), default_timeout=600)
    started.query_params["budget"] = "750,000"  # a link to a plan opens it
    return started


def listed(app: AppTest) -> list[str]:
    texts = [text.value.replace("\\", "") for text in app.markdown]
    return [text for text in texts if text[:2] in {"1.", "2.", "3."}]


def add(app: AppTest, start: str) -> AppTest:
    return run(app.selectbox(key="limit_add").set_value(start) and app)


def test_a_limit_is_added_with_what_is_filled_in_planned_changed_and_removed(app):
    before = figures(run(app))
    add(app, "cap")
    assert any("It will read: **Moped loan" in text.value for text in app.markdown)
    app.selectbox(key="limit_edit_measure").set_value("vehicles")
    app.multiselect(key="limit_edit_columns").set_value([])
    run(app.text_input(key="limit_edit_at_most").set_value("0") and app)
    run(app.button(key="limit_take").click() and app)
    assert listed(app) == ["1. The whole plan uses at most 0 vehicles."]
    after = figures(run(app.button(key="plan_limits_pressed").click() and app))
    assert 0 < number(list(after.values())[0]) < number(list(before.values())[0])
    run(app.button(key="limit_change_0").click() and app)
    run(app.text_input(key="limit_edit_at_most").set_value("1") and app)
    run(app.button(key="limit_take").click() and app)
    assert listed(app) == ["1. The whole plan uses at most 1 vehicle."]
    assert any("Changed since the plan was made" in text.value for text in app.markdown)
    run(app.button(key="limit_remove_0").click() and app)
    assert listed(app) == [] and "limits" not in app.query_params


def test_every_fault_of_a_limit_is_told_at_once(app):
    run(app)
    add(app, "grant")
    app.text_input(key="limit_edit_name").set_value("")
    app.text_input(key="limit_edit_amount").set_value("lots")
    app.multiselect(key="limit_edit_in_kind").set_value([])
    run(app)
    assert not app.error
    said = run(app.button(key="limit_take").click() and app).error[0].value.replace("\\", "")
    assert said.count("\n- ") == 3 and listed(app) == []


def test_a_refreshed_page_has_its_limits_and_its_file_says_the_same(app):
    aim = Objective("least_cost", Fraction(100))
    app.query_params["limits"] = state.pack(Scenario(limits=Limits((COAST, EVERY)), objective=aim))
    run(app)
    assert not app.code  # what shows code costs a browser a second: it comes once it is asked for
    app.session_state[limits.FILE] = True
    run(app)
    assert listed(app)[0] == "1. Tidewold Coast receives at least 15% of the spend."
    text = next(code.value for code in app.code if "at_least" in code.value)
    scenario = scenario_file.from_text(text)
    assert scenario == app.session_state["asked"].scenario
    assert (scenario.limits, scenario.objective) == (Limits((COAST, EVERY)), aim)
    assert number(list(figures(app).values())[0]) >= 100


def test_an_address_whose_limits_cannot_be_read_says_so(app):
    app.query_params["limits"] = "gone"
    assert "in the address of this page cannot be read" in run(app).error[0].value
    assert not run(app.button(key="limits_removed").click() and app).error


def test_limits_too_long_for_an_address_say_so_and_stay_on_the_page(app, monkeypatch):
    monkeypatch.setattr(state, "MOST_CHARACTERS", 10)
    run(app)
    add(app, "each")
    run(app.button(key="limit_take").click() and app)
    assert "limits" not in app.query_params
    assert any("too long for this page's address" in text.value for text in app.caption)
    assert listed(run(press_plan(app) and app)) == ["1. Each district receives at least 5% of the spend."]


def test_a_clash_is_resolved_by_its_button(app):
    app.query_params["limits"] = state.pack(Scenario(limits=Limits(must_fund=("X01000012",))))
    app.query_params["budget"] = "1000"
    run(app)
    button = next(button for button in app.button if button.label.startswith("Raise the budget to £"))
    shown = figures(run(button.click() and app))
    assert 0 < number(shown["Spent"]) == pytest.approx(number(app.text_input(key="budget").value), abs=1)


def test_deciles_and_purposes_can_be_limited_as_districts_can():
    free = made()
    decile = str(int(free.allocation.chosen["decile"].mode()[0]))
    purpose = free.allocation.chosen["purpose"].mode()[0]
    none = (Limit("people", at_most=Fraction(0), where={"decile": (decile,)}),)
    held = made(Limits((*none, Limit("people", at_most=Fraction(0), where={"purpose": (purpose,)})))).allocation.chosen
    assert len(held) and purpose not in set(held["purpose"]) and float(decile) not in set(held["decile"])
