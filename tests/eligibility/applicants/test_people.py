import io
from datetime import date, datetime

import openpyxl
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from data.faults import InputError
from data.opening.wire import NoResult
from eligibility.applicants.headings import propose
from eligibility.applicants.people import read_one, read_rows
from tests.draws import draws
from tests.eligibility.example_people import DAY, ELIGIBLE, csv_of, raw_of, rules


def read_file(content: bytes, policy: str = "post16-default"):
    raw = raw_of(content)
    return read_rows(raw, propose(raw.headings, rules(policy)), decided_on=DAY)


def people_of(*people: dict, policy: str = "post16-default"):
    return read_file(csv_of(*people), policy)


def person(**changed: str) -> dict[str, str]:
    return ELIGIBLE | changed


def test_a_row_that_can_be_read_becomes_typed_facts():
    table = people_of(person()).table
    assert table.at[2, "date_of_birth"] == pd.Timestamp(2009, 1, 31)
    assert table.at[2, "full_time"] is True or table.at[2, "full_time"] == True  # noqa: E712
    assert table.index.tolist() == [2]


def test_a_gap_is_neither_no_nor_nought():
    table = people_of(person(income_support="n/a", uc_earnings_1="?", date_of_birth="not known")).table
    assert table[["income_support", "uc_earnings_1", "date_of_birth"]].isna().all(axis=None)


def test_every_fault_of_a_row_is_reported_with_row_column_value_and_what_to_write():
    errors = people_of(person(), person(person_id="A2", date_of_birth="31/02/2009", full_time="maybe")).errors
    assert errors[["row", "column", "value"]].to_numpy().tolist() == [
        [3, "date_of_birth", "31/02/2009"],
        [3, "full_time", "maybe"],
    ]
    assert errors["problem"].str.contains("Write").all()


def test_a_file_with_200_bad_rows_reports_200_bad_rows():
    rows = [person(person_id=f"A{n}", date_of_birth="soon" if n % 2 else "1/2/2009") for n in range(400)]
    read = people_of(*rows)
    assert (read.errors["row"].nunique(), len(read.table), read.rows_in) == (200, 200, 400)


def test_a_row_is_never_both_read_and_in_error():
    read = people_of(person(), person(person_id="A2", full_time="maybe"))
    assert not set(read.table.index) & set(read.errors["row"])


def test_a_column_that_the_policy_does_not_ask_for_is_not_looked_at():
    read = people_of(person(taxable_income="nonsense"))
    assert len(read.errors) == 0
    assert "taxable_income" not in read.table


def test_an_applicant_without_a_reference_is_an_error_where_there_is_a_column():
    assert people_of(person(), person(person_id="")).errors["column"].tolist() == ["person_id"]


def test_without_a_column_of_references_rows_are_called_by_their_number():
    given = {name: value for name, value in ELIGIBLE.items() if name != "person_id"}
    read = people_of(given)
    assert read.table["person_id"].tolist() == ["row 2"]
    assert any("reference" in warning for warning in read.warnings)


@pytest.mark.parametrize("born", ["01/01/2031", "07/08/1975", "1/9/2020"])
def test_a_date_of_birth_that_cannot_be_an_applicant_s_is_an_error(born):
    assert people_of(person(date_of_birth=born)).errors["column"].iloc[0] == "date_of_birth"


def test_a_course_that_begins_before_the_birth_is_an_error():
    assert people_of(person(course_start="01/01/2000")).errors["column"].tolist() == ["course_start"]


MEASURED = {"measured_walk_miles": "3.4", "measured_by": "J. Oskerby", "measured_how": "GIS", "measured_on": "1/6/2026"}


def test_a_measurement_with_who_how_and_when_is_read():
    assert people_of(person(**MEASURED)).errors.empty


@pytest.mark.parametrize("missing", ["measured_by", "measured_how", "measured_on"])
def test_a_measurement_without_who_how_or_when_is_an_error(missing):
    errors = people_of(person(**MEASURED | {missing: ""})).errors
    assert errors["column"].tolist() == [missing]


def test_a_measurement_of_tomorrow_or_of_a_range_is_an_error():
    errors = people_of(
        person(**MEASURED | {"measured_on": "2/9/2026"}), person(**MEASURED | {"measured_walk_miles": "3 to 4"})
    ).errors
    assert errors["column"].tolist() == ["measured_on", "measured_walk_miles"]


