"""The report and the workbook's Cover say what the prices rest on and who could go today, as the plan has it."""

import datetime
from dataclasses import replace

from budget.accounts import statement
from budget.planning import assumed, deadweight
from budget.report import closing, formats, money
from budget.report.blocks import ReportTable
from budget.report.groups import HELPED
from budget.report.subject import subject_of
from budget.workbook.book import Book
from budget.workbook.plan_sheets import cover
from data.faults import Noted
from data.wording import whole_pounds
from eligibility.suppress import LEAST
from tests.budget.offers.test_applicants import decision, planned
from tests.budget.workbook import workbook_plans as plans


def risks_of(plan) -> str:
    return " ".join(str(part) for part in closing.risks(subject_of(plan), None))


def cover_of(plan) -> dict[str, object]:
    book = Book()
    cover.write(book, statement.draw_up(plan), "", True, {}, None)
    return {row[0].value: row[1].value for row in book.workbook[cover.SHEET].iter_rows(max_col=2)}


def test_the_cover_says_what_share_of_the_spend_is_at_assumed_prices_and_who_could_go_today():
    plan, facts = plans.default(), cover_of(plans.default())
    assert facts["Prices, as solved"] == assumed.in_words(assumed.of_plan(plan))
    assert "at assumed prices" in facts["Prices, as solved"]
    assert facts["Who could go today"] == deadweight.in_words(plan)


def test_the_cover_says_which_price_ends_within_the_year_of_the_plan_and_nothing_where_none_does():
    within, before = (
        cover_of(replace(plans.default(), day=datetime.date(year, 9, 1))).get("Prices that end")
        for year in (2026, 2025)
    )
    assert "£3.00 holds until 31 March 2027" in str(within)
    assert before is None


def test_the_report_says_both_among_the_risks():
    plan = plans.least_cost()
    said, found = risks_of(plan), deadweight.of_plan(plan)
    assert formats.in_whole_pounds(assumed.share_in_words(assumed.of_plan(plan))) in said
    people = formats.people_or_few(round(found.fare_only_college * formats.PERSON))
    assert f"For {people} a bus or train is quick enough" in said


def hiding(*labels: str):
    """Return the default plan's subject with what is given of these kinds hidden, and of no other."""
    subject = subject_of(plans.default())
    rows = (replace(row, hidden=frozenset(HELPED if row.label in labels else ())) for row in subject.kinds.rows)
    return replace(subject, kinds=replace(subject.kinds, rows=tuple(rows)))


def test_the_money_of_a_kind_that_few_take_is_hidden_as_its_price_would_tell_how_many():
    few = subject_of(plans.default()).kinds.rows[0]
    assert whole_pounds(few.spend_pence) in str(money.buys(hiding()))
    hidden = money.buys(hiding(few.label))
    assert whole_pounds(few.spend_pence) not in str(hidden)
    rows = next(part.rows for part in hidden if isinstance(part, ReportTable))
    assert [row[1:] for row in rows if row[0] == few.label] == [(f"{few.funded:,}", *["hidden"] * 5)]


def test_a_share_that_would_tell_the_money_of_a_hidden_kind_is_not_in_the_report():
    basis = assumed.of_plan(plans.default())
    at_assumed = {each.label for each in basis.assumed}
    published = next(each.label for each in basis.kinds if each.label not in at_assumed)
    assert closing._share_at_assumed_prices(hiding(published, min(at_assumed))) == ""
    for none_or_all in ((), at_assumed):  # neither parts the sum of what is hidden
        assert closing._share_at_assumed_prices(hiding(*none_or_all)) == assumed.share_in_words(basis)


def test_a_few_takers_are_not_counted_in_the_report():
    few = plans.with_values(budget_pence=100_000)
    assert 0 < deadweight.of_plan(few).takers < LEAST
    assert "without support" not in risks_of(few)


def test_of_applicants_the_report_counts_nobody_who_could_go_today():
    plan = planned(decision(2), decision(3))
    assert "without support" not in risks_of(plan)
    assert "Of about 2 applicants helped none reach a college today" in deadweight.in_words(plan)


def test_what_the_state_of_the_data_does_to_the_plan_is_among_the_risks():
    plan = plans.default()
    parts = {"names": "Windermere", "some": "12", "all": "104", "ways": ""}
    warnings = [Noted("Lakes are in no file (--journeys).", "lakes", **parts)]
    warnings.append(Noted("3 areas.", "not_weighted_centres", some="3", all="104"))
    county = replace(plan.county, manifest=replace(plan.county.manifest, warnings=tuple(warnings)))
    told = risks_of(replace(plan, county=county))
    assert "A straight line over Windermere counts as one over land: 12 of 104 areas lie near" in told
    assert "In 3 of 104 areas, journeys begin in the middle of the area" in told
    assert "Windermere" not in risks_of(plan)
