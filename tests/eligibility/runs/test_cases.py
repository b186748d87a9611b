"""Each file of data/cases is the smallest example of a kind that real exports show, and gives what is right for it."""

import io
import random
import re
import zipfile
from dataclasses import replace
from datetime import date
from email.message import EmailMessage

import openpyxl
import pytest
import xlwt
from pydantic_core import PydanticCustomError

from data.faults import InputError
from data.opening.archive import OLE
from eligibility.applicants import course_starts, headings, markup, offers, presets, sheet_xml
from eligibility.applicants.offers import HIDDEN, MERGED, OFFERS, questions
from eligibility.applicants.second_count import lines_with_content
from eligibility.applicants.sheet import Merged
from eligibility.deciding.one_person import check
from eligibility.runs.applications import Run, assess_file
from eligibility.runs.lines import mapping_lines
from tests.data.opening import hostile
from tests.eligibility.example_people import DAY, ELIGIBLE, case, county, csv_of, raw_of, rules


def run_of_case(name: str, *yes: str, content: bytes = b"", preset: str = "") -> Run:
    raw = replace(raw_of(content or case(name), name), accepted=frozenset(yes))
    mapping = headings.propose(raw.headings, rules())
    mapping = presets.applied(presets.find(preset), mapping) if preset else mapping
    return assess_file(raw, mapping, rules(), county(), decided_on=DAY)


def decided(run: Run) -> list[str]:
    return run.people["person_id"].tolist()


def wrong(run: Run) -> list[int]:
    return sorted(set(run.errors["row"]))


def told(run: Run) -> str:
    return "\n".join(run.how_read)


def test_a_quotation_mark_astray_gives_nobody_another_s_facts_and_each_line_an_error_that_shows_it():
    run = run_of_case("swallowed_row.csv")
    assert decided(run) == ["Q3"] and wrong(run) == [2, 3]
    assert [value[:3] for value in run.errors["value"]] == ["Q1,", "Q2,"]
    assert run.errors["problem"].str.contains("lines 2 to 3").all()
    assert "3 lines beneath the headings" in told(run)


@pytest.mark.parametrize(
    ("name", "people", "rows"),
    [
        ("21a_unclosed_quote.csv", ["K1"], [3, 4]),
        ("21b_linebreak_in_address.csv", ["K2"], [2, 3]),
        ("21c_extra_comma.csv", ["K2"], [2]),
        ("21d_short_rows.csv", [], [2, 3]),
        ("21e_mac_cr.csv", ["K1", "K2"], []),
        ("21f_nulls.csv", ["K1", "K2"], []),
        ("21g_ctrlz.csv", ["K1", "K2"], []),
        ("21h_trailing_commas.csv", ["K1", "K2"], []),
        ("03b_utf16le_nobom.csv", ["U1", "U2", "U3"], []),
        ("03c_utf16be_bom_comma.csv", ["U1", "U2", "U3"], []),
        ("a15_footer_text.csv", ["A001", "A002", "A003", "A004", "A005"], [7, 8]),
        ("phantom_rows.xlsx", ["M1", "M2", "M3", "M4"], [5, 8, 11, 13, 14, 15, 16, 17]),
        ("us_dates.csv", [], [2, 3, 4]),
        ("a10_ampm_midnight.csv", ["A001", "A002", "A003", "A004", "A005", "A006", "A008", "A009"], [8]),
    ],
)
def test_every_row_of_an_odd_file_is_a_person_or_an_error(name, people, rows):
    run = run_of_case(name)
    assert (decided(run), wrong(run)) == (people, rows)


@pytest.mark.parametrize("mark", ["", "x"])
def test_a_line_break_in_a_cell_is_one_row_where_it_can_have_swallowed_nobody(mark):
    lines = case("no_name_col.csv").decode().splitlines()
    address = f'"1 High Street{mark and ", "}\nLincoln{mark and ", LN1"}"'
    content = "\n".join([f"{lines[0]},Address", f"{lines[1]},{address}", f"{lines[2]},x"]).encode()
    run = run_of_case("a.csv", content=content)
    assert (decided(run), wrong(run)) == ((["A2"], [2, 3]) if mark else (["A1", "A2"], []))


def test_a_well_formed_row_that_holds_half_of_another_is_an_error():
    lines = case("no_name_col.csv").decode().splitlines()
    one, two = (line.split(",") for line in lines[1:3])
    swallowed = ",".join([*one[:2], '"' + one[2], *one[3:]]) + "\n" + ",".join([*two[:2], two[2] + '"', *two[3:]])
    run = run_of_case("a.csv", content=f"{lines[0]}\n{swallowed}\n".encode())
    assert (decided(run), wrong(run)) == ([], [2, 3])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_second_count_finds_every_line_in_every_encoding(encoding, end):
    text = end.join(["Ref,Name", "A1,Zoë", ",,", '" ",', "A2,Bo", ""])
    assert lines_with_content(text.encode(encoding)) == {1, 2, 5}


