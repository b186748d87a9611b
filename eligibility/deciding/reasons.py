"""The reasons for many decisions at once: what `explain` gives for one person, a row a criterion.

Which verdicts settled the outcome is worked out for whole columns; a test compares it with `explain` row by row.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import compress

import numpy as np
import pandas as pd

from eligibility.deciding import wording
from eligibility.deciding.assess import live, readings
from eligibility.deciding.contribution import rates_considered
from eligibility.deciding.decide import Decisions
from eligibility.deciding.explain import Observed, Required
from eligibility.rules.criteria import Verdict, settles
from eligibility.rules.policy import Criterion, Rules
from eligibility.rules.policy_checks import reach, top_down

OUTCOME, CHARGE, OTHER_RULES = "the outcome", "the contribution", "whether other rules apply"  # what a reason concerns
COLUMNS = ["row", "concerns", "criterion", "label", "observed", "required", "verdict", "decisive", "source", "address"]


def decisive(verdicts: pd.DataFrame, rules: Rules, root: str | None = None) -> dict[str, np.ndarray]:
    """Return the rows on which each criterion under `root` settled it, by name of criterion."""
    root = root or rules.result
    found = {root: verdicts[root].to_numpy() != Verdict.UNKNOWN}
    for name in reversed(rules.criteria):
        criterion = rules.criteria[name]
        for member in criterion.members if name in found else ():
            mask = found[name] & settles(criterion.test, verdicts[name].to_numpy(), verdicts[member].to_numpy())
            found[member] = found[member] | mask if member in found else mask
    return found


def reasons(decisions: Decisions, rules: Rules, *, only_settling: bool = False) -> pd.DataFrame:
    """Return every reason of every decision, people in their order, each criterion before those beneath it.

    Columns: row (the index of the decisions), concerns (the outcome, the contribution, whether other rules apply),
    criterion, label, observed, required, verdict (met, not met, not known), decisive (yes, still open, no), source,
    address. A criterion beneath the outcome is not repeated beneath the contribution. `only_settling` leaves out the
    criteria that neither settled anything nor could still change it.
    """
    verdicts = decisions.verdicts
    known = readings(decisions.table, rules)
    found = []
    for number, ((name, concerns), (rows, settled, is_open)) in enumerate(_parts(verdicts, rules).items()):
        places = np.flatnonzero(settled | is_open if only_settling else rows)
        role = np.where(settled, "yes", np.where(is_open, "still open", "no"))[places]
        of_one = _of_one(name, places, rules, decisions, known)
        found.append(of_one.assign(number=number, concerns=concerns, decisive=role))
    together = pd.concat(found, ignore_index=True).sort_values(["place", "number"], kind="stable", ignore_index=True)
    return together.assign(row=verdicts.index.to_numpy()[together["place"].to_numpy()])[COLUMNS]


def _parts(verdicts: pd.DataFrame, rules: Rules) -> dict[tuple[str, str], np.ndarray]:
    """Return where each criterion is a reason, by its name and what it concerns, in the order of the table.

    Each is three masks of the rows: where it is a reason, where it settled something, and where it is still open.
    """
    of_outcome = set(reach(rules.criteria, [rules.result]))
    nobody = np.zeros(len(verdicts), dtype=bool)
    members = {name: criterion.members for name, criterion in rules.criteria.items()}
    found: dict[tuple[str, str], np.ndarray] = {}
    for root, concerns, rows in _trees(verdicts, rules):
        settled, open_ = decisive(verdicts, rules, root), live(verdicts, rules, root)
        sends = rows & (verdicts[root].to_numpy() == Verdict.PASS) if concerns == OTHER_RULES else rows
        for name in top_down(members, root):
            if concerns == OUTCOME or name == root or name not in of_outcome:
                part = np.array([rows, sends & settled.get(name, nobody), rows & open_.get(name, nobody)])
                found[name, concerns] = part | found.get((name, concerns), False)
    return found


def _trees(verdicts: pd.DataFrame, rules: Rules) -> Iterator[tuple[str, str, np.ndarray]]:
    """Give the root of everything that was considered, what it concerns, and the rows on which it was."""
    result, terms = verdicts[rules.result].to_numpy(), rules.policy.terms
    yield rules.result, OUTCOME, np.ones(len(verdicts), dtype=bool)
    for rate, rows in zip(terms.contribution, rates_considered(verdicts, rules), strict=True):
        if rate.when:
            yield rate.when, CHARGE, rows & (result != Verdict.FAIL)
    for term in terms.refer:
        met = verdicts[term.when].to_numpy() == Verdict.PASS
        yield term.when, OTHER_RULES, (result == Verdict.FAIL) | met


def _of_one(name: str, rows: np.ndarray, rules: Rules, decisions: Decisions, known: Mapping) -> pd.DataFrame:
    criterion = rules.criteria[name]
    words = {int(verdict): text for verdict, text in wording.VERDICTS.items()}
    seen, wanted = _seen_and_wanted(criterion, rows, rules, known)
    source, address = _source(criterion, rules, np.array(seen, dtype=object) == "not given")
    ended = criterion.ended if rules.has_ended(criterion) else None
    return pd.DataFrame(
        {
            "place": rows,
            "criterion": name,
            "label": criterion.label,
            "observed": _doubted(name, seen, rows, decisions),
            "required": [wording.unless_ended(words, ended) for words in wanted] if ended else wanted,
            "verdict": pd.Series(decisions.verdicts[name].to_numpy()[rows]).map(words).to_numpy(),
            "source": source,
            "address": address,
        }
    )


def _doubted(name: str, seen: list[str], rows: np.ndarray, decisions: Decisions) -> list[str]:
    kinds = np.full(len(rows), "", dtype=object)
    for kind, tests in reversed(decisions.doubts.items()):  # the first kind of doubt is the one that is written
        if name in tests:
            kinds[tests[name][rows]] = kind
    return [wording.with_doubt(text, kind) for text, kind in zip(seen, kinds, strict=True)]


def _source(criterion: Criterion, rules: Rules, gap: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what the verdict of each row rests on, as `explain` has it, and its address."""
    usual = rules.basis(criterion)
    of_gap = usual if rules.has_ended(criterion) else criterion.missing_basis or usual
    texts = [str(basis) if basis else "" for basis in (of_gap, usual)]
    urls = [basis.address if basis else "" for basis in (of_gap, usual)]
    return np.where(gap, *texts).astype(object), np.where(gap, *urls).astype(object)


