"""What a letter says about money: the sum, why this person pays less or nothing, or on what it depends."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from data.wording import listed, pounds
from eligibility.deciding.contribution import Contribution, rate_pence
from eligibility.deciding.decision import Decision
from eligibility.letters.blocks import LetterBlock, Part, Piece, text
from eligibility.letters.plain import Plain
from eligibility.rules.criteria import Verdict
from eligibility.rules.terms import Rate

ONCE = "pounds"  # the unit of an amount that is no amount a year
FREE_FOR_ALL = "because this help is free for everybody who can have it under our rules"
NOTHING = "Nothing is charged: "
PARTS = {"two": 2, "three": 3, "six": 6}
TERMLY = re.compile(r"in (?P<number>\w+) termly parts")
SAYS_ONLY_FREE = 4  # words: "Nothing is charged." says no more than that nothing is paid
MOST_NAMED = 3  # open questions that a sentence names; more are left to the lines beneath it
LESS = re.compile(
    r"(?:(?P<part>Half|[AT]\w* \w+|\d+(?:\.\d+)?%) (?:of )?the charge|(?P<less>A \w+ less)), "
    r"(?:on|with) (?P<why>[^,.;]+)(?:, (?P<how>in [^.;]+))?\."
)


def cost(
    decision: Decision, plain: Plain, heading: str, blanks: Mapping[str, Piece], *, is_open: bool = False
) -> list[Part]:
    """Return what is paid, with its heading; nothing where the decision has no charge. `is_open`: if the answer is yes.

    One rate for nothing, or for less, comes with the group or the reason that it is for; where several rates are
    possible each is given with its sum, after what it depends on.
    """
    charge = decision.contribution
    if charge is None:
        return []
    pay, low, high = "You would pay" if is_open else "You pay", charge.low_pence, charge.high_pence
    head: list[Part] = [LetterBlock("heading", (heading,))]
    words = tuple((line,) for line in dict.fromkeys(rate.text for rate in charge.rates))
    if low is None or high is None:
        return [*head, *text((f"{pay} ", blanks["charge"], "."), *words)]
    if low != high:
        sums = {rate_pence(rate, plain.rules) or 0 for rate in charge.rates}
        between = "{} or {}" if sums == {low, high} else "between {} and {}"
        paid = f"{pay} {between.format(pounds(low), pounds(high))}{_period(charge.rates, plain)}."
        return [*head, *text((f"{paid} {_depends(decision, plain)}",)), *_each(charge, plain)]
    if len(charge.rates) == 1 and charge.rates[0].label == "nil":
        return [*head, *_nothing(charge, plain, pay)]
    paid = f"{pay} {pounds(low)}{_period(charge.rates, plain)}." if low else f"{pay} nothing."
    if len(charge.rates) == 1 and charge.rates[0].label == "concession":
        return [*head, *text((f"{paid} {_already(charge.rates[0], plain)}",))]
    return [*head, *text((paid,), *words)]


def _period(rates: Sequence[Rate], plain: Plain) -> str:
    units = {plain.rules.policy.parameters[rate.amount].unit for rate in rates if rate.amount}
    return "" if ONCE in units else " a year"


def _nothing(charge: Contribution, plain: Plain, pay: str) -> list[Part]:
    """Say that nothing is paid, and by which group; in the policy's words where it is not known that one is met."""
    (rate,) = charge.rates
    if not rate.when:
        more = rate.text.removeprefix(NOTHING)
        says_more = len(more.split()) > SAYS_ONLY_FREE and not more.endswith("is free.")
        also = ((f"{more[:1].upper()}{more[1:]}",),) if says_more else ()
        return text((f"{pay} nothing, {FREE_FOR_ALL}.",), *also)
    for explained in charge.explanations:
        root = explained.steps[-1]
        if root.criterion == rate.when and root.verdict == Verdict.PASS:
            of_charge = replace(plain, steps={step.criterion: step for step in explained.steps})
            why = listed(list(dict.fromkeys(of_charge.known(test) for test in of_charge.met_by(root))))
            return text((f"{pay} nothing, because {why}.",))
    return text((f"{pay} nothing.",), (rate.text,))


def _already(rate: Rate, plain: Plain) -> str:
    """Say that a sum is the lower one already, of what and why, so that nobody takes a share of it once more."""
    found = LESS.fullmatch(rate.text)
    if found is None:
        return f"This is already the lower charge. {rate.text}"
    how = f" It is paid {_each_part(found['how'], rate_pence(rate, plain.rules))}." if found["how"] else ""
    whole = rate_pence(replace(rate, share=""), plain.rules) if rate.share else None
    of_sum = f" of {pounds(whole)}{_period([rate], plain)}" if whole and found["part"] else ""
    return f"This is already {_part(found)}{of_sum}, because of {found['why']}.{how}"


def _each_part(how: str, pence: int | None) -> str:
    """Return how a sum is paid, with the sum of each part where the parts come out in whole pence.

    >>> _each_part("in three termly parts", 45000)
    'in three parts, one a term, of £150 each'
    """
    termly = TERMLY.fullmatch(how)
    parts = PARTS.get(termly["number"]) if termly else None
    if termly is None or parts is None or not pence or pence % parts:
        return how
    return f"in {termly['number']} parts, one a term, of {pounds(pence // parts)} each"


def _part(found: re.Match[str]) -> str:
    if not found["part"]:
        return f"{found['less']} than usual".lower()
    of = "" if found["part"] == "Half" else "of "
    return f"{found['part']} {of}the usual charge".lower()


def _depends(decision: Decision, plain: Plain) -> str:
    found = list(dict.fromkeys(plain.find(fact) for fact in decision.contribution_needed))
    if 0 < len(found) <= MOST_NAMED:
        return f"It depends on {listed(found)}:"
    return "It depends on which of these is true:"


def _each(charge: Contribution, plain: Plain) -> list[Part]:
    """Return each rate that is possible with what it comes to."""
    return [LetterBlock("bullet", (_line(rate, charge, plain),)) for rate in charge.rates]


def _line(rate: Rate, charge: Contribution, plain: Plain) -> str:
    pence, found = rate_pence(rate, plain.rules), LESS.fullmatch(rate.text)
    sum_of = f"{pounds(pence or 0)}{_period([rate], plain) if pence else ''}"
    if found:
        return f"{sum_of}: {_part(found)}, because of {found['why']}."
    if pence or len(rate.text.split()) > SAYS_ONLY_FREE or not rate.when:
        return f"{sum_of}: {rate.text[:1].lower()}{rate.text[1:]}"
    explained = next(each for each in charge.explanations if each.steps[-1].criterion == rate.when)
    of_charge = replace(plain, steps={step.criterion: step for step in explained.steps})
    return f"{sum_of}: if {of_charge.asked(explained.steps[-1])}."
