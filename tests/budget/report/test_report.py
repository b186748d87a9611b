"""The report to members: its figures the workbook's, its words plain, nobody pointed at, and a clerk could send it."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache

import docx
import openpyxl
import pandas as pd
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor

from budget import report, workbook
from budget.accounts.statement import draw_up
from budget.planning import by_group, left_over, reasons, within_reach
from budget.planning import plan as planning
from budget.planning.plan import Plan
from budget.planning.within_reach import at_least_one
from budget.report import councils, formats, groups, money, opening, pictures, proposal
from budget.report.blocks import ReportText
from budget.report.groups import GroupedSums, GroupSums
from budget.report.subject import risk_of, subject_of
from budget.risk import risk_report
from budget.scenarios.finance import Finance, LedgerCodes
from budget.scenarios.scenario import Scenario
from budget.workbook.plan_sheets import curve
from data import bundle
from data.faults import InputError
from data.official.council_statistics import STATISTIC_COLUMNS
from data.wording import pounds, whole_pounds
from tests.budget.offers.places import area_table
from tests.budget.offers.places import county as made_county
from tests.budget.offers.test_applicants import BUS, PLACES, decision, planned
from tests.budget.workbook import workbook_plans as plans
from tests.budget.workbook.books import FEW_STEPS
from tests.libreoffice import converted, keep_pictures, needs_libreoffice
from tests.opendata import needs_opendata

PERSON, FIVE = formats.PERSON, 5 * formats.PERSON
PAGE = re.compile(rb"/Type\s*/Page[^s]")
MONEY = re.compile(r"[-+]?£[\d,]+(?:\.\d\d)?")
OTHER_FIGURES = re.compile(r"(?<![£\d,.])\d[\d,]*\.\d+%?")
ALLOWED_FIELDS = {"PAGE", "NUMPAGES", "SEQ Table \\* ARABIC", "SEQ Figure \\* ARABIC"}


HEADINGS = (
    *("In short", "Recommendations", "The problem", "The options", "What the money buys"),
    *("Who gains and who is left out", "Financial implications", "Legal implications", "Equality", "Risks", "Sources"),
)


def without_risk(plan: Plan, progress) -> None:
    """Stand in for the simulation, which solves a dozen plans, where a test is of something else."""


@cache
def default() -> Plan:
    """The default plan with enough held back that it seldom overspends, so that no reserve has to be searched for."""
    return plans.with_values(reserve_pence=20_000_000)


@cache
def dearer() -> Plan:
    return plans.with_values(name="Dearer passes", reserve_pence=20_000_000, figures={"bus_pass.price": 1400.0})


@cache
def without_boundaries() -> Plan:
    areas = plans.county().areas.copy()
    areas = areas.set_geometry(areas.geometry.representative_point())
    return planning.make(replace(plans.county(), areas=areas), Scenario(), plans.DAY)


@cache
def applicants() -> Plan:
    """A plan for applicants: thirty in Vale, three in Hill, one whose evidence is awaited."""
    rows = [decision(number) for number in range(2, 32)]
    rows += [decision(number, area_code="A3") for number in range(32, 35)]
    rows.append(decision(40, outcome="refer to an officer", needed="income"))
    places = [{"east_km": 10, "north_km": 3}, {"east_km": 0, "north_km": 3.2}]
    areas = area_table([*places, {"east_km": 11, "north_km": 4, "district": "Hill", "imd_decile": 5}])
    areas["district_code"] = areas["district_name"]
    where = made_county(areas, PLACES)
    return planned(*rows, scenario=replace(BUS, kinds=()), where=where)


@cache
def many_districts() -> Plan:
    areas = plans.county().areas.copy()
    areas["district_name"] = [f"District {number % 40:02d}" for number in range(len(areas))]
    areas["district_code"] = areas["district_name"]
    return planning.make(replace(plans.county(), areas=areas), Scenario(), plans.DAY)


@cache
def too_much_asked() -> Plan:
    funded = plans.default().choices.offers.index.get_level_values("cohort").unique()[:30]
    scenario = Scenario(budget_pence=100_000, limits=replace(Scenario().limits, must_fund=tuple(funded)))
    return planning.make(plans.county(), scenario, plans.DAY)


MADE = {
    "default": default,
    "compared": dearer,
    "one_cohort": plans.one_cohort,
    "none_in_target": plans.none_in_target,
    "impossible": plans.impossible,
    "too_much_asked": too_much_asked,
    "without_boundaries": without_boundaries,
    "applicants": applicants,
    "many_districts": many_districts,
    "hostile": plans.hostile,
    "nothing_to_spend": lambda: plans.with_values(budget_pence=0),
}


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    """Every report, that of the default plan with its risk."""
    real, report.risk_of = report.risk_of, without_risk
    try:
        result = {name: plan() for name, plan in MADE.items()}
        against = {"compared": default()}
        result = {name: report.to_bytes(plan, against.get(name)) for name, plan in result.items() if name != "default"}
    finally:
        report.risk_of = real
    return {"default": report.to_bytes(default())} | result


def opened(content: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(content))


def everything(content: bytes) -> str:
    """Return every letter of a report: paragraphs, tables, words for pictures, properties."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels")))