def _seen_and_wanted(criterion: Criterion, rows: np.ndarray, rules: Rules, known: Mapping) -> tuple[list, list]:
    """Return what was seen and what is asked for on each row; each distinct value is put into words once."""
    if criterion.is_group:
        return [""] * len(rows), [f"{wording.GROUPS[criterion.test]} {len(criterion.members)}"] * len(rows)
    fact, threshold = rules.facts[criterion.fact], rules.threshold(criterion)
    asked = Required(criterion.test, threshold, fact.unit)
    reading = known[criterion.fact]
    if isinstance(reading, pd.Series):
        values = [(None, None) if pd.isna(v) or v == "" else (str(v), str(v)) for v in reading.iloc[rows]]
    else:
        kind = float if fact.is_number else bool
        ends = [[None if np.isnan(v) else kind(v) for v in end[rows]] for end in reading]
        values = list(zip(*ends, strict=True))
    memory: dict[tuple, tuple[str, str]] = {}
    for value in set(values):
        seen = Observed(value[0], value[1], fact.unit)
        decimals = wording.decimals_for(seen, asked)
        memory[value] = wording.observed(seen, decimals), wording.required(asked, decimals)
    return [memory[value][0] for value in values], [memory[value][1] for value in values]


def deciding_tests(decisions: Decisions, rules: Rules) -> pd.Series:
    """Return for each row the tests that settled it, or that are still open, as one line."""
    settled, open_ = decisive(decisions.verdicts, rules), live(decisions.verdicts, rules)
    nobody = np.zeros(len(decisions.verdicts), dtype=bool)
    tests = [name for name in reach(rules.criteria, [rules.result]) if not rules.criteria[name].is_group]
    masks = np.column_stack([settled.get(name, nobody) | open_.get(name, nobody) for name in tests])
    codes = np.where(masks, decisions.verdicts[tests].to_numpy(), -1)
    labels = [rules.criteria[name].label for name in tests]

    def words(row: np.ndarray) -> str:
        named = zip(labels, row.tolist(), strict=True)
        return "; ".join(f"{label}: {wording.VERDICTS[Verdict(code)]}" for label, code in named if code >= 0)

    return _each_once(codes, words, decisions.verdicts.index)


def _each_once(rows: np.ndarray, words: Callable[[np.ndarray], str], index: pd.Index) -> pd.Series:
    """Return each row in words; rows that are the same are put into words once."""
    memory = {row.tobytes(): row for row in rows}
    texts = {key: words(row) for key, row in memory.items()}
    return pd.Series([texts[row.tobytes()] for row in rows], index=index, dtype="string")


def texts_where_true(masks: pd.DataFrame, words: Mapping[str, str]) -> pd.Series:
    """Return for each row the texts of its true columns: sentences with a space between, others with "; "."""
    every = [words[name] for name in masks.columns]

    def together(row: np.ndarray) -> str:
        texts = list(compress(every, row))
        return (" " if any(text.endswith(".") for text in texts) else "; ").join(texts)

    return _each_once(masks.to_numpy(dtype=bool), together, masks.index)
