import io
from functools import cache

import openpyxl
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchmarks import applicants as benchmark
from eligibility.applicants import headings
from eligibility.deciding.decide import OUTCOMES
from eligibility.deciding.one_person import check
from eligibility.rules import library
from eligibility.runs.applications import Run, assess_file
from tests.draws import draws, some
from tests.eligibility.data import make_applicants
from tests.eligibility.example_people import DAY, ELIGIBLE, county, csv_of, raw_of, rules, run_of

MADE = make_applicants.make()
FILE = make_applicants.FILE.read_bytes()
POLICIES = some([policy.id for policy in library.shipped() if policy.kind == "entitlement"])


@cache
def in_policies(policy: str) -> Run:
    """Return the run of the messy file under a policy, on a day on which all of its numbers have a value."""
    for day in (DAY, *reversed(library.find(policy).boundaries())):
        try:
            found = rules(policy, day)
        except ValueError:
            continue
        raw = raw_of(FILE)
        return assess_file(raw, headings.propose(raw.headings, found), found, county(), decided_on=DAY)
    raise AssertionError("no day")


def test_the_committed_file_is_what_the_script_makes():
    assert make_applicants.as_csv(MADE) == FILE


@pytest.mark.parametrize("policy", POLICIES)
def test_six_hundred_rows_go_in_and_each_is_decided_or_reported(policy):
    run = in_policies(policy)
    decided, wrong = set(run.people.index), set(run.errors["row"])
    assert len(decided) + len(wrong) == run.rows_in == make_applicants.ROWS
    assert not decided & wrong
    assert list(run.decisions.outcome.index) == list(run.people.index)
    assert run.decisions.outcome.isin(OUTCOMES).all()


def expected(run) -> dict[int, set[str]]:
    """Return the rows that cannot be read under a mapping, with their columns: what was spoilt of what is read."""
    read = {match.heading for match in run.mapping.columns if match.target} | {""}
    if "Measured walk miles" not in read:  # then there is no measurement that could lack who, how or when
        read -= {"Measured by", "How measured", "Date measured"}
    numbers = row_numbers()
    wrong = {numbers[place]: columns & read for place, columns in MADE.spoilt.items()}
    method = run.people.get("walk_miles_method", pd.Series(dtype="string"))
    for row in run.people.index[(method == "measured by an officer").fillna(False).to_numpy(dtype=bool)]:
        wrong[row] = wrong.get(row, set()) - {"Home Post Code"}  # an officer measured the way: a postcode stops nothing
    return {number: columns for number, columns in wrong.items() if columns}


def row_numbers() -> list[int]:
    numbers, number = [], 3
    for place in range(make_applicants.ROWS):
        number += 1 + (place in (100, 300, 301))
        numbers.append(number)
    return numbers


@pytest.mark.parametrize("policy", ["post16-default", "cambridgeshire-2023", "staffordshire-2025"])
def test_exactly_what_was_spoilt_is_reported_by_row_and_column(policy):
    run = in_policies(policy)
    found = {row: set(columns) for row, columns in run.errors.groupby("row")["column"]}
    assert found == expected(run)


def test_every_error_says_what_to_write():
    run = in_policies("post16-default")
    words = "[Ww]rite|Check|Give|Say|Put|Ask|build"
    assert run.errors["problem"].str.contains(words).all()


@pytest.mark.parametrize(
    ("separator", "encoding"), [(",", "utf-8"), (",", "utf-8-sig"), ("\t", "utf-16"), (";", "utf-8")]
)
def test_the_same_applicants_in_another_encoding_have_the_same_decisions(separator, encoding):
    run, other = in_policies("post16-default"), run_of(make_applicants.as_csv(MADE, separator, encoding))
    pd.testing.assert_series_equal(run.decisions.outcome, other.decisions.outcome)
    in_cells = run.errors["column"] != ""  # a broken row is shown as it stands in the file
    pd.testing.assert_frame_equal(run.errors.drop(columns="value"), other.errors.drop(columns="value"))
    pd.testing.assert_frame_equal(run.errors[in_cells], other.errors[in_cells])