def words(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in opened(content).paragraphs if paragraph.text.strip()]


def section(content: bytes, heading: str) -> list[str]:
    """Return the paragraphs and rows between a heading and the next."""
    found, inside = [], False
    for element in opened(content).element.body.iterchildren():
        style = element.find(qn("w:pPr"))
        style = None if style is None else style.find(qn("w:pStyle"))
        text = "".join(node.text or "" for node in element.iter(qn("w:t")))
        if style is not None and style.get(qn("w:val")) == "Heading1":
            inside = text == heading
        elif inside and element.tag == qn("w:tbl"):
            for row in element.iter(qn("w:tr")):
                cells = row.iter(qn("w:tc"))
                found.append("|".join("".join(n.text or "" for n in cell.iter(qn("w:t"))) for cell in cells))
        elif inside:
            found.append(text)
    return found


def table(content: bytes, caption: str) -> list[list[str]]:
    """Return the rows of the table whose caption begins so, its heading first."""
    for found in opened(content).tables:
        said = found._tbl.tblPr.find(qn("w:tblCaption"))
        if said.get(qn("w:val")).startswith(caption):
            return [[cell.text for cell in row.cells] for row in found.rows]
    raise AssertionError(f"no table is captioned {caption}")


@cache
def workbook_of(made_by: Callable[[], Plan]) -> openpyxl.Workbook:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve, "STEPS", FEW_STEPS)  # no report has a frontier
        content = workbook.to_bytes(made_by())
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True)


def of_workbook(made_by: Callable[[], Plan], *sheets: str) -> set[str]:
    """Return every number of a workbook's sheets, written in each way that the report writes numbers."""
    book = workbook_of(made_by)
    numbers = [
        cell.value
        for sheet in sheets
        for row in book[sheet].iter_rows()
        for cell in row
        if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool)
    ]
    return {
        written
        for value in numbers
        for written in (pounds(round(value * 100)), whole_pounds(value * 100), f"{value:.1%}", f"{int(value + 0.5):,}")
    }


# --- Figures -------------------------------------------------------------------------------------------------------


def test_every_figure_of_what_the_plan_buys_and_for_whom_is_in_the_workbook(made):
    known = of_workbook(default, "Summary", "Districts")
    said = [*section(made["default"], "In short"), *section(made["default"], "What the money buys")]
    said += ["|".join(row) for row in table(made["default"], "By district")]
    said = [line for line in said if not line.startswith(("“Within reach”", "The access score"))]
    figures = [figure for line in said for figure in (*MONEY.findall(line), *OTHER_FIGURES.findall(line))]
    tables = (table(made["default"], caption) for caption in ("By district", "What the plan buys"))
    cells = [cell for rows in tables for row in rows for cell in row if re.fullmatch(r"[\d,]+", cell)]
    figures += cells
    assert len(figures) > 50  # fewer where a kind is hidden
    proof = re.findall(r"\d+\.\d+%", reasons.proof(default())) + MONEY.findall(left_over.in_words(default()))
    assert [figure for figure in figures if figure not in known and figure not in proof] == []