def test_money_keeps_the_period_it_was_given_in():
    given = {"person_id": "A1", "uc_net_income": "£215.77 pw"}
    table = people_of(given, {"person_id": "A2", "uc_net_income": "900"}, policy="cambridgeshire-2023").table
    assert table["uc_net_income_period"].tolist() == ["week", "month"]


def test_an_income_in_a_band_is_kept_as_bounds():
    table = people_of({"person_id": "A1", "uc_net_income": "900 to 1000"}, policy="cambridgeshire-2023").table
    assert table[["uc_net_income_low", "uc_net_income_high"]].iloc[0].tolist() == [900.0, 1000.0]
    assert table["uc_net_income"].isna().all()


def test_duplicates_are_shown_and_both_are_kept():
    read = people_of(person(), person(person_id="a1", postcode="XM1 1AA"), person(person_id="B7", postcode="xm151aa"))
    assert len(read.table) == 3
    assert read.duplicates.to_numpy().tolist() == [[3, 2, "reference"], [4, 2, "date of birth and postcode"]]


def test_gaps_are_no_duplicates_of_each_other():
    gaps = {"date_of_birth": "", "postcode": ""}
    assert people_of(person(**gaps), person(person_id="A2", **gaps)).duplicates.empty


def test_first_and_last_names_are_joined():
    table = people_of(person(Forename="Zoë", Surname="Askham")).table
    assert table.at[2, "name"] == "Zoë Askham"


@pytest.mark.parametrize("says", ["Total", "Grand total: 600", "TOTALS", "End of report", "600 records", "Count: 600"])
def test_a_row_of_totals_is_an_error_and_no_applicant(says):
    people = read_file(csv_of(ELIGIBLE, {"person_id": says, "full_time": "412"}, {"destination": says}))
    named = people.errors[people.errors["problem"].str.contains("nobody is decided about by it")]
    assert named[["row", "column", "value"]].to_numpy().tolist() == [
        [3, "person_id", says],
        [4, "destination", says],
    ]
    assert people.table.index.tolist() == [2]


@pytest.mark.parametrize("identity", [{"date_of_birth": "31/01/2009"}, {"postcode": "XM15 1AA"}])
def test_an_applicant_whose_reference_looks_like_a_total_is_one_where_it_is_known_who_they_are(identity):
    assert len(read_file(csv_of(ELIGIBLE, {"person_id": "Total"} | identity)).table) == 2


def test_a_formula_without_its_result_and_an_error_of_one_are_errors_of_their_rows():
    book = openpyxl.Workbook()
    for row in (["Ref", "Name", "Postcode", "Notes"], ["A1", "=B9&C9", "XM1 1AA", "=1+1"], ["A2", "Bo", "XM1 1AA", ""]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    people = read_file(content.getvalue())
    assert people.errors[["row", "column", "value"]].to_numpy().tolist() == [[2, "Name", "=B9&C9"]]
    assert "saved without its result" in people.errors["problem"].item() and people.table.index.tolist() == [3]
    assert "an error" not in NoResult("#REF!").problem and "the error of a formula" in NoResult("#REF!").problem


def test_a_column_of_dates_with_the_month_first_is_pointed_out():
    read = people_of(person(date_of_birth="01/31/2009"), person(person_id="A2"))
    assert any("month first" in warning for warning in read.warnings)


def test_a_column_that_mostly_cannot_be_read_is_pointed_out():
    read = people_of(*(person(person_id=f"A{n}", full_time="Monday") for n in range(3)))
    assert any("another column" in warning for warning in read.warnings)


def test_a_form_and_a_file_read_alike():
    form = read_one(ELIGIBLE, rules(), decided_on=DAY).table
    pd.testing.assert_frame_equal(form.reset_index(drop=True), people_of(ELIGIBLE).table.reset_index(drop=True))


def test_a_form_reports_every_fault_at_once_and_repeats_no_value():
    with pytest.raises(InputError) as error:
        read_one({"date_of_birth": "31/31/1999", "full_time": "perhaps", "agee": "17"}, rules(), decided_on=DAY)
    assert {fault.where for fault in error.value.faults} == {"date_of_birth", "full_time", "agee"}
    assert "31/31/1999" not in str(error.value) and "perhaps" not in str(error.value)


def test_a_form_leaves_out_what_the_policy_does_not_ask_for_and_says_so():
    read = read_one({"date_of_birth": "1/2/2009", "taxable_income": "lots"}, rules(), decided_on=DAY)
    assert "taxable_income" not in read.table
    assert "taxable_income was not used" in read.warnings[0]


CELLS = st.sampled_from(
    ["", "yes", "no", "maybe", "n/a", "31/01/2009", "01/31/2009", "3", "£5", "XM1 1AA", "=1+1", "x" * 50]
)


@draws(60)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(ELIGIBLE, CELLS)), min_size=1, max_size=8))
def test_every_row_is_read_or_in_error_and_a_form_and_a_file_agree_which(people):
    content = [number for number, row in enumerate(people, start=2) if any(row.values())]
    assume(content)
    read = people_of(*people)
    assert sorted([*read.table.index, *read.errors["row"].unique()]) == content
    for number in content:
        try:
            read_one(people[number - 2], rules(), decided_on=date(2026, 9, 1))
            row = people[number - 2]
            identified = not {row["date_of_birth"], row["postcode"]} <= {"", "n/a"}
            # In a file such a line is a footer where it begins as one does or says nothing beside a reference.
            footer = row["person_id"] == "=1+1" or not any(row[name] for name in row if name != "person_id")
            fine = row["person_id"] not in ("", "n/a") and (identified or not footer)
        except InputError:
            fine = False
        assert fine == (number in read.table.index)


