"""Checks of the budget lines, the profile and the financial years, and of the inputs."""

from dataclasses import replace

from budget.accounts.ledger import EXPENDITURE, INCOME
from budget.accounts.statement import Content, pounds
from budget.workbook.check import EQUAL, HALF_A_PENNY, LEEWAY, Check, none_of, same_count, same_money
from budget.workbook.grid import Formula, Grid
from budget.workbook.plan_sheets import budget_lines, line_profile, profile, sources_sheet, three_years
from budget.workbook.plan_sheets.assumptions import Assumptions
from budget.workbook.plan_sheets.term_dates import BY_MONTHS, TEACHING_DAYS, TermDates

ODD_PENNIES = 0.12  # twelve months rounded to the penny
OVERWRITTEN = "A line or a code on Budget lines, Plan or Services has been overwritten."


def list_checks(assumptions: Assumptions, terms: TermDates, content: Content) -> list[Check]:
    """Return the checks of the ledger and of the inputs, in the order of the sheet."""
    return [
        *_of_the_lines(assumptions, content),
        *_of_the_profile(content),
        *_of_the_years(content),
        *_of_the_inputs(assumptions, terms, content),
    ]


def _of_the_lines(assumptions: Assumptions, content: Content) -> list[Check]:
    grid = budget_lines.lay_out(content)
    net, kinds = grid.column("net"), grid.column("kind")
    spend = pounds(content.spend_pence)
    budget = pounds(content.plan.allocation.budget_pence)
    spent = "+".join(f'SUMIFS({net},{kinds},"{kind}")' for kind in (EXPENDITURE, INCOME))
    moved = pounds(sum(line.virement_pence for line in content.ledger.lines))
    whole = f"={grid.total('net')}"
    return [
        same_money(
            "Budget lines: expenditure less income is the spend", f"={spent}", "=spend_total", spend, OVERWRITTEN
        ),
        same_money("Budget lines: all lines are the budget", whole, "=budget_total", budget, OVERWRITTEN),
        same_money(
            "Budget lines: original budgets are the budget as solved",
            f"={grid.total('original')}",
            f"={assumptions.solved_cell('budget')}",
            budget,
            "A line has been added, deleted or overwritten on Budget lines.",
        ),
        Check(
            "Budget lines: virements come to nought",
            Formula(f"={grid.total('virement')}", moved),
            0,
            "money",
            EQUAL,
            "What one line gives another must receive: see the column Virement on Budget lines.",
            HALF_A_PENNY,
        ),
        same_money(
            "Budget lines: who pays adds up to the gross spend",
            f"={budget_lines.lay_out_funding(content).total('pays')}",
            f'=SUMIFS({grid.column("gross")},{kinds},"{EXPENDITURE}")',
            pounds(content.spend_pence + int(content.funded["income_pence"].sum())),
            "A row of Who pays on Budget lines has been overwritten.",
        ),
    ]


def _of_the_profile(content: Content) -> list[Check]:
    grid, months = line_profile.lay_out(content), profile.lay_out_months(content)
    apart = f"=SUMPRODUCT(--(ABS({grid.column('year')}-{grid.column('net')})>{LEEWAY}))"
    odd = f"=SUMPRODUCT(--(ABS({grid.column('odd')})>{LEEWAY}))"
    advice = "A period on Profile by line has been overwritten"
    each_line = none_of("Profile: each line's periods add up to its year", apart, f"{advice}.")
    july_advice = f"{advice}, and July has taken the difference; or Term dates has no teaching days."
    july = none_of("Profile: July takes pennies only", odd, july_advice)
    return [
        replace(each_line, leeway=HALF_A_PENNY),
        replace(july, leeway=ODD_PENNIES),
        same_money(
            "Profile: the months add up to the spend",
            f"={months.total('net')}",
            "=spend_total",
            pounds(content.spend_pence),
            "A month on Profile has been overwritten.",
        ),
    ]


def _of_the_years(content: Content) -> list[Check]:
    split, three, by_line = profile.lay_out_split(content), three_years.lay_out(content), line_profile.lay_out(content)
    spend, advice = pounds(content.spend_pence), "A cell of the two financial years has been overwritten."
    years = three_years.known_values(content)
    in_both = f"={by_line.total('first')}+{by_line.total('second')}"
    grown = "+".join(_grown(three, row) for row in range(three.first, three.last + 1))
    return [
        same_money(
            "Years: the two financial years add up to the spend",
            f"={split.total('net')}",
            "=spend_total",
            spend,
            advice,
        ),
        same_money(
            "Years: the lines in each financial year add up to the spend", in_both, "=spend_total", spend, advice
        ),
        same_money(
            "Years: the first of the three years is that of the split",
            f"={three.cell('net', three.first)}",
            f"={split.cell('net', split.first)}",
            years[0]["net"],
            "The price level of the first year is not 1, or a cell of the three years has been overwritten.",
        ),
        same_money(
            "Years: each of the three years is what it adds to the year before",
            f"=SUM({three.column('net')})",
            f"={grown}",
            round(sum(year["net"] for year in years), 2),
            "A cell of the three years has been overwritten.",
        ),
    ]


def _grown(three: Grid, row: int) -> str:
    """Return a formula part of a year's net as the year before and what it adds."""
    if row == three.first:
        return three.cell("net", row)
    return f"{three.cell('net', row - 1)}+{three.cell('more', row)}"


def _blanks(cells: str) -> str:
    """Return a formula part that counts the cells without a text."""
    return f"SUMPRODUCT(--(LEN(TRIM({cells}))=0))"


def _of_the_inputs(assumptions: Assumptions, terms: TermDates, content: Content) -> list[Check]:
    figures = sources_sheet.figure_count(content)
    grid, lines = assumptions.grid, budget_lines.lay_out(content)
    first, last = terms.terms.column("first"), terms.terms.column("last")
    return [
        none_of(
            "No figure lacks a source or the word assumption",
            f"={_blanks(grid.column('provenance'))}",
            "Say on Assumptions where each figure comes from.",
        ),
        none_of(
            "No figure is outside what its unit allows",
            f"=COUNTIF({grid.column('allowed')},FALSE)",
            "See the column Allowed on Assumptions.",
        ),
        none_of(
            "No line lacks a cost centre or a subjective",
            f"={_blanks(lines.column('centre'))}+{_blanks(lines.column('subjective'))}",
            "Write the ledger's codes on Budget lines.",
        ),
        same_count(
            "Every figure of the catalogue is on Sources with where it comes from",
            f"=SUMPRODUCT(--(LEN(TRIM({sources_sheet.provenance_cells(content)}))>0))",
            figures,
            "A row of Figures on Sources has been deleted or emptied.",
        ),
        none_of(
            "No term ends before it begins or lacks a day",
            f"=SUMPRODUCT(--({first}>{last}))",
            "See the terms on Term dates: each needs its first and its last day.",
        ),
        none_of(
            "The year is spread in one of the two ways",
            f'=IF(OR({terms.method}="{TEACHING_DAYS}",{terms.method}="{BY_MONTHS}"),0,1)',
            f"Write {TEACHING_DAYS} or {BY_MONTHS} beside Spread by on Term dates.",
        ),
    ]
