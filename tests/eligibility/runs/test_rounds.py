import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

import openpyxl
import pytest

from data.faults import InputError
from eligibility.applicants import headings
from eligibility.deciding.decide import ELIGIBLE as IS_ELIGIBLE
from eligibility.deciding.decide import NOT_ON_CRITERIA, REFER
from eligibility.letters.letters import letters_document
from eligibility.rules.policy import Rules
from eligibility.runs import rounds
from eligibility.runs.applications import Run, assess_file
from eligibility.runs.decisions_file import from_bytes, read_last_round
from eligibility.runs.decisions_workbook import to_bytes
from eligibility.runs.last_round import SPELT, TWICE, name_key
from eligibility.runs.tables import DECISIONS, EVIDENCE, decisions_table, evidence_table
from tests.eligibility.example_people import DAY, ELIGIBLE, county, csv_of, raw_of, rules

SIGHT = ("uc_award", "uc_earnings_1")
LACKING = ELIGIBLE | {"person_id": "A2", "name": "Bryn Lundgate", "nearest_suitable": ""}
PRIVATE = ELIGIBLE | {"person_id": "A3", "name": "Cal Toft", "publicly_funded": "no"}
THREE = (ELIGIBLE | {"name": "Zoë Askham"}, LACKING, PRIVATE)
SEEN = {"seen": "yes", "seen_by": "A. Officer", "seen_on": date(2026, 8, 20)}
OVERRIDE = {
    "officer_outcome": IS_ELIGIBLE,
    "officer": "B. Officer",
    "officer_on": date(2026, 8, 25),
    "officer_reason": "The only course of its kind.",
}


def with_sight(sight: tuple[str, ...] = SIGHT) -> Rules:
    found = rules()
    return replace(found, policy=replace(found.policy, terms=replace(found.policy.terms, sight=sight)))


def run(*people: dict[str, str], last: bytes | None = None, renewal: bool = False, sight=(), on: date = DAY) -> Run:
    raw, by = raw_of(csv_of(*people)), with_sight(sight)
    before = None if last is None else read_last_round(last, "last.xlsx", is_renewal=renewal)
    return assess_file(raw, headings.propose(raw.headings, by), by, county(), decided_on=on, last=before)


@cache
def first() -> bytes:
    return to_bytes(run(*THREE), county())


