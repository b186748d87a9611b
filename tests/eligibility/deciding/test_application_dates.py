"""A file whose applications fall either side of a change of the rules: each row is judged by those of its own day."""

import io
import zipfile
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest

from budget.offers import applicants
from eligibility.__main__ import main
from eligibility.applicants import headings
from eligibility.deciding.decide import ELIGIBLE, REFER, REFER_REASONS
from eligibility.letters.letters import letters_zip
from eligibility.rules import library
from eligibility.runs.applications import Run, assess_file
from eligibility.runs.decisions_file import from_bytes
from eligibility.runs.decisions_workbook import to_bytes
from tests.eligibility.example_people import county, csv_of, raw_of

ON, DECIDED_ON = date(2025, 4, 1), date(2025, 5, 1)
TAX_CREDITS = {  # they ended on 5 April 2025, and with them a route into York's low income
    "date_of_birth": "10/03/2008",
    "course_start": "03/09/2024",
    "postcode": "XM15 1AA",
    "destination": "Harrowmere College",
    "hours_per_week": "18",
    "publicly_funded": "yes",
    "nearest_suitable": "yes",
    "income_support": "no",
    "jsa_income_based": "no",
    "esa_income_related": "no",
    "asylum_support": "no",
    "pension_credit_guarantee": "no",
    "uc_award": "no",
    "child_tax_credit_alone": "yes",
    "tax_credit_income": "£9,000 a year",
    "ehcp": "no",
    "measured_walk_miles": "30.5",
    "measured_by": "A. Officer",
    "measured_how": "walked",
    "measured_on": "20/03/2025",
}
DAYS = {"A1": "5 April 2025", "A2": "06/04/2025 09:12", "A3": "", "A4": "01/09/2019", "A5": "02/05/2025"}
FILE = csv_of(*[TAX_CREDITS | {"person_id": who, "Application date": day} for who, day in DAYS.items()])


def run_of(content: bytes, policy: str, on: date, decided_on: date) -> Run:
    raw, rules = raw_of(content), library.find(policy).on(on)
    mapping = headings.propose(raw.headings, rules)
    return assess_file(raw, mapping, rules, county(), decided_on=decided_on)


@pytest.fixture(scope="module")
def run() -> Run:
    return run_of(FILE, "york", ON, DECIDED_ON)


@pytest.fixture(scope="module")
def content(run: Run) -> bytes:
    return to_bytes(run, county())


def test_the_day_after_tax_credits_ended_an_officer_looks_and_the_day_before_they_count(run: Run):
    outcomes = dict(zip(run.people["person_id"], run.decisions.outcome, strict=True))
    assert outcomes == {"A1": ELIGIBLE, "A2": REFER, "A3": ELIGIBLE}  # A3 has no day: by the rules of 1 April
    assert run.decisions.refer_reasons.loc[3, "ended"]


def test_a_row_without_a_date_of_application_is_judged_by_the_day_of_the_run(run: Run):
    assert run.days.tolist() == [date(2025, 4, 5), date(2025, 4, 6), ON]
    assert "those without one (1) by the rules of 1 April 2025." in " ".join(run.how_read)


def test_a_date_before_the_policy_or_after_the_decision_is_an_error_that_says_what_to_do(run: Run):
    found = {row.row: row for row in run.errors.itertuples()}
    assert found.keys() == {5, 6} and {row.column for row in found.values()} == {"Application date"}
    assert "for which policy york has no rules" in found[5].problem and "leave it empty" in found[5].problem
    assert found[5].value == "01/09/2019" and "after the day of the decision" in found[6].problem


def test_the_workbook_names_each_set_of_rules_and_every_row_and_reason_its_day(content: bytes):
    book = openpyxl.load_workbook(io.BytesIO(content))
    lines = "\n".join(str(row[0]) for row in book["Policy"].iter_rows(values_only=True))
    assert "Policy york as it stood from 1 April 2025 to 5 April 2025: 2 decided (file sha256" in lines
    assert "Policy york as it stood on 6 April 2025: 1 decided" in lines
    assert "What differs from 6 April 2025" in lines and "it ended on 5 April 2025" in lines
    for name in ("Decisions", "Reasons"):
        head, *rows = book[name].iter_rows(values_only=True)
        days = {row[head.index("Reference")]: row[head.index("By the rules of")].date() for row in rows}
        assert days == {"A1": date(2025, 4, 5), "A2": date(2025, 4, 6), "A3": ON}