def test_prices_and_take_up_are_the_workbooks_assumptions(made):
    known = of_workbook(default, "Assumptions")
    rows = table(made["default"], "Kinds of support, price and take-up")[1:]
    offered, catalogue = set(default().choices.offers["kind"]), default().catalogue
    assert [row[0] for row in rows] == [kind.label for kind in catalogue.kinds if kind.id in offered]
    said = " ".join(section(made["default"], "The options"))
    assert all(kind.label in said for kind in catalogue.kinds if kind.id not in offered)
    prices = [figure for row in rows for figure in MONEY.findall(row[2])]
    assert len(prices) >= len(rows) and set(prices) <= known
    assert all("assumption" in row[2] or "source" in row[2] for row in rows)


@pytest.mark.parametrize("name", ["default", "many_districts", "one_cohort"])
def test_groups_add_up_to_the_workbooks_totals_whatever_they_are_by(name):
    subject = subject_of(MADE[name]())
    for by in (subject.districts, subject.deciles, subject.classes, subject.kinds):
        for number in ("funded", "reached_micro", "takers_micro", "spend_pence"):
            assert sum(getattr(row, number) for row in by.rows) == getattr(by.whole, number), number
        assert by.whole.spend_pence == subject.content.spend_pence
        assert by.whole.takers_micro == round(subject.content.people * formats.PERSON)


def test_deciles_agree_with_a_count_by_hand():
    plan = default()
    deciles = plan.county.areas["imd_decile"]
    by_hand: dict[str, Counter] = {}
    for cohort, row in plan.choices.cohorts.iterrows():
        by_hand.setdefault(str(deciles[cohort]), Counter())["target"] += Decimal(str(row["people"]))
    whole = by_group.with_vehicle_share(plan)
    for (cohort, _), row in whole.iterrows():
        sums = by_hand[str(deciles[cohort])]
        sums["takers"] += Decimal(str(row["people"]))
        sums["spend"] += int(row["whole_cost_pence"])
        sums["reached"] += Decimal(str(plan.choices.cohorts.loc[cohort, "people"]))
    rows = {row.label.split(" ")[0]: row for row in subject_of(plan).deciles.rows}
    assert set(rows) == set(by_hand)
    for decile, row in rows.items():
        sums = by_hand[decile]
        assert (row.target_micro, row.takers_micro) == (
            sums["target"] * formats.PERSON,
            sums["takers"] * formats.PERSON,
        )
        assert (row.reached_micro, row.spend_pence) == (sums["reached"] * formats.PERSON, sums["spend"])


def test_districts_beyond_the_table_are_one_row_that_keeps_the_sum(made):
    rows = table(made["many_districts"], "By district")
    assert len(rows) == 1 + 12 + 1
    assert rows[-2][0].startswith("The other ") and rows[-2][0].endswith(" districts")


def test_a_comparison_shows_both_plans_and_their_difference(made):
    rows = table(made["compared"], "By kind of support, before and now")
    before, now = of_workbook(default, "Summary"), of_workbook(dearer, "Summary")
    few = {
        row.label for plan in (default(), dearer()) for row in groups.by_kind(draw_up(plan)).rows if row.hides("spend")
    }
    assert {row[0] for row in rows[1:] if "hidden" in row} <= few and len(few) < len(rows) - 2
    for row in rows[1:]:
        if row[0] in few:
            continue
        assert row[1] in before | {"£0"} and row[2] in now | {"£0"}
        told = [int(re.sub(r"[£,+]", "", cell)) for cell in row[1:4]]
        assert abs(told[1] - told[0] - told[2]) <= 1  # each is rounded to whole pounds
    assert any("£900 a year → £1,400 a year" in line for line in words(made["compared"]))
    assert any(re.search(r"areas? loses?, with ", line) for line in words(made["compared"]))


def test_plans_of_two_counties_are_not_compared():
    other = replace(default(), county=replace(plans.county(), manifest=bundle.Manifest("Elsewhere", (), ())))
    with pytest.raises(InputError, match="two bundles"):
        report.to_bytes(default(), other)
    with pytest.raises(InputError, match="one sort"):
        report.to_bytes(replace(applicants(), county=plans.county()), default())


