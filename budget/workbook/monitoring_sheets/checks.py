"""Checks of the sheets Monitoring and Actuals."""

from collections.abc import Iterator

from budget.accounts.ledger import EXPENDITURE, INCOME, YES
from budget.accounts.statement import Content, pounds
from budget.monitoring.monitored import Monitored
from budget.workbook.check import AT_MOST, Check, none_of, same_money
from budget.workbook.grid import Formula
from budget.workbook.monitoring_sheets.layout import MonitoringTables
from budget.workbook.plan_sheets import budget_lines
from budget.workbook.plan_sheets.line_profile import PERIODS

OVERWRITTEN = "A cell of Monitoring has been overwritten"


def list_checks(tables: MonitoringTables, monitored: Monitored, content: Content) -> list[Check]:
    """Return the checks, in the order of the sheet."""
    return [
        *_of_the_actuals(tables, monitored),
        *_of_the_budgets(tables, monitored, content),
        *_of_the_inputs(tables, monitored),
    ]


def _of_the_actuals(tables: MonitoringTables, monitored: Monitored) -> Iterator[Check]:
    lines, actuals = tables.lines, tables.actuals
    advice = f"{OVERWRITTEN}, or a row of Actuals has a line number that is none."
    for words, key, column in (("actuals", "actual", "amount"), ("commitments", "committed", "committed")):
        name = f"Monitoring: {words} on the lines are those of Actuals"
        counted = f'=SUMIFS({actuals[column]},{actuals["counts"]},"{YES}")'
        yield same_money(name, f"={lines.totals[key]}", counted, pounds(monitored.total(f"{key}_pence")), advice)
    unmatched = [posting for posting in monitored.unmatched if posting.amount_pence or posting.committed_pence]
    advice = "Rows of Actuals have the line number 0: write the number of the line they belong to, as on Monitoring."
    yield none_of("Monitoring: every actual fits a line", _count_unmatched(tables), advice, len(unmatched))


def _of_the_budgets(tables: MonitoringTables, monitored: Monitored, content: Content) -> Iterator[Check]:
    lines, periods, budget = tables.lines, tables.periods, budget_lines.lay_out(content)
    name = "Monitoring: lines by period add up to the revised budgets"
    by_line = "+".join(tables.by_line.totals[key] for key in PERIODS)
    kinds = (f'{budget["kind"]},"{kind}"' for kind in (EXPENDITURE, INCOME))
    spent = "+".join(f"SUMIFS({budget['revised']},{kind})" for kind in kinds)
    revised = pounds(sum(line.revised_pence for line in monitored.lines))
    yield same_money(name, f"={by_line}", f"={spent}", revised, f"{OVERWRITTEN}: a period of a line.")
    for key in ("budget", "forecast"):
        name, known = f"Monitoring: the periods' {key} is the lines'", pounds(monitored.total(f"{key}_pence"))
        advice = f"{OVERWRITTEN}: a {key} by line or by period."
        yield same_money(name, f"={periods.totals[key]}", f"={lines.totals[key]}", known, advice)
    name, known = "Monitoring: variances are forecast less budget", pounds(monitored.total("variance_pence"))
    less = f"={lines.totals['forecast']}-{lines.totals['budget']}"
    yield same_money(name, f"={lines.totals['variance']}", less, known, f"{OVERWRITTEN}: a variance.")


def _of_the_inputs(tables: MonitoringTables, monitored: Monitored) -> Iterator[Check]:
    own, reason = tables.lines["own"], tables.lines["reason"]
    name = "Monitoring: every forecast of one's own has its reason"
    advice = "Write in the column Reason why the method's forecast does not serve."
    yield none_of(name, f"=SUMPRODUCT(ISNUMBER({own})*(LEN(TRIM({reason}))=0))", advice)
    amber, red = (Formula(f"={tables.setting(name)}", getattr(monitored.thresholds, name)) for name in ("amber", "red"))
    advice = "Write shares of which that for amber is the lower."
    yield Check("Monitoring: amber begins before red", amber, red, "fine_share", AT_MOST, advice)


def _count_unmatched(tables: MonitoringTables) -> str:
    """Return a formula that counts rows with an amount and a line number that no line has."""
    actuals, numbers = tables.actuals, tables.lines["number"]
    some = f"(ABS({actuals['amount']})+ABS({actuals['committed']})>0)"
    fits = f"(COUNTIF({numbers},{actuals['line']})*({actuals['line']}>0)=0)"
    return f'=SUMPRODUCT(({actuals["counts"]}="{YES}")*{some}*{fits})'