def test_a_line_that_the_reader_would_lose_is_found_by_the_second_count(monkeypatch):
    from eligibility.applicants import text_file

    real = text_file.text_tables.read_rows

    def loses_one(*arguments):
        found = real(*arguments)
        return replace(found, rows=found.rows[:-1], starts=found.starts[:-1])

    monkeypatch.setattr(text_file.text_tables, "read_rows", loses_one)
    run = run_of_case("no_name_col.csv")
    assert decided(run) == ["A1"] and "was not read" in run.errors["problem"].item()


@pytest.mark.parametrize(
    ("name", "rows"),
    [("hidden_rows.xlsx", [3, 5]), ("07_hidden_rows_sheets.xlsx", [3, 5]), ("a23_hidden_row.xlsx", [3])],
)
def test_rows_out_of_sight_are_listed_and_decided_only_after_a_yes(name, rows):
    run = run_of_case(name)
    assert wrong(run) == rows
    assert ", ".join(map(str, rows)) in questions(raw_of(case(name), name))[HIDDEN]
    confirmed = run_of_case(name, HIDDEN)
    assert wrong(confirmed) == [] and set(rows) <= set(confirmed.people.index)


@pytest.mark.parametrize(
    ("name", "areas"), [("merged_sibling_postcode.xlsx", "D2:D3"), ("a22_merged_down.xlsx", "D2:D4")]
)
def test_a_merged_cell_is_named_with_its_range_and_filled_after_a_yes(name, areas):
    run = run_of_case(name)
    assert run.errors["problem"].str.contains(areas).any()
    assert areas in questions(raw_of(case(name), name))[MERGED]
    filled = run_of_case(name, MERGED)
    assert wrong(filled) == [] and set(filled.people["postcode"]) == {"XM15 1AA"}


@pytest.mark.parametrize("name", ["html_table.xls", "a18_html_table.xls", "a19_spreadsheetml2003.xls"])
def test_a_web_page_or_office_xml_that_is_called_xls_is_read_and_said_to_be_one(name):
    run = run_of_case(name)
    assert wrong(run) == [] and len(run.people) >= 2
    assert re.search("is (a web page|Office XML of 2003), not a workbook", told(run))


def page(rows: str) -> bytes:
    head = "".join(f"<th>{heading}</th>" for heading in ("Ref", "DOB", "Postcode", "College"))
    return f"<html><body><table><tr>{head}</tr>{rows}</table></body></html>".encode()


def web_archive(transfer: str) -> bytes:
    message = EmailMessage()
    message.set_content("not for people")
    message.add_related(case("html_table.xls").decode(), subtype="html", cte=transfer)
    return b"MIME-Version: 1.0\n" + message.as_bytes().replace(b"MIME-Version: 1.0\n", b"", 1)


@pytest.mark.parametrize("before", ["<div>", "<CENTER><font face=Arial>", "<script>x</script>", "<!-- made by x -->"])
def test_a_web_page_may_begin_with_any_element(before):
    assert decided(run_of_case("a.xls", content=before.encode() + case("html_table.xls"))) == ["X1", "X2"]


def test_a_page_saved_as_a_message_of_one_part_is_read():
    message = EmailMessage()
    message["Subject"] = "Applications"
    message.set_content(case("html_table.xls").decode(), subtype="html")
    assert decided(run_of_case("a.mht", content=message.as_bytes())) == ["X1", "X2"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{\\rtf1 x}", "Word document"),
        (b'[\n {"Reference": "A1"}]', "JSON"),
        (b'<?xml version="1.0"?><rows><row/></rows>', "XML of another kind"),
        (b"%PDF-1.7\n", "PDF"),
        (hostile.packed({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}), "Word document"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "locked by a password"),
        (OLE + bytes(600) + "WordDocument".encode("utf-16-le"), "Word document"),
        (b"<html>" + b"<table><tr><td>x</td></tr></table>" * 2_100, "more than 2,000 tables"),
    ],
)
def test_a_file_of_another_kind_is_named_for_what_it_is(content, words):
    with pytest.raises(InputError, match=words):
        raw_of(content, "a.xls")


@pytest.mark.parametrize("transfer", ["quoted-printable", "base64", "8bit"])
def test_a_web_archive_is_read(transfer):
    run = run_of_case("a.mht", content=web_archive(transfer))
    assert decided(run) == ["X1", "X2"] and "MHTML" in told(run)


