import io
import re
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from data.faults import InputError
from eligibility.__main__ import main
from eligibility.deciding import decide
from eligibility.deciding.certainty import certain
from eligibility.deciding.decide import ELIGIBLE as IS_ELIGIBLE
from eligibility.deciding.decide import NOT_ON_CRITERIA, OUTCOMES, REFER
from eligibility.deciding.decision import Decision, decide_one
from eligibility.deciding.one_person import check
from eligibility.letters import letters
from eligibility.letters.annex import ANNEX, NOT_SAID, OUR_POLICY, SOURCES, of_statements
from eligibility.letters.annex import MEASURED as MEASURED_HOW
from eligibility.letters.answers import COST, UNMEASURED
from eligibility.letters.appeal import MISSED, NO_STAGES, NOT_YET, OMBUDSMAN
from eligibility.letters.contact import AS_ABOVE
from eligibility.letters.fields import DEFAULTS, FIELDS, checked_fields
from eligibility.letters.letters import file_names, letter, letters_document, letters_zip, safe_name
from eligibility.letters.reader import NO_BREAK
from eligibility.letters.refusals import EACH
from eligibility.letters.text import BY_WHOM, OFFICERS_PAGE, TITLE, Recipient
from eligibility.letters.text import parts as text_parts
from eligibility.rules import library, worked_cases
from eligibility.runs import decisions_workbook
from eligibility.runs.applications import Run
from tests import draws
from tests.eligibility.deciding import random_people
from tests.eligibility.example_people import DAY, ELIGIBLE, case, county, csv_of, rules, run_of
from tests.eligibility.letters.checked import as_checked
from tests.libreoffice import converted, keep_pictures, saved

PACKS = draws.some([policy for policy in library.shipped() if policy.kind == "entitlement"])
MEASURED = {
    "measured_by": "A. Officer",
    "measured_on": "20 August 2026",
    "measured_how": "council's walking tool, 2026.1",
}
TO = Recipient("TR/117", "Zoe Bloggs", ("The postcode was mended.",))


def decided(policy: str = "post16-default", **facts: str) -> Decision:
    given = {name: value for name, value in (ELIGIBLE | facts).items() if value}
    return check(given, rules(policy), county(), decided_on=DAY)[0]


def opened(content: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(content))


def letter_of(decision: Decision, policy: str = "post16-default", **fields: str) -> docx.document.Document:
    return opened(letter(decision, rules(policy), TO, fields))


def words(document: docx.document.Document) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells]).replace(NO_BREAK, " ")


def under(document: docx.document.Document, heading: str) -> list[str]:
    """Return the paragraphs between a heading and the next."""
    texts, inside = [], False
    for paragraph in document.paragraphs:
        if paragraph.style.name.startswith("Heading"):
            inside = paragraph.text == heading
        elif inside:
            texts.append(paragraph.text.replace(NO_BREAK, " "))
    return texts


def table_rows(document: docx.document.Document) -> dict[str, list[str]]:
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    return {row[0]: row for row in rows}


@cache
def of_outcome(outcome: str) -> Decision:
    facts = {
        IS_ELIGIBLE: MEASURED | {"measured_walk_miles": "30.5"},
        NOT_ON_CRITERIA: {"paid_apprentice": "yes"},
        REFER: {"paid_apprentice": ""},
    }
    found = decided(**facts[outcome])
    assert found.outcome == outcome
    return found


def test_headings_are_words_own_styles():
    styles = {p.text: p.style.name for p in letter_of(of_outcome(REFER)).paragraphs}
    assert styles["Help with travel to school, college or training"] == "Heading 1"
    for heading in ("Why we have not decided yet", "What to send us", "Exceptional circumstances", "How to appeal"):
        assert styles[heading] == "Heading 2"


