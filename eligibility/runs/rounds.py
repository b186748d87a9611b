"""A run beside the one before: what stands, who changed and why, who is new, who is gone.

An officer's decision stands until the officer alters it, and a decision whose letter was sent stands as it was sent:
what the rules now say is written beside it. Neither goes over into another year.
"""

from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd

from data.wording import long_date
from eligibility.deciding import sight
from eligibility.deciding.decide import NOT_ON_CRITERIA
from eligibility.deciding.reasons import reasons
from eligibility.deciding.terms_wording import pence_range
from eligibility.runs.applications import Run
from eligibility.runs.last_round import TWICE, Carried

NEW, SAME, CHANGED = "new", "the same", "changed"
BY_OFFICER, SENT, SENT_OTHERWISE = "an officer's decision", "sent", "sent; the rules now say otherwise"
BY_HAND = "compare by hand"
GONE, UNREAD = "gone", "cannot be read now"
CARRIED = ("officer_outcome", "officer", "officer_on", "officer_reason", "appeal_stage", "appeal_outcome", "sent_on")
CHARGE = ("contribution", "low_pence", "high_pence")
STANDS = ("in_words", "rules_outcome", *CARRIED, "since", "since_why")
REASONS_NAMED = 4


def standing(run: Run) -> pd.DataFrame:
    """Return what stands for each person: `outcome`, the charge and the columns of `tables.ROUNDS`; index the rows."""
    charge = run.decisions.contribution
    table = pd.DataFrame(index=run.people.index)
    table["outcome"] = run.decisions.outcome
    table["contribution"], table["low_pence"], table["high_pence"] = (charge[c] for c in ("label", *CHARGE[1:]))
    table["in_words"] = _words(run)
    table["rules_outcome"] = run.decisions.outcome
    for column in (*CARRIED, "since", "since_why"):
        table[column] = pd.Series(pd.NA, index=table.index, dtype="object")
    return _beside(run, run.carried, table) if run.carried else table


def _words(run: Run) -> pd.Series:
    """Return what the rules say of each person, in words: with what must still be seen."""
    wanted, ruled = run.facts_to_see(), run.decisions.outcome
    words = [sight.in_words(outcome, wanted.get(row, ())) for row, outcome in ruled.items()]
    return pd.Series(words, index=ruled.index, dtype="string")


def _beside(run: Run, carried: Carried, table: pd.DataFrame) -> pd.DataFrame:
    """Return what stands beside last round's decisions: theirs where officers decided or letters were sent."""
    table = table.astype({"outcome": "object", "contribution": "object", "in_words": "object"})
    last = carried.last.decisions
    columns = {name: table.columns.get_loc(name) for name in table}
    twice = {row for row, note in carried.notes if note == TWICE}
    for number, row in enumerate(table.index):
        place = carried.places.get(row)
        since = BY_HAND if row in twice else NEW
        if place is not None:
            before = last.iloc[place]
            is_other = _differs(before, table.iloc[number], was_sent=carried.was_sent(row))
            since = CHANGED if is_other else SAME
            for column in CARRIED:
                table.iat[number, columns[column]] = carried.entry(row, column)
            if carried.officer_decided(row) or carried.was_sent(row):
                is_sent = carried.was_sent(row)
                since = (SENT_OTHERWISE if is_other else SENT) if is_sent else BY_OFFICER
                for column in ("outcome", *CHARGE):
                    table.iat[number, columns[column]] = before[column]
                table.iat[number, columns["in_words"]] = (
                    _given(before["in_words"]) or before["outcome"]
                    if is_sent
                    else f"{before['outcome']}, as an officer decided"
                )
                if before["outcome"] == NOT_ON_CRITERIA:
                    for column in CHARGE:
                        table.iat[number, columns[column]] = None if column == "contribution" else pd.NA
        table.iat[number, columns["since"]] = since
    other = table.index[table["since"].isin([CHANGED, SENT_OTHERWISE])]
    for row, why in _why(run, carried, other).items():
        table.loc[row, "since_why"] = why
    texts = dict.fromkeys(("outcome", "contribution", "in_words", "since", "since_why"), "string")
    return table.astype(texts)


def _differs(before: pd.Series, now: pd.Series, *, was_sent: bool) -> bool:
    """Say whether the rules now give another outcome or charge than the last round's, or than what was sent.

    An award that was subject to sight of evidence, and is so no more, is another outcome.
    """
    ruled = before["outcome"] if was_sent else _given(before["rules_outcome"]) or before["outcome"]
    then, words = _given(before["in_words"]) or "", now["in_words"]
    is_of_sight = ruled == now["rules_outcome"] and sight.SUBJECT_TO in f"{then}{words}"
    if is_of_sight and then and then != words:
        return True
    return ruled != now["rules_outcome"] or any(
        _given(before[column]) != _given(now[column]) for column in ("low_pence", "high_pence")
    )


def _given(value: object) -> object:
    return None if value is None or pd.isna(value) else value