def test_a_cell_over_two_rows_of_a_web_page_is_a_merge_and_a_row_not_displayed_is_hidden():
    rows = (
        "<tr><td>A1</td><td>31/01/2009</td><td rowspan=2>XM15 1AA</td><td>X-C1</td></tr>"
        "<tr><td>A2</td><td>31/01/2008</td><td>X-C1</td></tr>"
        "<tr style='visibility:collapse'><td>A3</td><td>31/01/2008</td><td>XM15 1AA</td><td>X-C1</td></tr>"
    )
    raw = raw_of(page(rows), "a.xls")
    assert raw.rows[1] == ("A2", "31/01/2008", "", "X-C1")
    assert questions(raw).keys() == OFFERS.keys() and "C2:C3" in questions(raw)[MERGED] and raw.hidden == {4}


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet/></Workbook>',
        page("<tr><td colspan=999999999>A1</td></tr>"),
        page("<tr><td rowspan=999999999 colspan=16000>A1</td></tr><tr><td>x</td></tr>"),
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet>',
        b"<html><frameset><frame src='sheet001.htm'></frameset></html>",
    ],
)
def test_a_page_that_would_exhaust_the_machine_or_has_no_table_is_refused_in_words(content):
    assert markup.kind_of(content)
    with pytest.raises(InputError, match="save it as .xlsx"):
        raw_of(content, "a.xls")


def test_rows_of_a_part_that_is_not_displayed_and_rows_too_low_to_be_seen_are_hidden():
    row = "<td>A1</td><td>31/01/2009</td><td>XM15 1AA</td><td>X-C1</td></tr>"
    rows = f"<tr height=0.75>{row}<tbody style='display:none'><tr>{row}<tr>{row}</tbody><tbody><tr>{row}</tbody>"
    assert raw_of(page(rows), "a.xls").hidden == {2, 3, 4}


def test_nothing_outside_a_page_is_fetched_and_no_script_is_a_cell():
    rows = "<tr><td>A1<script>alert('x')</script></td><td>31/01/2009</td><td>XM15<br>1AA</td><td>X-C1</td></tr>"
    assert raw_of(page(rows), "a.xls").rows == (("A1", "31/01/2009", "XM15 1AA", "X-C1"),)


def test_a_month_is_enough_where_no_birthday_falls_in_it_and_terms_and_school_years_are_asked():
    run = run_of_case("a40_date_ranges.csv")
    assert (decided(run), wrong(run)) == (["A001", "A002", "A003"], [5, 6, 7, 8, 9])
    asked = run.errors.set_index("row")["problem"]
    assert "a term or a school year" in asked[5] and "a school year" in asked[6] and "more than one day" in asked[9]


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("Sep-26", "a month of a year or a day of a month"),
        ("AY26/27", "a school year"),
        ("T1 2026", "a term"),
        ("07/09/2026-30/06/2027", "more than one day"),
        ("Sept/Oct 2026", "more than one day"),
        ("w/c 7 September 2026", "write it as 7 September 2026"),
        ("2026", "write it as 7 September 2026"),
    ],
)
def test_what_is_no_day_and_no_month_of_a_year_is_asked_with_how_to_write_it(start, words):
    with pytest.raises(PydanticCustomError, match=words):
        course_starts.read_start(start)


@pytest.mark.parametrize(
    ("born", "outcome"),
    [
        ("31/01/2009", "eligible"),
        ("20/09/2007", "refer to an officer"),
        ("01/09/2007", "not on the published criteria"),
    ],
)
def test_a_month_that_holds_the_birthday_that_matters_is_asked_for_its_day(born, outcome):
    facts = ELIGIBLE | {"course_start": "Sept 2026", "date_of_birth": born}
    decision, _ = check(facts, rules(), county(), decided_on=DAY)
    assert decision.outcome == outcome
    assert ("course_start" in decision.missing_dates) and [f.name for f in decision.needed] == (
        ["age_at_course_start"] if outcome.startswith("refer") else []
    )


def test_a_reference_is_as_its_number_format_shows_it():
    assert decided(run_of_case("a26_numeric_ids.xlsx")) == ["000123", "1234567890123456", "000013"]


def test_our_own_decisions_workbook_is_known_for_what_it_is():
    with pytest.raises(InputError, match="decisions workbook that Farebridge wrote, about 13 applications"):
        raw_of(case("d1_own_decisions_workbook_as_input.xlsx"), "d1.xlsx")