def test_the_risk_is_told_in_the_sentences_of_the_risk_report(made):
    expected = risk_report.sentences(risk_of(default(), lambda stage: None))
    said = section(made["default"], "Risks")
    assert said[: len(expected)] == expected
    assert said[0].startswith("In nine years of ten this plan would spend £")
    assert any("rests on estimated journey times" in line for line in said)
    assert any("is an assumption" in line and "Moped".lower() in line for line in said)


def test_the_parts_stand_in_the_order_in_which_councils_print_them(made):
    heads = [paragraph.text for paragraph in opened(made["default"]).paragraphs if paragraph.style.name == "Heading 1"]
    assert heads == list(HEADINGS)


def test_members_are_told_who_pays_in_which_years_and_what_goes_back(made):
    plan = plans.limited()
    money = proposal.financial(subject_of(plan))
    rows = {row[0]: [int(re.sub("[£,]", "", cell)) for cell in row[1:]] for row in money[1].rows}
    whole = {row[0]: list(row[1:]) for row in money[1].rows}
    used = dict(zip(plan.allocation.grants["grant"], plan.allocation.grants["used_pence"], strict=True))
    assert {name: whole[name][1] for name in used} == {name: whole_pounds(pence) for name, pence in used.items()}
    assert whole["Total"][:2] == [whole_pounds(plan.allocation.budget_pence), whole_pounds(plan.allocation.spent_pence)]
    assert all(abs(sum(column) - 2 * column[-1]) <= 2 for column in zip(*rows.values(), strict=True))
    profile = {row[1].value: row for row in workbook_of(default)["Profile"].iter_rows()}
    said = " ".join(section(made["default"], "Financial implications"))
    for months in ("September to March", "April to August"):
        assert f"{whole_pounds(profile[months][7].value * 100)} in {profile[months][2].value}" in said
    assert "VAT" in said and "today is not in the scenario" in said


def test_members_are_asked_to_approve_to_return_grants_and_to_know_the_risk(made):
    asked = " ".join(part.words for part in proposal.recommendations(subject_of(plans.limited()), None))
    spent = plans.limited().allocation.grants.eval("amount_pence - used_pence")
    assert all((whole_pounds(left) in asked) == (left > 0) for left in spent)
    said = section(made["default"], "Recommendations")
    assert said[1].startswith(f"Approve the plan, which spends {whole_pounds(default().allocation.spent_pence)}")
    assert any("more than the budget: see Risks" in line for line in said)
    assert section(made["impossible"], "Recommendations") == [proposal.CHANGE_A_LIMIT]


def test_what_is_spent_today_makes_a_plan_growth_or_a_saving():
    subject = subject_of(default())
    for more, word in ((100_000, "growth of £1,000"), (-100_000, "a saving of £1,000"), (0, "the same")):
        lines = {"bus_pass": LedgerCodes(baseline_pence=subject.content.spend_pence - more)}
        ledger = replace(subject.content.ledger, finance=Finance(lines=lines))
        now = replace(subject, content=replace(subject.content, ledger=ledger))
        assert any(word in part.words for part in proposal.financial(now) if isinstance(part, ReportText))


