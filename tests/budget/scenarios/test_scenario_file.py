import datetime
from dataclasses import fields, replace
from fractions import Fraction

import pytest
from hypothesis import example, given

from budget.allocation.inputs.limits import Limit, Limits
from budget.scenarios import scenario_settings
from budget.scenarios.differences import differences, fingerprint
from budget.scenarios.scenario import Scenario
from budget.scenarios.scenario_file import from_text, pinned, to_text
from data.faults import InputError
from eligibility.rules import library
from tests.budget.scenarios.any_scenario import SCENARIO
from tests.draws import draws


@draws(100)
@given(SCENARIO)
@example(Scenario(name="=1+1\n[limit]\x00\"'''"))
def test_what_is_written_reads_back_equal_and_with_the_same_fingerprint(scenario):
    again = from_text(to_text(scenario))
    for item in fields(Scenario):
        assert getattr(again, item.name) == getattr(scenario, item.name), item.name
    assert fingerprint(again) == fingerprint(scenario)


def test_a_figure_is_written_with_what_it_is_and_its_unit():
    text = to_text(Scenario(figures={"bus_pass.price": 950}, targeting={"minimum_km_to_college": 8}))
    assert '"bus_pass.price" = 950  # Free bus pass: price a taker (£ a year)' in text
    assert "minimum_km_to_college = 8  # A college or sixth form is far away from (km)" in text


def test_every_fault_is_listed_at_once_whether_of_a_key_or_of_a_figure():
    text = """
    budjet = 5
    kinds = ["bus_pas"]
    policy = "targeting-defalt"
    seed = -1
    bundle = "abc"
    take_up_case = "middling"
    [figures]
    "bus_pass.prise" = 3
    college_minutes = 9000
    work_minutes = "long"
    [risk]
    chanse = 0.5
    [[limit]]
    at_most = 1
    [finance]
    profile = "weeks"
    terms = [[2026-10-23, 2026-09-03]]
    inflation = [0.02]
    [finance.lines.bus_pas]
    cost_centre = "C1"
    [finance.lines.minibus]
    cost_centre = 7
    virement = 0.001
    """
    with pytest.raises(InputError) as caught:
        from_text(text, "wrong.toml")
    wheres = {fault.where for fault in caught.value.faults}
    assert wheres == {
        "budjet", "kinds", 'policy "targeting-defalt"', "seed", "bundle", "take_up_case", "bus_pass.prise",
        "college_minutes", "figures, work_minutes", "chanse", "limit 1", "finance, profile", "finance, terms",
        "finance, inflation", "finance, lines.bus_pas", "finance, lines.minibus, cost_centre",
        "finance, lines.minibus, virement",
    }  # fmt: skip


def test_a_name_with_a_dot_without_quotation_marks_is_explained():
    with pytest.raises(InputError, match="quotation marks"):
        from_text("[figures]\nbus_pass.price = 950\n")


@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "nan", "inf", "9" * 5000])
@pytest.mark.parametrize("line", ["budget = {}", "gap = {}", "[figures]\ncollege_minutes = {}"])
def test_a_number_out_of_all_reason_is_refused_and_fills_no_memory(number, line):
    with pytest.raises(InputError):
        from_text(line.format(number))


def test_an_absurd_limit_is_refused_and_fills_no_memory():
    with pytest.raises(InputError, match="limit 1, at_most"):
        from_text('[[limit]]\nmeasure = "people"\nat_most = 1e999999999\n')


def test_a_limit_without_an_end_as_a_decimal_is_refused_and_not_rounded():
    with pytest.raises(InputError, match="1/3"):
        to_text(Scenario(limits=Limits(limits=(Limit("people", at_most=Fraction(1, 3)),))))


def test_another_version_of_the_policy_or_the_catalogue_is_refused():
    with pytest.raises(InputError) as caught:
        scenario_settings.settings_of(Scenario(policy_sha256="0" * 64, figures_sha256="1" * 64))
    assert {fault.where for fault in caught.value.faults} == {"policy_sha256", "figures_sha256"}
    assert "delete the line policy_sha256" in str(caught.value)


def test_a_scenario_of_before_that_names_its_policy_by_checksum_alone_is_told_which_it_was():
    with pytest.raises(InputError, match='to keep the policy it was made with write policy = "targeting-default"'):
        scenario_settings.settings_of(Scenario(policy_sha256=library.find("targeting-default").sha256))


