"""What a reader of a workbook is told: text that stays text, sources, the cover, the frontier and the risk."""

import datetime
from dataclasses import replace

import pandas as pd
import pytest

from budget import workbook
from budget.planning import left_over
from budget.risk import simulation
from budget.risk.risk_report import robust_sentence
from budget.scenarios.differences import fingerprint
from budget.workbook.grid import quoted
from data import travel
from data.documents.sheet_text import safe_text
from tests.budget.workbook import workbook_plans as plans
from tests.budget.workbook.books import planned
from tests.budget.workbook.reading import column_of, opened, row_of
from tests.sheet_cells import formula_cells


@pytest.mark.parametrize("name", ["default", "limited"])
def test_no_kind_of_support_or_service_is_shown_by_its_id(books, name):
    plan, keys_of_files = planned(name), {"Scenario", "Plan workings", "Assumptions", "Sources"}
    ids = [*(kind.id for kind in plan.catalogue.kinds if "_" in kind.id), *plan.choices.services.index]
    assert len(ids) > 9
    shown = [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in opened(books[name])
        for row in (() if sheet.title in keys_of_files else sheet.iter_rows())
        for cell in row
        if isinstance(cell.value, str) and cell.data_type == "s"
        if not sheet.column_dimensions[cell.column_letter].hidden and any(each in cell.value for each in ids)
    ]
    assert shown == []


def test_text_from_outside_never_becomes_a_formula(books):
    assert set(formula_cells(books["hostile"])) == set(formula_cells(books["out_of_time"]))


def test_text_that_looks_like_a_formula_stays_text_when_somebody_edits_its_cell(books):
    book = opened(books["hostile"])
    texts = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "s"]
    risky = [cell for cell in texts if str(cell.value).lstrip(" ").startswith(tuple("=+-@\t\r＝"))]
    outside = [cell for cell in risky if not str(cell.value).startswith("- ")]
    assert len(outside) > 20
    assert all(cell.quotePrefix for cell in risky)


def test_control_characters_are_shown_not_dropped():
    assert safe_text("a\x00b\x07c\x1fd\ud800") == "a␀b␇c␟d\ufffd"


@pytest.mark.parametrize("letter", ["L", "𝔘"])
def test_text_beyond_excels_limit_is_cut_with_a_mark(letter):
    cut = safe_text(letter * 40_000)
    assert len(cut.encode("utf-16-le")) // 2 <= 32_767
    assert cut.endswith("[…cut]")


def test_a_text_too_long_for_a_cell_is_whole_on_a_sheet_of_its_own(books):
    book = opened(books["hostile"])
    name = planned("hostile").scenario.name
    assert len(name) > 40_000
    parts: dict[int, str] = {}
    for number, _, text in book["Long texts"].iter_rows(min_row=5, max_col=3, values_only=True):
        parts[number] = parts.get(number, "") + text
    assert {safe_part(name), "L" * 40_000, "𝔘" * 20_000} <= set(parts.values())
    shown = book["Cover"][f"B{row_of(book['Cover'], 'Scenario')}"].value
    assert shown.startswith("=2+2␁nnn") and shown.endswith("the whole text is no. 2 on the sheet Long texts]")
    assert parts[2] == safe_part(name)
    assert "Long texts" not in opened(books["default"]).sheetnames


def safe_part(text: str) -> str:
    return "".join(safe_text(part) for part in text)


def test_text_within_the_limit_is_left_alone():
    assert safe_text("n" * 32_767) == "n" * 32_767


def test_a_made_up_county_says_so_and_claims_no_official_data(books):
    book = opened(books["default"])
    assert "made up" in book["Summary"]["A4"].value
    texts = [cell.value for cell in book["Sources"]["A"] if cell.value]
    assert any("holds no official data" in text for text in texts)
    assert not any("Crown copyright" in text for text in texts)


def test_official_data_are_attributed_as_their_licences_ask(few_steps):
    manifest = replace(plans.county().manifest, made_up=False)
    plan = replace(plans.default(), county=replace(plans.county(), manifest=manifest))
    texts = " ".join(str(cell.value) for cell in opened(workbook.to_bytes(plan))["Sources"]["A"])
    assert "Contains OS data © Crown copyright and database right 2026" in texts
    assert "Open Government Licence v3.0" in texts


def test_sources_names_the_files_the_figures_the_ledgers_rates_and_an_imported_matrix(few_steps):
    journeys = pd.DataFrame({"source": ["r5 of the council"] * 3, "as_of": ["2026-09"] * 3})
    journeys = journeys.reindex(columns=travel.JOURNEY_COLUMNS)
    plan = replace(plans.default(), county=replace(plans.county(), journeys=journeys))
    texts = {cell.value for row in opened(workbook.to_bytes(plan))["Sources"].iter_rows() for cell in row if cell.value}
    manifest, policy = plan.county.manifest, plan.targeting.rules.policy
    assert {source.title for source in manifest.sources} | {source.title for source in policy.sources.values()} <= texts
    assert set(plan.catalogue.figures.by_name) | {"inflation", "terms", "r5 of the council", "2026-09"} <= texts