@pytest.mark.parametrize("sheet", ["Decisions", "Evidence to request"])
def test_a_sheet_of_our_decisions_saved_by_itself_is_known_too(sheet):
    book = openpyxl.load_workbook(io.BytesIO(case("d1_own_decisions_workbook_as_input.xlsx")))
    rows = [",".join(f'"{cell or ""}"' for cell in row) for row in book[sheet].iter_rows(values_only=True)]
    with pytest.raises(InputError, match="--since"):
        raw_of("\n".join(rows).encode(), "decisions.csv")


def test_a_travel_matrix_given_as_applications_is_known_for_what_it_is():
    with pytest.raises(InputError, match="travel matrix.*--journeys"):
        raw_of(case("pc_matrix.csv"), "pc_matrix.csv")


def test_sums_of_two_and_three_periods_may_be_headed_in_figures_and_the_larger_is_never_the_smaller():
    lines = case("uc_months.csv").decode("utf-8-sig").replace("UC earnings 1,", "x,")
    heads, row = lines.splitlines()[0].split(","), lines.splitlines()[1].split(",")
    second, third = (next(n for n, head in enumerate(heads) if head.endswith(f"earnings {x}")) for x in (2, 3))
    heads[second], heads[third], row[second], row[third] = "Last 2 periods", "Last 3 periods", "1200", "900"
    run = run_of_case("a.csv", content=f"{','.join(heads)}\n{','.join(row)}\n".encode())
    assert "less than the earnings of fewer months" in run.errors["problem"].item()


def test_earnings_of_one_month_are_read_in_any_period_that_they_name():
    lines = case("04_semicolon_decimal_comma.csv").decode("utf-8-sig").splitlines()
    named = [lines[0], *(line for line in lines if "616.67pm" in line)]
    run = run_of_case("a.csv", content="\n".join(named).encode())
    assert run.people["uc_earnings_1"].tolist() == [616.67]


def test_people_without_a_row_of_headings_are_not_read_as_headings():
    with pytest.raises(InputError, match="no row of headings"):
        raw_of(case("11f_no_headings.csv"), "a.csv")


@pytest.mark.parametrize("name", ["03d_cp1252_with_utf8.csv", "03e_macroman.csv"])
def test_letters_of_two_encodings_are_said_for_the_file_and_for_the_row(name):
    run = run_of_case(name)
    of_letters = run.notes[run.notes["note"].str.contains("encoding")]
    assert "two encodings were mixed" in told(run)
    assert 2 in set(of_letters["row"]) and 3 not in set(of_letters["row"])


@pytest.mark.parametrize("name", ["alias_headings.csv", "19_alias_headings.csv"])
def test_no_heading_that_is_wider_than_a_fact_decides_alone(name):
    run = run_of_case(name)
    assert len(run.people) == 7 and set(run.decisions.outcome) == {"refer to an officer"}
    wide = [match.heading for match in run.mapping.columns if not match.is_sure]
    assert wide == ["JSA", "ESA", "Pension credit", "FSM", "Carer", "Lives independently", "Cannot travel"]
    assert all(f'"{heading}" is yes' in " ".join(run.notes["note"]) for heading in wide)


def test_the_no_of_a_wider_heading_is_a_no_and_a_person_can_say_that_it_means_just_the_fact():
    raw = raw_of(case("alias_headings.csv"))
    mapping = headings.propose(raw.headings, rules()).by_hand({"FSM": "fsm_old_test"})
    run = assess_file(raw, mapping, rules(), county(), decided_on=DAY)
    outcomes = dict(zip(run.people["person_id"], run.decisions.outcome, strict=True))
    assert [person for person, outcome in outcomes.items() if outcome == "eligible"] == ["B4"]
    assert not run.people["jsa_income_based"].fillna(value=False).any()
    assert (run.people["jsa_income_based"].eq(other=False)).sum() == 6


def test_three_hundred_columns_are_listed_in_a_few_lines_with_repeated_headings_on_top():
    run = run_of_case("06_300_columns_dup_headings.csv")
    lines = mapping_lines(run.mapping)
    assert len(lines) < 30 and [line[:40] for line in lines[:3]] == [
        'The column "Date of birth (2)" repeats a',
        'The column "Postcode (2)" repeats a head',
        'The column "Income support (2)" repeats ',
    ]
    assert sum("Not read, as no fact of this policy" in line for line in lines) == 1
    assert all(any(f'"{m.heading}"' in line for line in lines) for m in run.mapping.columns if m.target)