def test_the_language_is_british_english_everywhere():
    document = letter_of(of_outcome(IS_ELIGIBLE))
    assert {lang.get(qn("w:val")) for lang in document.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    assert document.core_properties.language == "en-GB"


def test_the_same_decision_gives_the_same_bytes():
    assert letter(of_outcome(REFER), rules(), TO) == letter(of_outcome(REFER), rules(), TO)


def test_nothing_in_a_letter_tells_who_made_it_or_when_but_the_day_of_the_decision():
    content = letter(of_outcome(REFER), rules(), TO)
    about = opened(content).core_properties
    assert (about.author, about.last_modified_by, about.revision) == ("", "", 1)
    assert about.created.date() == about.modified.date() == DAY
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(2026, 9, 1, 0, 0, 0)}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_letter_has_exceptional_circumstances_and_a_decision_the_stages_and_the_ombudsman(outcome: str):
    document = letter_of(of_outcome(outcome))
    said, how = under(document, "Exceptional circumstances")
    assert said == rules().policy.terms.exceptional_circumstances.letter
    by_mail = f"To tell us, e-mail [{FIELDS['email']}] or call [{FIELDS['telephone']}]."
    assert how == AS_ABOVE if outcome == NOT_ON_CRITERIA else how.startswith(by_mail)
    first, *others = under(document, "How to appeal")
    stages = "\n".join([first, *others])
    if outcome == REFER:
        assert first == NOT_YET and first.count(".") == 2 and others[0] == BY_WHOM
        return
    for stage in rules().policy.terms.appeal:
        assert stage.stage in stages
    assert "12 months" in stages and "PO Box 4771, Coventry CV4 0EH" in stages and MISSED in stages


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_only_the_next_step_has_a_date_and_only_once_there_is_a_decision(outcome: str):
    appeal = "\n".join(under(letter_of(of_outcome(outcome)), "How to appeal"))
    assert ("by 29 September 2026 at the latest" in appeal) == (outcome != REFER)
    assert len(re.findall(r"\d+ [A-Z][a-z]+ 20\d\d", appeal)) == (outcome != REFER)
    assert ("start when the step before it is finished" in appeal) == (outcome != REFER)
    assert ("This letter is not our decision" in appeal) == (outcome == REFER)


def test_a_policy_without_an_appeal_leaves_a_field_for_it_and_never_drops_it():
    bare = replace(of_outcome(NOT_ON_CRITERIA), appeal=(), exceptional_circumstances="")
    document = letter_of(bare)
    assert f"[{NO_STAGES.words}]." in under(document, "How to appeal") and OMBUDSMAN in under(document, "How to appeal")
    assert "a reason that they do not cover" in under(document, "Exceptional circumstances")[0]


@pytest.mark.parametrize("policy", PACKS, ids=lambda policy: policy.id)
def test_no_letter_of_any_pack_says_refused_or_loses_a_part(policy):
    pack = policy.on(worked_cases.read(policy.id).cases[0].day)
    seen = set()
    for _, person in random_people.people(pack, 5, 3).iterrows():
        decision = decide_one(person, pack, decided_on=date(2026, 11, 24))
        seen.add(decision.outcome)
        document = opened(letter(decision, pack))
        text = words(document).lower()
        assert "refus" not in text and "reject" not in text
        assert under(document, "Exceptional circumstances") and under(document, "How to appeal")
        assert all(of_statements(step.label).lower() in text for step in decision.explanation.steps)
    assert seen


def test_a_reason_gives_what_was_seen_what_is_asked_for_and_where_that_stands():
    rows = table_rows(letter_of(of_outcome(IS_ELIGIBLE)))
    far = next(row for label, row in rows.items() if "three miles" in label.lower())
    assert far[1:4] == ["30.5 miles", "more than 3.0 miles", "met"]
    assert far[4] == OUR_POLICY  # York's page is no source of a rule elsewhere
    young = next(row for label, row in rows.items() if "19th birthday" in label)
    assert young[4].startswith("Source ")


def test_a_no_says_the_one_thing_that_decided_it_and_what_would_change_it():
    document = letter_of(of_outcome(NOT_ON_CRITERIA))
    assert under(document, "Why") == [
        "Zoe Bloggs is a paid apprentice. We can help only if Zoe Bloggs is not a paid apprentice."
    ]
    change, how = under(document, "What would change this")
    assert f"by [{FIELDS['reply_by']}]. If we hear nothing by then, this decision stays as it is." in how
    assert change.startswith("If this is wrong, or it changes, tell us and send the offer or enrolment letter.")


def test_what_else_was_not_met_is_said_too_so_that_nobody_mends_one_thing_in_vain():
    near = MEASURED | {"measured_walk_miles": "1.2", "measured_journey_minutes": "20", "need_prevents_travel": "no"}
    place = {"postcode": "XM1 1AA", "destination": "XM1 1AA"}
    document = letter_of(decided(paid_apprentice="yes", **near, **place))
    why = "\n".join(under(document, "Why"))
    assert why.startswith("Zoe Bloggs is a paid apprentice.")
    assert "There is another reason. The school or college is too near. The way on foot is 1.2 miles" in why
    assert EACH in under(document, "What would change this")