def test_a_long_note_keeps_to_its_column_so_that_sources_print_in_a_size_to_read(few_steps):
    note = "a provider of which something has to be said; " * 40
    columns = {"destinations": {"source": "x", "note": note, "estimated": False}}
    manifest = replace(plans.county().manifest, columns=columns, warnings=(note,))
    plan = replace(plans.default(), county=replace(plans.county(), manifest=manifest))
    cells = [cell for row in opened(workbook.to_bytes(plan))["Sources"].iter_rows() for cell in row if cell.value]
    assert note in [cell.value for cell in cells]
    assert max(len(str(cell.value)) for cell in cells if not cell.alignment.wrap_text) <= 190


@pytest.mark.parametrize("budget", [0, 75_000_000, 10**10])
def test_summary_says_what_is_left_and_why_as_the_other_surfaces_do(budget, few_steps):
    plan = plans.with_values(budget_pence=budget)
    sheet = opened(workbook.to_bytes(plan))["Summary"]
    assert left_on(sheet) == (left_over.in_words(plan) or "Nothing.")


def left_on(sheet) -> str:
    """Return what Summary says is left, which stands in as many rows as it takes to print."""
    first = row_of(sheet, "What is left, as solved")
    last = next(row for row in range(first + 1, first + 9) if sheet[f"A{row}"].value)
    return " ".join(sheet[f"B{row}"].value for row in range(first, last))


def test_what_a_robust_plan_leaves_is_said_to_be_its_safety(books):
    sheet = opened(books["robust"])["Summary"]
    assert left_on(sheet) == robust_sentence(plans.robust())
    good = sheet[f"B{row_of(sheet, 'How good the plan is, as solved')}"].value
    assert good.startswith("Among plans that keep the budget at their worst: ")


def test_the_cover_names_what_made_the_plan_and_leaves_room_to_sign(few_steps):
    book = opened(workbook.to_bytes(plans.default(), prepared_by="=A. Planner"), data_only=True)
    sheet = book["Cover"]
    rows = {row[0].value: row[1].value for row in sheet.iter_rows()}
    plan = plans.default()
    whole = {row[0].value: row[1].value for row in book["Scenario"].iter_rows()}
    assert whole["Scenario, SHA-256"] == fingerprint(plan.pinned_scenario)
    assert whole["Scenario, SHA-256"].startswith(rows["Reference"])
    assert whole["County bundle, SHA-256"] == plan.county.manifest.checksum
    assert whole["Policy file, SHA-256"] == plan.targeting.rules.stamp.sha256
    assert [sheet[f"A{row}"].value for row in range(5, 9)] == ["Budget", "Spend", "Left", "Young people within reach"]
    assert [sheet[f"B{row}"].value for row in (5, 6)] == [750_000, plan.allocation.spent_pence / 100]
    assert rows["Up to date"].startswith("Yes")
    assert rows["Financial years"] == "2026 to 2027 and 2027 to 2028, April to March"
    assert rows["Prepared by"] == "=A. Planner"
    assert {"Reviewed by", "Approved by", "Section 151 officer"} <= set(rows)
    assert all(word in rows["Made with"] for word in ("Farebridge ", "HiGHS ", "PuLP "))
    assert rows["All checks pass"] is True


def test_the_cover_leads_to_every_sheet(books):
    book = opened(books["default"])
    places = {cell.hyperlink.location for row in book["Cover"].iter_rows() for cell in row if cell.hyperlink}
    assert places == {f"{quoted(name)}!A1" for name in workbook.SHEETS[1:]}


def test_codes_and_grants_of_the_council_stand_on_budget_lines(books):
    sheet = opened(books["by_months_with_a_reserve"], data_only=True)["Budget lines"]
    assert [sheet[f"{letter}5"].value for letter in "BCDL"] == ["C1234", "=4010", "Free bus pass", -2500]
    assert sheet[f"C{row_of(sheet, 'Contributions: Minibus', 'D')}"].value == "@9310"
    sheet = opened(books["limited"], data_only=True)["Budget lines"]
    grants = {sheet[f"B{row}"].value: sheet[f"H{row}"].value for row in range(30, sheet.max_row)}
    used = planned("limited").allocation.grants
    assert {name: grants[name] for name in used["grant"]} == dict(
        zip(used["grant"], used["used_pence"] / 100, strict=True)
    )


def test_the_limited_plan_holds_a_part_a_vehicle_that_runs_empty_and_both_grants():
    plan = planned("limited")
    assert (plan.allocation.chosen["part"] < 1).any()
    assert set(plan.allocation.services.index) - set(plan.allocation.chosen["service"].dropna())
    assert (plan.allocation.grants["used_pence"] > 0).all()


