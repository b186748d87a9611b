"""The report and the workbook's Cover say what the prices rest on and who could go today, as the plan has it."""

from budget.accounts import statement
from budget.planning import assumed, deadweight
from budget.report import closing, formats
from budget.report.subject import subject_of
from budget.workbook.book import Book
from budget.workbook.plan_sheets import cover
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


def test_the_report_says_both_among_the_risks():
    said, found = risks_of(plans.default()), deadweight.of_plan(plans.default())
    assert formats.in_whole_pounds(assumed.share_in_words(assumed.of_plan(plans.default()))) in said
    people = formats.people_or_few(round(found.fare_only_college * formats.PERSON))
    assert f"For {people} a bus or train is quick enough" in said


def test_a_few_takers_are_not_counted_in_the_report():
    few = plans.with_values(budget_pence=100_000)
    assert 0 < deadweight.of_plan(few).takers < LEAST
    assert "without support" not in risks_of(few)


def test_of_applicants_the_report_counts_nobody_who_could_go_today():
    plan = planned(decision(2), decision(3))
    assert "without support" not in risks_of(plan)
    assert "Of about 2 applicants helped none reach a college today" in deadweight.in_words(plan)