def test_a_saved_scenario_whose_policy_is_changed_is_told_to_delete_the_checksum_of_the_old_one():
    saved = to_text(pinned(Scenario(policy="isolated-areas"), day=datetime.date(2026, 9, 1)))
    changed = saved.replace('"isolated-areas"', '"isolated-from-a-choice"')
    with pytest.raises(InputError, match='To plan by "isolated-from-a-choice" delete the line policy_sha256'):
        scenario_settings.settings_of(from_text(changed))
    without = "".join(line for line in changed.splitlines(keepends=True) if not line.startswith("policy_sha256"))
    assert scenario_settings.settings_of(from_text(without)).policy.id == "isolated-from-a-choice"


def test_a_setting_of_the_policy_of_before_is_told_which_policy_has_it():
    with pytest.raises(InputError, match='minimum_low_income_rate.*policy = "targeting-default"'):
        scenario_settings.settings_of(Scenario(targeting={"minimum_low_income_rate": 0.3}))


@pytest.mark.parametrize("policy", ["kent", "post16-default"])
def test_a_policy_about_persons_is_refused_with_those_of_areas(policy):
    with pytest.raises(InputError, match=f'"{policy}" is a policy about persons.*isolated-areas'):
        from_text(f'policy = "{policy}"\n')


def test_rural_classes_are_given_as_a_list_of_codes_and_come_back():
    scenario = from_text('[targeting]\nremote_rural_classes = ["RSF1"]\n')
    values = scenario_settings.settings_of(scenario).policy.parameters["remote_rural_classes"].values
    assert [each.value for each in values] == [("Smaller rural: Further from a major town or city",)]
    assert from_text(to_text(scenario)) == scenario
    assert any("RSF1" in each.words for each in differences(Scenario(), scenario))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('["XX"]', r"'XX': no class.*RLF1 \(Larger rural"),
        ("3", "3: no class"),
        ("[]", "a list of texts"),
        ("[1]", "RSF1"),
    ],
)
def test_a_rural_class_that_is_none_is_refused_with_those_there_are(given, said):
    with pytest.raises(InputError, match=said):
        from_text(f"[targeting]\nremote_rural_classes = {given}\n")


def test_a_list_for_a_setting_of_one_number_is_refused():
    with pytest.raises(InputError, match="a single value is expected"):
        from_text('[targeting]\nminimum_km_to_college = ["5"]\n')


def test_the_policy_that_was_the_default_is_the_file_that_it_was():
    """Scenarios that were saved name it by this checksum: it may not change by a byte."""
    sha256 = "949bcd7d11404c177612c3f6383d42f23fec4f75cb0b7cc5645a96c3509d445c"
    assert library.find(library.FIRST_TARGETING).sha256 == sha256
    text = f'policy = "targeting-default"\npolicy_sha256 = "{sha256}"\n[targeting]\nminimum_low_income_rate = 0.3\n'
    assert scenario_settings.settings_of(from_text(text)).policy.result == "in_target"


def test_a_settled_scenario_names_the_policy_and_the_figures_that_stand():
    scenario = pinned(Scenario(), day=datetime.date(2026, 9, 1))
    assert scenario.policy_sha256 == library.find(library.DEFAULT_TARGETING).sha256
    assert from_text(to_text(scenario)) == scenario
    scenario_settings.settings_of(scenario)


def test_take_up_at_the_low_case_is_the_low_end_with_its_source():
    central, low = (
        scenario_settings.settings_of(Scenario(take_up_case=case), with_ranges=True) for case in ("central", "low")
    )
    moved = {
        name for name in central.catalogue.figures if central.catalogue.figures[name] != low.catalogue.figures[name]
    }
    assert moved == {f"{kind.id}.take_up" for kind in low.catalogue.kinds}
    for each in central.ranges.ranges:
        if each.is_share:
            figure = low.catalogue.figures.figure(each.name)
            assert (figure.value, figure.provenance) == (each.low.value, each.low.provenance)
            assert figure.label.endswith("low case")


def test_the_risk_of_a_cautious_plan_is_about_the_central_figures():
    scenario = Scenario(take_up_case="low", risk={"bus_pass.take_up.low": 0.5})
    ranges = scenario_settings.settings_of(scenario, with_ranges=True).ranges
    assert {each.name: each.low.value for each in ranges.ranges}["bus_pass.take_up"] == 0.5
    assert scenario_settings.settings_of(scenario).catalogue.figures["bus_pass.take_up"] == 0.5
    assert replace(scenario, take_up_case="central").risk == scenario.risk


def test_a_workbook_in_place_of_a_scenario_is_told_how_a_workbook_is_read():
    with pytest.raises(InputError, match="is a workbook .* --from-workbook"):
        from_text(b"PK\x03\x04" + bytes(100), "plan.xlsx")
