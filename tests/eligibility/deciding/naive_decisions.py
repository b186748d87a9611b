"""A second evaluator of people, as naive as can be: one dictionary at a time, fractions, no arrays, no bounds algebra.

It shares nothing with the engine but the policy it reads and the words of the outcomes.
"""

from datetime import date, timedelta
from fractions import Fraction

from eligibility.rules.policy import Criterion, Rules

PASS, UNKNOWN, FAIL = "pass", "unknown", "fail"
PERIODS = {"week": 52, "month": 12, "year": 1}
MEASURED = {"walk_miles", "drive_miles", "pickup_miles", "journey_minutes"}
TRUSTED = {"measured by an officer", "routed"}


def verdicts(person: dict, rules: Rules) -> dict[str, str]:
    """Judge one person; `person` has no key for what is not known."""
    found: dict[str, str] = {}
    for name, criterion in rules.criteria.items():
        if criterion.test in ("all", "any", "none"):
            found[name] = _group(criterion.test, [found[member] for member in criterion.members])
        else:
            found[name] = _test(criterion, person, rules)
    return found


def _group(word: str, members: list[str]) -> str:
    if word == "all":
        return FAIL if FAIL in members else UNKNOWN if UNKNOWN in members else PASS
    met = PASS if PASS in members else UNKNOWN if UNKNOWN in members else FAIL
    return met if word == "any" else {PASS: FAIL, FAIL: PASS, UNKNOWN: UNKNOWN}[met]


def _test(criterion: Criterion, person: dict, rules: Rules) -> str:
    if criterion.ended and rules.day > criterion.ended:
        return FAIL
    threshold = rules.values[criterion.parameter].value if criterion.parameter else None
    ends = _ends(criterion.fact, person, rules)
    if ends is None:
        return UNKNOWN
    answers = {_met(criterion.test, end, threshold) for end in ends}
    if len(answers) == 2:
        return UNKNOWN
    answer = PASS if True in answers else FAIL
    if criterion.fact in MEASURED and not _reliable(criterion, person, answer, ends, threshold):
        return UNKNOWN
    return UNKNOWN if _near(criterion, person, ends, threshold, rules) else answer


def _reliable(criterion: Criterion, person: dict, answer: str, ends: list, threshold: float) -> bool:
    method = person.get(f"{criterion.fact}_method")
    if method in TRUSTED:
        return True
    if method == "straight line" and answer == FAIL:
        return criterion.test in ("below", "at_most") and not _met(criterion.test, ends[0], threshold)
    return answer == PASS and method == "straight line"


def _near(criterion: Criterion, person: dict, ends: list, threshold: float, rules: Rules) -> bool:
    if not criterion.margin or person.get(f"{criterion.fact}_method") == "measured by an officer":
        return False
    margin, centre = (Fraction(str(x)) for x in (rules.values[criterion.margin].value, threshold))
    low, high = (Fraction(str(end)) for end in ends)
    return margin > 0 and low <= centre + margin and high >= centre - margin


def _ends(fact: str, person: dict, rules: Rules) -> list | None:
    if fact.startswith("age_"):
        ages = _ages(fact, person, rules.day)
        return ages if all(age is not None for age in ages) else None
    if fact == "resident":
        return [person["council_responsible"]] * 2 if "council_responsible" in person else None
    if fact == "months_into_year":
        over = (rules.day.month - 9) % 12
        months = [over if year == _this_year(rules.day) else 0 for year in _years_of_help(person, rules.day)]
        return [min(months), max(months)]
    if fact in person:
        known = person[fact]
        if rules.facts[fact].unit.startswith("pounds per "):
            if f"{fact}_period" not in person:
                return None
            wanted = PERIODS[rules.facts[fact].unit.removeprefix("pounds per ")]
            known = Fraction(str(known)) * PERIODS[person[f"{fact}_period"]] / wanted
        return [known, known]
    if f"{fact}_low" in person:
        return [person[f"{fact}_low"], person[f"{fact}_high"]]
    return None


def _ages(fact: str, person: dict, day: date) -> list[int | None]:
    born, start = person.get("date_of_birth"), person.get("course_start")
    if fact == "age_at_course_start":
        return [_age(born, start)]
    if fact == "age_before_course_start":
        return [_age(born, start and start - timedelta(days=1))]
    years = _years_of_help(person, day)
    month_and_day = (8, 31) if fact == "age_on_31_august" else (9, 1)
    return [_age(born, date(year, *month_and_day)) for year in (years[0], years[-1])]


def _this_year(day: date) -> int:
    return day.year if day.month >= 9 else day.year - 1


def _years_of_help(person: dict, day: date) -> list[int]:
    start, this = person.get("course_start"), _this_year(day)
    begins = None if start is None else start.year if start.month >= 8 else start.year - 1
    if begins is not None and begins > this:
        return [begins]
    return [this, this + 1] if day.month in (3, 4, 5, 6, 7, 8) or start is None else [this]


def _age(born: date | None, on: date | None) -> int | None:
    if born is None or on is None:
        return None
    age = 0
    while (born.year + age + 1, born.month, born.day) <= (on.year, on.month, on.day):
        age += 1
    return age


def _met(test: str, known: object, threshold: object) -> bool:
    if test in ("true", "false"):
        return known is (test == "true")
    if test == "one_of":
        return known in threshold
    known, threshold = Fraction(str(known)), Fraction(str(threshold))
    return {
        "above": known > threshold,
        "at_least": known >= threshold,
        "at_most": known <= threshold,
        "below": known < threshold,
        "equals": known == threshold,
    }[test]


def outcome(person: dict, rules: Rules) -> str:
    """Decide about one person."""
    found = verdicts(person, rules)
    result = found[rules.result]
    covers = rules.policy.terms.covers
    if not covers[0] <= rules.day <= covers[1] or person.get("council_responsible") is False:
        return "refer to an officer"
    if result == UNKNOWN or person.get("exceptional_circumstances") is True:
        return "refer to an officer"
    youngest_allowed = max((age or 16) for age in _ages("age_on_31_august", person, rules.day))
    if person.get("date_of_birth") is not None and youngest_allowed < 16 and result != PASS:
        return "refer to an officer"
    open_to_others = (PASS,) if result == PASS else (PASS, UNKNOWN)  # a gap refers only who is not eligible
    if any(found[term.when] in open_to_others for term in rules.policy.terms.refer):
        return "refer to an officer"
    ended = [c.fact for c in rules.criteria.values() if c.ended and rules.day > c.ended]
    if any(person.get(f) is True for f in ended):
        return "refer to an officer"
    return "eligible" if result == PASS else "not on the published criteria"


def charge(person: dict, rules: Rules) -> tuple[set[str], set[int | None]]:
    """Return the labels and the amounts in pence that are still possible."""
    found, labels, amounts = verdicts(person, rules), set(), set()
    for rate in rules.policy.terms.contribution:
        verdict = found[rate.when] if rate.when else PASS
        if verdict != FAIL:
            labels.add(rate.label)
            amounts.add(_pence(rate, rules))
        if verdict == PASS:
            break
    return labels, amounts


def _pence(rate: object, rules: Rules) -> int | None:
    if rate.label == "nil":
        return 0
    if rate.amount not in rules.values:
        return None
    times = {"pounds per year": 1, "pounds per term": 3, "pounds": 1}[rules.policy.parameters[rate.amount].unit]
    share = Fraction(str(rules.values[rate.share].value)) if rate.share else 1
    exact = Fraction(str(rules.values[rate.amount].value)) * 100 * times * share
    return int(exact + Fraction(1, 2))
