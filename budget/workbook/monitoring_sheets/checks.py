"""Checks of the sheets Monitoring and Actuals."""

from collections.abc import Iterator

from budget.accounts.ledger import EXPENDITURE, INCOME, YES
from budget.accounts.statement import pounds
from budget.monitoring.monitored import Monitored
from budget.workbook.check import AT_MOST, Check, none_of, none_text, same_money
from budget.workbook.grid import Formula
from budget.workbook.monitoring_sheets import layout
from budget.workbook.plan_sheets.line_profile import PERIODS

TOTALS = {"actual": "actual_pence", "accrued": "accrual_pence", "committed": "committed_pence"}
OVERWRITTEN = "A cell of Monitoring has been overwritten"


def list_checks(monitored: Monitored) -> list[Check]:
    """Return the checks, in the order of the sheet."""
    return [*_of_the_actuals(monitored), *_of_the_budgets(monitored), *_of_the_inputs(monitored)]


def _of_the_actuals(monitored: Monitored) -> Iterator[Check]:
    advice = f"{OVERWRITTEN}, or a row of Actuals has a line number that is none."
    for words, key, column in (
        ("actuals", "actual", "amount"),
        ("accruals", "accrued", "accrual"),
        ("commitments", "committed", "committed"),
    ):
        name, known = f"Monitoring: {words} on the lines are those of Actuals", pounds(monitored.total(TOTALS[key]))
        counted = f'=SUMIFS({{actuals[{column}]}},{{actuals[counts]}},"{YES}")'
        yield same_money(name, f"={{monitored.totals[{key}]}}", counted, known, advice)
    unmatched = [posting for posting in monitored.unmatched if posting.posted_pence or posting.committed_pence]
    advice = "Rows of Actuals have the line number 0: write the number of the line they belong to, as on Monitoring."
    some = "(({actuals[amount]}<>0)+({actuals[accrual]}<>0)+({actuals[committed]}<>0)>0)"
    fits = "(COUNTIF({monitored[number]},{actuals[line]})*({actuals[line]}>0)=0)"
    count = f'=SUMPRODUCT(({{actuals[counts]}}="{YES}")*{some}*{fits})'  # with an amount, and a number that no line has
    yield none_of("Monitoring: every actual fits a line", count, advice, len(unmatched))
    advice = "A cell of Actuals holds text where a number belongs, which no sum counts: write it as a number."
    grid = layout.lay_out(monitored).actuals
    yield none_text("Monitoring: no text stands for a number on Actuals", grid, layout.NUMBERS, advice)


def _of_the_budgets(monitored: Monitored) -> Iterator[Check]:
    name = "Monitoring: lines by period add up to the revised budgets"
    by_line = "+".join(f"{{budgets.totals[{key}]}}" for key in PERIODS)
    spent = "+".join(f'SUMIFS({{lines[revised]}},{{lines[kind]}},"{kind}")' for kind in (EXPENDITURE, INCOME))
    revised = pounds(sum(line.revised_pence for line in monitored.lines))
    yield same_money(name, f"={by_line}", f"={spent}", revised, f"{OVERWRITTEN}: a period of a line.")
    for key in ("budget", "forecast"):
        name, known = f"Monitoring: the periods' {key} is the lines'", pounds(monitored.total(f"{key}_pence"))
        advice = f"{OVERWRITTEN}: a {key} by line or by period."
        yield same_money(name, f"={{months.totals[{key}]}}", f"={{monitored.totals[{key}]}}", known, advice)
    name, known = "Monitoring: variances are forecast less budget", pounds(monitored.total("variance_pence"))
    less = "={monitored.totals[forecast]}-{monitored.totals[budget]}"
    yield same_money(name, "={monitored.totals[variance]}", less, known, f"{OVERWRITTEN}: a variance.")


def _of_the_inputs(monitored: Monitored) -> Iterator[Check]:
    name = "Monitoring: every forecast of one's own has its reason"
    advice = "Write in the column Reason why the method's forecast does not serve."
    unexplained = "=SUMPRODUCT(ISNUMBER({monitored[own]})*(LEN(TRIM({monitored[reason]}))=0))"
    yield none_of(name, unexplained, advice)
    thresholds = monitored.thresholds
    amber, red = (Formula(f"={{setting[{name}]}}", getattr(thresholds, name)) for name in ("amber", "red"))
    advice = "Write shares of which that for amber is the lower."
    yield Check("Monitoring: amber begins before red", amber, red, "fine_share", AT_MOST, advice)
