"""The columns of the sheet Monitoring workings: what each forecast is made of, and each line by period."""

from budget.accounts.ledger import INCOME, YES
from budget.monitoring.ledger_cells import ADJUSTMENTS
from budget.monitoring.posting import CONFIRMED
from budget.workbook.grid import Column
from budget.workbook.plan_sheets.line_profile import PERIODS, period_columns

WORKINGS = "Monitoring workings"
OF_LINE = (Column("number", "Line", 6, "text", "count"), Column("label", "Scheme", 34, "text", "wrapped"))
PERIOD_KEYS = tuple(f"n{number}" for number in range(1, ADJUSTMENTS + 1))
FIRST, LAST, FINAL = PERIOD_KEYS[0], PERIOD_KEYS[-2], PERIOD_KEYS[-1]
UP_TO = '"<="&{setting[closed]}'
AFTER = '">"&{setting[closed]}'
HAND_CLOSED = f'{{hand}}="{CONFIRMED["closed"]}"'
IN_ADVANCE = f'{{advance}}="{YES}"'
LAST_POSTED = "=SUMPRODUCT(MAX(({posted12}<>0)*({numbers}<={setting[closed]})*{numbers}))"
OPEN = f"=ROUND(SUMIFS({{due12}},{{numbers}},{AFTER}),2)"
DUE_CLOSED, POSTED_CLOSED = (f"SUMIFS({{{key}}},{{numbers}},{UP_TO})" for key in ("due12", "posted12"))
SHORT_OF_ALL = f"MEDIAN(0,{DUE_CLOSED},{DUE_CLOSED}-{POSTED_CLOSED})"
TO_LAST = '"<="&{last_posted}'
WITHOUT = "SUMPRODUCT({due12}*({posted12}=0)*({numbers}<={last_posted}))"
SHORT = f"SUMIFS({{due12}},{{numbers}},{TO_LAST})-SUMIFS({{posted12}},{{numbers}},{TO_LAST})"
LATER = f'SUMIFS({{due12}},{{numbers}},">"&{{last_posted}},{{numbers}},{UP_TO})'
BEFORE_IT_BEGINS = "(1/{numbers}>MAX(({due12}<>0)/{numbers}))"  # of a period: the first with a budget is later
AHEAD = f"SUMPRODUCT({{posted12}}*{BEFORE_IT_BEGINS}*({{numbers}}<={{last_posted}}))"
BY_PERIOD = f"{LATER}-MEDIAN(0,{LATER},MEDIAN(0,{AHEAD},-({SHORT})))+MEDIAN(0,{WITHOUT},{SHORT})"
NONE_WAITS = f'OR({HAND_CLOSED},AND({IN_ADVANCE},{{hand}}<>""))'
ALL_TOGETHER = f'OR({IN_ADVANCE},{{kind}}="{INCOME}")'
WAITING = f"=IF({NONE_WAITS},0,ROUND(IF({ALL_TOGETHER},{SHORT_OF_ALL},{BY_PERIOD}),2))"
TAKEN = f"=ROUND(SUMIFS({{posted12}},{{numbers}},{AFTER})+{{committed}},2)"
REMAINING = f"=IF({HAND_CLOSED},0,ROUND({{open}}+{{waiting}}-MEDIAN(0,{{taken}},{{open}}+{{waiting}}),2))"
NO_PREPAYMENT = f'OR({{advance}}<>"{YES}",{{due13}}=0,SUM({{due12}})=0)'
OF_PAID = "ROUND(ROUND({due13}*SUM({posted12})/SUM({due12}),8),2)"
IS_POSTED = f"AND({{posted13}}*{OF_PAID}>=0,ABS({{posted13}})+ABS({{posted13}})>=ABS({OF_PAID}))"
PAYS = f"({{committed}}+{{remaining}}+IF({IS_POSTED},0,SUM({{posted12}})))"
PREPAYMENT = f"=IF({NO_PREPAYMENT},0,ROUND(ROUND({{due13}}*{PAYS}/SUM({{due12}}),8),2))"
METHOD_SUM = "=ROUND({actual}+{accrued}+{committed}+{remaining}+{prepayment},2)"


def working(width: float) -> tuple[Column, ...]:
    """Return the columns of what each forecast is made of."""
    return (
        *OF_LINE,
        Column("centre", "Cost centre", 17, "calc", "text"),
        Column("subjective", "Subjective", 28, "calc", "text"),
        Column("kind", "Type", 13, "text"),
        Column("advance", "Paid in advance", 13, "calc", "text"),
        Column("original", "Original budget, academic year", width, "calc", "money"),
        Column("virement", "Virement", width, "calc", "money"),
        Column("revised", "Revised budget, academic year", width, "calc", "money"),
        Column("last_posted", "Last closed period with a posting", width, "calc", "count"),
        Column("open", "Budget of periods not closed", width, "calc", "money"),
        Column("waiting", "Not yet invoiced or received", width, "calc", "money"),
        Column("taken", "Paid early or on order", width, "calc", "money"),
        Column("remaining", "What remains of the profile", width, "calc", "money"),
        Column("prepayment", "Prepayment still to be posted", width, "calc", "money"),
        Column("method", "Forecast by the method", width, "calc", "money"),
    )


def by_line(width: float) -> tuple[Column, ...]:
    """Return the columns of the revised budget by month of use, as the profile spreads it."""
    return (
        *OF_LINE,
        Column("net", "Revised budget, academic year", 14, "calc", "money"),
        *period_columns((f"Period {number}" for number in range(1, len(PERIODS) + 1)), width),
    )


def by_period(sums: str, width: float) -> tuple[Column, ...]:
    """Return the columns of a table of the thirteen periods, and of their sum under the key `sums`."""
    names = [f"Period {number}" for number in range(1, ADJUSTMENTS)] + ["Adjustments"]
    return (
        *OF_LINE,
        Column(sums, "Year", 14, "calc", "money", f"=ROUND(SUM({{{FIRST}}}:{{{FINAL}}}),2)"),
        *(Column(key, name, width, "calc", "money") for key, name in zip(PERIOD_KEYS, names, strict=True)),
    )
