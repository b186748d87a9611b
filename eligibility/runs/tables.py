"""The tables of a run that people read, for workbook and screen: a row a decision, a row a piece of evidence."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from eligibility.applicants.headings import Target, targets
from eligibility.applicants.values import plain
from eligibility.deciding import wording
from eligibility.deciding.decide import REFER_REASONS
from eligibility.deciding.reasons import deciding_tests, texts_where_true
from eligibility.rules import residence
from eligibility.rules.facts import DERIVED_FROM, MEASUREMENT_COLUMNS, register
from eligibility.runs import rounds
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
ROUNDS = {  # further columns of DECISIONS, by which a run goes on from the one before; officers fill in some of them
    "in_words": "Outcome in words",
    "rules_outcome": "Outcome by the rules",
    "officer_outcome": "Officer's outcome",
    "officer": "Officer",
    "officer_on": "Officer's day",
    "officer_reason": "Officer's reason",
    "appeal_stage": "Appeal stage",
    "appeal_outcome": "Appeal outcome",
    "sent_on": "Letter sent on",
    "since": "Since last round",
    "since_why": "Why since last round",
}
DECISIONS |= ROUNDS
EVIDENCE = {
    "row": "Row of the file",
    "person_id": "Reference",
    "label": "What",
    "evidence": "What proves it",
    "settles": "It could still change",
}
FILLED_IN = {  # further columns of EVIDENCE: which fact it is, and what officers fill in
    "fact": "Fact",
    "how": "How to write it",
    "claimed": "Claimed",
    "seen": "Seen",
    "seen_by": "Seen by",
    "seen_on": "Seen on",
    "until": "Holds until",
}
EVIDENCE |= FILLED_IN
KEPT = "Kept from before"  # sheet with the columns of DECISIONS: people of whom none was made this time
CHANGES = {
    "row": "Row of the file",
    "person_id": "Reference",
    "name": "Name",
    "since": "Since last round",
    "before": "Outcome then",
    "now": "Outcome now",
    "pence_before": "Contribution then",
    "pence_now": "Contribution now",
    "why": "Why",
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


def decisions_table(run: Run, stands: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return a row a decided person with the columns of DECISIONS; the index is the row of the file.

    `stands`: from `rounds.standing`, where it is known already.
    """
    decisions, people = run.decisions, run.people
    stands = rounds.standing(run) if stands is None else stands
    labels = {name: fact.label for name, fact in run.rules.facts.items()}
    notes = run.notes.groupby("row")["note"].agg(" ".join).to_dict() if len(run.notes) else {}
    twins = _same_as(run.duplicates)
    columns = {
        "row": people.index,
        "person_id": people["person_id"],
        "name": people.get("name", pd.Series(pd.NA, index=people.index, dtype="string")),
        "outcome": stands["outcome"],
        "decided_by": deciding_tests(decisions, run.rules),
        "refer_reasons": _why_referred(run),
        "needed": texts_where_true(decisions.needed, labels),
        **{name: stands[name] for name in rounds.CHARGE},
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
        **{name: stands[name] for name in ROUNDS},
    }
    return pd.DataFrame(columns, index=people.index)


def _why_referred(run: Run) -> pd.Series:
    """Return why each is referred, with the authority that seems responsible for those who live elsewhere."""
    texts = texts_where_true(run.decisions.refer_reasons, REFER_REASONS)
    elsewhere = run.decisions.refer_reasons["residence"]
    if residence.HOME_PLACE in run.people:
        homes = run.people.loc[elsewhere].reindex(columns=[residence.HOME_PLACE, residence.HOME_AUTHORITY])
        own = [residence.sentence(*home) for home in homes.itertuples(index=False, name=None)]
        pairs = zip(texts[elsewhere], own, strict=True)
        texts[elsewhere] = [text.replace(REFER_REASONS["residence"], sentence) for text, sentence in pairs]
    return texts


