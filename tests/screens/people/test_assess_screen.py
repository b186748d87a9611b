"""A file of applicants on screen: its columns are confirmed, its errors shown, and every row is accounted for."""

import io
from datetime import date

import openpyxl
import pytest

from eligibility.runs.decisions_workbook import to_bytes
from eligibility.runs.tables import DECISIONS, ERRORS
from tests.eligibility.example_people import ELIGIBLE, case, county, csv_of, run_of
from tests.screens.people.people import FEW, MESSY, at, kept, press, run, said, upload

DAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def app():
    started = at("assess")
    started.session_state["people_day"] = DAY
    started.session_state["people_decided_on"] = DAY
    return run(started)


@pytest.fixture
def few(app):
    return upload(app, FEW)


def tables(app) -> list:
    return [frame.value for frame in app.dataframe]


def errors(app):
    return next(table for table in tables(app) if list(table.columns) == list(ERRORS.values()))


def decisions(app):
    return next(table for table in tables(app) if DECISIONS["outcome"] in table)


def column(app, heading):
    return next(box for box in app.selectbox if box.label == heading)


def test_each_column_is_proposed_as_a_fact(few):
    assert column(few, "Date of birth").value == "date_of_birth"
    assert "5 of 5 columns" in said(few) or "All 5 columns are read" in said(few)


def test_errors_are_shown_before_anything_is_decided_with_row_column_value_and_what_to_do(few):
    assert errors(few).to_numpy().tolist() == [
        [3, "Date of birth", "2009-02-30", "is a day that does not exist. Write it as 28/02/2008 or 28 February 2008."]
    ]
    assert "3 rows: 2 can be decided, 1 have errors" in said(few)
    assert not few.metric


def test_rows_that_may_be_the_same_are_shown_and_none_is_left_out(few):
    twins = next(table for table in tables(few) if "May be the same as row" in table)
    assert twins["Row of the file"].tolist() == [4]
    assert len(decisions(press(few, "Decide about 2"))) == 2


def test_a_column_can_be_given_to_another_fact(few):
    column(few, "Name").set_value("")
    column(few, "Reference").set_value("name")
    press(few, "Read the columns like this")
    assert "No column gives a reference" in said(few)
    assert column(few, "Reference").value == "name"


def test_a_fact_taken_from_a_column_leaves_it_unread(few):
    column(few, "Name").set_value("person_id")
    press(few, "Read the columns like this")
    assert column(few, "Reference").value == ""
    assert not few.error


def test_two_columns_for_one_fact_are_refused(few):
    column(few, "Name").set_value("destination")
    column(few, "Postcode").set_value("destination")
    press(few, "Read the columns like this")
    assert "is given by two columns" in said(few)


def test_money_is_given_with_its_period(app):
    upload(app, "Reference,Pay\nTR-1,400\n")
    app.selectbox(key="policy").set_value("cambridgeshire-2023")
    run(app)
    options = column(app, "Pay").options
    assert any("per month" in option for option in options) and any("per year" in option for option in options)


def test_every_row_of_the_messy_file_is_accounted_for(app):
    upload(app, MESSY.read_bytes())
    press(app, "Decide about")
    wrong, decided = errors(app)[ERRORS["row"]].unique(), decisions(app)[DECISIONS["row"]]
    assert len(wrong) + len(decided) == 600
    assert not set(wrong) & set(decided)
    assert sum(int(metric.value) for metric in app.metric) == len(decided)


def test_a_decision_can_be_explained_in_words(few):
    press(few, "Decide about")
    few.selectbox(key="applicants_explained").set_value(2)
    run(few)
    assert "Refer to an officer" in said(few) and "Evidence to send" in said(few)


def test_letters_are_made_when_they_are_asked_for_and_let_go_with_the_run(few):
    press(few, "Decide about")
    assert not kept(few, "applicants_letters")
    press(few, "Make 2 letters")
    assert few.session_state["applicants_letters"][1]["zip"].startswith(b"PK")
    press(few, "Decide about")
    labels = [button.label for button in few.get("download_button")]
    assert labels == ["Save these columns as a preset", "Download the decisions"]


def test_what_was_decided_by_other_rules_is_not_shown(few):
    press(few, "Decide about")
    few.selectbox(key="policy").set_value("york")
    run(few)
    assert not few.metric


def test_a_file_that_is_none_is_refused_with_what_to_do(app):
    upload(app, b"\x00\x01\x02nothing")
    assert "Save it as .xlsx or as CSV UTF-8" in said(app)
    assert not app.metric


def test_a_file_in_which_no_row_can_be_read_cannot_be_decided(app):
    upload(app, "Reference,Date of birth\nTR-1,soon\n")
    assert "No row can be decided" in said(app)
    assert not [button for button in app.button if button.label.startswith("Decide")]


