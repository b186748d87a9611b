"""The sheet Cover: what this workbook is, what made it, who signed it off, whether its checks pass, what it holds."""

from collections.abc import Mapping
from importlib.metadata import version

from budget.accounts.statement import Content, pounds
from budget.offers.catalogue import PURPOSES
from budget.planning import assumed, deadweight, dear, expired
from budget.planning.within_reach import AT_LEAST_ONE, BOTH, LABELS, about
from budget.scenarios.differences import fingerprint
from budget.workbook import styles
from budget.workbook.book import MADE_UP, Book, Sheet
from budget.workbook.check import write_master_check
from budget.workbook.grid import BLANK, Column, Formula, Grid, quoted
from budget.workbook.plan_sheets.risk_sheet import SimulatedRisk
from data.version import VERSION
from data.wording import counted

SHEET = "Cover"
FIRST = 5  # row of the first fact
WIDE = 74  # a checksum fits, whatever font stands in
FACTS = (Column("what", "This workbook", 32, "text"), Column("value", "Is", WIDE, "text", "wrapped"))
SIGN_OFF = (
    Column("role", "Sign-off", 32, "text"),
    Column("name", "Name", WIDE, "input", "text"),
    Column("signature", "Signature", 26, "input", "text"),
    Column("date", "Date", 18, "input", "date"),
)
ROLES = ("Prepared by", "Reviewed by", "Approved by", "Section 151 officer")
SHEETS = (Column("sheet", "Sheet", 32, "text"), Column("holds", "What it holds", WIDE, "text", "wrapped"))
SIGN_POINTS = 26  # a row that a pen can sign in
SEPARATOR = '&", "&'  # between words in a formula
NOT_GIVEN = "not given"
NOTHING = "nothing is bought"
REFERENCE = 12  # characters of the scenario's checksum, which is whole on the sheet Scenario
MONEY_ROWS = 3
CHANCE = "Chance of overspending, as solved"
CHANGED_INPUTS = "inputs_changed"  # the name of the cell that counts them
UP_TO_DATE = "Yes: inputs are as they were when this plan was solved."
OUT_OF_DATE = "No, out of date: inputs were changed since this plan was solved. Solve it again."
AREAS = ("area in target", "areas in target")
APPLICANTS = ("applicant found eligible", "applicants found eligible")
EVERY = "Every check on the sheet Checks passes."
SOME = "A check does not pass: the sheet Checks says which, and what to do."
PROTECTED = (
    "Sheets are protected without a password: yellow cells can be changed, rows filtered and columns widened. "
    "Review, Unprotect Sheet opens the rest."
)
HOLDS = {
    "Summary": "The plan in figures, how far to rely on it, spend by kind of support",
    "Assumptions": "Every figure the plan rests on, with unit and source: inputs to change",
    "Limits": "What is asked of the plan besides the budget: numbers to change and solve again",
    "Term dates": "How the year is spread over the months: inputs to change",
    "Plan": "The offers chosen, one row a cohort",
    "Services": "Vehicles shared by several cohorts",
    "Districts": "Spend, takers and reach by district",
    "Budget lines": "The plan by cost centre and subjective, with virements: codes to put in",
    "Profile by line": "Each budget line by period",
    "Profile": "Spend by period, over two financial years, and three years with inflation",
    "Risk": "How sure the spend is, the reserve for it, and what drives it",
    "Not funded": "Cohorts in target without an offer, each with its reason",
    "Eligibility": "How each area came to be in target, and the rules",
    "Coverage": "Which low-income young people the rules look at and leave out, and what would settle the rest",
    "Journeys": "How one goes there and home again by timetable, and where estimates stand",
    "Frontier": "What other budgets would buy",
    "Checks": "Every check, what it compares and what to do where it fails",
    "Sources": "Files, figures and rules, each with where it comes from",
    "Plan workings": "Every row of Plan worked out again, and the cells that differ",
    "Limit workings": "What counts in each limit, and which grants may pay for it",
    "Scenario": "All that determines the plan, for the workbook to be read back",
}
SOMETIMES = ("Limit workings", "Risk", "Journeys")  # of HOLDS, the sheets that not every plan has
ALWAYS = tuple(name for name in HOLDS if name not in SOMETIMES)