def look_alike(preset: str, **cells: str) -> bytes:
    """Return an export with the headings of a preset and one person in its codes, dates as the system writes them."""
    usual = {
        "person_id": "A823432412001",
        "date_of_birth": "20090131",
        "postcode": "XM15 1AA",
        "destination": "Harrowmere College",
        "course_start": "20260907",
        "full_time": "FT",
        "ehcp": "K",
        "uc_award": "N",
    } | cells
    columns = {heading: fact.partition(" ")[0] for heading, fact in presets.find(preset).columns.items()}
    row = [
        usual.get(fact, "U" if fact in ("looked_after", "young_carer", "care_leaver", "fsm_old_test") else "")
        for fact in columns.values()
    ]
    return (",".join([*columns, "Ethnicity"]) + "\n" + ",".join([*row, "WBRI"]) + "\n").encode()


@pytest.mark.parametrize("preset", ["one", "synergy", "liquidlogic", "tribal"])
def test_a_preset_reads_a_look_alike_of_its_system_with_its_codes(preset):
    run = run_of_case("export.csv", content=look_alike(preset), preset=preset)
    assert decided(run) == ["A823432412001"], run.errors["problem"].tolist()
    person = run.people.iloc[0]
    assert f"{person['date_of_birth']:%d/%m/%Y} {person['course_start']:%d/%m/%Y}" == "31/01/2009 07/09/2026"
    assert (person["full_time"], person["ehcp"]) == (True, False)
    assert "looked_after" not in run.people or run.people["looked_after"].isna().all()


def test_a_preset_that_fits_is_found_and_one_that_is_saved_reads_the_next_file_alike(tmp_path):
    raw = raw_of(look_alike("liquidlogic"))
    proposed = headings.propose(raw.headings, rules())
    assert presets.fitting(proposed)[0].id == "liquidlogic"
    mapping = presets.applied(presets.find("liquidlogic"), proposed).by_hand({"Ethnicity": ""})
    path = tmp_path / "ours.toml"
    path.write_text(presets.saved(mapping, "Ours"), encoding="utf-8")
    again = presets.applied(presets.find(str(path)), proposed)
    assert {m.heading: (m.target, m.codes, m.is_sure) for m in again.columns} == {
        m.heading: (m.target, m.codes, m.is_sure) for m in mapping.columns
    }


@pytest.mark.parametrize(
    "content",
    [
        b"[columns",
        b"[columns]\nx = 1",
        b'colums = 1\n[columns]\na = "b"',
        b"[codes]\n",
        b"a" + b".a" * 50_000 + b" = 1",
    ],
    ids=["no end", "no text", "unknown key", "no columns", "tables without end"],
)
def test_a_preset_that_cannot_be_read_says_why(content):
    with pytest.raises(InputError):
        presets.parse(content, "ours.toml")