def test_a_yes_says_why_with_what_we_know_and_the_rule():
    lines = under(letter_of(of_outcome(IS_ELIGIBLE)), "Why")
    assert "Zoe Bloggs was 17 when the course began; the rule is under 19." in lines
    assert "The way on foot is 30.5 miles; the rule is more than 3 miles." in lines
    assert "Your household gets Universal Credit." in lines


def test_the_annex_has_every_criterion_and_stands_after_the_signature_on_a_page_of_its_own():
    decision = of_outcome(NOT_ON_CRITERIA)
    document = letter_of(decision)
    (table,) = document.tables
    assert {row.cells[0].text for row in table.rows[1:]} == {
        of_statements(step.label) for step in decision.explanation.steps
    }
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts.index("Yours sincerely") < texts.index(ANNEX)
    assert document.paragraphs[texts.index(ANNEX)].paragraph_format.page_break_before


def test_every_source_that_a_reason_names_is_given_with_its_address():
    document = letter_of(of_outcome(IS_ELIGIBLE))
    numbers = {row[4].split(":")[0] for row in table_rows(document).values() if row[4].startswith("Source")}
    listed = {line.split(":")[0]: line for line in under(document, SOURCES) if line.startswith("Source")}
    assert numbers == set(listed) and all("https://" in line or "http://" in line for line in listed.values())


def test_only_evidence_that_can_still_change_something_is_asked_for():
    decision = of_outcome(REFER)
    document = letter_of(decision)
    assert [fact.name for fact in decision.needed] == ["paid_apprentice"]
    assert under(document, "What to send us")[0] == "The offer or enrolment letter, to show: Paid apprentice"
    assert not under(document, "What we will find out ourselves")


def test_what_the_council_must_find_out_is_not_asked_of_the_family():
    document = letter_of(decided(nearest_suitable="", catchment_school="", postcode="XM1 1AA"))
    assert not [line for line in under(document, "What to send us") if "foot" in line]
    assert "How far it is on foot." in under(document, "What we will find out ourselves")


def test_a_settled_eligible_person_is_asked_for_nothing():
    decision = of_outcome(IS_ELIGIBLE)
    assert not decision.needed and not decision.contribution_needed
    assert "What to send us" not in words(letter_of(decision))


def test_the_contribution_says_how_it_was_worked_out_and_from_what():
    decision = of_outcome(IS_ELIGIBLE)
    document = letter_of(decision)
    assert under(document, "What it costs")[:1] == [
        "You pay £450 a year. This is already half the usual charge of £900 a year, because of a low income. "
        "It is paid in three parts, one a term, of £150 each."
    ]
    assert f"What you would pay: {OUR_POLICY}" in under(document, SOURCES)  # the default's charge is an assumption


def test_a_charge_that_has_criteria_of_its_own_gives_what_was_seen_and_where_that_stands():
    facts = {"ehcp": "yes", "named_in_plan": "yes", "council_waives_charge": "no", "measured_pickup_miles": "6"}
    facts |= {"measured_by": "A. Officer", "measured_how": "map", "measured_on": "01/09/2026"}
    facts |= {"paid_apprentice": "no", "course_start": "02/09/2024"}
    pack = rules("hampshire-2024", date(2024, 9, 2))
    given = {name: ELIGIBLE[name] for name in ("person_id", "date_of_birth", "postcode", "destination")}
    decision = check(given | {"date_of_birth": "31/01/2008"} | facts, pack, county(), decided_on=DAY)[0]
    document = opened(letter(decision, pack, TO))
    assert "The charge for 5.01 to 7.5 miles from the pick-up point." in under(document, COST)
    row = table_rows(document)["At most 7.5 miles from the pick-up point"]
    assert row[1:4] == ["6.0 miles", "at most 7.5 miles", "met"] and row[4].startswith("Source ")


def test_a_benefit_that_has_ended_is_not_shown_as_seen_asked_for_and_yet_not_met():
    row = table_rows(letter_of(decided("york", uc_award="no"), "york"))["Child Tax Credit without Working Tax Credit"]
    assert row[2:4] == ["ended on 5 April 2025, so it does not count now", "not met"]