def filled(
    content: bytes,
    *,
    decisions: Mapping[str, Mapping] = {},
    evidence: Mapping[tuple, Mapping] = {},
    row_of_file: int | None = None,
) -> bytes:
    """Return a workbook as officers fill it in: by reference, and by reference and fact; one row alone, or all."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet, columns, key_of, edits in (
        ("Decisions", DECISIONS, lambda cells: cells["person_id"].value, decisions),
        ("Evidence to request", EVIDENCE, lambda cells: (cells["person_id"].value, cells["fact"].value), evidence),
    ):
        found = set()
        for row in book[sheet].iter_rows(min_row=2):
            cells = dict(zip(columns, row, strict=True))
            if row_of_file not in (None, cells["row"].value):
                continue
            for column, value in edits.get(key_of(cells), {}).items():
                cells[column].value = value
                found.add(key_of(cells))
        assert found == set(edits)
    result = io.BytesIO()
    book.save(result)
    return result.getvalue()


def stands(of: Run) -> dict[str, dict]:
    return decisions_table(of).set_index("person_id").to_dict("index")


def changed(of: Run) -> dict[str, tuple[str, str]]:
    table = rounds.changes(of, rounds.standing(of))
    return {row.person_id: (row.since, row.why) for row in table.itertuples()}


def test_evidence_that_was_seen_decides_and_the_round_says_who_changed_and_why():
    last = filled(first(), evidence={("A2", "nearest_suitable"): SEEN})
    now = run(*THREE, last=last)
    assert stands(now)["A2"]["outcome"] == IS_ELIGIBLE
    since, why = changed(now)["A2"]
    assert since == rounds.CHANGED
    assert why == (
        "seen: The nearest suitable place of study (A. Officer, 20 August 2026); "
        "The nearest suitable place: not given (not known), now yes (met)"
    )
    assert set(changed(now)) == {"A2"} and rounds.counts(now, rounds.standing(now))["since_last_round"] == {
        rounds.CHANGED: 1,
        rounds.SAME: 2,
    }


def test_who_is_new_who_is_gone_and_what_the_file_says_otherwise():
    new = ELIGIBLE | {"person_id": "A9", "name": "Dee Marsh"}
    other = PRIVATE | {"publicly_funded": "yes"}
    now = run(THREE[0], other, new, last=first())
    assert {reference: since for reference, (since, _) in changed(now).items()} == {
        "A3": rounds.CHANGED,
        "A9": rounds.NEW,
        "A2": rounds.GONE,
    }
    assert "publicly funded" in changed(now)["A3"][1] and "now yes (met)" in changed(now)["A3"][1]


def test_a_person_who_is_gone_is_in_the_workbook_with_what_was_sent():
    last = filled(first(), decisions={"A3": {"sent_on": date(2026, 8, 22)}})
    book = openpyxl.load_workbook(io.BytesIO(to_bytes(run(*THREE[:2], last=last), county())))
    row = [cell.value for cell in book["Since last round"][2]]
    assert row[0] is None and row[1:4] == ["A3", "Cal Toft", rounds.GONE] and "22 August 2026" in row[8]


def test_who_was_gone_for_a_round_comes_back_with_what_was_seen_and_sent():
    filled_in = filled(
        first(),
        decisions={"A3": {"sent_on": date(2026, 8, 22)}},
        evidence={("A2", "nearest_suitable"): SEEN},
    )
    without = to_bytes(run(THREE[0], last=filled_in), county())
    assert from_bytes(without, "x")["person_id"].tolist() == ["A1"]
    back = run(THREE[0], LACKING, PRIVATE | {"publicly_funded": "yes"}, last=without)
    assert stands(back)["A2"]["outcome"] == IS_ELIGIBLE
    assert stands(back)["A3"]["since"] == rounds.SENT_OTHERWISE
    again = run(THREE[0], LACKING, PRIVATE | {"publicly_funded": "yes"}, last=to_bytes(back, county()))
    assert stands(again)["A3"]["since"] == rounds.SENT_OTHERWISE  # it is said until an officer has dealt with it


def test_a_row_that_can_no_longer_be_read_is_neither_gone_nor_silent():
    now = run(THREE[0], LACKING | {"date_of_birth": "soon"}, PRIVATE, last=first())
    assert changed(now)["A2"][0] == rounds.UNREAD


def test_a_decision_that_was_sent_stands_as_it_was_sent_and_no_second_letter_is_made():
    last = filled(first(), decisions={"A3": {"sent_on": date(2026, 8, 22)}})
    now = run(THREE[0], LACKING, PRIVATE | {"publicly_funded": "yes"}, last=last)
    row = stands(now)["A3"]
    assert (row["outcome"], row["rules_outcome"], row["since"]) == (NOT_ON_CRITERIA, IS_ELIGIBLE, rounds.SENT_OTHERWISE)
    assert row["sent_on"] == date(2026, 8, 22)
    lost: list[str] = []
    letters_document(now, not_made=lost)
    assert [line for line in lost if "was sent" in line and line.startswith("Row 4")]
    again = from_bytes(to_bytes(now, county()), "x")
    assert again.set_index("person_id").at["A3", "outcome"] == NOT_ON_CRITERIA


def test_an_officers_decision_is_carried_with_name_day_and_reason_and_counted():
    last = filled(first(), decisions={"A3": OVERRIDE | {"appeal_stage": "Stage 1", "appeal_outcome": "allowed"}})
    now = run(*THREE, last=last)
    row = stands(now)["A3"]
    assert (row["outcome"], row["rules_outcome"], row["since"]) == (IS_ELIGIBLE, NOT_ON_CRITERIA, rounds.BY_OFFICER)
    assert {name: row[name] for name in OVERRIDE} == OVERRIDE
    counted = rounds.counts(now, rounds.standing(now))
    assert counted["decided_by_officers"] == {IS_ELIGIBLE: 1} and counted["appeals"] == {"Stage 1: allowed": 1}
    assert "write its letter by hand" in now.held(4).lower()
    third = run(*THREE, last=to_bytes(now, county()))
    assert stands(third)["A3"]["officer"] == "B. Officer" and from_bytes(last, "x")["outcome"].iloc[2] == IS_ELIGIBLE


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"outcome": IS_ELIGIBLE}, "has another Outcome than the rules gave"),
        ({"officer_outcome": IS_ELIGIBLE, "officer": "B"}, "lacks: Officer's day, Officer's reason"),
        ({"officer_outcome": "yes"}, "must be one of"),
        ({"appeal_outcome": "won"}, "must be one of open, allowed"),
        ({"appeal_stage": "Stage 1", "appeal_outcome": "allowed"}, "write the decision under Officer's outcome"),
        ({"sent_on": "soon"}, "Letter sent on"),
    ],
)
def test_an_officers_entry_that_is_not_whole_is_refused_by_row(entry, said):
    with pytest.raises(InputError, match=said):
        read_last_round(filled(first(), decisions={"A3": entry}), "last.xlsx")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"seen": "yes"}, "by whom"),
        (SEEN | {"seen_on": date(2027, 1, 1)}, "after the day of the decision"),
        (SEEN | {"until": date(2026, 8, 1)}, "before it was seen"),
        (SEEN | {"seen": "as claimed"}, "Claimed is empty"),
    ],
)
def test_evidence_without_who_and_when_is_refused(entry, said):
    with pytest.raises(InputError, match=said):
        run(*THREE, last=filled(first(), evidence={("A2", "nearest_suitable"): entry}))


def test_where_the_file_contradicts_what_was_seen_nobody_is_decided_by_either():
    last = filled(first(), evidence={("A2", "nearest_suitable"): SEEN})
    now = run(THREE[0], LACKING | {"nearest_suitable": "no"}, PRIVATE, last=last)
    assert stands(now)["A2"]["outcome"] == REFER
    assert "than A. Officer saw on 20 August 2026" in stands(now)["A2"]["notes"]


def test_a_claim_fills_a_gap_and_is_no_evidence_that_was_seen():
    last = filled(first(), evidence={("A2", "nearest_suitable"): {"claimed": "yes"}})
    now = run(*THREE, last=last)
    assert stands(now)["A2"]["outcome"] == IS_ELIGIBLE and not now.carried.seen


def test_an_award_is_subject_to_sight_of_what_it_rests_on_until_that_is_seen():
    then = run(*THREE, sight=SIGHT)
    words = stands(then)["A1"]["in_words"]
    assert words.startswith("eligible, subject to sight of: Universal Credit; Net earnings")
    assert stands(then)["A3"]["in_words"] == NOT_ON_CRITERIA and stands(then)["A1"]["outcome"] == IS_ELIGIBLE
    last = filled(to_bytes(then, county()), evidence={("A1", fact): SEEN for fact in SIGHT})
    now = run(*THREE, last=last, sight=SIGHT)
    assert stands(now)["A1"]["in_words"] == IS_ELIGIBLE
    since, why = changed(now)["A1"]
    assert since == rounds.CHANGED and why.startswith("seen: Universal Credit (A. Officer, 20 August 2026)")
    told = rounds.changes(now, rounds.standing(now)).iloc[0]
    assert told["before"] == words and told["now"] == IS_ELIGIBLE
    kept = evidence_table(now).query("person_id == 'A1'")
    assert set(kept["settles"]) == {"seen"} and set(kept["seen_by"]) == {"A. Officer"}


def test_a_letter_that_asked_for_proof_is_said_to_be_overtaken_once_the_proof_is_seen():
    then = to_bytes(run(*THREE, sight=SIGHT), county())
    entries = {("A1", fact): SEEN for fact in SIGHT}
    now = run(*THREE, last=filled(then, evidence=entries, decisions={"A1": {"sent_on": DAY}}), sight=SIGHT)
    assert changed(now)["A1"][0] == rounds.SENT_OTHERWISE
    assert stands(now)["A1"]["in_words"].startswith("eligible, subject to sight of")


def test_one_of_two_grounds_that_was_seen_is_enough():
    both = ELIGIBLE | {"young_carer": "yes"}
    assert stands(run(both, sight=SIGHT))["A1"]["in_words"] == IS_ELIGIBLE  # by what needs no sight


def test_next_year_takes_what_still_holds_and_no_decision():
    entries = {("A2", "nearest_suitable"): SEEN | {"until": date(2027, 8, 31)}}
    last = filled(first(), evidence=entries, decisions={"A3": OVERRIDE, "A1": {"sent_on": date(2026, 8, 22)}})
    now = run(*THREE, last=last, renewal=True)
    assert stands(now)["A2"]["outcome"] == IS_ELIGIBLE
    assert stands(now)["A3"]["outcome"] == NOT_ON_CRITERIA and stands(now)["A3"]["officer"] is None
    assert stands(now)["A1"]["sent_on"] is None and now.held(2) == ""


@pytest.mark.parametrize(("until", "renewal"), [(date(2026, 8, 31), False), (None, True)])
def test_evidence_that_no_longer_holds_is_asked_for_again(until, renewal):
    last = filled(first(), evidence={("A2", "nearest_suitable"): SEEN | {"until": until}})
    now = run(*THREE, last=last, renewal=renewal)
    assert stands(now)["A2"]["outcome"] == REFER and "Ask again" in stands(now)["A2"]["notes"]
    assert "no longer holds: ask again" in set(evidence_table(now)["settles"])


def test_a_reference_that_has_passed_to_another_name_is_another_person():
    last = filled(first(), evidence={("A2", "nearest_suitable"): SEEN})
    now = run(THREE[0], LACKING | {"name": "Owen Fell"}, PRIVATE, last=last)
    assert stands(now)["A2"]["outcome"] == REFER and stands(now)["A2"]["since"] == rounds.NEW
    assert "another name" in stands(now)["A2"]["notes"]
    assert name_key("Zoë O'Dowd") == name_key("ODOWD Zoe")


def test_a_name_in_any_script_is_a_name():
    last = filled(
        to_bytes(run(THREE[0], LACKING | {"name": "Мария Иванова"}), county()),
        evidence={("A2", "nearest_suitable"): SEEN},
    )
    assert stands(run(LACKING | {"name": "Мария Иванова"}, last=last))["A2"]["outcome"] == IS_ELIGIBLE
    assert stands(run(LACKING | {"name": "Олег Петров"}, last=last))["A2"]["outcome"] == REFER


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("Brin Lundgate", True), ("Brny Lundgate", True), ("Brynn Lundgate", True), ("Brynlee Lundgate", False)],
)
def test_a_name_one_letter_off_is_the_same_person_and_said_and_two_letters_are_not(name, is_one):
    last = filled(first(), evidence={("A2", "nearest_suitable"): SEEN})
    now = stands(run(LACKING | {"name": name}, last=last))["A2"]
    assert (now["outcome"] == IS_ELIGIBLE, SPELT in now["notes"]) == (is_one, is_one)


def twins(*names: str) -> list[dict[str, str]]:
    born = ("31/01/2009", "30/01/2009")
    return [
        LACKING | {"person_id": "F1", "name": name, "date_of_birth": day} for name, day in zip(names, born, strict=True)
    ]


def with_the_first_ones_evidence(pair: list[dict[str, str]]) -> bytes:
    return filled(to_bytes(run(*pair), county()), evidence={("F1", "nearest_suitable"): SEEN}, row_of_file=2)


@pytest.mark.parametrize("names", [("", ""), ("Ann Lee", "Ann Lee"), ("", "Ann Lee")])
def test_of_two_with_one_reference_nobody_is_given_the_others_evidence_when_the_file_is_sorted_anew(names):
    pair = twins(*names)
    now = run(*pair[::-1], last=with_the_first_ones_evidence(pair))
    decided = decisions_table(now).set_index("row")
    assert decided["outcome"].loc[2] == REFER and TWICE in decided["notes"].loc[3]
    assert changed(now)["F1"][0] == rounds.BY_HAND


def test_of_two_with_one_reference_each_is_followed_by_a_name_that_stands_once():
    pair = twins("Ann Lee", "Bea Lee")
    decided = decisions_table(run(*pair[::-1], last=with_the_first_ones_evidence(pair))).set_index("row")
    assert dict(decided["outcome"]) == {2: REFER, 3: IS_ELIGIBLE}


def test_a_file_without_references_cannot_follow_a_round():
    nameless = [{name: value for name, value in person.items() if name != "person_id"} for person in THREE]
    with pytest.raises(InputError, match="no column gives a reference"):
        run(*nameless, last=first())


def test_the_workbook_of_a_round_says_what_changed_in_a_sheet_of_its_own():
    now = run(*THREE, last=filled(first(), evidence={("A2", "nearest_suitable"): SEEN}))
    book = openpyxl.load_workbook(io.BytesIO(to_bytes(now, county())))
    assert book.sheetnames[-2:] == ["Since last round", "Kept from before"]
    assert [cell.value for cell in book["Since last round"][2]][1:6] == [
        "A2",
        "Bryn Lundgate",
        "changed",
        REFER,
        "eligible",
    ]
    policy = [row[0] for row in book["Policy"].iter_rows(values_only=True)]
    assert "Since last round: 1 changed, 2 the same." in policy


def test_a_workbook_of_before_rounds_can_be_the_last_round():
    book = openpyxl.load_workbook(io.BytesIO(first()))
    for sheet, columns, old in (("Decisions", DECISIONS, 20), ("Evidence to request", EVIDENCE, 5)):
        book[sheet].delete_cols(old + 1, len(columns) - old)
    content = io.BytesIO()
    book.save(content)
    assert changed(run(*THREE, last=content.getvalue())) == {}


def test_a_letter_of_award_says_first_what_must_be_seen():
    with_proof = run(ELIGIBLE, sight=SIGHT)
    assert ("We can help" in letter_words(with_proof), "once we have seen proof" in letter_words(with_proof)) == (
        False,
        True,
    )
    assert "What we must see first" in letter_words(with_proof)
    assert "once we have seen proof" not in letter_words(run(ELIGIBLE))


def letter_words(of: Run) -> str:
    with zipfile.ZipFile(io.BytesIO(letters_document(of))) as parts:
        return re.sub(r"<[^>]+>", "", parts.read("word/document.xml").decode())