# --- People --------------------------------------------------------------------------------------------------------


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: (sum(pair), pair[0])), min_size=1, max_size=9
    )
)
def test_no_count_of_applicants_below_five_is_shown_nor_left_to_be_reckoned(rows):
    made_of = [
        GroupSums(str(number), 1, target * PERSON, reached, *(reached * PERSON,) * 2, reached * 9000, float(reached))
        for number, (target, reached) in enumerate(rows)
    ]
    sums = [sum(getattr(row, name) for row in made_of) for name in ("target_micro", "reached_micro")]
    whole = GroupSums("Total", 1, sums[0], 0, sums[1], sums[1], sums[1] // 90, sums[1] / PERSON)
    judged = groups._together(GroupedSums(tuple(made_of), whole), {"row": groups.NUMBERS}, groups._of_applicants)
    for row, (target, reached) in zip(judged.rows, rows, strict=True):
        if not row.hides():
            assert target >= 5 and reached >= 5 and not 0 < target - reached < 5
    hidden = [row for row in judged.rows if row.hides()]
    assert len(hidden) != 1 or judged.whole.hides()


@given(values=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), min_size=1, max_size=9))
def test_no_expected_number_below_five_is_shown_and_what_is_left_out_tells_none(values):
    rows = tuple(
        GroupSums(str(n), 1, (reached + left), 1, reached, reached, 1, reached / PERSON)
        for n, (reached, left) in enumerate(values)
    )
    whole = GroupSums("Total", 1, *(0,) * 5, within_reach=0.0)
    sums = {name: sum(getattr(row, name) for row in rows) for name in ("target_micro", "reached_micro")}
    whole = replace(whole, **sums)
    judged = groups._together(GroupedSums(rows, whole), groups.JUDGED, groups._of_areas)
    for row in judged.rows:
        assert row.hides("target") or not 0 < row.target_micro < FIVE
        assert row.hides("target") or not 0 < row.target_micro - row.reached_micro < FIVE
        assert row.hides("takers") or not 0 < row.takers_micro < FIVE
        assert {row.hides(name) for name in groups.HELPED} in ({True}, {False})  # each tells the others
    assert not judged.whole.hides("spend")
    assert sum(row.hides("spend") for row in judged.rows) != 1 or judged.whole.hides("takers")


def test_a_small_group_of_applicants_is_hidden_with_its_money_and_another_with_it(made):
    rows = {row[0]: row[1:] for row in table(made["applicants"], "By district")[1:]}
    assert set(rows["Hill"]) == {"hidden"} and set(rows["Vale"]) == {"hidden"}
    assert rows["Total"][0] == "33"
    assert any("Evidence is awaited from fewer than five more." in line for line in words(made["applicants"]))


def test_a_report_on_applicants_names_nobody_and_points_at_no_row(made):
    said = everything(made["applicants"])
    assert "Zoe" not in said and "T-2" not in said
    assert not re.search(r"\brow \d", said)
    assert "It does not show where applicants live" in said


def test_a_conflict_about_applicants_points_at_no_row():
    plan = applicants()
    allocation = replace(
        plan.allocation, status="infeasible", chosen=plan.allocation.chosen.iloc[:0], spent_pence=0,
        conflicts=("row 17 must be funded and its cheapest offer is £12 dearer than the budget",),
    )  # fmt: skip
    said = everything(report.to_bytes(replace(plan, allocation=allocation)))
    assert "an applicant must be funded" in said and "row 17" not in said


def test_one_cohort_is_too_few_to_be_counted_but_its_money_is_told(made):
    said = " ".join(section(made["one_cohort"], "In short"))
    plan = plans.one_cohort()
    assert whole_pounds(plan.allocation.spent_pence) in said
    small = plan.allocation.people < 5
    assert ("fewer than five" in said) == small or at_least_one(plan.allocation) < 5


def test_what_the_data_do_not_say_is_said(made):
    said = " ".join(section(made["default"], "Equality"))
    assert "Equality Act 2010" in said and "holds nothing on sex, race, disability" in said
    assert "Numbers of young people below five are hidden" in said


# --- The problem ---------------------------------------------------------------------------------------------------


def test_figures_of_the_council_that_are_not_loaded_are_said_not_to_be(made):
    said = " ".join(section(made["default"], "The problem"))
    assert "(NEET) are not loaded" in said and "State of the Nation figures are not loaded" in said


def statistics(*rows: tuple) -> pd.DataFrame:
    columns = list(STATISTIC_COLUMNS)
    return pd.DataFrame([dict(zip(columns, row, strict=True)) for row in rows]).astype(STATISTIC_COLUMNS)


