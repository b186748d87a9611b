import json
from datetime import date

import pytest

from eligibility.__main__ import main
from eligibility.commands import assess as assess_command
from eligibility.runs.decisions_file import read_decisions
from tests.eligibility.data import make_applicants
from tests.eligibility.example_people import ELIGIBLE, csv_of

FACTS = [f"{name}={value}" for name, value in ELIGIBLE.items()]
WHO = ["--policy", "post16-default", "--on", "2026-09-01", "--decided-on", "2026-10-05"]


def check(*facts: str, more: tuple[str, ...] = ()) -> int:
    return main(["check", *WHO, *more, "--fact", *facts])


def test_check_prints_one_object_with_the_parts_that_others_rely_on(capsys):
    assert check(*FACTS, more=("--json",)) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert found["outcome"] == "eligible"
    assert {"outcome", "decisive", "needed", "contribution_pence", "steps", "stamp"} <= found.keys()
    assert {"criterion", "observed", "required", "verdict", "source"} <= found["steps"][0].keys()
    assert found["stamp"]["policy"] == "post16-default" and len(found["stamp"]["sha256"]) == 64
    assert isinstance(found["contribution_pence"], int)
    assert found["needed"] == [] and "eligible" in found["decisive"]


def test_a_step_says_why_what_was_seen_may_not_decide_and_that_a_rule_has_ended(capsys):
    york = ["check", "--policy", "york", "--on", "2026-09-01", "--json", "--fact"]
    facts = ["child_tax_credit_alone=yes", "postcode=XM1 1AA", "destination=XM1 1AA", "date_of_birth=31/01/2009"]
    assert main([*york, *facts]) == 0
    steps = {step["criterion"]: step for step in json.loads(capsys.readouterr().out)["steps"]}
    assert (steps["far_enough"]["verdict"], steps["far_enough"]["doubt"]) == ("unknown", "nobody has measured it")
    assert (steps["on_child_tax_credit"]["verdict"], steps["on_child_tax_credit"]["ended"]) == ("fail", "2025-04-05")


def test_check_explains_the_contribution_as_it_explains_the_outcome(capsys):
    assert check(*FACTS, more=("--json",)) == 0
    charge = json.loads(capsys.readouterr().out)["contribution"]
    assert {"criterion", "observed", "required", "verdict", "source", "decisive"} <= charge["steps"][0].keys()
    asked = {step["criterion"]: step["verdict"] for step in charge["steps"]}
    assert (asked["on_their_own"], asked["on_low_income"]) == ("fail", "pass") and charge["sources"]
    assert check(*FACTS) == 0
    told = capsys.readouterr().out.partition("\nContribution\n")[2].partition("\n\n")[0]
    assert "Receives Universal Credit: yes: met (Child Poverty Action Group" in told


def test_check_says_what_is_needed_and_why_an_officer(capsys):
    facts = [fact for fact in FACTS if not fact.startswith(("paid_apprentice", "nearest"))]
    assert check(*facts, more=("--json",)) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["outcome"] == "refer to an officer"
    assert found["needed"] == ["paid_apprentice", "nearest_suitable", "catchment_school"]
    assert found["refer_reasons"]


def test_facts_may_be_given_together_or_each_by_its_own_option(capsys):
    assert main(["check", *WHO, "--json", *(part for fact in FACTS for part in ("--fact", fact))]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "eligible"


def test_check_in_words_names_the_outcome_the_reasons_and_the_appeal(capsys):
    assert check(*FACTS) == 0
    out = capsys.readouterr().out
    for part in ("eligible (decided on 5 October 2026)", "Reasons", "Contribution", "How it was measured", "Appeal"):
        assert part in out


@pytest.mark.parametrize(
    ("fact", "where"),
    [
        ("date_of_birth=01/31/2009", "date_of_birth"),
        ("postcode=XM99 9ZZ", "postcode"),
        ("destination=Nowhere", "destination"),
        ("shoe_size=9", "shoe_size"),
        ("income_support", "number 1"),
    ],
)
def test_a_fact_that_cannot_be_read_ends_with_status_2_and_is_not_repeated(fact, where, capsys):
    assert check(fact) == 2
    out, err = capsys.readouterr()
    value = fact.partition("=")[2]
    assert out == "" and where in err
    assert not value or value not in err


def test_a_policy_about_places_cannot_decide_about_people(capsys):
    assert main(["check", "--policy", "targeting-default", "--fact", *FACTS]) == 2
    assert "about places" in capsys.readouterr().err


def test_check_says_what_could_still_change_the_contribution(capsys):
    facts = [fact for fact in FACTS if not fact.startswith("young_carer")]
    assert check(*facts, more=("--json",)) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["outcome"], found["needed"], found["contribution_needed"]) == ("eligible", [], ["young_carer"])
    assert check(*facts) == 0
    assert "change the contribution\n  Registered young carer: the register" in capsys.readouterr().out