def test_reasons_stand_in_the_order_of_the_file_whatever_the_day(content: bytes):
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Reasons"]
    rows = [row[0] for row in sheet.iter_rows(min_row=2, max_col=1, values_only=True)]
    assert rows == sorted(rows) and set(rows) == {2, 3, 4}


def test_each_letter_is_stamped_with_the_day_of_its_own_rules(run: Run):
    with zipfile.ZipFile(io.BytesIO(letters_zip(run))) as archive:
        letters = {name: docx.Document(io.BytesIO(archive.read(name))) for name in archive.namelist()}
    for who, day in (("A1", "5 April 2025"), ("A2", "6 April 2025"), ("A3", "1 April 2025")):
        text = "\n".join(paragraph.text for paragraph in letters[f"letter-{who}.docx"].paragraphs)
        assert f"Policy york as it stood on {day}" in text


def test_a_budget_reads_the_decisions_of_several_days(content: bytes):
    read = from_bytes(content, "decisions.xlsx")
    assert read["rules_of"].tolist() == [date(2025, 4, 5), date(2025, 4, 6), ON]
    found = applicants.from_decisions(read, county())
    assert len(found.eligible) == 2 and found.before_an_officer == 1
    assert read["refer_reasons"].tolist()[1] == REFER_REASONS["ended"]


def test_a_charge_that_the_policy_gives_for_one_year_is_not_known_in_the_next():
    person = TAX_CREDITS | {
        "course_level": "3",
        "paid_apprentice": "no",
        "on_councils_low_income_list": "yes",
        "course_start": "03/09/2025",
        "measured_walk_miles": "",
        "measured_drive_miles": "30.5",
        "need_prevents_travel": "yes",
    }
    days = {"B1": "31/08/2026", "B2": "01/09/2026"}
    content = csv_of(*[person | {"person_id": who, "Applied on": day} for who, day in days.items()])
    run = run_of(content, "staffordshire-2025", date(2026, 9, 7), date(2026, 9, 7))
    charges = run.decisions.contribution
    assert charges["label"].tolist() == ["concession", "concession"]
    assert charges["high_pence"].fillna(-1).tolist() == [63200, -1]


def test_a_column_that_is_not_read_leaves_everybody_to_the_day_of_the_run():
    raw, rules = raw_of(FILE), library.find("york").on(ON)
    mapping = headings.propose(raw.headings, rules).by_hand({"Application date": ""})
    run = assess_file(raw, mapping, rules, county(), decided_on=DECIDED_ON)
    assert run.decisions.outcome.tolist() == [ELIGIBLE] * 5 and set(run.days) == {ON}


def test_the_command_line_says_how_many_were_judged_by_which_rules(tmp_path: Path, capsys):
    source, out = tmp_path / "in.csv", tmp_path / "out.xlsx"
    source.write_bytes(FILE)
    arguments = ["--policy", "york", "--on", str(ON), "--decided-on", str(DECIDED_ON), "--out", str(out)]
    assert main(["assess", str(source), *arguments]) == 0
    told = capsys.readouterr().err
    assert "from 1 April 2025 to 5 April 2025: 2 decided" in told and "on 6 April 2025: 1 decided" in told


def test_one_person_with_a_date_of_application_is_judged_by_that_day(capsys):
    given = [f"{name}={value}" for name, value in TAX_CREDITS.items()]
    for day, outcome in (("5 April 2025", ELIGIBLE), ("6 April 2025", REFER)):
        command = ["check", "--policy", "york", "--on", str(ON), "--decided-on", str(DECIDED_ON), "--fact", *given]
        assert main([*command, f"date_of_application={day}"]) == 0
        assert outcome in capsys.readouterr().out.splitlines()[1]
