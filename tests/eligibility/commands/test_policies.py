import json

import pytest

from eligibility.__main__ import main


def test_policies_lists_each_policy_with_its_title_and_result(capsys):
    assert main(["policies"]) == 0
    out = capsys.readouterr().out
    assert "targeting-default: Isolated and disadvantaged areas (targeting, 2026 to 2027)" in out
    assert "in_target" in out and "check before use" in out


def test_policies_says_of_a_councils_rules_how_old_they_are_and_what_was_not_seen(capsys):
    assert main(["policies"]) == 0
    out = capsys.readouterr().out
    assert "north-yorkshire-2022: North Yorkshire" in out and "(entitlement, 2022 to 2023)" in out
    assert "not seen: the charge after 2022 to 2023" in out


def test_policies_as_json_is_one_object_and_nothing_else(capsys):
    assert main(["policies", "--json"]) == 0
    out, err = capsys.readouterr()
    listed = {policy["id"]: policy for policy in json.loads(out)["policies"]}["targeting-default"]
    words = {"id", "title", "kind", "year", "covers", "out_of_date", "not_seen", "sources", "result", "parts"}
    assert listed.keys() == words | {"check_before_use", "sha256"}
    assert (listed["kind"], listed["result"], err) == ("targeting", "in_target", "")


def test_show_prints_a_policy_as_prose(capsys):
    assert main(["show", "targeting-default", "--on", "2026-09-01"]) == 0
    out = capsys.readouterr().out
    assert "The rules on 1 September 2026:" in out and "more than 75 minutes" in out


@pytest.mark.parametrize("arguments", [["show", "targeting"], ["show", "targeting-default", "--on", "2019-01-01"]])
def test_what_does_not_exist_ends_with_status_2_and_nothing_on_standard_output(arguments, capsys):
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and err


def test_a_date_that_is_none_ends_with_status_2(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["show", "targeting-default", "--on", "31/12/2026"])
    assert ended.value.code == 2
    assert "'31/12/2026' is not a day. Write it as 2026-09-01" in capsys.readouterr().err
