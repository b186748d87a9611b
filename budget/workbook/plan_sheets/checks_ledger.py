"""Checks of the budget lines, the profile and the years, and of what has been put in."""

from budget.accounts.ledger import EXPENDITURE, INCOME
from budget.accounts.statement import Content, pounds
from budget.workbook.book import Formula, Grid
from budget.workbook.check import EQUAL, HALF_A_PENNY, LEEWAY, Check, none_of
from budget.workbook.plan_sheets import budget_lines, evidence, line_profile, profile
from budget.workbook.plan_sheets.assumptions import Assumptions
from budget.workbook.plan_sheets.term_dates import BY_MONTHS, TEACHING_DAYS, TermDates

ODD_PENNIES = 0.12  # twelve months rounded to the penny
OVERWRITTEN = "A line or a code on Budget lines, Plan or Services has been overwritten."


def of(assumptions: Assumptions, terms: TermDates, content: Content) -> list[Check]:
    """Return the checks of the ledger and of the inputs, in the order of the sheet."""
    return [
        *_of_the_lines(assumptions, content),
        *_of_the_profile(content),
        *_of_the_years(content),
        *_of_the_inputs(assumptions, terms, content),
    ]


def _of_the_lines(assumptions: Assumptions, content: Content) -> list[Check]:
    grid = budget_lines.grid_of(content)
    net, kinds = grid.column("net"), grid.column("kind")
    spend = pounds(content.spend_pence)
    budget = pounds(content.plan.allocation.budget_pence)
    spent = "+".join(f'SUMIFS({net},{kinds},"{kind}")' for kind in (EXPENDITURE, INCOME))
    moved = pounds(sum(line.virement_pence for line in content.ledger.lines))
    solved = assumptions.solved_cell("budget")
    return [
        _same("Budget lines: expenditure less income is the spend", f"={spent}", "=spend_total", spend, OVERWRITTEN),
        _same("Budget lines: all lines are the budget", f"={grid.total('net')}", "=budget_total", budget, OVERWRITTEN),
        _same(
            "Budget lines: original budgets are the budget as solved",
            f"={grid.total('original')}",
            f"={solved}",
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
        _same(
            "Budget lines: who pays adds up to the gross spend",
            f"={budget_lines.funding_grid(content).total('pays')}",
            f'=SUMIFS({grid.column("gross")},{kinds},"{EXPENDITURE}")',
            pounds(content.spend_pence + int(content.funded["income_pence"].sum())),
            "A row of Who pays on Budget lines has been overwritten.",
        ),
    ]


def _of_the_profile(content: Content) -> list[Check]:
    grid, months = line_profile.grid_of(content), profile.months_grid(content)
    spend = pounds(content.spend_pence)
    apart = f"SUMPRODUCT(--(ABS({grid.column('year')}-{grid.column('net')})>{LEEWAY}))"
    odd = f"SUMPRODUCT(--(ABS({grid.column('odd')})>{LEEWAY}))"
    advice = "A period on Profile by line has been overwritten"
    return [
        Check(
            "Profile: each line's periods add up to its year",
            Formula(f"={apart}", 0),
            0,
            "count",
            EQUAL,
            f"{advice}.",
            HALF_A_PENNY,
        ),
        Check(
            "Profile: July takes pennies only",
            Formula(f"={odd}", 0),
            0,
            "count",
            EQUAL,
            f"{advice}, and July has taken the difference; or Term dates has no teaching days.",
            ODD_PENNIES,
        ),
        _same(
            "Profile: the months add up to the spend",
            f"={months.total('net')}",
            "=spend_total",
            spend,
            "A month on Profile has been overwritten.",
        ),
    ]


def _of_the_years(content: Content) -> list[Check]:
    split, three = profile.years_grid(content), profile.three_grid(content)
    by_line = line_profile.grid_of(content)
    spend, advice = pounds(content.spend_pence), "A cell of the two financial years has been overwritten."
    values = profile.known_three(content)
    rows = range(three.first, three.last + 1)
    net = three.column("net")
    return [
        _same(
            "Years: the two financial years add up to the spend",
            f"={split.total('net')}",
            "=spend_total",
            spend,
            advice,
        ),
        _same(
            "Years: the lines in each financial year add up to the spend",
            f"={by_line.total('first')}+{by_line.total('second')}",
            "=spend_total",
            spend,
            advice,
        ),
        _same(
            "Years: the first of the three years is that of the split",
            f"={three.cell('net', three.first)}",
            f"={split.cell('net', split.first)}",
            values[0]["net"],
            "The price level of the first year is not 1, or a cell of the three years has been overwritten.",
        ),
        _same(
            "Years: each of the three years is what it adds to the year before",
            f"=SUM({net})",
            "=" + "+".join(_grown(three, row) for row in rows),
            round(sum(value["net"] for value in values), 2),
            "A cell of the three years has been overwritten.",
        ),
    ]


def _grown(three: Grid, row: int) -> str:
    """Return a formula part of a year's net as the year before and what it adds."""
    if row == three.first:
        return three.cell("net", row)
    return f"{three.cell('net', row - 1)}+{three.cell('more', row)}"


def _same(name: str, left: str, right: str, known: float, advice: str) -> Check:
    """Return a check that two amounts of money agree."""
    return Check(name, Formula(left, known), Formula(right, known), "money", EQUAL, advice, HALF_A_PENNY)


def _of_the_inputs(assumptions: Assumptions, terms: TermDates, content: Content) -> list[Check]:
    figures = evidence.figure_count(content)
    grid, lines = assumptions.grid, budget_lines.grid_of(content)
    codes = "+".join(f"SUMPRODUCT(--(LEN(TRIM({lines.column(key)}))=0))" for key in ("centre", "subjective"))
    first, last = terms.terms.column("first"), terms.terms.column("last")
    return [
        none_of(
            "No figure lacks a source or the word assumption",
            Formula(f"=SUMPRODUCT(--(LEN(TRIM({grid.column('provenance')}))=0))", 0),
            "Say on Assumptions where each figure comes from.",
        ),
        none_of(
            "No figure is outside what its unit allows",
            Formula(f"=COUNTIF({grid.column('allowed')},FALSE)", 0),
            "See the column Allowed on Assumptions.",
        ),
        none_of(
            "No line lacks a cost centre or a subjective",
            Formula(f"={codes}", 0),
            "Write the ledger's codes on Budget lines.",
        ),
        Check(
            "Every figure of the catalogue is on Sources with where it comes from",
            Formula(f"=SUMPRODUCT(--(LEN(TRIM({evidence.provenance_cells(content)}))>0))", figures),
            figures,
            "count",
            EQUAL,
            "A row of Figures on Sources has been deleted or emptied.",
        ),
        none_of(
            "No term ends before it begins or lacks a day",
            Formula(f"=SUMPRODUCT(--({first}>{last}))", 0),
            "See the terms on Term dates: each needs its first and its last day.",
        ),
        none_of(
            "The year is spread in one of the two ways",
            Formula(f'=IF(OR({terms.method}="{TEACHING_DAYS}",{terms.method}="{BY_MONTHS}"),0,1)', 0),
            f"Write {TEACHING_DAYS} or {BY_MONTHS} beside Spread by on Term dates.",
        ),
    ]