def test_a_value_that_may_not_decide_says_why_in_the_annex():
    facts = {"course_start": "", "postcode": "XM1 1AA", "destination": "XM1 1AA"}
    row = table_rows(letter_of(decided(**facts)))["More than three miles away by the shortest safe walking route"]
    assert row[1] == "0.0 miles (nobody has measured it)" and row[3] == "not known"


def test_the_annex_says_where_the_stages_of_an_appeal_come_from_and_leaves_a_blank_where_that_is_not_known():
    assert f"Our policy: [{NOT_SAID.words}]" in under(letter_of(of_outcome(REFER)), SOURCES)
    pack = rules("hampshire-2024", date(2024, 9, 2))
    decision = decide_one({"date_of_birth": date(2008, 1, 31)}, pack, decided_on=DAY)
    listed = "\n".join(under(letter_of(decision, "hampshire-2024"), SOURCES))
    assert "The stages of an appeal: Hampshire County Council, school transport appeals" in listed


def test_who_is_not_on_the_criteria_is_told_no_charge_and_what_else_there_is():
    text = words(letter_of(of_outcome(NOT_ON_CRITERIA)))
    assert (
        "No. We are sorry. Under our rules we cannot help Zoe Bloggs" in text
        and "Our rules do not cover everything" in text
    )
    assert "You pay" not in text


def test_a_measurement_names_its_method_its_version_who_and_when():
    lines = "\n".join(under(letter_of(of_outcome(IS_ELIGIBLE)), MEASURED_HOW))
    for part in ("measured by an officer", "council's walking tool, 2026.1", "A. Officer", "20 August 2026", "miles"):
        assert part in lines


def test_a_straight_line_that_decided_is_said_to_have_decided():
    decision = decided()
    assert decision.outcome == IS_ELIGIBLE and {m.method for m in decision.measurement} == {"straight line"}
    assert UNMEASURED in under(letter_of(decision), "Why")
    assert "Nobody has measured the way" in "\n".join(under(letter_of(decision), MEASURED_HOW))
    assert "straight line less" in "\n".join(under(letter_of(decision), OFFICERS_PAGE))
    assert UNMEASURED not in words(letter_of(of_outcome(IS_ELIGIBLE)))


def test_fields_that_nobody_filled_in_are_marked():
    letters_of_all = [letter_of(of_outcome(outcome)) for outcome in OUTCOMES]
    runs = [run for document in letters_of_all for p in document.paragraphs for run in p.runs]
    marked = {run.text for run in runs if run.font.highlight_color}
    assert {f"[{words}]" for name, words in FIELDS.items() if name != "charge" and name not in DEFAULTS} <= marked


def test_a_field_that_the_council_gives_takes_the_place_of_its_mark():
    text = words(letter_of(of_outcome(REFER), council_name="Marrow Council"))
    assert "Marrow Council" in text and "[council name]" not in text


def test_a_field_that_is_not_known_is_a_fault_that_names_the_nearest():
    with pytest.raises(InputError, match="council_name"):
        checked_fields({"councilname": "Marrow"})


def test_a_name_or_a_field_of_spaces_alone_stays_to_be_filled_in():
    blank = opened(letter(of_outcome(REFER), rules(), Recipient("", "  "), {"council_name": " "}))
    text = "\n".join(paragraph.text for paragraph in blank.paragraphs)
    assert "About: [name of the young person]" in text and "[council name]" in text


def test_what_an_applicant_wrote_is_text_and_no_field_no_markup_and_no_control_character():
    name = "[council name] <w:br/>&amp; {PAGE} \x07=1+1"
    document = opened(letter(of_outcome(REFER), rules(), Recipient("R1", name), {"council_name": "Marrow"}))
    line = next(p for p in document.paragraphs if p.text.startswith("About: "))
    assert line.text.splitlines()[0] == "About: [council name] <w:br/>&amp; {PAGE} ␇=1+1"
    assert not any(run.font.highlight_color for run in line.runs)


def test_what_only_an_officer_should_read_is_on_a_page_of_its_own_at_the_end():
    document = letter_of(of_outcome(REFER))
    page = next(p for p in document.paragraphs if p.text.startswith("For the officer"))
    lines = under(document, page.text)
    assert page.paragraph_format.page_break_before and document.paragraphs[-1].text == lines[-1]
    assert "The postcode was mended." in lines and rules().policy.check_before_use.strip() in lines
    assert not any(line.startswith("Not seen") for line in under(document, "Please also note"))