def test_figures_of_the_council_are_told_with_what_they_are_of_and_their_source():
    table_of = statistics(
        ("E1", "Fenshire", "neet", 2.1, "", "", "Fenshire", "s1"),
        ("E1", "Fenshire", "not_known", 5.0, "", "", "Fenshire", "s1"),
        ("E1", "Fenshire", "promising_prospects", 2, "Unfavourable", "2021 to 2024", "Greater Fen", "s2"),
    )
    sources = tuple(
        bundle.BundleSource(id, "T", publisher, "", "", vintage, "", "", 1)
        for id, publisher, vintage in (("s1", "DfE", "2025"), ("s2", "SMC", "2021 to 2024"))
    )
    manifest = replace(plans.county().manifest, sources=sources)
    lines = councils.council_lines(replace(plans.county(), manifest=manifest, council_statistics=table_of))
    assert "In Fenshire, 2.1% of 16 and 17 year-olds" in lines[0] and "another 5.0%" in lines[0]
    assert lines[0].endswith("Source: DfE, 2025.")
    assert "Fenshire (figure for Greater Fen): promising prospects, unfavourable (group 2)." in lines[1]


def test_of_many_councils_the_range_is_told():
    rows = [(f"E{n}", f"Shire {n}", "neet", float(n), "", "", f"Shire {n}", "s") for n in range(1, 6)]
    lines = councils.council_lines(replace(plans.county(), council_statistics=statistics(*rows)))
    assert "runs from 1.0% (Shire 1) to 5.0% (Shire 5)" in lines[0] and "3.0%" in lines[0]
    assert "State of the Nation figures are not loaded" in lines[1]


def test_where_no_plan_can_be_made_the_report_says_what_conflicts_and_buys_nothing(made):
    for name in ("impossible", "too_much_asked"):
        said = section(made[name], "In short")
        assert any("No plan can keep to all the limits" in line for line in said)
        assert any("cannot be kept together" in line for line in said)
        assert section(made[name], "What the money buys") == []
    assert any("£12 short" in line for line in section(made["impossible"], "In short"))


