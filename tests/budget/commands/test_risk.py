"""`plan --risk` and `plan --robust` as a person runs them, and what they say."""

import io
import json
import math
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache

import pytest

from budget.__main__ import main
from budget.commands import plan as plan_command
from budget.risk import risk_report
from data.command_line import print_result
from data.wording import whole_pounds

KINDS = 'kinds = ["bus_pass", "minibus", "moped_loan"]\n'  # enough to show it, and soon planned


@pytest.fixture(scope="module")
def planned(tmp_path_factory) -> Callable[..., tuple[dict, str]]:
    """Return a function that gives what `plan` prints, in JSON and in words, of one plan of the same options."""
    path = tmp_path_factory.mktemp("risk") / "kinds.toml"
    path.write_text(f"budget = 400000\n{KINDS}", encoding="utf-8")

    def printed(as_json: bool, *of_plan: Callable) -> str:
        out = io.StringIO()
        with redirect_stdout(out):
            print_result(as_json, *of_plan)
        return out.getvalue()

    @cache
    def said(*options: str) -> tuple[dict, str]:
        both = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                plan_command,
                "print_result",
                lambda _, *of_plan: both.extend(printed(as_json, *of_plan) for as_json in (True, False)),
            )
            scenario = [] if "--scenario" in options else ["--scenario", str(path)]
            assert main(["plan", *scenario, *options]) == 0
        return json.loads(both[0]), both[1]

    return said


def test_risk_is_in_json_only_where_it_was_asked_for(planned):
    plan, _ = planned()
    assert "risk" not in plan
    assert "robust" not in plan


def test_the_risk_in_json_has_bands_chance_reserve_cases_and_the_source_of_each_range(planned):
    plan, _ = planned("--risk")
    risk = plan["risk"]
    assert risk["planned_pence"] == plan["spent_pence"]
    for band in ("spend_pence", "access", "people", "turned_away"):
        assert risk[band]["p5"] <= risk[band]["p50"] <= risk[band]["p95"]
    assert 0 < risk["chance_of_overspending"] < 1
    assert risk["reserve"]["chance_of_overspending"] <= risk["chance_accepted"] == 0.05
    assert [case["case"] for case in risk["cases"]] == ["low", "central", "high"]
    assert all(each["low_source"] and each["high_source"] and "beta" in each["distribution"] for each in risk["ranges"])


def test_a_plan_with_its_reserve_has_the_chance_that_was_promised(planned):
    reserve = planned("--risk")[0]["risk"]["reserve"]
    again, _ = planned("--risk", "--reserve", str(reserve["reserve_pence"] / 100))
    assert again["risk"]["chance_of_overspending"] == reserve["chance_of_overspending"]
    assert again["access"] == reserve["access"]


def test_the_council_s_own_ranges_are_taken_from_the_scenario(planned, tmp_path):
    path = tmp_path / "sure.toml"
    path.write_text(
        'budget = 750000\nkinds = ["bus_pass"]\n[risk]\nchance = 0.5\n"bus_pass.price.low" = 900\n'
        '"bus_pass.price.high" = 900\n',
        encoding="utf-8",
    )
    risk = planned("--risk", "--scenario", str(path))[0]["risk"]
    assert risk["chance_accepted"] == 0.5
    (price,) = [each for each in risk["ranges"] if each["figure"] == "bus_pass.price"]
    assert (price["low"], price["high_source"]) == (900, "set by the council")


def test_a_range_that_is_not_known_is_refused(capsys, tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text('[risk]\n"bus_pas.price.low" = 900\n', encoding="utf-8")
    assert main(["plan", "--scenario", str(path), "--risk"]) == 2
    assert "Did you mean" in capsys.readouterr().err


def test_the_risk_is_said_in_sentences(planned):
    _, said = planned("--risk")
    for part in (
        "nine years of ten",
        "The chance that it spends more",
        "a reserve of £",
        "every take-up and price high",
    ):
        assert part in said
    assert "assumptions for the council to replace" in said


def test_a_robust_plan_is_printed_with_its_price_and_overspends_less_often(planned):
    plain, _ = planned("--risk")
    plan, _ = planned("--risk", "--robust", "10%")
    robust = plan["robust"]
    assert robust["worst_spend_pence"] <= plan["budget_pence"]
    assert robust["access_given_up"] == pytest.approx(plain["access"] - plan["access"])
    assert robust["plain_access"] == plain["access"]
    assert plan["risk"]["chance_of_overspending"] < plain["risk"]["chance_of_overspending"]


def test_a_robust_plan_says_what_it_keeps_and_gives_up(planned):
    plan, said = planned("--risk", "--robust", "10%")
    gamma, uncertain = plan["robust"]["gamma"], plan["robust"]["uncertain"]
    assert 0 < gamma == math.ceil(uncertain / 10)
    assert f"If any {gamma} of the {uncertain} cohorts and services come out at their highest" in said
    assert "gives up" in said
    assert "Among plans that keep the budget at their worst: Proved best" in said
    assert "no better use" not in said  # what is unspent is the safety


def test_a_gamma_that_is_no_number_is_refused(capsys):
    assert main(["plan", "--budget", "1", "--robust", "some"]) == 2
    assert "--robust" in capsys.readouterr().err


def test_where_there_is_no_plan_there_is_no_risk_of_it(capsys, tmp_path):
    path = tmp_path / "impossible.toml"
    path.write_text('[[limit]]\nmeasure = "access"\nat_least = 100000\n', encoding="utf-8")
    assert main(["plan", "--scenario", str(path), "--risk", "--robust", "5", "--json"]) == 3
    assert "risk" not in json.loads(capsys.readouterr().out)


def test_where_no_robust_plan_exists_that_is_said_with_status_3(planned, capsys, tmp_path):
    promised = [[row["cohort"], row["option"]] for row in planned()[0]["chosen"]]
    path = tmp_path / "promised.toml"
    entries = ", ".join(f'{{ cohort = "{cohort}", option = "{option}" }}' for cohort, option in promised)
    path.write_text(f"budget = 400000\n{KINDS}committed = [{entries}]\n", encoding="utf-8")
    assert main(["plan", "--scenario", str(path), "--robust", "100%"]) == 3
    said = capsys.readouterr().out
    assert re.search(r"the budget when any \d+ cohorts and services come out at their worst", said), said
    assert "spends at most" not in said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "0%"),
        (0.00001, "under 0.1%"),
        (0.05, "5%"),
        (0.4591, "45.9%"),
        (0.99999, "over 99.9%"),
        (1.0, "100%"),
    ],
)
def test_a_chance_is_never_rounded_to_certainty(share, said):
    assert risk_report.chance_in_words(share) == said


@pytest.mark.parametrize(("pence", "said"), [(49, "£0"), (50, "£1"), (12_345_678, "£123,457")])
def test_pounds_are_rounded_half_up(pence, said):
    assert whole_pounds(pence) == said