@pytest.fixture(scope="module")
def run() -> Run:
    people = [
        ELIGIBLE | {"person_id": "TR/2026 117", "name": "Zoe Bloggs"},
        ELIGIBLE | {"person_id": "tr-2026-117", "name": "Amal Khan", "paid_apprentice": "yes"},
        ELIGIBLE | {"person_id": "../../etc/passwd", "name": "Sam Lee", "nearest_suitable": ""},
        ELIGIBLE | {"person_id": "X", "name": "Not Read", "date_of_birth": "31/31/2009"},
    ]
    return run_of(csv_of(*people))


def test_a_zip_has_a_letter_for_everybody_decided_and_nobody_else(run: Run):
    with zipfile.ZipFile(io.BytesIO(letters_zip(run))) as archive:
        names = archive.namelist()
        texts = [words(opened(archive.read(name))) for name in names]
    assert len(names) == len(run.people) == 3
    for text, person, outcome in zip(texts, run.people["name"], run.decisions.outcome, strict=True):
        assert person in text
        assert ("No. We are sorry." in text) == (outcome == NOT_ON_CRITERIA)


def test_letters_tell_what_the_run_decided_and_decide_nothing_again(monkeypatch):
    judged = []
    monkeypatch.setattr(decide, "certain", lambda table, rules: judged.append(len(table)) or certain(table, rules))
    run = run_of(csv_of(ELIGIBLE | {"person_id": "A"}, ELIGIBLE | {"person_id": "B", "paid_apprentice": "yes"}))
    assert judged == [2, 1]  # once more without what nobody has seen, about whoever is eligible
    letters_zip(run), letters_document(run), decisions_workbook.to_bytes(run, county())
    assert judged == [2, 1]
    changed = replace(run, decisions=replace(run.decisions, outcome=run.decisions.outcome.map(lambda _: REFER)))
    assert [decision.outcome for decision in changed.each_decision()] == [REFER, REFER]


def test_each_letter_is_written_by_the_rules_of_the_day_of_its_own_application(monkeypatch):
    used, write = [], letters.parts
    monkeypatch.setattr(letters, "parts", lambda decision, by, *rest: used.append(by.day) or write(decision, by, *rest))
    people = [ELIGIBLE | {"person_id": day, "date_of_application": day} for day in ("2026-06-01", "2026-04-01", "")]
    run = run_of(csv_of(*people))
    letters_zip(run)
    assert used == list(run.days) and len(set(used)) > 1


def test_files_are_named_by_reference_made_safe_and_unique_and_never_by_name(run: Run):
    assert file_names(run) == [
        "letter-TR-2026-117-row-2.docx",
        "letter-tr-2026-117-row-3.docx",
        "letter-etc-passwd.docx",
    ]


@pytest.mark.parametrize(
    ("reference", "name"), [("a" * 99, "a" * 60), ("CON", "CON"), ("  ", "no-reference"), (None, "no-reference")]
)
def test_a_reference_makes_a_name_that_every_system_can_hold(reference, name):
    assert safe_name(reference) == name


def test_one_document_has_every_letter_on_pages_of_its_own(run: Run):
    document = opened(letters_document(run))
    titles = [p for p in document.paragraphs if p.text == TITLE]
    starts = [p.text for p in document.paragraphs if p.paragraph_format.page_break_before]
    assert len(titles) == 3
    assert len(starts) == 3 * 3 - 1  # every letter but the first, and the annex and the officer's page of each


def test_a_run_of_letters_is_the_same_bytes_again_and_says_how_far_it_is(run: Run):
    told = []
    assert letters_zip(run, progress=lambda done, of: told.append((done, of))) == letters_zip(run)
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_likely_duplicate_is_said_to_the_officer(run: Run):
    text = words(opened(letters_document(run)))
    assert "Perhaps the same as row" in text


