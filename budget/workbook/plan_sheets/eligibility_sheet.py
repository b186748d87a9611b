"""The sheet Eligibility: how each area came to be in target, and the rules; or which applicants are planned for."""

import textwrap
from collections.abc import Iterator

import pandas as pd

from budget.accounts.statement import Content
from budget.planning import water
from budget.workbook.book import Book, Sheet
from budget.workbook.grid import Column, Grid
from data.wording import counted
from eligibility.deciding import wording
from eligibility.deciding.explain import Required
from eligibility.rules.criteria import Verdict

OUTCOMES = {Verdict.PASS: "in target", Verdict.UNKNOWN: "not settled"}
TIMES = "=COUNTIF({plan[cohort]},{area})+COUNTIF({not_funded[cohort]},{area})"
AREA = (
    Column("area", "Area code", 13),
    Column("name", "Area", 26),
    Column("district", "District", 22),
    Column("outcome", "Outcome", 13),
    Column("times", "Times on Plan or Not funded", 12, "calc", "count", TIMES),
)
APPLICANT = (Column("area", "Cohort", 13), *AREA[1:])
WATER = Column("water", "Water on the way", 40)  # only where there is any
CRITERION_WIDTH = 19
OF_APPLICANTS = (
    "This plan is for applicants. Who of them is eligible, and why, is in the workbook of their decisions; the areas "
    "in target do not decide it."
)
ASKS_ROW = 4
RULE_LETTERS = 190


def lay_out(content: Content) -> Grid:
    """Lay out the areas in target or not settled, or the applicants planned for."""
    if content.plan.applicants is not None:
        return Grid("Eligibility", APPLICANT, len(content.plan.choices.cohorts), head=ASKS_ROW + 1)
    targeting = content.plan.targeting
    listed = int((targeting.outcome != Verdict.FAIL).sum())
    criteria = targeting.rules.criteria.items()
    columns = AREA + tuple(Column(name, criterion.label, CRITERION_WIDTH) for name, criterion in criteria)
    columns += (WATER,) if water.sentence(content.plan) else ()
    return Grid("Eligibility", columns, listed, head=ASKS_ROW + 1)


def write(book: Book, content: Content) -> None:
    """Write the sheet."""
    grid = lay_out(content)
    if content.plan.applicants is None:
        sheet, rows = _sheet_of_areas(book, grid, content), _areas(content, WATER in grid.columns)
    else:
        sheet = book.sheet("Eligibility", "Eligibility: the applicants planned for", OF_APPLICANTS)
        cohorts = content.plan.choices.cohorts[["area_name", "district"]]
        rows = ((*cohort, "eligible", 1) for cohort in cohorts.itertuples())
    without_gaps = (tuple(None if pd.isna(value) else value for value in row) for row in rows)
    sheet.table(grid, without_gaps, empty="No area is in target or unsettled.")
    sheet.worksheet.auto_filter.ref = f"A{grid.head}:{grid.letter(grid.columns[-1].key)}{grid.last}"
    _write_rules(sheet, content, grid.last + 3)
    sheet.widths(grid.columns)
    sheet.page(freeze=f"C{grid.first}", repeat=f"{ASKS_ROW}:{grid.head}")


def _sheet_of_areas(book: Book, grid: Grid, content: Content) -> Sheet:
    """Add the sheet, with what each criterion asks above its column."""
    targeting = content.plan.targeting
    others = len(targeting.outcome) - grid.rows
    note = (
        f"{counted(len(targeting.in_target), 'area')} in target, {len(targeting.not_settled):,} not settled by what is "
        f"known of them, {counted(others, 'other')} not in target and not listed. The rules follow beneath, from row "
        f"{grid.last + 3}."
    )
    note = f"{note} {water.sentence(content.plan)}".strip()
    sheet = book.sheet("Eligibility", "Eligibility: how each area came to be in target", note)
    sheet.put(ASKS_ROW, 1, "What each criterion asks", "note")
    questions = [_asks(name, content) for name in targeting.rules.criteria]
    for number, text in enumerate(questions, start=len(AREA) + 1):
        sheet.put(ASKS_ROW, number, text, "note", "wrapped")
    sheet.fit(ASKS_ROW, [(text, CRITERION_WIDTH) for text in questions])
    return sheet


def _areas(content: Content, has_water: bool) -> Iterator[tuple]:
    """Yield the areas in target, which are once on Plan or Not funded, and those not settled."""
    targeting = content.plan.targeting
    listed = targeting.outcome[targeting.outcome != Verdict.FAIL]
    names = content.plan.county.areas.loc[listed.index, ["area_name", "district_name"]]
    words = {int(verdict): text for verdict, text in wording.VERDICTS.items()}
    verdicts = targeting.verdicts.loc[listed.index].itertuples(index=False)
    across = [(text or None,) if has_water else () for text in water.by_area(content.plan, listed.index)]
    for name, outcome, verdict, crossed in zip(names.itertuples(), map(int, listed), verdicts, across, strict=True):
        times = 1 if outcome == Verdict.PASS else None
        yield (*name, OUTCOMES[Verdict(outcome)], times, *(words[int(part)] for part in verdict), *crossed)


def _asks(name: str, content: Content) -> str:
    rules = content.plan.targeting.rules
    criterion = rules.criteria[name]
    if criterion.is_group:
        return f"{wording.GROUPS[criterion.test]} {len(criterion.members)} criteria"
    return wording.required(Required(criterion.test, rules.threshold(criterion), rules.facts[criterion.fact].unit))


def _write_rules(sheet: Sheet, content: Content, row: int) -> None:
    """Write the policy as prose: what it is for, each rule with its number and source, the caution, the stamp."""
    rules = content.plan.targeting.rules
    stamp = rules.stamp
    own = ", ".join(f"{name} = {value}" for name, value in stamp.council_values)
    made_by = f"Policy {stamp.policy_id} as on {stamp.day}, file SHA-256 {stamp.sha256}."
    sheet.put(row, 1, "The rules", "section")
    prose = [line for text in wording.prose(rules.policy, rules) for line in text.splitlines() if line.strip()]
    settings = f"Set by the council in place of the policy's own: {own}." if own else "No value was set by the council."
    lines = [part for line in (*prose, settings, made_by) for part in broken(line)]
    for number, line in enumerate(lines, start=row + 1):
        sheet.put(number, 1, line)


def broken(line: str) -> list[str]:
    """Break a long line into several rows, so that the sheet prints no wider than its table."""
    return textwrap.wrap(line, RULE_LETTERS, subsequent_indent="    ", break_on_hyphens=False) or [line]