def zipped(**parts: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return content.getvalue()


def test_hidden_rows_of_an_open_document_are_seen_and_the_blank_ones_to_its_end_are_none():
    cell = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    rows = (
        f"<table:table-row>{cell}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="2" table:visibility="filter">{cell}</table:table-row>'
        '<table:table-row table:number-rows-repeated="1048573" table:visibility="collapse"><table:table-cell/>'
        "</table:table-row>"
    )
    content = zipped(**{"content.xml": f'<table:table table:name="A &amp; B">{rows}</table:table>'})
    assert sheet_xml.marks_of(content)["A & B"] == sheet_xml.Marks(hidden=[2, 3], filled=[1, 2, 3])


def test_the_marks_of_a_sheet_are_read_from_its_rows_alone_and_never_from_a_comment():
    comment = (
        "<!--" + "<c a>" * 400_000 + '<row r="7" hidden="1"><c r="A7"><v>1</v></c></row><mergeCell ref="A1:A9"/>-->'
    )
    rows = (
        f'{comment}<row r="2" hidden="1"><c s="1"><v>12</v></c><c r="B2" s="1"><v>1e300</v></c></row>'
        '<row r="4" ht="0.75"><c r="A4"/></row><row><c r="A5" t="s" s="1"><v>3</v></c></row>'
    )
    sheet = f'<sheetData>{rows}</sheetData><mergeCells><mergeCell ref="B2:B5"/><mergeCell ref="A1:C1"/></mergeCells>'
    styles = '<numFmts><numFmt numFmtId="9" formatCode="0000"/></numFmts><cellXfs><xf/><xf numFmtId="9"/></cellXfs>'
    content = hostile.xlsx(
        more={
            "xl/styles.xml": f'<styleSheet xmlns="{hostile.MAIN}">{styles}</styleSheet>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{hostile.MAIN}">{sheet}<f>beside</f></worksheet>',
        }
    )
    assert sheet_xml.marks_of(content)["S"] == sheet_xml.Marks([2, 4], [[1, 2, 5]], [(1, 0, "0012")], [2, 5])


def test_a_number_of_an_open_document_is_as_it_is_shown_with_leading_noughts():
    shown = '<table:table-cell office:value-type="float" office:value="7"><text:p>00007</text:p></table:table-cell>'
    plain = shown.replace("00007", "7")
    rows = f"<table:table-row>{plain}{shown}</table:table-row>"
    content = zipped(**{"content.xml": f'<table:table table:name="A">{rows}</table:table>'})
    assert sheet_xml.marks_of(content)["A"].noughts == [(0, 1, "00007")]


@pytest.mark.parametrize("name", ["hidden_rows", "a22_merged_down", "a26_numeric_ids"])
def test_an_excel_97_workbook_says_the_same_of_its_rows_as_the_same_book_of_today(name):
    old = run_of_case(f"{name}.xls")
    assert sheet_xml.marks_of(case(f"{name}.xls")) == sheet_xml.marks_of(case(f"{name}.xlsx"))
    assert (decided(old), wrong(old)) == (decided(run_of_case(f"{name}.xlsx")), wrong(run_of_case(f"{name}.xlsx")))


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_excel_97_workbook_has_no_marks_or_some_and_never_an_error_of_ours(seed):
    chance, content = random.Random(seed), bytearray(case("hidden_rows.xls"))
    for _ in range(200):
        content[chance.randrange(8, len(content))] = chance.randrange(256)
    assert isinstance(sheet_xml.marks_of(bytes(content[: chance.randrange(8, len(content))])), dict)


def test_a_strict_open_xml_spreadsheet_has_its_hidden_rows_listed_too():
    strict = "http://purl.oclc.org/ooxml"
    book = f'<workbook xmlns="{strict}/spreadsheetml/main" xmlns:r="{strict}/officeDocument/relationships"><sheets>'
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"><c r="A2"><v>1</v></c></row>'
    content = hostile.xlsx(rows, more={"xl/workbook.xml": f'{book}<sheet name="S" r:id="rId1"/></sheets></workbook>'})
    assert sheet_xml.marks_of(content)["S"] == sheet_xml.Marks(hidden=[2], filled=[1, 2])


def test_a_note_beside_an_empty_cell_does_not_fill_its_row_and_no_row_repeats_without_end():
    note = "<office:annotation><text:p>ask</text:p></office:annotation>"
    rows = f"<table:table-row><table:table-cell>{note}</table:table-cell></table:table-row>"
    rows += hostile.ods_row(hostile.ods_cell("x"), times=10**13)
    content = zipped(**{"content.xml": f'<table:table table:name="A">{rows}</table:table>'})
    assert sheet_xml.marks_of(content)["A"].filled == [2]


@pytest.mark.parametrize("inside", ['<Row/><Row ss:Index="1"/>', '<Row><Cell/><Cell ss:Index="1"/></Row>'])
def test_office_xml_that_puts_a_row_or_a_cell_over_another_is_refused_as_one_would_be_lost(inside):
    urn = "urn:schemas-microsoft-com:office:spreadsheet"
    book = (
        f'<?xml version="1.0"?><Workbook xmlns="{urn}" xmlns:ss="{urn}"><Worksheet><Table>{inside}</Table></Worksheet>'
    )
    with pytest.raises(InputError, match="damaged"):
        markup.read_markup(f"{book}</Workbook>".encode(), "a.xls")


def test_merged_cells_that_reach_beyond_the_last_row_fill_the_rows_that_there_are():
    merged = tuple(Merged(1, 2, 10**12 + more) for more in range(1000))
    raw = replace(raw_of(b"Person,Postcode\nA,AB1 2CD\nB,\nC,\n", "a.csv"), merged=merged)
    assert [row for row, *_ in offers.settled(raw, {"postcode": 1})[1]] == [3, 4]
    filled, errors = offers.settled(replace(raw, accepted=frozenset({MERGED})), {"postcode": 1})
    assert (errors, [row[1] for row in filled.rows]) == ([], ["AB1 2CD"] * 3)


def test_an_empty_sheet_beside_the_applicants_does_no_harm():
    book = openpyxl.Workbook()
    for row in (["Date of birth", "Postcode"], ["01/02/2009", "AB1 2CD"]):
        book.worksheets[0].append(row)
    book.create_sheet("Sheet2")
    content = io.BytesIO()
    book.save(content)
    assert len(raw_of(content.getvalue(), "a.xlsx").rows) == 1


def test_each_special_postcode_has_its_own_sentence_and_a_way_on():
    run = run_of_case("postcodes.csv")
    reference = {
        number + 2: line.split(",")[0] for number, line in enumerate(case("postcodes.csv").decode().splitlines()[1:])
    }
    said = {reference[error.row]: error.problem for error in run.errors.itertuples() if error.column == "Postcode"}
    for person, words in {
        "C02": "S for 5",
        "C04": "may stand for 1",
        "C05": "armed forces",
        "C06": "armed forces",
        "C10": "another country",
        "C11": "territory overseas",
        "C13": "end is missing",
        "C14": "more than one postcode",
        "C17": "newest postcodes",
        "C23": "another country",
        "C24": "No fixed abode",
        "C25": "No fixed abode",
        "C26": "more than a postcode",
        "C31": "another row",
        "C33": "territory overseas",
    }.items():
        assert words in said[person] and "measured distance" in said[person], person
    assert "C03" in decided(run)


@pytest.mark.parametrize(
    ("postcode", "words"),
    [
        ("new build", "neighbour in the same street"),
        ("D02 AF30", "another country"),
        ("K1A 0B1", "another country"),
        ("overseas address", "another country"),
        ("refuge - address withheld", "is not to be written here"),
        ("hostel", "no reason to refuse"),
        ("c/o grandmother", "no reason to refuse"),
        ("BFPO 57 BF1 2AU", "armed forces"),
        ("canal boat", "A home that moves"),
        ("Travellers' site", "A home that moves"),
        ("children's home", "which council"),
        ("HMP", "which council"),
        ("no postcode", "no reason to refuse"),
        ("XM15 OAA", "O for 0"),
        ("XМ15 1AA", "letter of another alphabet"),  # noqa: RUF001 a Cyrillic letter, as some keyboards write
        ("1 High Street XM15 1AA", "more than a postcode"),
        ("mum XM15 1AA dad XM1 1AA", "more than one postcode"),
        ("as row 2", "another row"),
        ("Rowan House", "not a postcode"),
    ],
)
def test_each_kind_of_home_without_an_ordinary_postcode_has_a_sentence_of_its_own(postcode, words):
    lines = case("no_name_col.csv").decode().replace("XM15 1AA", postcode)
    run = run_of_case("a.csv", content=lines.encode())
    assert run.errors["problem"].str.contains(words).all() and len(run.errors)
    assert run.errors["problem"].str.contains("measured distance").all()


@pytest.mark.parametrize("postcode", ["BFPO 57", "NFA", "ZZ99 3VZ"])
def test_an_officer_s_measured_distance_lets_a_home_without_an_ordinary_postcode_go_on(postcode):
    lines = case("no_name_col.csv").decode().replace("XM15 1AA", postcode).splitlines()
    more = ["Measured walk miles,Measured by,How measured,Date measured", "5,A. Officer,council map,1 June 2026", ",,,"]
    content = "\n".join(f"{line},{rest}" for line, rest in zip(lines, more, strict=True)).encode()
    run = run_of_case("a.csv", content=content)
    assert (decided(run), wrong(run)) == (["A1"], [3])


@pytest.mark.parametrize(
    "content",
    [
        b"From: a@example.org\nSubject: applications\n\nPlease find them below, thanks\n",
        b"Reference~Name~Date of birth~Postcode\nA1~Amy~31/01/2009~XM15 1AA\n",
        b"Reference  Name  Date of birth\nA1         Amy   31/01/2009\n",
    ],
    ids=["an e-mail", "another separator", "columns by spaces"],
)
def test_nobody_is_decided_about_by_a_file_of_which_hardly_a_heading_is_known(content):
    with pytest.raises(InputError, match="Known headings: [01] of.*commas, semicolons, tabs or bars"):
        run_of_case("a.txt", content=content)


def test_comments_without_an_end_and_headings_of_a_thousand_letters_are_looked_at_once():
    """They took minutes: each comment was looked for to the end of the page, each word compared letter by letter."""
    assert list(markup._without_comments(b"<tr><!--x--><!--[if a]><tr><![endif]-->" + b"<!--" * 200_000)) == [
        b"<tr>",
        b"<!--[if a]><tr><![endif]-->",
    ]
    assert headings._likeness("postcode" + "e" * 1_000_000, "postcode") == 0


def born_on_5_september_2007(number_format: str, day: date) -> bytes:
    """Return a workbook of one applicant whose course begins on a day that is shown in a format."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(list(ELIGIBLE))
    book.active.append(list((ELIGIBLE | {"date_of_birth": "05/09/2007"}).values()))
    cell = book.active.cell(2, list(ELIGIBLE).index("course_start") + 1, day)
    cell.number_format = number_format
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("number_format", "day", "outcome"),
    [
        ("mmm-yy", date(2026, 9, 1), "refer to an officer"),
        (r"[$-809]mmmm\ yyyy;@", date(2026, 9, 1), "refer to an officer"),
        ("mmm-yy", date(2026, 9, 7), "not on the published criteria"),
        ("dd/mm/yyyy", date(2026, 9, 1), "eligible"),
    ],
)
def test_a_course_start_that_a_workbook_shows_as_a_month_is_that_month_and_not_its_first_day(
    number_format, day, outcome
):
    """Excel makes 1 September 2026 of Sep 2026; the birthday may fall before the course begins."""
    run = run_of_case("a.xlsx", content=born_on_5_september_2007(number_format, day))
    assert list(run.decisions.outcome) == [outcome]


def test_a_month_in_an_open_document_and_in_an_excel_97_workbook_is_marked_too():
    kind = 'office:value-type="date" office:date-value="2026-09-01"'
    cell = f"<table:table-cell {kind}><text:p>{{}}</text:p></table:table-cell>"
    rows = f"<table:table-row>{cell.format('Sep 26')}{cell.format('01/09/26')}</table:table-row>"
    assert sheet_xml.marks_of(hostile.ods(rows))["S"].months == [(0, 0)]
    book, out = xlwt.Workbook(), io.BytesIO()
    for column, code in enumerate(("mmm-yy", "mmmm yyyy", "dd/mm/yyyy")):
        style = xlwt.easyxf(num_format_str=code)
        (book.get_sheet(0) if column else book.add_sheet("S")).write(0, column, date(2026, 9, 1), style)
    book.save(out)
    assert sheet_xml.marks_of(out.getvalue())["S"].months == [(0, 0), (0, 1)]


def test_dates_that_begin_with_the_year_are_asked_about_too_where_one_proves_the_day_in_the_middle():
    people = [ELIGIBLE | {"date_of_birth": born} for born in ("2009-31-01", "2009-02-01", "2009-02-02")]
    run = run_of_case("a.csv", content=csv_of(*people))
    assert wrong(run) == [2, 3] and "either way round" in run.errors["problem"].iloc[1]


@pytest.mark.parametrize(
    "name", ["Zo‰ Lee", "Ren‚", "Zo&euml; Lee", "Ren?e Lee"], ids=["DOS", "end", "web page", "lost"]
)
def test_letters_of_a_dos_program_of_a_web_page_and_lost_ones_are_said(name):
    run = run_of_case("a.csv", content=csv_of(ELIGIBLE | {"name": name}, ELIGIBLE | {"name": "Zoë O’Hara"}))
    assert "Row 2: letters look as if two encodings were mixed" in told(run)


def test_a_mark_of_utf_8_before_a_text_that_is_not_is_no_part_of_the_first_heading():
    content = b"\xef\xbb\xbf" + csv_of(ELIGIBLE | {"name": "Zoë"}).decode().encode("cp1252")
    assert raw_of(content, "a.csv").headings[0] == "person_id"


@pytest.mark.parametrize("content", [b"ID;PWXL;N;E\r\nC;Y1;X1;K1\r\n", b'TABLE\r\n0,1\r\n"EXCEL"\r\n'])
def test_old_forms_of_spreadsheets_are_named_for_what_they_are(content):
    with pytest.raises(InputError, match="an old form of spreadsheet"):
        run_of_case("a.csv", content=content)


@pytest.mark.parametrize(
    "style", ["<style>tr.gone, p {display: none}</style>", "<style><!--.gone{mso-hide:all}--></style>"]
)
def test_rows_that_a_web_page_hides_by_a_class_are_hidden(style):
    row = "<td>A1</td><td>31/01/2009</td><td>XM15 1AA</td><td>X-C1</td></tr>"
    content = style.encode() + page(f"<tr class='odd gone'>{row}<tr class=odd>{row}")
    assert raw_of(content, "a.xls").hidden == {2}


def test_a_page_is_read_as_it_is_shown_with_its_ticks_and_with_a_table_in_a_cell_kept_apart():
    page = (
        "<table><tr><th>Name<th>Looked after<th>Full time<th>Mode<th>Note</tr><tr><td>Ann<table><tr><td>yes</td>"
        "<td>no</td></tr></table></td><td><input type=checkbox checked></td><td><input type=checkbox></td>"
        "<td><select><option>bus<option selected>walk</select></td><td><p>one</p><p>two<br>three</p></td></tr></table>"
    )
    rows = markup.read_markup(page.encode(), "a.html")["sheets"][0][2]
    shown = [" ".join(str(cell).split()) for cell in rows[1]]
    assert shown == ["Ann yes no", "yes", "", "walk", "one two three"]