def test_check_and_assess_write_letters_and_refuse_other_endings(tmp_path: Path, capsys):
    who = ["--policy", "post16-default", "--on", "2026-09-01"]
    facts = [f"{name}={value}" for name, value in ELIGIBLE.items()]
    one = tmp_path / "one.docx"
    assert main(["check", *who, "--fact", *facts, "--letter", str(one), "--letter-field", "council_name=Marrow"]) == 0
    assert "Marrow" in words(opened(one.read_bytes())) and "Our reference: A1" in words(opened(one.read_bytes()))
    source = tmp_path / "people.csv"
    source.write_bytes(csv_of(ELIGIBLE, ELIGIBLE | {"person_id": "A2"}))
    for ending in ("zip", "docx"):
        made = tmp_path / f"all.{ending}"
        assert main(["assess", str(source), *who, "--out", str(tmp_path / "d.xlsx"), "--letters", str(made)]) == 0
        assert zipfile.is_zipfile(made)
    assert main(["assess", str(source), *who, "--out", str(tmp_path / "e.xlsx"), "--letters", "all.pdf"]) == 2
    assert not (tmp_path / "e.xlsx").exists()
    assert "must end in .zip" in capsys.readouterr().err


def has_writer() -> bool:
    office = shutil.which("soffice")
    return office is not None and (Path(office).resolve().parent / "libswlo.so").exists()


def longest_and_shortest() -> dict[str, bytes]:
    """Return a letter of each outcome by the pack with every section and by the shortest, and one without a draft."""
    found = {}
    for policy in ("post16-default", "northumberland-2021"):
        pack = library.find(policy).on(worked_cases.read(policy).cases[0].day)
        for _, person in random_people.people(pack, 60, 5).iterrows():
            decision = decide_one(person, pack, decided_on=DAY)
            name = f"{policy}-{decision.outcome.replace(' ', '-')}"
            found.setdefault(name, letter(decision, pack, TO))
    found["checked"] = letter(of_outcome(IS_ELIGIBLE), as_checked(rules()), TO)
    return found


def without_annex(content: bytes) -> bytes:
    document = opened(content)
    annex = next(paragraph for paragraph in document.paragraphs if paragraph.text == ANNEX)
    for element in [*annex._p.itersiblings(qn("w:p"), qn("w:tbl")), annex._p]:
        element.getparent().remove(element)
    return saved(document)


@pytest.mark.skipif(not has_writer(), reason="SKIPPED FOR WANT OF LIBREOFFICE WRITER: install libreoffice-writer")
def test_a_word_processor_prints_a_letter_on_two_pages_before_its_annex(tmp_path: Path):
    whole = longest_and_shortest()
    assert len(whole) == 2 * len(OUTCOMES) + 1
    given = whole | {f"{name}-without": without_annex(content) for name, content in whole.items()}
    made = converted(given, tmp_path, "pdf", "pdf", given_as="docx")
    pages = {name: len(re.findall(rb"/Type\s*/Page\b", path.read_bytes())) for name, path in made.items()}
    assert all(pages[f"{name}-without"] <= 2 and pages[f"{name}-without"] < pages[name] for name in whole), pages
    keep_pictures({name: made[name] for name in whole})


@pytest.mark.parametrize("name", ["blank_name.csv", "na_name.csv", "forename_blank.csv", "no_name_col.csv"])
def test_a_missing_name_stops_no_letter_and_is_called_by_the_reference(name):
    run = run_of(case(name))
    with zipfile.ZipFile(io.BytesIO(letters_zip(run))) as archive:
        assert archive.namelist() == ["letter-A1.docx", "letter-A2.docx"]
        assert "To the young person, reference A2" in words(opened(archive.read("letter-A2.docx")))
    assert "To the young person, reference A2" in words(opened(letters_document(run)))


def test_a_letter_that_cannot_be_made_is_reported_by_row_and_the_others_are_there(run: Run, monkeypatch):
    def fails_for_one(decision, rules, to, fields):
        if to.name == "Amal Khan":
            raise KeyError(to.name)
        return text_parts(decision, rules, to, fields)

    monkeypatch.setattr(letters, "parts", fails_for_one)
    told: list[str] = []
    with zipfile.ZipFile(io.BytesIO(letters_zip(run, not_made=told))) as archive:
        assert archive.namelist() == ["letter-TR-2026-117-row-2.docx", "letter-etc-passwd.docx", letters.NOT_MADE]
        assert archive.read(letters.NOT_MADE).decode() == told[0]
    assert told[0].startswith("Row 3 of the file") and "Amal" not in told[0]
    both = words(opened(letters_document(run)))
    assert "Row 3 of the file" in both and "Zoe Bloggs" in both and "Sam Lee" in both
