"""Checks of the sheets Monitoring and Actuals."""

from budget.accounts.ledger import EXPENDITURE, INCOME, YES
from budget.accounts.statement import Content, pounds
from budget.monitoring.forecast import Monitored
from budget.workbook.check import AT_MOST, Check, none_of, same_money
from budget.workbook.grid import Formula
from budget.workbook.monitoring_sheets.layout import MonitoringTables
from budget.workbook.plan_sheets import budget_lines
from budget.workbook.plan_sheets.line_profile import PERIODS

OVERWRITTEN = "A cell of Monitoring has been overwritten"


def list_checks(tables: MonitoringTables, monitored: Monitored, content: Content) -> list[Check]:
    """Return the checks, in the order of the sheet."""
    lines = tables.lines
    without_reason = f"ISNUMBER({lines.column('own')})*(LEN(TRIM({lines.column('reason')}))=0)"
    return [
        *_of_the_actuals(tables, monitored),
        *_of_the_budgets(tables, monitored, content),
        none_of(
            "Monitoring: every forecast of one's own has its reason",
            f"=SUMPRODUCT({without_reason})",
            "Write in the column Reason why the method's forecast does not serve.",
        ),
        Check(
            "Monitoring: amber begins before red",
            Formula(f"={tables.setting('amber')}", monitored.thresholds.amber),
            Formula(f"={tables.setting('red')}", monitored.thresholds.red),
            "fine_share",
            AT_MOST,
            "Write shares of which that for amber is the lower.",
        ),
    ]


def _of_the_actuals(tables: MonitoringTables, monitored: Monitored) -> list[Check]:
    lines, actuals = tables.lines, tables.actuals
    unmatched = [posting for posting in monitored.unmatched if posting.amount_pence or posting.committed_pence]
    sums = (("actuals", "actual", "amount"), ("commitments", "committed", "committed"))
    return [
        *(
            same_money(
                f"Monitoring: {words} on the lines are those of Actuals",
                f"={lines.total(key)}",
                f'=SUMIFS({actuals.column(column)},{actuals.column("counts")},"{YES}")',
                pounds(monitored.total(f"{key}_pence")),
                f"{OVERWRITTEN}, or a row of Actuals has a line number that is none.",
            )
            for words, key, column in sums
        ),
        none_of(
            "Monitoring: every actual fits a line",
            _count_unmatched(tables),
            "Rows of Actuals have the line number 0: write the number of the line they belong to, as on Monitoring.",
            len(unmatched),
        ),
    ]


def _of_the_budgets(tables: MonitoringTables, monitored: Monitored, content: Content) -> list[Check]:
    lines, periods, budget = tables.lines, tables.periods, budget_lines.lay_out(content)
    spent = "+".join(
        f'SUMIFS({budget.column("revised")},{budget.column("kind")},"{kind}")' for kind in (EXPENDITURE, INCOME)
    )
    by_line = "+".join(tables.by_line.total(key) for key in PERIODS)
    return [
        same_money(
            "Monitoring: lines by period add up to the revised budgets",
            f"={by_line}",
            f"={spent}",
            pounds(sum(line.revised_pence for line in monitored.lines)),
            f"{OVERWRITTEN}: a period of a line.",
        ),
        *(
            same_money(
                f"Monitoring: the periods' {key} is the lines'",
                f"={periods.total(key)}",
                f"={lines.total(key)}",
                pounds(monitored.total(f"{key}_pence")),
                f"{OVERWRITTEN}: a {key} by line or by period.",
            )
            for key in ("budget", "forecast")
        ),
        same_money(
            "Monitoring: variances are forecast less budget",
            f"={lines.total('variance')}",
            f"={lines.total('forecast')}-{lines.total('budget')}",
            pounds(monitored.total("variance_pence")),
            f"{OVERWRITTEN}: a variance.",
        ),
    ]


def _count_unmatched(tables: MonitoringTables) -> str:
    """Return a formula that counts rows with an amount and a line number that no line has."""
    actuals, numbers = tables.actuals, tables.lines.column("number")
    some = f"(ABS({actuals.column('amount')})+ABS({actuals.column('committed')})>0)"
    fits = f"(COUNTIF({numbers},{actuals.column('line')})*({actuals.column('line')}>0)=0)"
    return f'=SUMPRODUCT(({actuals.column("counts")}="{YES}")*{some}*{fits})'