def test_the_same_applicants_in_a_workbook_have_the_same_decisions():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ([*make_applicants.TITLE], [], make_applicants.HEADINGS):
        sheet.append(row)
    for place, row in enumerate(MADE.rows):
        if place in (100, 300, 301):
            sheet.append([])
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(3 + 1 + place + sum(blank <= place for blank in (100, 300, 301)), column)
            cell.value = text.replace("\x07", "")[:32_000]
            cell.data_type = "s"
    content = io.BytesIO()
    book.save(content)
    run, other = in_policies("post16-default"), run_of(content.getvalue())
    whole = [row for row in run.people.index if row in other.people.index]
    assert other.rows_in == make_applicants.ROWS
    assert set(run.people.index) <= set(other.people.index) | set(other.errors["row"])
    pd.testing.assert_series_equal(run.decisions.outcome.loc[whole], other.decisions.outcome.loc[whole])


def test_columns_in_another_order_change_nothing():
    given = [ELIGIBLE, ELIGIBLE | {"person_id": "A2", "income_support": "no"}]
    turned = [dict(reversed(person.items())) for person in given]
    one, two = run_of(csv_of(*given)), run_of(csv_of(*turned))
    pd.testing.assert_series_equal(one.decisions.outcome, two.decisions.outcome)


def test_the_order_of_rows_changes_nobody_s_outcome():
    people = [ELIGIBLE | {"person_id": f"A{n}", "income_support": "yes" if n % 2 else "no"} for n in range(6)]
    one, two = run_of(csv_of(*people)), run_of(csv_of(*reversed(people)))
    outcome = [dict(zip(run.people["person_id"], run.decisions.outcome, strict=True)) for run in (one, two)]
    assert outcome[0] == outcome[1]


def test_a_file_and_a_form_decide_alike():
    run = run_of(csv_of(ELIGIBLE, ELIGIBLE | {"person_id": "A2", "nearest_suitable": "no", "catchment_school": "no"}))
    for person, outcome in zip(
        (ELIGIBLE, ELIGIBLE | {"nearest_suitable": "no", "catchment_school": "no"}), run.decisions.outcome, strict=True
    ):
        decision, _ = check(person, rules(), county(), decided_on=DAY)
        assert decision.outcome == outcome


def test_an_eligible_person_is_eligible():
    assert run_of(csv_of(ELIGIBLE)).decisions.outcome.tolist() == ["eligible"]


def test_a_place_that_cannot_be_found_is_reported_with_the_cell_as_it_stood():
    errors = run_of(csv_of(ELIGIBLE | {"postcode": "xm99  9zz", "destination": "Nowhere"})).errors
    assert errors[["column", "value"]].to_numpy().tolist() == [["destination", "Nowhere"], ["postcode", "xm99 9zz"]]


def test_a_file_in_which_no_row_can_be_read_gives_a_run_without_decisions():
    run = run_of(csv_of(ELIGIBLE | {"date_of_birth": "soon"}, ELIGIBLE | {"person_id": ""}))
    assert (len(run.people), run.rows_with_errors, len(run.decisions.outcome)) == (0, 2, 0)


CELL = st.one_of(
    st.sampled_from(
        ["", "yes", "no", "n/a", "XM15 1AA", "Harrowmere College", "31/01/2009", "X-C1", "3", "£5 pw", "BT1 5GS"]
    ),
    st.text(alphabet="ab1/-£,.;\"'\n\t =+é", max_size=12),
)


@draws(25)
@given(
    st.lists(
        st.fixed_dictionaries(
            dict.fromkeys(("person_id", "date_of_birth", "postcode", "destination", "full_time"), CELL)
        ),
        min_size=1,
        max_size=6,
    )
)
def test_nothing_is_lost_whatever_stands_in_the_cells(people):
    assume(any(any(cell.strip() for cell in person.values()) for person in people))
    content = csv_of(*people)
    raw = raw_of(content)
    run = run_of(content)
    assert len(run.people) + run.rows_with_errors == run.rows_in == len(raw.rows) + len(raw.broken)


def test_the_measure_of_a_hundred_thousand_runs_on_a_few(monkeypatch, capsys):
    monkeypatch.setattr(benchmark, "ROWS", 60)
    benchmark.main()
    assert "write the workbook" in capsys.readouterr().out