def test_forget_these_applicants_forgets_them_all(few):
    press(few, "Decide about")
    assert "applicants_run" in kept(few, "applicants_")
    press(few, "Forget these applicants")
    held = [few.session_state[key] for key in kept(few, "applicants_")]
    assert [value for value in held if value and not isinstance(value, int)] == []
    assert few.file_uploader and not few.dataframe


def test_nothing_about_applicants_goes_into_the_address(few):
    press(few, "Decide about")
    assert not few.query_params


def test_another_session_sees_nothing_of_the_applicants(few):
    press(few, "Decide about")
    other = run(at("assess"))
    assert other.file_uploader and not other.dataframe and "Nettlebeck" not in said(other)


def test_text_in_a_file_is_shown_and_not_obeyed(app):
    upload(app, "Reference,*Name* [a](https://b)\nTR-1,x\n", "a*b*[c](https://d).csv")
    assert "**a\\*b\\*" in app.markdown[0].value or any("a\\*b\\*" in text.value for text in app.markdown)


def test_applications_of_several_days_are_counted_by_the_rules_that_judged_them(app):
    lines = FEW.replace("2009-02-30", "30/01/2009").splitlines()
    days = ("Date of application", "31/08/2026", "01/09/2026", "")
    upload(app, "\n".join(f"{line},{day}" for line, day in zip(lines, days, strict=True)))
    assert "those without one (1) by the rules of 24 November 2026" in said(app)
    press(app, "Decide about 3")
    assert "as it stood on 31 August 2026: 1 decided" in said(app)
    assert "as it stood from 1 September 2026 to 24 November 2026: 2 decided" in said(app)


def test_a_heading_wider_than_a_fact_is_asked_about_and_confirmed_by_hand(app):
    upload(app, "Reference,Date of birth,FSM\nTR-1,31/01/2009,yes\n")
    assert column(app, "FSM").value == "fsm_old_test wider"
    assert "**FSM** is read as Free school meals by the earnings test: only its “no”" in said(app)
    column(app, "FSM").set_value("fsm_old_test")
    press(app, "Read the columns like this")
    assert "**FSM** is read as Free school meals by the earnings test\n" in f"{said(app)}\n"


def test_hidden_rows_are_decided_only_after_a_yes(app):
    upload(app, case("a23_hidden_row.xlsx"), "a.xlsx")
    assert "Row 3: hidden in the file" in said(app) and "3 can be decided, 1 have errors" in said(app)
    next(box for box in app.checkbox if box.label.startswith("Decide about the hidden rows")).check()
    run(app)
    assert "4 can be decided, 0 have errors" in said(app)


def test_an_export_of_a_known_system_is_read_by_its_preset_and_three_hundred_columns_are_one_line(app):
    upload(app, case("18_mis_export.csv"))
    assert "looks like an export of ONE" in said(app)
    next(box for box in app.selectbox if box.label == "The system that made the file").set_value("one")
    run(app)
    assert column(app, "Base Name").value == "destination" and column(app, "SEN Status").value == "ehcp"
    press(app, "Forget these applicants")
    upload(app, case("06_300_columns_dup_headings.csv"))
    assert len([box for box in app.selectbox if box.label.startswith("Q")]) == 0
    assert next(box for box in app.multiselect if "Columns to read" in box.label).options[:2] == ["Q1", "Q2"]


def test_a_round_goes_on_from_the_one_before_and_says_who_changed(app):
    people = [dict(ELIGIBLE), ELIGIBLE | {"person_id": "A2", "nearest_suitable": ""}]
    first = run_of(csv_of(*people))
    book = openpyxl.load_workbook(io.BytesIO(to_bytes(first, county())))
    sheet = book["Evidence to request"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    wanted = next(row for row in sheet.iter_rows(min_row=2) if row[heads["Fact"] - 1].value == "nearest_suitable")
    decided_first, of = book["Decisions"], {cell.value: cell.column for cell in book["Decisions"][1]}
    for heading, value in (("Appeal stage", "Stage 1"), ("Appeal outcome", "open"), ("Letter sent on", "21/08/2026")):
        decided_first.cell(2, of[heading]).value = value
    for heading, value in (("Seen", "yes"), ("Seen by", "A. Officer"), ("Seen on", "20/08/2026")):
        wanted[heads[heading] - 1].value = value
    last = io.BytesIO()
    book.save(last)
    with_file = upload(app, csv_of(*people))
    box = next(box for box in with_file.file_uploader if box.label.startswith("Last round"))
    box.upload("last.xlsx", last.getvalue(), "application/zip")
    run(with_file)
    decided = press(with_file, "Decide about 2")
    (told,) = [line for line in said(decided).splitlines() if "Since last round: " in line]
    assert "1 changed" in told and "1 sent" in told
    table = decisions(decided)
    assert list(table["Since last round"]) == ["sent", "changed"]
    assert list(table["Appeal stage"].fillna("")) == ["Stage 1", ""] and table["Appeal outcome"].iloc[0] == "open"
    assert table["Letter sent on"].iloc[0] == "21 August 2026" and "Officer" not in table