def _why(run: Run, carried: Carried, rows: pd.Index) -> dict[int, str]:
    """Return for each row why its decision differs: evidence, rules of another file or day, values that differ."""
    found: dict[int, list[str]] = {row: [*_seen(carried, row), *_other_rules(run, carried, row)] for row in rows}
    of_last: dict[tuple, dict[str, tuple]] = {}
    known = carried.last.reasons[["person_id", "row", "label", "observed", "verdict", "decisive"]]
    for reference, row, label, *rest in known.dropna(subset="row").fillna("").itertuples(index=False, name=None):
        of_last.setdefault((reference, row), {})[label] = tuple(rest)
    for group in run.groups:
        mine = rows[rows.isin(group.rows)]
        if mine.empty:
            continue
        for row, tests in reasons(run.decisions.about(mine), group.rules).groupby("row"):
            then = carried.last.decisions.iloc[carried.places[row]]
            before = of_last.get((then["person_id"], then["row"]), {})
            differing = list(_differing(before, tests))
            more = len(differing) - REASONS_NAMED
            found[row] += [*differing[:REASONS_NAMED], *([f"and {more} more"] if more > 0 else [])]
    return {row: "; ".join(texts) or "the register of facts or the places changed" for row, texts in found.items()}


def _differing(before: Mapping[str, tuple], tests: pd.DataFrame) -> Iterator[str]:
    for test in tests.itertuples():
        seen = str(_given(test.observed) or "")
        then = before.get(test.label)
        if not seen or (then and then[:2] == (seen, test.verdict)):
            continue
        if test.decisive == "yes" or then is None or then[2] in ("yes", "still open"):
            was = f"{then[0]} ({then[1]})" if then else "not asked"
            yield f"{test.label}: {was}, now {seen} ({test.verdict})"


def _seen(carried: Carried, row: int) -> Iterator[str]:
    for place in carried.entries.get(row, ()):
        entry = carried.last.evidence.iloc[place]
        if (row, entry["fact"]) in carried.seen:
            yield f"seen: {entry['label']} ({entry['seen_by']}, {long_date(entry['seen_on'])})"


def _other_rules(run: Run, carried: Carried, row: int) -> Iterator[str]:
    before, policy = carried.last.decisions.iloc[carried.places[row]], run.rules.policy
    if before["policy_id"] != policy.id:
        yield f"by policy {policy.id}, then by {before['policy_id']}"
    elif before["policy_sha256"] != policy.sha256:
        yield "the policy file has changed"
    day, then = run.days[row], before["rules_of"]
    if isinstance(then, date) and then != day:
        yield f"by the rules of {long_date(day)}, then of {long_date(then)}"


def changes(run: Run, stands: pd.DataFrame) -> pd.DataFrame:
    """Return a row a person who is new, gone, changed or kept, with the columns of `tables.CHANGES`.

    `stands`: from `standing`. No row where there was no last round.
    """
    columns = ["row", "person_id", "name", "since", "before", "now", "pence_before", "pence_now", "why"]
    carried = run.carried
    if carried is None:
        return pd.DataFrame(columns=columns)
    last, rows, words = carried.last.decisions, [], _words(run)
    for row in stands.index[stands["since"] != SAME]:
        now, place = stands.loc[row], carried.places.get(row)
        before = last.iloc[place] if place is not None else None
        name = run.people["name"].get(row) if "name" in run.people else None
        then = ("", "") if before is None else (_given(before["in_words"]) or before["outcome"], _charge(before))
        is_kept = now["since"] == SENT_OTHERWISE
        new = words[row] if is_kept else now["in_words"]
        charge = _charge(run.decisions.contribution.loc[row] if is_kept else now)
        own = (run.people.at[row, "person_id"], name, now["since"])
        rows.append((row, *own, then[0], new, then[1], charge, now["since_why"]))
    for number, place in sorted(carried.places.items()):
        if number not in stands.index:
            rows.append((number, *_of_last(last.iloc[place], UNREAD), "see the sheet Errors"))
    now = {str(reference).casefold() for reference in run.people["person_id"]}
    for place in sorted(set(range(len(last))) - set(carried.places.values())):
        if str(last["person_id"].iloc[place]).casefold() in now:
            continue  # it stands more than once, or has another name now: its rows say so
        sent = _given(last["sent_on"].iloc[place])
        note = "not in this file"
        if isinstance(sent, date):
            note += f"; the letter was sent on {long_date(sent)}"
        rows.append((pd.NA, *_of_last(last.iloc[place], GONE), note))
    return pd.DataFrame(rows, columns=columns).astype({"row": "Int64"}).astype(dict.fromkeys(columns[1:], "string"))


def kept(run: Run) -> pd.DataFrame:
    """Return last round's decisions about people of whom none was made now, so that no later round loses them."""
    if run.carried is None:
        return pd.DataFrame()
    decided = {place for row, place in run.carried.places.items() if row in run.people.index}
    return run.carried.last.decisions.drop(index=sorted(decided))


def _of_last(before: pd.Series, since: str) -> tuple:
    return before["person_id"], before["name"], since, before["outcome"], "", _charge(before), ""


def _charge(row: pd.Series) -> str:
    low, high = (None if _given(row[end]) is None else int(row[end]) for end in ("low_pence", "high_pence"))
    return "" if low is None and high is None else pence_range(low, high)


def counts(run: Run, stands: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return how many people there are of each kind since last round, of officers' decisions, and of appeals."""
    found = changes(run, stands)["since"].value_counts()
    since = {str(kind): int(count) for kind, count in found.items()}
    if run.carried:
        since[SAME] = int((stands["since"] == SAME).sum())
    officers = stands["officer_outcome"].dropna().value_counts()
    stages = stands["appeal_stage"].dropna()
    ends = stands["appeal_outcome"].where(stands["appeal_outcome"].notna(), "open")[stages.index].astype(str)
    appeals = (stages.astype(str) + ": " + ends).value_counts()
    return {
        "since_last_round": since,
        "decided_by_officers": {str(outcome): int(count) for outcome, count in officers.items()},
        "appeals": {str(appeal): int(count) for appeal, count in appeals.items()},
    }
