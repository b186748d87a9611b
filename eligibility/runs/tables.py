"""The tables of a run that people read, for workbook and screen: a row a decision, a row a piece of evidence."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from eligibility.deciding import wording
from eligibility.deciding.decide import REFER_REASONS
from eligibility.deciding.reasons import deciding_tests, texts_where_true
from eligibility.rules import residence
from eligibility.rules.facts import MEASUREMENT_COLUMNS, register
from eligibility.runs.applications import Run

DECISIONS = {  # column of the table -> heading
    "row": "Row of the file",
    "person_id": "Reference",
    "name": "Name",
    "outcome": "Outcome",
    "decided_by": "Decided by",
    "refer_reasons": "Why referred",
    "needed": "Evidence needed",
    "contribution": "Contribution",
    "low_pence": "Contribution from (£)",
    "high_pence": "Contribution to (£)",
    "notes": "Check",
    "area_code": "Area of the home",
    "destination_id": "Destination",
    "measured": "How distance was measured",
    "duplicate_of": "Perhaps the same as",
    "decided_on": "Decided on",
    "rules_of": "By the rules of",
    "policy_id": "Policy",
    "policy_sha256": "Policy file (sha256)",
    "facts_sha256": "Register of facts (sha256)",
}
EVIDENCE = {
    "row": "Row of the file",
    "person_id": "Reference",
    "label": "What",
    "evidence": "What proves it",
    "settles": "It could still change",
}
ERRORS = {"row": "Row of the file", "column": "Column", "value": "Value", "problem": "What is wrong"}
REASONS = {
    "row": "Row of the file",
    "person_id": "Reference",
    "label": "Criterion",
    "observed": "Seen",
    "required": "Asked for",
    "verdict": "Verdict",
    "decisive": "Decisive",
    "concerns": "Concerns",
    "source": "Source",
    "address": "Address",
    "rules_of": "By the rules of",
}

ROWS_NAMED = 5  # of those with the same error


def decisions_table(run: Run) -> pd.DataFrame:
    """Return a row a decided person with the columns of DECISIONS; the index is the row of the file."""
    decisions, people = run.decisions, run.people
    labels = {name: fact.label for name, fact in run.rules.facts.items()}
    notes = run.notes.groupby("row")["note"].agg(" ".join).to_dict() if len(run.notes) else {}
    twins = {row: _same_as(found) for row, found in run.duplicates.groupby("row")} if len(run.duplicates) else {}
    columns = {
        "row": people.index,
        "person_id": people["person_id"],
        "name": people.get("name", pd.Series(pd.NA, index=people.index, dtype="string")),
        "outcome": decisions.outcome,
        "decided_by": deciding_tests(decisions, run.rules),
        "refer_reasons": _why_referred(run),
        "needed": texts_where_true(decisions.needed, labels),
        "contribution": decisions.contribution["label"],
        "low_pence": decisions.contribution["low_pence"],
        "high_pence": decisions.contribution["high_pence"],
        "notes": _by_row(people.index, notes),
        "area_code": people["area_code"],
        "destination_id": people["destination_id"],
        "measured": _measured(run),
        "duplicate_of": _by_row(people.index, twins),
        "decided_on": decisions.decided_on,
        "rules_of": run.days,
        "policy_id": run.rules.policy.id,
        "policy_sha256": run.rules.policy.sha256,
        "facts_sha256": run.rules.policy.facts_sha256,
    }
    return pd.DataFrame(columns, index=people.index)


def _why_referred(run: Run) -> pd.Series:
    """Return why each is referred, with the authority that seems responsible for those who live elsewhere."""
    texts = texts_where_true(run.decisions.refer_reasons, REFER_REASONS)
    elsewhere = run.decisions.refer_reasons["residence"]
    if residence.HOME_PLACE in run.people:
        own = run.people.loc[elsewhere, residence.HOME_PLACE].map(residence.sentence)
        pairs = zip(texts[elsewhere], own, strict=True)
        texts[elsewhere] = [text.replace(REFER_REASONS["residence"], sentence) for text, sentence in pairs]
    return texts


def evidence_table(run: Run) -> pd.DataFrame:
    """Return a row a piece of evidence to ask for, with the columns of EVIDENCE, people in their order."""
    decisions, parts = run.decisions, []
    for number, (name, fact) in enumerate(run.rules.facts.items()):
        outcome = decisions.needed[name].to_numpy(dtype=bool)
        charge = decisions.contribution_needed[name].to_numpy(dtype=bool)
        place = np.flatnonzero(outcome | charge)
        settles = np.select(
            [outcome & charge, outcome], ["the outcome and the contribution", "the outcome"], "the contribution"
        )
        part = {"place": place, "number": number, "label": fact.label, "evidence": fact.evidence}
        parts.append(pd.DataFrame(part | {"settles": settles[place]}))
    together = pd.concat(parts, ignore_index=True).sort_values(["place", "number"], kind="stable", ignore_index=True)
    place = together["place"].to_numpy(dtype=int)
    row, person = run.people.index.to_numpy()[place], run.people["person_id"].to_numpy()[place]
    return together.assign(row=row, person_id=person)[list(EVIDENCE)]


def _by_row(index: pd.Index, texts: Mapping[int, str]) -> pd.Series:
    return pd.Series([texts.get(row, "") for row in index], index=index, dtype="string")


def _same_as(found: pd.DataFrame) -> str:
    return "; ".join(f"row {row.same_as} (same {row.what})" for row in found.itertuples())


def _measured(run: Run) -> pd.Series:
    """Return for each person how every distance and time that the policy uses was measured."""
    known, people = register(), run.people
    facts = [name for name in run.rules.facts if name in known and known[name].measured]
    lines = [""] * len(people)
    for name in facts:
        ends = [people[f"{name}_{end}"] for end in MEASUREMENT_COLUMNS]
        memory: dict[tuple[Any, ...], str] = {}
        for place, values in enumerate(zip(*ends, strict=True)):
            if pd.isna(values[0]):
                continue
            key: tuple[Any, ...] = tuple(None if pd.isna(value) else value for value in values)
            if key not in memory:
                memory[key] = f"{known[name].label}: {wording.measured_how(*key)}"
            lines[place] = f"{lines[place]}; {memory[key]}" if lines[place] else memory[key]
    return pd.Series(lines, index=people.index, dtype="string")


def grouped_errors(errors: pd.DataFrame) -> pd.DataFrame:
    """Return errors (columns of ERRORS) with those of one kind as one row, the most frequent first.

    Columns: rows (how many), column, value, problem, and which (the first rows of the file, "2, 5, 9 and 11 more"). One
    college spelled wrongly by a whole school is then one line and not fourteen.
    """
    named = errors.assign(value=errors["value"].astype("string").fillna(""))
    groups = named.groupby(["column", "value", "problem"], sort=False, dropna=False)["row"].agg(list).reset_index()
    rows = groups.pop("row")
    found = groups.assign(rows=rows.map(len), which=rows.map(_rows_in_words))
    ordered = found.sort_values("rows", ascending=False, kind="stable", ignore_index=True)
    return ordered[["rows", "column", "value", "problem", "which"]]


def _rows_in_words(rows: list[int]) -> str:
    shown = ", ".join(f"{row:,}" for row in rows[:ROWS_NAMED])
    return f"{shown} and {len(rows) - ROWS_NAMED:,} more" if len(rows) > ROWS_NAMED else shown


def referral_reasons(run: Run) -> pd.DataFrame:
    """Return how many are referred for each reason (columns reason, people), the most first; one may have several."""
    counted = run.decisions.refer_reasons.sum().sort_values(ascending=False, kind="stable")
    counted = counted[counted > 0]
    return pd.DataFrame({"reason": [REFER_REASONS[name] for name in counted.index], "people": counted.to_numpy()})