# --- The document --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MADE)
def test_headings_captions_repeated_heads_and_words_for_pictures(made, name):
    document_of = opened(made[name])
    styles = [paragraph.style.name for paragraph in document_of.paragraphs]
    assert styles[0] == "Title" and styles.count("Heading 1") >= 5
    captions = [p.text for p in document_of.paragraphs if p.style.name == "Caption"]
    assert sum(text.startswith("Table ") for text in captions) == len(document_of.tables)
    for each in document_of.tables:
        head = each.rows[0]._tr.trPr
        assert head.find(qn("w:tblHeader")) is not None
        assert each._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
    drawn = list(document_of.element.body.iter(qn("wp:docPr")))
    assert all(len(about.get("descr")) > 20 for about in drawn)
    assert len({about.get("id") for about in drawn}) == len(drawn)
    assert document_of.core_properties.language == "en-GB" and document_of.core_properties.title
    assert {lang.get(qn("w:val")) for lang in document_of.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    assert "Page " in document_of.sections[0].footer.paragraphs[0].text


@pytest.mark.parametrize("name", MADE)
def test_the_only_fields_are_our_own_and_words_from_outside_are_text(made, name):
    with zipfile.ZipFile(io.BytesIO(made[name])) as archive:
        parts = [archive.read(each) for each in archive.namelist() if re.match(r"word/(document|footer\d*)\.xml", each)]
    instructions = [text for part in parts for text in re.findall(rb"<w:instrText[^>]*>([^<]*)", part)]
    assert instructions and {text.decode().strip() for text in instructions} <= ALLOWED_FIELDS
    assert not any(b"fldSimple" in part or b"w:hyperlink" in part for part in parts)


def test_the_same_plan_gives_the_same_bytes(made, monkeypatch):
    monkeypatch.setattr(report, "risk_of", without_risk)
    assert report.to_bytes(dearer(), default()) == made["compared"]
    later = replace(dearer(), day=dearer().day.replace(day=1))
    assert report.to_bytes(later, default()) != made["compared"]


def test_a_scenario_without_a_name_is_not_called_plan_in_the_title():
    plan = plans.one_cohort()
    unnamed, named = (
        opening.heading(subject_of(replace(plan, scenario=replace(plan.scenario, name=name))), None)[1].words
        for name in (Scenario().name, "Winter")
    )
    assert "Plan:" not in unnamed and unnamed.endswith(f"{plan.day.year}.")
    assert named == f"{unnamed} Plan: Winter."


def test_a_share_of_people_has_no_decimal_beside_one_without():
    said = " ".join(opening._reaches(subject_of(default()), subject_of(default()).whole))
    assert re.search(r"\(\d+%\) live in areas that get an offer", said)


def test_more_money_may_bring_fewer_people_and_the_small_print_says_why():
    small = money.access_note(subject_of(default()))[0].words
    assert within_reach.MORE_MONEY in small
    assert "number within reach can fall a little while the score rises" in small


def test_sentences_are_short_enough_to_be_read_aloud(made):
    lines = [
        line
        for heading in HEADINGS[:-1]
        for line in section(made["default"], heading)
        if "|" not in line and not line.startswith(("Table", "Figure"))
    ]
    sentences = [part.split() for line in lines for part in re.split(r"(?<=[.!?])\s", line) if part.strip()]
    assert sum(map(len, sentences)) / len(sentences) < 17
    assert max(map(len, sentences)) < 46


def test_pictures_are_told_apart_in_grey():
    looks = [pictures.DARK, pictures.MIDDLE, pictures.LIGHT, pictures.PALE]
    grey = [
        sum(w * v for w, v in zip((0.299, 0.587, 0.114), ImageColor.getrgb(look.fill), strict=True)) for look in looks
    ]
    assert all(light - dark > 25 for dark, light in zip(grey, grey[1:], strict=False))
    assert len({look.hatch for look in looks[1:3]}) == 2


def test_the_map_draws_every_area_once_with_holes_left_open():
    ring = [(0, 0), (9, 0), (9, 9), (0, 9)]
    import shapely

    holed = shapely.Polygon(ring, [[(3, 3), (6, 3), (6, 6), (3, 6)]])
    path = pictures._outlines(pd.Series([holed, shapely.MultiPolygon([holed])]).to_numpy())
    assert (path.codes == path.MOVETO).sum() == 4
    assert pictures._outlines(pd.Series([], dtype=object).to_numpy()) is None


def test_a_map_of_areas_without_boundaries_has_dots(made):
    with zipfile.ZipFile(io.BytesIO(made["without_boundaries"])) as archive:
        sizes = [Image.open(io.BytesIO(archive.read(name))).size for name in archive.namelist() if "media" in name]
    assert len(sizes) == 3 and all(width > 400 for width, _ in sizes)


@needs_libreoffice
def test_every_report_prints_on_two_to_five_pages(made, tmp_path_factory):
    printed = converted(made, tmp_path_factory.mktemp("reports"), "pdf", "pdf", given_as="docx")
    keep_pictures({"report": printed["default"]})
    pages = {name: len(PAGE.findall(path.read_bytes())) for name, path in printed.items()}
    assert {name: count for name, count in pages.items() if not 2 <= count <= 5} == {}


@needs_opendata
@needs_libreoffice
def test_lincolnshire_from_real_files_fits_too(real_county, tmp_path, monkeypatch):
    monkeypatch.setattr(report, "risk_of", without_risk)
    content = report.to_bytes(planning.make(real_county("Lincolnshire"), Scenario(budget_pence=40_000_000), plans.DAY))
    said = " ".join(section(content, "The problem"))
    assert "In Lincolnshire, 2.1% of 16 and 17 year-olds" in said and "promising prospects" in said
    printed = converted({"lincolnshire": content}, tmp_path, "pdf", "pdf", given_as="docx")["lincolnshire"]
    assert 2 <= len(PAGE.findall(printed.read_bytes())) <= 5
    assert len(content) < 2_000_000


def test_members_read_of_areas_that_reach_everything_without_help_that_they_do(made):
    (said,) = [line for line in words(made["default"]) if "What keeps them out" in line]
    near = reasons.not_funded(default())["reason"].str.startswith("College and work are within reach").sum()
    assert near and f"college and work are within reach without help ({near})" in said
    assert "nothing on offer brings more" not in said
