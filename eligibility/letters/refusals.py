"""A no: the one thing that decided it in plain words, what would have to be true for a yes, and what else there is."""

from collections.abc import Mapping, Sequence

from data.wording import listed
from eligibility.deciding.decision import Decision
from eligibility.deciding.explain import Step
from eligibility.letters.blocks import LetterBlock, Part, Piece, bulleted, bullets, section, text
from eligibility.letters.contact import STAYS, tell_us_by
from eligibility.letters.evidence import is_ours, proof
from eligibility.letters.help import help_of, to_where
from eligibility.letters.plain import TOO_HIGH, Plain, sentence
from eligibility.letters.words import Words, words
from eligibility.rules.facts import AGES
from eligibility.rules.policy import YES_OR_NO

NONE_TRUE = "We can help only if one of the things below is true. As far as we know, none of them is."
BENEFITS = "your household's benefits or pay"  # the topic
NO_BENEFIT = "As far as we know, your household gets none of the benefits below, and nothing else below is true."
COULD = "We could help if one of these were true. As far as we know, none is:"
COULD_THIS = "We could help if this were true. As far as we know, it is not:"
TELL = "If {} is true, tell us. Then we will decide again."
TELL_AND_SEND = "If {} is true, tell us, and send what we ask for beside it. Then we will decide again."
EACH = "There is more than one reason, as we say above. We can help only if none of them is left."
NEAREST = "nearest_suitable"  # the fact
NEARER = "Nearer to your home, in a straight line: {}."
NEARER_IS_WHY = "A nearer college with a suitable course and a place is the reason."
ASK_WHICH = "You can ask us which school or college is the nearest with a suitable course and a place."
AS_MANY = "as many as show this"
WE_CHECK = "tell us, and we will check"
MOST_NAMED = 3  # things that are not so, that one sentence names
AGAIN = "Then we will decide again."
SEND = " (send "
SIXTEEN_TO_EIGHTEEN, ADULT = "Under the rules for 16 to 18 year olds, we", 19  # years


def no(decision: Decision, plain: Plain, blanks: Mapping[str, Piece]) -> list[Part]:
    """Return the one thing that decided, what would change it, and what else there is."""
    failed = plain.failed(decision.explanation.steps[-1])
    return [
        LetterBlock(
            "lead",
            (f"No. We are sorry. Under our rules we cannot help {plain.who} with travel to {to_where(decision)}.",),
        ),
        *not_met(decision, plain, "Why"),
        *section("What would change this", [EACH] if len(failed) > 1 else []),
        *[part for head in failed for part in _change(plain, head)],
        *tell_us_by(blanks, STAYS),
        *bullets("Other help that you may ask for", help_of(decision, plain)),
    ]


def not_met(decision: Decision, plain: Plain, heading: str) -> list[Part]:
    """Say the one thing that decided in plain words, then what else was not met, so that nobody is misled."""
    first, *others = plain.failed(decision.explanation.steps[-1])
    lines = [_reason(plain, first), *(f"There is another reason. {_reason(plain, head)}" for head in others)]
    return [*section(heading, lines), *text(*((line,) for line in _nearer(decision, plain, [first, *others])))]


def _reason(plain: Plain, head: Step) -> str:
    """Return why a criterion is not met: what we know, and the limit of a number; never what is not so as a fact."""
    if head.observed is not None:
        we = SIXTEEN_TO_EIGHTEEN if _is_for_the_young(plain, head) else "We"
        return f"{_too(plain, [head])}{sentence(plain.known(head))} {we} can help only if {plain.asked(head)}."
    tests = plain.without_idle(plain.not_met_by(head))
    numbers = _one_of_each(plain, [test for test in tests if plain.fact(test).is_number and not test.is_gap])
    if len(numbers) > 1 and _is_one_enough(plain, head, numbers):
        told = " ".join(sentence(plain.known(test)) for test in numbers)
        asked = [plain.limit(test) for test in numbers]
        limits = [f"{'take' if limit.endswith('minutes') else 'be'} {limit}" for limit in asked]
        return f"{_too(plain, numbers)}{told} It must {', or '.join(limits)}."
    if numbers:
        limits = [sentence(f"{plain.known(test)}; it must be {plain.limit(test)}") for test in numbers]
        return _too(plain, numbers) + " ".join(limits)
    known = list(dict.fromkeys(plain.known(test) for test in tests))
    if 0 < len(known) <= MOST_NAMED:
        return " ".join(map(sentence, known))
    topics = {words().get(plain.fact(test).name, Words()).topic for test in tests}
    return NO_BENEFIT if BENEFITS in topics else NONE_TRUE


