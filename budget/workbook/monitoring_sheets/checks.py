"""Checks of the sheets Monitoring and Actuals."""

from budget.accounts.ledger import EXPENDITURE, INCOME
from budget.accounts.statement import Content, pounds
from budget.monitoring.monitored import Monitored
from budget.workbook.book import Formula
from budget.workbook.check import AT_MOST, EQUAL, HALF_A_PENNY, Check, none_of
from budget.workbook.monitoring_sheets.layout import YES, Layout
from budget.workbook.plan_sheets import budget_lines

OVERWRITTEN = "A cell of Monitoring has been overwritten"


def of(layout: Layout, found: Monitored, content: Content) -> list[Check]:
    """Return the checks, in the order of the sheet."""
    lines, periods, by_line, actuals = layout.lines, layout.periods, layout.by_line, layout.actuals
    budget = budget_lines.grid_of(content)
    counted = f'{actuals.column("counts")},"{YES}"'
    spent = "+".join(
        f'SUMIFS({budget.column("revised")},{budget.column("kind")},"{kind}")' for kind in (EXPENDITURE, INCOME)
    )
    revised = sum(line.revised_pence for line in found.lines)
    return [
        *(
            _same(
                f"Monitoring: {words} on the lines are those of Actuals",
                f"={lines.total(key)}",
                f"=SUMIFS({actuals.column(column)},{counted})",
                found.total(f"{key}_pence"),
                f"{OVERWRITTEN}, or a row of Actuals has a line number that is none.",
            )
            for words, key, column in (("actuals", "actual", "amount"), ("commitments", "committed", "committed"))
        ),
        none_of(
            "Monitoring: every actual fits a line",
            Formula(_unmatched(layout), len([p for p in found.unmatched if p.amount_pence or p.committed_pence])),
            "Rows of Actuals have the line number 0: write the number of the line they belong to, as on Monitoring.",
        ),
        _same(
            "Monitoring: lines by period add up to the revised budgets",
            "="
            + "+".join(
                by_line.total(column.key)
                for column in by_line.columns
                if column.key.startswith("p") and column.key != "paid"
            ),
            f"={spent}",
            revised,
            f"{OVERWRITTEN}: a period of a line.",
        ),
        _same(
            "Monitoring: the periods' budget is the lines'",
            f"={periods.total('budget')}",
            f"={lines.total('budget')}",
            found.total("budget_pence"),
            f"{OVERWRITTEN}: a budget by line or by period.",
        ),
        _same(
            "Monitoring: the periods' forecast is the lines'",
            f"={periods.total('forecast')}",
            f"={lines.total('forecast')}",
            found.total("forecast_pence"),
            f"{OVERWRITTEN}: a forecast by line or by period.",
        ),
        _same(
            "Monitoring: variances are forecast less budget",
            f"={lines.total('variance')}",
            f"={lines.total('forecast')}-{lines.total('budget')}",
            found.total("variance_pence"),
            f"{OVERWRITTEN}: a variance.",
        ),
        none_of(
            "Monitoring: every forecast of one's own has its reason",
            Formula(f"=SUMPRODUCT(ISNUMBER({lines.column('own')})*(LEN(TRIM({lines.column('reason')}))=0))", 0),
            "Write in the column Reason why the method's forecast does not serve.",
        ),
        Check(
            "Monitoring: amber begins before red",
            Formula(f"={layout.setting('amber')}", found.thresholds.amber),
            Formula(f"={layout.setting('red')}", found.thresholds.red),
            "fine_share",
            AT_MOST,
            "Write shares of which that for amber is the lower.",
        ),
    ]


def _unmatched(layout: Layout) -> str:
    """Return a formula that counts rows with an amount and a line number that no line has."""
    actuals, numbers = layout.actuals, layout.lines.column("number")
    some = f"(ABS({actuals.column('amount')})+ABS({actuals.column('committed')})>0)"
    fits = f"(COUNTIF({numbers},{actuals.column('line')})*({actuals.column('line')}>0)=0)"
    return f'=SUMPRODUCT(({actuals.column("counts")}="{YES}")*{some}*{fits})'


def _same(name: str, left: str, right: str, pence: int, advice: str) -> Check:
    return Check(
        name, Formula(left, pounds(pence)), Formula(right, pounds(pence)), "money", EQUAL, advice, HALF_A_PENNY
    )
