"""Read a decisions workbook back, for `budget plan --applicants` and for the next round (`assess --since`)."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from data.faults import Fault, InputError
from data.opening.archive import OLE, ZIP
from data.opening.child import opened
from data.opening.files import content_of
from data.wording import listed
from eligibility.applicants.values import read_date
from eligibility.deciding.decide import ELIGIBLE, OUTCOMES
from eligibility.runs.last_round import ALLOWED, APPEAL_OUTCOMES, LastRound
from eligibility.runs.tables import DECISIONS, ERRORS, EVIDENCE, FILLED_IN, KEPT, REASONS, ROUNDS

SHEETS = {"Decisions": DECISIONS, "Reasons": REASONS, "Evidence to request": EVIDENCE, "Errors": ERRORS}
OF_REASONS = {column: REASONS[column] for column in ("person_id", "row", "label", "observed", "verdict", "decisive")}
PENCE = ("low_pence", "high_pence")
DAYS = ("decided_on", "rules_of")
NEWER = frozenset({*ROUNDS, *FILLED_IN})  # columns that workbooks of before November 2026 lack
OFFICERS_DAYS = {"Decisions": ("officer_on", "sent_on"), "Evidence to request": ("seen_on", "until")}
OVERRIDE = ("officer_outcome", "officer", "officer_on", "officer_reason")


def read_decisions(path: str | Path) -> pd.DataFrame:
    """Read a decisions workbook from a file; see `from_bytes`. Raises OSError where it cannot be opened."""
    path = Path(path)
    return from_bytes(content_of(path), path.name)


def from_bytes(content: bytes, name: str) -> pd.DataFrame:
    """Read the decisions of a workbook, whose rows officers may have sorted and whose outcomes they may have changed.

    Returns a row a person with the columns of `tables.DECISIONS`: texts as strings, low_pence and high_pence as Int64,
    days as dates, gaps missing; where an officer decided otherwise, that is the outcome. Raises InputError where it is
    no such workbook, with every entry that cannot be read, and for outcomes changed by hand as `read_last_round` does.
    """
    tables, faults = _tables(content, name), list[Fault]()
    found = _typed(tables["Decisions"], faults, "Decisions")
    faults += _officers_faults(found)
    if faults:
        raise InputError(name, faults)
    return found.assign(outcome=found["officer_outcome"].fillna(found["outcome"]))


def read_last_round(content: bytes, name: str, *, is_renewal: bool = False) -> LastRound:
    """Read a decisions workbook as last round's, with what officers filled in; see `last_round`.

    Raises InputError as `from_bytes` does; also for decisions changed by hand without a name, a day and a reason, and
    for appeals that are not as they are asked for.
    """
    tables, faults = _tables(content, name), list[Fault]()
    decisions = _typed(tables["Decisions"], faults, "Decisions")
    if KEPT in tables:
        kept = _typed(tables[KEPT], faults, KEPT)
        decisions = pd.concat([decisions, kept], ignore_index=True) if len(kept) else decisions
    evidence = _with_days(tables["Evidence to request"], "Evidence to request", faults)
    faults += _officers_faults(decisions)
    if faults:
        raise InputError(name, faults)
    outcome = decisions["officer_outcome"].fillna(decisions["outcome"])
    reasons = tables["Reasons"]
    rows = pd.to_numeric(reasons["row"], errors="coerce").astype("Int64")
    reasons = reasons.drop(columns="row").map(_text, na_action="ignore").astype("string").assign(row=rows)
    return LastRound(decisions.assign(outcome=outcome), evidence, reasons, is_renewal)


def _tables(content: bytes, name: str) -> dict[str, pd.DataFrame]:
    if not content.startswith((ZIP, OLE)):
        raise InputError(name, ["is not a workbook that can be opened. Give the file that `assess` wrote."])
    book = _sheets(content, name)
    lacking = [sheet for sheet in (*SHEETS, "Policy") if sheet not in book]
    if lacking:
        raise InputError(name, [f"lacks the sheets {listed(lacking)}. Give the file that `assess` wrote."])
    wanted = SHEETS | {"Reasons": OF_REASONS} | ({KEPT: DECISIONS} if KEPT in book else {})
    return {sheet: _table(book, sheet, columns, name) for sheet, columns in wanted.items()}


def _officers_faults(decisions: pd.DataFrame) -> list[Fault]:
    """Return what is wrong with overrides, appeals and letters sent, row by row."""
    faults = []
    for place, row in enumerate(decisions.astype(object).where(decisions.notna(), None).to_dict("records")):
        where = f"Decisions, row {place + 2}"
        given = [column for column in OVERRIDE if row[column]]
        if given and len(given) < len(OVERRIDE):
            lacking = ", ".join(DECISIONS[column] for column in OVERRIDE if column not in given)
            faults.append(
                Fault(where, f"is an officer's decision that lacks: {lacking}. Fill it in, or empty the rest.")
            )
        by_hand = row["rules_outcome"] and row["outcome"] != row["rules_outcome"]
        if by_hand and not given and not row["sent_on"]:
            problem = (
                f'has another Outcome than the rules gave. Write "{row["rules_outcome"]}" there, and the officer\'s '
                "decision under Officer's outcome, with name, day and reason."
            )
            faults.append(Fault(where, problem))
        appeal = row["appeal_outcome"]
        if appeal and appeal not in APPEAL_OUTCOMES:
            faults.append(Fault(f"{where}, Appeal outcome", f"must be one of {', '.join(APPEAL_OUTCOMES)}."))
        if appeal and not row["appeal_stage"]:
            faults.append(Fault(f"{where}, Appeal stage", "is empty, and there is an outcome. Write the stage."))
        if appeal == ALLOWED and not given and row["outcome"] != ELIGIBLE:
            faults.append(Fault(where, "has an appeal that was allowed: write the decision under Officer's outcome."))
    return faults


def _sheets(content: bytes, name: str) -> dict[str, list[list]]:
    """Return the rows of each sheet. Raises InputError, with which file to give, where it cannot be opened."""
    try:
        read = opened("data.opening.workbook:read_workbook", content, name)
    except InputError as error:
        faults = [
            replace(fault, problem=f"{fault.problem} Give the file that `assess` wrote.") for fault in error.faults
        ]
        raise InputError(error.subject, faults) from error
    return {sheet: rows for sheet, _, rows in read["sheets"]}


def _table(book: dict[str, list[list]], sheet: str, columns: dict[str, str], name: str) -> pd.DataFrame:
    parts = [part for part in book if part == sheet or part.removeprefix(f"{sheet} ").isdigit()]
    rows: list[list] = []
    for part in parts:
        grid = book[part]
        headings = [str(cell).strip() for cell in grid[0]] if grid else []
        lost = [heading for column, heading in columns.items() if heading not in headings and column not in NEWER]
        if lost:
            raise InputError(
                f"{name}, sheet {part}", [f"lacks the columns {lost}. Put them back as `assess` wrote them."]
            )
        places = [headings.index(heading) if heading in headings else None for heading in columns.values()]
        blank = [""] * len(headings)
        wanted = [(number, place) for number, place in enumerate(places) if place is not None]
        for row in grid[1:]:
            if row == blank:
                continue
            cells: list[object] = [None] * len(places)
            for number, place in wanted:
                cells[number] = None if (cell := row[place]) == "" else cell
            rows.append(cells)
        book[part] = []  # a large round is in memory once
    return pd.DataFrame(rows, columns=list(columns), dtype=object)


def _typed(table: pd.DataFrame, faults: list[Fault], sheet: str) -> pd.DataFrame:
    table = _with_days(table, sheet, faults)
    for position, (outcome, officers) in enumerate(zip(table["outcome"], table["officer_outcome"], strict=True)):
        for column, said in (("outcome", outcome), ("officer_outcome", officers)):
            if said not in OUTCOMES and (said or column == "outcome"):
                problem = f"must be one of {', '.join(OUTCOMES)}."
                faults.append(Fault(f"{sheet}, row {position + 2}, {DECISIONS[column]}", problem))
    new: dict[str, pd.Series] = {}
    for column in PENCE:
        pounds = pd.to_numeric(table[column], errors="coerce")
        for position in (pounds.isna() & table[column].notna()).to_numpy().nonzero()[0]:
            faults.append(Fault(f"{sheet}, row {position + 2}, {DECISIONS[column]}", "is not an amount in pounds."))
        for position in (pounds < 0).to_numpy().nonzero()[0]:
            faults.append(Fault(f"{sheet}, row {position + 2}, {DECISIONS[column]}", "is below £0."))
        new[column] = (pounds * 100).round().astype("Int64")
    is_turned = (new["low_pence"] > new["high_pence"]).fillna(False)
    faults += [
        Fault(f"{sheet}, row {position + 2}, {DECISIONS['low_pence']}", f"is above “{DECISIONS['high_pence']}”.")
        for position in is_turned.to_numpy(dtype=bool).nonzero()[0]
    ]
    days_of_officers = OFFICERS_DAYS["Decisions"]
    text_columns = [column for column in table if column not in (*PENCE, "row", *DAYS, *days_of_officers)]
    texts = {column: table[column].map(_text, na_action="ignore").astype("string") for column in text_columns}
    row = pd.to_numeric(table["row"], errors="coerce").astype("Int64")
    days = {column: table[column].map(lambda day: day.date() if hasattr(day, "date") else day) for column in DAYS}
    return table.assign(**texts, **new, row=row, **days)


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _with_days(table: pd.DataFrame, sheet: str, faults: list[Fault]) -> pd.DataFrame:
    """Return the table with the days that officers wrote as dates; None for a gap."""
    new = {}
    for column in OFFICERS_DAYS.get(sheet, OFFICERS_DAYS["Decisions"]):
        days: list[object] = []
        for place, cell in enumerate(table[column]):
            try:
                days.append(read_date(cell))
            except ValueError as error:
                heading = (DECISIONS | EVIDENCE)[column]
                faults.append(Fault(f"{sheet}, row {place + 2}, {heading}", str(error)))
                days.append(None)
        new[column] = pd.Series(days, index=table.index, dtype=object)
    return table.assign(**new)