def test_the_rules_are_those_of_one_day_and_an_appeal_runs_from_another(capsys):
    assert check(*FACTS, more=("--json",)) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["stamp"]["day"], found["decided_on"]) == ("2026-09-01", "2026-10-05")
    assert found["appeal"][0]["by"] == "2026-11-02"  # twenty working days after the decision


def test_the_day_of_the_decision_is_today_unless_it_is_given(tmp_path, capsys):
    before = date.today()
    assert main(["check", *WHO[:4], "--json", "--fact", *FACTS]) == 0
    assert before <= date.fromisoformat(json.loads(capsys.readouterr().out)["decided_on"]) <= date.today()


def test_a_run_has_the_day_of_the_decision_on_every_row(tmp_path, capsys):
    _, out = assess(tmp_path, csv_of(ELIGIBLE, ELIGIBLE | {"person_id": "A2"}), "--json")
    assert json.loads(capsys.readouterr().out)["decided_on"] == "2026-10-05"
    assert set(read_decisions(out)["decided_on"]) == {date(2026, 10, 5)}


def assess(tmp_path, content: bytes, *more: str) -> tuple[int, object]:
    source, out = tmp_path / "in.csv", tmp_path / "out.xlsx"
    source.write_bytes(content)
    return main(["assess", str(source), *WHO, "--out", str(out), *more]), out


def test_assess_writes_a_workbook_and_accounts_for_every_row(tmp_path, capsys):
    status, out = assess(tmp_path, make_applicants.FILE.read_bytes(), "--json")
    text, err = capsys.readouterr()
    assert nothing_personal_in(text + err)
    found = json.loads(text)
    assert status == 0
    assert found["rows"] == 600 == found["decided"] + found["rows_with_errors"]
    assert sum(found["outcomes"].values()) == found["decided"] == len(read_decisions(out))
    assert f"{found['rows_with_errors']} in the error report" in err


def nothing_personal_in(said: str) -> bool:
    """Say whether no name, birthday or postcode of the six hundred stands in what was said."""
    rows = make_applicants.make().rows
    values = {row[n].strip() for row in rows for n in (1, 2, 3) if n < len(row) and len(row[n].strip()) > 6}
    return not [value for value in values if value in said]


def test_assess_says_nothing_personal_on_the_way(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(assess_command, "to_bytes", lambda *_: b"")  # the workbook, which says nothing, takes longest
    status, _ = assess(tmp_path, make_applicants.FILE.read_bytes())
    said = "".join(capsys.readouterr())
    assert status == 0 and said
    assert nothing_personal_in(said)


def test_a_column_is_given_by_hand(tmp_path, capsys):
    given = {("Konto" if name == "income_support" else name): value for name, value in ELIGIBLE.items()}
    status, out = assess(tmp_path, csv_of(given), "--map", "Konto=income_support")
    assert status == 0
    assert read_decisions(out)["outcome"].tolist() == ["eligible"]


def test_a_wrong_map_writes_nothing(tmp_path, capsys):
    status, out = assess(tmp_path, csv_of(ELIGIBLE), "--map", "Konto=income_support", "person_id=agee")
    assert status == 2 and not out.exists()
    assert "Konto" in capsys.readouterr().err


def test_a_file_in_which_no_row_can_be_read_writes_nothing(tmp_path, capsys):
    status, out = assess(tmp_path, csv_of(ELIGIBLE | {"date_of_birth": "soon"}))
    assert status == 2 and not out.exists()
    assert "row 2, date_of_birth" in capsys.readouterr().err


def test_a_file_of_something_else_writes_nothing(tmp_path, capsys):
    status, out = assess(tmp_path, b"colour,size\nred,3\n")
    assert status == 2 and not out.exists()
    assert "--map" in capsys.readouterr().err


def test_a_file_without_headings_is_refused_and_its_first_person_not_repeated(tmp_path, capsys):
    status, out = assess(tmp_path, b"A1,Zoe Askham,31/01/2009,XM15 1AA\nA2,Bryn Lundgate,1/2/2009,XM1 1AB\n")
    assert status == 2 and not out.exists()
    said = "".join(capsys.readouterr())
    assert "row of headings" in said
    assert "Askham" not in said and "31/01/2009" not in said


def test_a_file_that_is_not_there_ends_with_status_2(tmp_path, capsys):
    assert main(["assess", str(tmp_path / "none.csv"), *WHO, "--out", str(tmp_path / "out.xlsx")]) == 2
    assert "Check that the path exists" in capsys.readouterr().err


def test_the_output_must_be_a_workbook(tmp_path, capsys):
    source = tmp_path / "in.csv"
    source.write_bytes(csv_of(ELIGIBLE))
    assert main(["assess", str(source), *WHO, "--out", str(tmp_path / "out.csv")]) == 2
    assert ".xlsx" in capsys.readouterr().err


def test_assess_leaves_nothing_on_disk_but_the_workbook(tmp_path, capsys):
    assess(tmp_path, csv_of(ELIGIBLE))
    assert {path.name for path in tmp_path.iterdir()} == {"in.csv", "out.xlsx"}