def test_a_plan_that_cannot_be_says_why(books):
    sheet = opened(books["impossible"])["Summary"]
    assert "£12 short" in sheet[f"B{row_of(sheet, 'How good the plan is, as solved')}"].value


def test_every_area_in_target_or_not_settled_is_listed_with_its_verdicts(books):
    sheet = opened(books["default"])["Eligibility"]
    targeting = plans.default().targeting
    codes = [cell.value for cell in sheet["A"]]
    assert set(targeting.in_target) | set(targeting.not_settled) <= set(codes)
    outcomes = [sheet[f"D{row}"].value for row in range(6, sheet.max_row)]
    assert outcomes.count("in target") == len(targeting.in_target)
    assert outcomes.count("not settled") == len(targeting.not_settled)


def test_every_figure_of_the_plan_is_on_assumptions_with_its_provenance(books):
    sheet = opened(books["default"])["Assumptions"]
    rows = {sheet[f"A{row}"].value: sheet[f"H{row}"].value for row in range(5, sheet.max_row + 1)}
    for name, figure in plans.default().catalogue.figures.by_name.items():
        assert rows[name] == figure.provenance


def test_a_kind_that_is_not_on_offer_has_no_figures_here(books):
    names = {cell.value for cell in opened(books["minibuses_only"])["Assumptions"]["A"]}
    assert "minibus.vehicle_price" in names
    assert "bus_pass.price" not in names


def test_the_frontier_never_falls_and_stays_under_what_no_plan_can_pass(books):
    sheet = opened(books["default"], data_only=True)["Frontier"]
    rows = [[cell.value for cell in row[:11]] for row in sheet.iter_rows(min_row=5) if isinstance(row[2].value, float)]
    budgets, access, bound = zip(*(row[:3] for row in rows if row[4] is not None), strict=True)
    assert list(budgets) == sorted(budgets)
    assert list(access) == sorted(access)
    assert all(have <= most + 1e-9 for have, most in zip(access, bound, strict=True))
    assert rows[-1][10] == 1


def test_the_frontier_says_where_this_plan_and_the_knee_stand(books):
    sheet = opened(books["default"], data_only=True)["Frontier"]
    row = row_of(sheet, "Budgets to know") + 2
    allocation = plans.default().allocation
    assert sheet[f"A{row}"].value == allocation.budget_pence / 100
    assert sheet[f"B{row}"].value == pytest.approx(allocation.access)
    assert sheet[f"C{row + 1}"].value.startswith("The turning point")
    assert 0 < sheet[f"A{row + 1}"].value < sheet[f"A{row + 2}"].value


def test_the_frontier_has_a_chart_with_a_title_axes_and_a_description(books):
    (chart,) = opened(books["default"])["Frontier"]._charts
    assert len(chart.series) == 2
    assert chart.series[0].val.numRef.f.startswith("'Frontier'!$B$")
    assert chart.x_axis.title is not None


def test_cohorts_left_out_show_the_budget_at_which_they_come_in(books):
    sheet = opened(books["default"], data_only=True)["Not funded"]
    entry, reason = column_of(sheet, "Comes in at a budget of"), column_of(sheet, "Why it is not funded")
    budgets = [sheet[f"{entry}{row}"].value for row in range(5, row_of(sheet, "Total"))]
    assert any(budgets)
    assert all(value is None or value > plans.default().allocation.budget_pence / 100 for value in budgets)
    assert all(sheet[f"{reason}{row}"].value.endswith(".") for row in range(5, row_of(sheet, "Total")))


def test_the_months_of_the_profile_stand_in_order_of_date(books):
    sheet = opened(books["default"])["Profile"]
    months = [datetime.datetime.strptime(sheet[f"B{row}"].value, "%B %Y") for row in range(5, 17)]
    assert months == sorted(months)
    heads = [cell.value for cell in opened(books["default"])["Profile by line"][4]]
    assert heads.index("6 Sep 2026") < heads.index("12 Mar 2027") < heads.index("1 Apr 2027")


def test_the_risk_stands_on_its_sheet_on_summary_and_on_the_cover(books):
    book = opened(books["default"], data_only=True)
    chance = simulation.simulate(plans.default(), plans.default().ranges).chance_of_overspending
    summary = book["Summary"]
    row = row_of(summary, "Chance of spending more than the budget, as solved")
    assert book["Risk"]["B5"].value == summary[f"B{row}"].value == pytest.approx(chance)
    cover = {row[0].value: row[1].value for row in book["Cover"].iter_rows()}
    assert cover["Chance of overspending, as solved"] == pytest.approx(chance)
    enough = [book["Risk"][f"B{row}"].value for row in (11, 12)]
    assert enough == sorted(enough) and enough[0] > book["Risk"]["B6"].value


def test_the_frontier_stops_where_nothing_more_can_be_bought(books):
    sheet = opened(books["default"], data_only=True)["Frontier"]
    access = [row[1].value for row in sheet.iter_rows(min_row=5) if isinstance(row[3].value, (int, float))]
    assert access.index(max(access)) == len(access) - 1
