"""Checks of Budget lines, Profile by line and Profile."""

from collections.abc import Iterator
from dataclasses import replace

from budget.accounts.ledger import EXPENDITURE, INCOME
from budget.accounts.statement import Content, pounds
from budget.workbook.check import EQUAL, HALF_A_PENNY, Check, none_of, none_text, none_where, same_money
from budget.workbook.grid import Formula
from budget.workbook.plan_sheets import budget_lines, profile, profile_years

ODD_PENNIES = 0.12  # twelve months rounded to the penny


def list_checks(content: Content) -> Iterator[Check]:
    """Yield the checks in the order of the sheet Checks."""
    yield from _of_the_lines(content)
    yield from _of_the_profile(content)
    yield from _of_the_years(content)


def _of_the_lines(content: Content) -> Iterator[Check]:
    spend, budget = pounds(content.spend_pence), pounds(content.plan.allocation.budget_pence)
    spent = "+".join(f'SUMIFS({{lines[net]}},{{lines[kind]}},"{kind}")' for kind in (EXPENDITURE, INCOME))
    advice = "A line or a code on Budget lines, Plan or Services has been overwritten."
    name = "Budget lines: expenditure less income is the spend"
    yield same_money(name, f"={spent}", "=spend_total", spend, advice)
    yield same_money("Budget lines: all lines are the budget", "={lines.totals[net]}", "=budget_total", budget, advice)
    lines, wrong = budget_lines.lay_out(content), "(ABS({lines[original]}-{solved_lines[original]})>{leeway})*1"
    name = "Budget lines: each original budget is the line's as solved"
    swapped = none_where(name, wrong, lines, "original", "Original budgets of lines were overwritten or swapped.")
    yield replace(swapped, leeway=HALF_A_PENNY)
    name = "Budget lines: original budgets are the budget as solved"
    advice = "A line has been added, deleted or overwritten on Budget lines."
    yield same_money(name, "=SUM({lines[original]})", "={solved[budget]}", budget, advice)
    moved = pounds(sum(line.virement_pence for line in content.ledger.lines))
    virements = Formula("=SUM({lines[virement]})", moved)
    advice = "What one line gives another must receive: see the column Virement on Budget lines."
    typed = "ISNUMBER({lines[virement]})*({lines[virement]}<>{solved_lines[virement]})"  # since it was exported
    where = none_where("", typed, lines, "virement", "").where
    yield Check("Budget lines: virements come to nought", virements, 0, "money", EQUAL, advice, HALF_A_PENNY, where)
    advice = "A virement is text, which no sum counts: write it as a number."
    yield none_text("Budget lines: no text stands for a virement", lines, ("virement",), advice)
    name = "Budget lines: who pays adds up to the gross spend"
    gross = f'=SUMIFS({{lines[gross]}},{{lines[kind]}},"{EXPENDITURE}")'
    known = pounds(content.spend_pence + int(content.funded["income_pence"].sum()))
    advice = "A row of Who pays on Budget lines has been overwritten."
    yield same_money(name, "={funding.totals[pays]}", gross, known, advice)


def _of_the_profile(content: Content) -> Iterator[Check]:
    apart = "=SUMPRODUCT(--(ABS({by_line[year]}-{by_line[net]})>{leeway}))"
    odd = "=SUMPRODUCT(--(ABS({by_line[odd]})>{leeway}))"
    advice = "A period on Profile by line has been overwritten"
    yield none_of("Profile: each line's periods add up to its year", apart, f"{advice}.", leeway=HALF_A_PENNY)
    advice += ", and July has taken the difference; or Term dates has no teaching days."
    yield none_of("Profile: July takes pennies only", odd, advice, leeway=ODD_PENNIES)
    name, advice = "Profile: the months add up to the spend", "A month on Profile has been overwritten."
    yield same_money(name, "={by_month.totals[net]}", "=spend_total", pounds(content.spend_pence), advice)


def _of_the_years(content: Content) -> Iterator[Check]:
    split, three = profile.lay_out_split(content), profile.lay_out_years(content)
    spend, years = pounds(content.spend_pence), profile_years.known_years(content)
    advice = "A cell of the two financial years has been overwritten."
    name = "Years: the two financial years add up to the spend"
    yield same_money(name, "={split.totals[net]}", "=spend_total", spend, advice)
    name = "Years: the lines in each financial year add up to the spend"
    yield same_money(name, "={by_line.totals[first]}+{by_line.totals[second]}", "=spend_total", spend, advice)
    name = "Years: the first of the three years is that of the split"
    first, of_split = f"={three.cell('net', three.first)}", f"={split.cell('net', split.first)}"
    advice = "The price level of the first year is not 1, or a cell of the three years has been overwritten."
    yield same_money(name, first, of_split, years[0]["net"], advice)
    name = "Years: each of the three years is what it adds to the year before"
    rows = range(three.first + 1, three.last + 1)
    grown = [three.cell("net", three.first), *(f"{three.cell('net', n - 1)}+{three.cell('more', n)}" for n in rows)]
    known = round(sum(year["net"] for year in years), 2)
    advice = "A cell of the three years has been overwritten."
    yield same_money(name, "=SUM({years[net]})", f"={'+'.join(grown)}", known, advice)