def test_the_cells_of_a_workbook_are_read_by_their_kinds():
    book = openpyxl.Workbook()
    book.active.append(["Ref", "DOB", "Course start", "Full time", "Publicly funded", "UC earnings", "Income Support"])
    book.active.append([101, date(2009, 1, 31), datetime(2026, 9, 7), True, 1, 616.67, "n/a"])
    book.active.append([102, 39844, "7/9/2026", False, 0, "£616.67", None])
    content = io.BytesIO()
    book.save(content)
    raw = raw_of(content.getvalue(), "a.xlsx")
    read = read_rows(raw, propose(raw.headings, rules()), decided_on=DAY)
    person = read.table.loc[2]
    assert (person["person_id"], person["date_of_birth"]) == ("101", pd.Timestamp(2009, 1, 31))
    assert (person["full_time"], person["publicly_funded"], person["uc_earnings_1"]) == (True, True, 616.67)
    assert pd.isna(person["income_support"])
    assert read.errors[["row", "column"]].to_numpy().tolist() == [[3, "DOB"]]
    assert "Excel" in read.errors["problem"].iloc[0]


def twin(one: str, other: str, fact: str, heading: str) -> dict[str, str]:
    return {name: one if name == fact else value for name, value in ELIGIBLE.items()} | {heading: other}


@pytest.mark.parametrize(
    ("fact", "heading", "one", "other"),
    [
        ("looked_after", "Looked after child", "no", "yes"),
        ("date_of_birth", "DOB", "31/01/2009", "30/01/2009"),
        ("postcode", "Home postcode", "XM15 1AA", "XM1 1AA"),
        ("uc_earnings_1", "UC earnings", "600", "700"),
        ("looked_after", "Looked after child", "no", "banana"),
    ],
)
def test_two_columns_that_contradict_each_other_decide_nothing_in_either_order(fact, heading, one, other):
    raw = raw_of(csv_of(twin(one, other, fact, heading)))
    read = read_rows(raw, propose(raw.headings, rules()), decided_on=DAY)
    assert read.table[fact].isna().all() and "counts as not known" in read.notes[0][1]


@pytest.mark.parametrize(("one", "other"), [("yes", ""), ("", "yes"), ("yes", "Y"), ("yes", "yes")])
def test_a_gap_of_one_column_is_filled_from_a_second_column_of_the_fact(one, other):
    read = people_of(twin(one, other, "looked_after", "Looked after child"))
    assert read.table["looked_after"].tolist() == [True] and not read.notes


def test_one_postcode_written_in_two_ways_is_one():
    read = people_of(twin("XM15 1AA", "xm151aa", "postcode", "Home postcode"))
    assert read.table["postcode"].notna().all() and not read.notes


def test_a_second_column_that_a_person_leaves_out_is_not_compared():
    raw = raw_of(csv_of(twin("no", "yes", "looked_after", "Looked after child")))
    mapping = propose(raw.headings, rules()).by_hand({"Looked after child": ""})
    read = read_rows(raw, mapping, decided_on=DAY)
    assert read.table["looked_after"].tolist() == [False] and not read.notes


def test_two_names_of_one_person_may_differ():
    assert not people_of(ELIGIBLE | {"name": "Ann Lee", "Full name": "Ann Mary Lee"}).notes