def write(
    book: Book, content: Content, prepared_by: str, passes: bool, holds: Mapping[str, str], risk: SimulatedRisk | None
) -> None:
    """Write the sheet.

    `prepared_by` is who made the plan, "" where that is not known; `holds` are the sheets and what they hold; `passes`
    says whether all checks pass.
    """
    manifest = content.plan.county.manifest
    note = "Transport support for young people: a plan and its workings"
    sheet = book.sheet(SHEET, f"{content.plan.scenario.name}: {manifest.name}", note)
    if manifest.made_up:
        sheet.put(3, 1, MADE_UP, "warning")
    facts = _facts(content, risk)
    grid = Grid(SHEET, FACTS, len(facts), head=FIRST - 1)
    sheet.table(grid, facts)
    for row in range(grid.first, grid.first + MONEY_ROWS):
        sheet.worksheet[grid.at("value", row)].number_format = styles.FORMATS["money"]
    if risk is not None:
        sheet.worksheet[grid.at("value", grid.first + MONEY_ROWS + 1)].number_format = styles.FORMATS["share"]
    row, known = grid.last + 2, EVERY if passes else SOME
    sheet.put(row, 1, "All checks pass", "section")
    write_master_check(sheet, row, "all_checks_pass", passes)
    sheet.put(row + 1, 2, Formula(f'=IF(all_checks_pass,"{EVERY}","{SOME}")', known), "note")
    sheet.put(row + 2, 1, "Up to date", "section")
    sheet.put(row + 2, 2, Formula(f'=IF({CHANGED_INPUTS}=0,"{UP_TO_DATE}","{OUT_OF_DATE}")', UP_TO_DATE))
    sheet.colour(f"B{row + 2}", f"{CHANGED_INPUTS}>0", styles.AMBER_FILL)
    last = _write_sign_off(sheet, row + 4, prepared_by)
    _list_sheets(sheet, last + 2, holds)
    sheet.widths(SIGN_OFF)
    sheet.page(freeze="A3", repeat="1:2", landscape=False)


def _reach(content: Content) -> Formula:
    """Return the young people within reach as words that follow the figures of Summary."""
    words = {AT_LEAST_ONE: LABELS[AT_LEAST_ONE], **{purpose: LABELS[purpose] for purpose in PURPOSES}, BOTH: "both"}
    cells = {name: f"within_reach_{'total' if name == AT_LEAST_ONE else name}" for name in words}
    parts, known = [], []
    for name, of in words.items():
        cell, people = cells[name], content.within_reach[name]
        number = f'IF({cell}<=0,"none",IF(ROUND({cell},0)=0,"fewer than one","about "&TEXT(ROUND({cell},0),"#,##0")))'
        parts.append(f'{number}&" of {of}"')
        known.append(f"{about(people)} of {of}")
    first, *others = parts
    return Formula(f'={first}&": "&{SEPARATOR.join(others)}', f"{known[0]}: {', '.join(known[1:])}")


def _facts(content: Content, risk: SimulatedRisk | None) -> list[tuple[str, object]]:
    plan = content.plan
    scenario, manifest, stamp = plan.scenario, plan.county.manifest, plan.targeting.rules.stamp
    first, second, _ = content.ledger.years
    finance, spend, budget = content.ledger.finance, pounds(content.spend_pence), pounds(plan.allocation.budget_pence)
    names = AREAS if plan.applicants is None else APPLICANTS
    return [
        ("Budget", Formula("=budget_total", budget)),
        ("Spend", Formula("=spend_total", spend)),
        ("Left", Formula("=unspent_total", round(budget - spend, 2))),
        ("Young people within reach", _reach(content)),
        *([] if risk is None else [(CHANCE, Formula("={risk[chance]}", risk.risk.chance_of_overspending))]),
        ("Planned for", counted(len(plan.choices.cohorts), *names)),
        ("Scenario", scenario.name),
        ("Reference", fingerprint(plan.pinned_scenario)[:REFERENCE]),
        ("County", manifest.name),
        ("Targeting policy", f"{stamp.policy_id} as on {stamp.day}"),
        ("Take-up", f"the {scenario.take_up_case} case"),
        ("Price base", scenario.price_base or NOT_GIVEN),
        ("Prices, as solved", assumed.in_words(assumed.of_plan(plan)) or NOTHING),
        *([("Prices that end", " ".join(ends))] if (ends := expired.sentences(plan)) else []),
        ("Who could go today", deadweight.in_words(plan) or NOTHING),
        *([("Dear support, as solved", dear_offers)] if (dear_offers := dear.in_words(plan)) else []),
        ("Academic year", f"{content.ledger.year} to {content.ledger.year + 1}"),
        ("Financial years", f"{first} and {second}, April to March"),
        ("Spread over the months by", finance.profile.replace("_", " ")),
        ("Date of the plan", f"{plan.day.day} {plan.day:%B %Y}"),
        ("Made with", f"Farebridge {VERSION}; HiGHS {version('highspy')}; PuLP {version('PuLP')}"),
    ]


def _write_sign_off(sheet: Sheet, row: int, prepared_by: str) -> int:
    grid = Grid(SHEET, SIGN_OFF, len(ROLES), head=row)
    names = [prepared_by or BLANK, *[BLANK] * (len(ROLES) - 1)]
    sheet.table(grid, [(role, name, BLANK, BLANK) for role, name in zip(ROLES, names, strict=True)])
    for number in range(grid.first, grid.last + 1):
        sheet.worksheet.row_dimensions[number].height = SIGN_POINTS
    error = "Write the day it was signed."
    sheet.validate([grid.cells("date")], "date", 36526, title="Not a date", error=error, blank=True)  # after 1999
    return grid.last


def _list_sheets(sheet: Sheet, row: int, holds: Mapping[str, str]) -> None:
    grid = Grid(SHEET, SHEETS, len(holds), head=row)
    sheet.table(grid, list(holds.items()))
    for number, name in enumerate(holds, grid.first):
        sheet.link(number, 1, name, f"{quoted(name)}!A1")
    sheet.put(grid.last + 2, 1, PROTECTED, "note")
