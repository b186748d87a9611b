"""Judge a whole table of areas or people by the rules of one day, and say what evidence could change the outcome."""

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd

from data.faults import Fault, InputError
from data.wording import counted
from eligibility.rules.criteria import GROUPS, TESTS, Verdict
from eligibility.rules.policy import TEXT, Criterion, Fact, Rules

Reading: TypeAlias = tuple[np.ndarray, np.ndarray] | pd.Series  # bounds of a number or a yes-or-no; a text column


def assess(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return the verdict of every criterion on every row.

    `table`: one row an area or a person; each fact a column `name` (exact), or `name_low` and `name_high` (bounds, both
    included), or all three, where bounds serve the rows whose exact value is a gap. Text that is empty is a gap; a
    fact with no column is a gap for all. Numbers are in the fact's own unit; yes-or-no facts are booleans.
    Returns int8 verdicts (0 FAIL, 1 UNKNOWN, 2 PASS), a column a criterion in the policy's order, the table's index,
    every row. The table is not altered. Raises InputError for columns of the wrong kind or bounds the wrong way round.
    """
    return judge(readings(table, rules), rules, table.index)


def judge(known: Mapping[str, Reading], rules: Rules, index: pd.Index, doubt: Mapping | None = None) -> pd.DataFrame:
    """Return verdicts as `assess` does, from readings already made.

    `doubt`: rows, by name of a test, whose verdict may not be relied on and becomes UNKNOWN.
    """
    order = {name: position for position, name in enumerate(rules.criteria)}
    block = np.empty((len(order), len(index)), dtype=np.int8)
    for name, criterion in rules.criteria.items():
        if criterion.is_group:
            members = [block[order[member]] for member in criterion.members]
            block[order[name]] = GROUPS[criterion.test](members)
        else:
            block[order[name]] = _test(criterion, known[criterion.fact], rules)
            if doubt and name in doubt:
                block[order[name]][doubt[name]] = Verdict.UNKNOWN
    return pd.DataFrame(block.T, index=index, columns=list(order), copy=False)


def missing_evidence(verdicts: pd.DataFrame, rules: Rules, root: str | None = None) -> pd.DataFrame:
    """Return which facts could still change the outcome of each row: a boolean column a fact.

    A fact is needed where a live test (see `live`) looks at it, so a row that is settled needs nothing.
    """
    needed = {fact: np.zeros(len(verdicts), dtype=bool) for fact in rules.facts}
    for name, mask in live(verdicts, rules, root).items():
        if not rules.criteria[name].is_group:
            needed[rules.criteria[name].fact] |= mask
    return pd.DataFrame(needed, index=verdicts.index, columns=list(rules.facts))


def live(verdicts: pd.DataFrame, rules: Rules, root: str | None = None) -> dict[str, np.ndarray]:
    """Return the rows on which each criterion under `root` could still change the outcome.

    `root` (the policy's result unless named) is live where it is UNKNOWN; any other criterion where it is UNKNOWN and a
    group that names it is live.
    """
    root = root or rules.result
    found = {root: verdicts[root].to_numpy() == Verdict.UNKNOWN}
    for name in reversed(rules.criteria):
        for member in rules.criteria[name].members if name in found else ():
            mask = found[name] & (verdicts[member].to_numpy() == Verdict.UNKNOWN)
            found[member] = found[member] | mask if member in found else mask
    return found


def _test(criterion: Criterion, reading: Reading, rules: Rules) -> np.ndarray:
    threshold = rules.threshold(criterion)
    if rules.has_ended(criterion):
        return np.full(len(reading if isinstance(reading, pd.Series) else reading[0]), Verdict.FAIL, dtype=np.int8)
    if isinstance(reading, pd.Series):
        gap = (reading.isna() | (reading == "").fillna(True)).to_numpy(dtype=bool)
        wanted = threshold if isinstance(threshold, tuple) else (threshold,)
        matches = reading.isin(wanted).to_numpy(dtype=bool)
        verdicts = np.where(gap, Verdict.UNKNOWN, np.where(matches, Verdict.PASS, Verdict.FAIL)).astype(np.int8)
    else:
        low, high = reading
        verdicts = TESTS[criterion.test](low, high, threshold)
        gap = None
    if criterion.when_missing is not None:
        gap = np.isnan(low) & np.isnan(high) if gap is None else gap
        verdicts[gap] = criterion.when_missing
    return verdicts


def readings(table: pd.DataFrame, rules: Rules) -> dict[str, Reading]:
    """Return every fact of the rules as text or as bounds; raises InputError as `assess` does."""
    faults: list[Fault] = []
    known = {name: read(table, fact, faults) for name, fact in rules.facts.items()}
    if faults:
        raise InputError(f"table judged by policy {rules.policy.id}", faults)
    return known


def _kind_of(column: pd.Series) -> str:
    """Return what kind of value a column holds, and never the value: it may be a person's."""
    seen = column[column.notna()].iloc[0]
    kinds = {str: "text", bool: "yes or no", np.bool_: "yes or no"}
    number = "a number" if isinstance(seen, int | float | np.number) else "another kind of value"
    return kinds.get(type(seen), number)


def read(table: pd.DataFrame, fact: Fact, faults: list[Fault]) -> Reading:
    """Return a fact's column as text, or as (low, high) float arrays with NaN for what is not known.

    Adds to `faults` what is wrong with the columns; the reading is then not to be used.
    """
    if fact.unit == TEXT:
        return _text(table, fact, faults)
    gap = np.full(len(table), np.nan)
    if not fact.is_number:
        exact = _numbers(table, fact.name, fact, faults) if fact.name in table else gap
        return exact, exact
    columns = [name for name in (fact.name, f"{fact.name}_low", f"{fact.name}_high") if name in table]
    known = {name: _numbers(table, name, fact, faults) for name in columns}
    exact, low, high = (known.get(name, gap) for name in (fact.name, f"{fact.name}_low", f"{fact.name}_high"))
    if not (known.keys() - {fact.name}):
        return exact, exact
    wrong = np.flatnonzero(low > high)
    if wrong.size:
        faults.append(
            Fault(
                f"{fact.name}_low, {fact.name}_high",
                f"the low is above the high in {counted(wrong.size, 'row')}, first at {table.index[wrong[0]]!r}. "
                "Give the bounds the right way round.",
            )
        )
    if fact.name not in known:
        return low, high
    unknown = np.isnan(exact)
    return np.where(unknown, low, exact), np.where(unknown, high, exact)


def _numbers(table: pd.DataFrame, name: str, fact: Fact, faults: list[Fault]) -> np.ndarray:
    """Return a column as floats, NaN for a gap; a column of another kind becomes a fault."""
    column = _own_kind(table[name])
    is_boolean = pd.api.types.is_bool_dtype(column.dtype)
    is_number = pd.api.types.is_numeric_dtype(column.dtype) and not is_boolean
    if is_number or is_boolean:
        values = column.to_numpy(dtype=float, na_value=np.nan)
    else:
        values = np.full(len(table), np.nan)
        if column.isna().all():
            return values
    if fact.is_number:
        right, wanted = is_number, f"numbers ({fact.unit})"
    else:
        right = is_boolean or (is_number and bool(np.isin(values[~np.isnan(values)], (0.0, 1.0)).all()))
        wanted = "yes or no (booleans)"
    if not right:
        faults.append(Fault(name, f"holds {_kind_of(column)}; {wanted} are expected, and nothing for a gap."))
    return values


def _own_kind(column: pd.Series) -> pd.Series:
    """Return a column of objects that are booleans and gaps as a boolean column; any other as it is."""
    if column.dtype != object:
        return column
    known = column.dropna()
    are_booleans = len(known) and known.map(lambda value: isinstance(value, bool | np.bool_)).all()
    return column.astype("boolean") if are_booleans else column


def _text(table: pd.DataFrame, fact: Fact, faults: list[Fault]) -> pd.Series:
    if fact.name not in table:
        return pd.Series(pd.NA, index=table.index, dtype="string")
    column = table[fact.name]
    known = column[column.notna()]
    if len(known) and not pd.api.types.is_string_dtype(known):
        faults.append(Fault(fact.name, f"holds {_kind_of(column)}; text is expected."))
    return column