def evidence_table(run: Run) -> pd.DataFrame:
    """Return a row a piece of evidence, with the columns of EVIDENCE, people in their order.

    It is what could still change a decision, what must be seen before an award stands, and what officers filled in.
    """
    decisions, people, asked, parts = run.decisions, run.people, targets(run.rules), list[pd.DataFrame]()
    for number, (name, fact) in enumerate(run.rules.facts.items()):
        outcome = decisions.needed[name].to_numpy(dtype=bool)
        charge = decisions.contribution_needed[name].to_numpy(dtype=bool)
        sight = run.to_see[name].to_numpy(dtype=bool)
        place = np.flatnonzero(outcome | charge | sight)
        kinds = [sight, outcome & charge, outcome]
        settles = np.select(kinds, [TO_SEE, "the outcome and the contribution", "the outcome"], "the contribution")
        part = {"place": place, "number": number, "label": fact.label, "evidence": fact.evidence}
        fill_in = _to_fill_in(name, people)[place]
        claims = [
            _claimed(people, to_fill, row) if seeing else ""
            for to_fill, row, seeing in zip(fill_in, people.index[place], sight[place], strict=True)
        ]
        parts.append(pd.DataFrame(part | {"settles": settles[place], "fact": fill_in, "claimed": claims}))
    table = pd.concat(parts, ignore_index=True).reindex(columns=["place", "number", *EVIDENCE], fill_value="")
    table["how"] = table["fact"].map({name: _how_to_write(target) for name, target in asked.items()}).fillna("")
    table = _with_entries(table.astype({"claimed": object}), run)
    table = table.sort_values(["place", "number"], kind="stable", ignore_index=True)
    place = table["place"].to_numpy(dtype=int)
    row, person = people.index.to_numpy()[place], people["person_id"].to_numpy()[place]
    table = table.assign(row=row, person_id=person)[list(EVIDENCE)]
    kept = _kept_evidence(run)
    together = pd.concat([table.astype(object), kept], ignore_index=True) if len(kept) else table
    return together.astype({"row": "Int64"})


TO_SEE, SEEN, LAPSED, ONLY_CLAIMED = "whether the award stands", "seen", "no longer holds: ask again", "claimed"


def _kept_evidence(run: Run) -> pd.DataFrame:
    """Return what officers filled in last round about people about whom no decision was made in this one."""
    people = rounds.kept(run)
    if run.carried is None or people.empty:
        return pd.DataFrame()
    last = run.carried.last.evidence
    theirs = set(people[["person_id", "row"]].itertuples(index=False, name=None))
    mine = [(plain(reference), row) in theirs for reference, row in zip(last["person_id"], last["row"], strict=True)]
    return last[pd.Series(mine, index=last.index) & (last["claimed"].notna() | last["seen"].notna())].astype(object)


def _with_entries(table: pd.DataFrame, run: Run) -> pd.DataFrame:
    """Return the table with what officers filled in last round, for those who could be read in this one."""
    if run.carried is None:
        return table
    table, more = table.astype(object), []
    line_of = {key: line for line, key in enumerate(zip(table["place"], table["fact"], strict=True))}
    for row, places in run.carried.entries.items():
        for entry_place in places if row in run.people.index else ():
            entry = run.carried.last.evidence.iloc[entry_place].to_dict()
            place, fact = run.people.index.get_loc(row), entry["fact"]
            written = {name: entry[name] for name in FILLED_IN if name not in ("fact", "how")}
            if (place, fact) in line_of and entry_place not in run.carried.lapsed:
                for name, value in written.items():
                    table.iat[line_of[(place, fact)], table.columns.get_loc(name)] = value
            else:
                seen = (row, fact) in run.carried.seen
                state = LAPSED if entry_place in run.carried.lapsed else SEEN if seen else ONLY_CLAIMED
                more.append(entry | {"place": place, "number": len(run.rules.facts), "settles": state})
    added = pd.DataFrame(more, columns=table.columns, dtype=object)
    return pd.concat([table, added], ignore_index=True) if more else table


def _to_fill_in(name: str, people: pd.DataFrame) -> np.ndarray:
    """Return for each person the fact of the register to fill in for one of a policy's: the date not known."""
    sources = DERIVED_FROM.get(name, (name,))
    found = np.full(len(people), sources[0], dtype=object)
    for source in reversed(sources):
        found[people[source].isna().to_numpy() if source in people else np.ones(len(people), dtype=bool)] = source
    return found


def _how_to_write(target: Target | None) -> str:
    if target is None:
        return ""
    kinds = {"date": "as 31/01/2008", "choice": ", ".join(target.choices)}
    return kinds.get(target.kind, target.kind)


def _claimed(people: pd.DataFrame, fact: str, row: int) -> str:
    """Return what the file says of a fact, as it may be written again; "" for a gap or for bounds."""
    value = people.at[row, fact] if fact in people else None
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return f"{value:%d/%m/%Y}"
    period = people.at[row, f"{fact}_period"] if f"{fact}_period" in people else ""
    return f"{value}{f' per {period}' if isinstance(period, str) and period else ''}".replace(".0 per", " per")


def _by_row(index: pd.Index, texts: Mapping[int, str]) -> pd.Series:
    return pd.Series([texts.get(row, "") for row in index], index=index, dtype="string")


def _same_as(duplicates: pd.DataFrame) -> dict[int, str]:
    """Return by row which others it may be the same as, and by what."""
    found: dict[int, list[str]] = {}
    for row, same_as, what in duplicates[["row", "same_as", "what"]].itertuples(index=False, name=None):
        found.setdefault(row, []).append(f"row {same_as} (same {what})")
    return {row: "; ".join(texts) for row, texts in found.items()}


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
