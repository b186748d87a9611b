"""Checks of the budget lines, the profile and the financial years, and of the inputs."""

from collections.abc import Iterator

from budget.accounts.ledger import EXPENDITURE, INCOME
from budget.accounts.statement import Content, pounds
from budget.workbook.check import EQUAL, HALF_A_PENNY, LEEWAY, Check, none_of, same_count, same_money
from budget.workbook.grid import Formula
from budget.workbook.plan_sheets import budget_lines, line_profile, profile, sources_sheet, three_years
from budget.workbook.plan_sheets.assumptions import Assumptions
from budget.workbook.plan_sheets.term_dates import BY_MONTHS, TEACHING_DAYS, TermDates

ODD_PENNIES = 0.12  # twelve months rounded to the penny


def list_checks(assumptions: Assumptions, terms: TermDates, content: Content) -> list[Check]:
    """Return the checks of the ledger and of the inputs, in the order of the sheet."""
    return [
        *_of_the_lines(assumptions, content),
        *_of_the_profile(content),
        *_of_the_years(content),
        *_of_the_inputs(assumptions, terms, content),
    ]


def _of_the_lines(assumptions: Assumptions, content: Content) -> Iterator[Check]:
    grid = budget_lines.lay_out(content)
    net, kinds = grid["net"], grid["kind"]
    spend, budget = pounds(content.spend_pence), pounds(content.plan.allocation.budget_pence)
    spent = "+".join(f'SUMIFS({net},{kinds},"{kind}")' for kind in (EXPENDITURE, INCOME))
    advice = "A line or a code on Budget lines, Plan or Services has been overwritten."
    name = "Budget lines: expenditure less income is the spend"
    yield same_money(name, f"={spent}", "=spend_total", spend, advice)
    yield same_money("Budget lines: all lines are the budget", f"={grid.totals['net']}", "=budget_total", budget, advice)
    name = "Budget lines: original budgets are the budget as solved"
    advice = "A line has been added, deleted or overwritten on Budget lines."
    yield same_money(name, f"={grid.totals['original']}", f"={assumptions.solved_cell('budget')}", budget, advice)
    moved = pounds(sum(line.virement_pence for line in content.ledger.lines))
    virements = Formula(f"={grid.totals['virement']}", moved)
    advice = "What one line gives another must receive: see the column Virement on Budget lines."
    yield Check("Budget lines: virements come to nought", virements, 0, "money", EQUAL, advice, HALF_A_PENNY)
    name = "Budget lines: who pays adds up to the gross spend"
    paid = f"={budget_lines.lay_out_funding(content).totals['pays']}"
    gross = f'=SUMIFS({grid["gross"]},{kinds},"{EXPENDITURE}")'
    known = pounds(content.spend_pence + int(content.funded["income_pence"].sum()))
    yield same_money(name, paid, gross, known, "A row of Who pays on Budget lines has been overwritten.")


def _of_the_profile(content: Content) -> Iterator[Check]:
    grid, months = line_profile.lay_out(content), profile.lay_out_months(content)
    apart = f"=SUMPRODUCT(--(ABS({grid['year']}-{grid['net']})>{LEEWAY}))"
    odd = f"=SUMPRODUCT(--(ABS({grid['odd']})>{LEEWAY}))"
    advice = "A period on Profile by line has been overwritten"
    yield none_of("Profile: each line's periods add up to its year", apart, f"{advice}.", leeway=HALF_A_PENNY)
    advice += ", and July has taken the difference; or Term dates has no teaching days."
    yield none_of("Profile: July takes pennies only", odd, advice, leeway=ODD_PENNIES)
    name, advice = "Profile: the months add up to the spend", "A month on Profile has been overwritten."
    yield same_money(name, f"={months.totals['net']}", "=spend_total", pounds(content.spend_pence), advice)


def _of_the_years(content: Content) -> Iterator[Check]:
    split, three, by_line = profile.lay_out_split(content), three_years.lay_out(content), line_profile.lay_out(content)
    spend, years = pounds(content.spend_pence), three_years.known_values(content)
    advice = "A cell of the two financial years has been overwritten."
    name = "Years: the two financial years add up to the spend"
    yield same_money(name, f"={split.totals['net']}", "=spend_total", spend, advice)
    name = "Years: the lines in each financial year add up to the spend"
    yield same_money(name, f"={by_line.totals['first']}+{by_line.totals['second']}", "=spend_total", spend, advice)
    name = "Years: the first of the three years is that of the split"
    first, of_split = f"={three.cell('net', three.first)}", f"={split.cell('net', split.first)}"
    advice = "The price level of the first year is not 1, or a cell of the three years has been overwritten."
    yield same_money(name, first, of_split, years[0]["net"], advice)
    name = "Years: each of the three years is what it adds to the year before"
    rows = range(three.first + 1, three.last + 1)
    grown = [three.cell("net", three.first), *(f"{three.cell('net', n - 1)}+{three.cell('more', n)}" for n in rows)]
    known = round(sum(year["net"] for year in years), 2)
    advice = "A cell of the three years has been overwritten."
    yield same_money(name, f"=SUM({three['net']})", f"={'+'.join(grown)}", known, advice)


def _blanks(cells: str) -> str:
    """Return a formula part that counts the cells without a text."""
    return f"SUMPRODUCT(--(LEN(TRIM({cells}))=0))"


def _of_the_inputs(assumptions: Assumptions, terms: TermDates, content: Content) -> Iterator[Check]:
    grid, lines = assumptions.grid, budget_lines.lay_out(content)
    advice = "Say on Assumptions where each figure comes from."
    sources = f"={_blanks(grid['provenance'])}"
    yield none_of("No figure lacks a source or the word assumption", sources, advice)
    outside, advice = f"=COUNTIF({grid['allowed']},FALSE)", "See the column Allowed on Assumptions."
    yield none_of("No figure is outside what its unit allows", outside, advice)
    codes = f"={_blanks(lines['centre'])}+{_blanks(lines['subjective'])}"
    yield none_of("No line lacks a cost centre or a subjective", codes, "Write the ledger's codes on Budget lines.")
    name = "Every figure of the catalogue is on Sources with where it comes from"
    listed = f"=SUMPRODUCT(--(LEN(TRIM({sources_sheet.provenance_cells(content)}))>0))"
    advice = "A row of Figures on Sources has been deleted or emptied."
    yield same_count(name, listed, sources_sheet.figure_count(content), advice)
    wrong = f"=SUMPRODUCT(--({terms.terms['first']}>{terms.terms['last']}))"
    advice = "See the terms on Term dates: each needs its first and its last day."
    yield none_of("No term ends before it begins or lacks a day", wrong, advice)
    neither = f'=IF(OR({terms.method}="{TEACHING_DAYS}",{terms.method}="{BY_MONTHS}"),0,1)'
    advice = f"Write {TEACHING_DAYS} or {BY_MONTHS} beside Spread by on Term dates."
    yield none_of("The year is spread in one of the two ways", neither, advice)