def _is_for_the_young(plain: Plain, head: Step) -> bool:
    """Say whether a limit of age is one that keeps adults out, who may get help under other rules."""
    limit = head.required.value
    is_upper = plain.fact(head).name in AGES and head.required.test in TOO_HIGH
    return is_upper and not isinstance(limit, tuple) and float(limit or 0) + (head.required.test == "at_most") <= ADULT


def _is_one_enough(plain: Plain, head: Step, tests: Sequence[Step]) -> bool:
    """Say whether any one of some tests, beneath a criterion that was not met, would be enough to meet it."""
    if head.required.test != "any":
        return False
    beneath = [[test for test in plain.tests(member) if test in tests] for member in plain.members(head)]
    return all(len(found) < 2 for found in beneath)  # noqa: PLR2004


def _too(plain: Plain, tests: Sequence[Step]) -> str:
    said = dict.fromkeys(plain.too(test) for test in tests)
    return "".join(f"{sentence(words)} " for words in said if words)


def _one_of_each(plain: Plain, tests: Sequence[Step]) -> list[Step]:
    """Return tests without those that say of a longer time what another says: pay in one month, two or three."""
    found: dict[tuple[str, str], Step] = {}
    for test in tests:
        found.setdefault((plain.too(test) or test.criterion, plain.fact(test).unit), test)
    return list(found.values())


def _change(plain: Plain, head: Step) -> list[Part]:
    """Say what would have to be true, and what the family can send where we have it wrong."""
    if head.observed is None:
        if head.required.test == "none":
            return text((f"If we are wrong about this, tell us and send what shows it. {AGAIN}",))
        lines = [f"if {line}{_to_send(plain, tests)}" for line, tests in plain.choices(head)]
        one = len(lines) == 1
        tell = (TELL_AND_SEND if any(SEND in line for line in lines) else TELL).format("it" if one else "one")
        return [*text((COULD_THIS if one else COULD,)), *bulleted(lines), *text((tell,))]
    fact = plain.fact(head)
    if is_ours(fact):
        return text((f"If you think that we have this wrong, tell us why and we will check it. {AGAIN}",))
    settled = "or it changes, " if fact.unit == YES_OR_NO else ""
    return text((f"If this is wrong, {settled}tell us and send {proof(fact)}. {AGAIN}",))


def _to_send(plain: Plain, tests: Sequence[Step]) -> str:
    """Return in brackets what shows a condition, or that the council looks itself."""
    facts = [plain.fact(test) for test in tests]
    shown = list(dict.fromkeys(proof(fact) for fact in facts if not is_ours(fact)))
    if len(shown) > 1 and plain.are_as_good(tests):
        shown = [shown[0], AS_MANY]
    return f"{SEND}{listed(shown, 'or')})" if shown else f" ({WE_CHECK})"


def _nearer(decision: Decision, plain: Plain, failed: Sequence[Step]) -> list[str]:
    """Return which places are nearer, or that the council can be asked, where a no may rest on that."""
    if not any(plain.fact(test).name == NEAREST for head in failed for test in plain.tests(head)):
        return []
    where = NEARER.format(decision.nearer_places) if decision.nearer_places else ASK_WHICH
    return [where if len(failed) > 1 else f"{NEARER_IS_WHY} {where}"]
