"""Verdicts and the closed vocabulary of tests and groups: the algebra of the rules and nothing else.

A fact is a pair (low, high): the true value lies between them, both included. An exact fact has both equal, a gap has
both NaN, and NaN compares false, so that a gap needs no special case and settles nothing. The logic is Kleene's strong
logic of three values (S. C. Kleene, Introduction to Metamathematics, 1952, section 64).

>>> both = [(x, y) for x in Verdict for y in Verdict]
>>> for x, y in both:
...     print(f"{x.name:7} {y.name:7} | {all_of([x, y]).name:7} {any_of([x, y]).name:7} {none_of([x, y]).name}")
FAIL    FAIL    | FAIL    FAIL    PASS
FAIL    UNKNOWN | FAIL    UNKNOWN UNKNOWN
FAIL    PASS    | FAIL    PASS    FAIL
UNKNOWN FAIL    | FAIL    UNKNOWN UNKNOWN
UNKNOWN UNKNOWN | UNKNOWN UNKNOWN UNKNOWN
UNKNOWN PASS    | UNKNOWN PASS    FAIL
PASS    FAIL    | FAIL    PASS    FAIL
PASS    UNKNOWN | UNKNOWN PASS    FAIL
PASS    PASS    | PASS    PASS    FAIL
"""

from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import reduce
from typing import Any

import numpy as np


class Verdict(IntEnum):
    """What the evidence shows of one criterion; the order makes *all* a minimum and *any* a maximum."""

    FAIL = 0  # the evidence shows that it is not met
    UNKNOWN = 1  # the evidence does not settle it
    PASS = 2  # the evidence shows that it is met


Verdicts = Sequence[Verdict | np.ndarray]  # of each member: one verdict, or int8 verdicts by row


def all_of(members: Verdicts) -> np.ndarray | Verdict:
    """Return FAIL where any member fails, else UNKNOWN where any is unknown, else PASS."""
    return _like(reduce(np.minimum, members))


def any_of(members: Verdicts) -> np.ndarray | Verdict:
    """Return PASS where any member passes, else UNKNOWN where any is unknown, else FAIL."""
    return _like(reduce(np.maximum, members))


def none_of(members: Verdicts) -> np.ndarray | Verdict:
    """Return the opposite of `any_of`: PASS only where every member is known to fail."""
    return _like(np.int8(Verdict.PASS) - reduce(np.maximum, members))


def _like(result: Any) -> np.ndarray | Verdict:
    return result if np.ndim(result) else Verdict(int(result))


def _verdicts(met: np.ndarray, not_met: np.ndarray) -> np.ndarray:
    """Return int8 verdicts from two boolean arrays that are never both true; neither is UNKNOWN."""
    result = met.view(np.int8) - not_met.view(np.int8)
    result += np.int8(Verdict.UNKNOWN)
    return result


def at_least(low: np.ndarray, high: np.ndarray, threshold: float) -> np.ndarray:
    """Return PASS where even the lowest value reaches the threshold, FAIL where not even the highest does.

    >>> gap = float("nan")
    >>> at_least(np.array([5.0, 3.0, 1.0, gap]), np.array([9.0, 6.0, 2.0, gap]), 4.0).tolist()
    [2, 1, 0, 1]
    """
    return _verdicts(low >= threshold, high < threshold)


def above(low: np.ndarray, high: np.ndarray, threshold: float) -> np.ndarray:
    """Return PASS where even the lowest value is more than the threshold, FAIL where not even the highest is."""
    return _verdicts(low > threshold, high <= threshold)


def at_most(low: np.ndarray, high: np.ndarray, threshold: float) -> np.ndarray:
    """Return PASS where even the highest value is no more than the threshold, FAIL where even the lowest is more."""
    return _verdicts(high <= threshold, low > threshold)


def below(low: np.ndarray, high: np.ndarray, threshold: float) -> np.ndarray:
    """Return PASS where even the highest value is less than the threshold, FAIL where not even the lowest is."""
    return _verdicts(high < threshold, low >= threshold)


def one_of(low: np.ndarray, high: np.ndarray, allowed: Sequence[float]) -> np.ndarray:
    """Return PASS where an exact value is one of `allowed`, FAIL where none of them lies between low and high."""
    met, not_met = np.zeros(low.shape, dtype=bool), np.ones(low.shape, dtype=bool)
    for value in allowed:
        met |= (low == value) & (high == value)
        not_met &= (low > value) | (high < value)
    return _verdicts(met, not_met)


ORDERED: dict[str, Callable] = {"at_least": at_least, "above": above, "at_most": at_most, "below": below}
MATCHING: dict[str, Callable] = {"equals": lambda low, high, value: one_of(low, high, [value]), "one_of": one_of}
YES_OR_NO: dict[str, Callable] = {  # of a fact that is 1 where it is yes and 0 where it is no
    "true": lambda low, high, _: at_least(low, high, 1.0),
    "false": lambda low, high, _: below(low, high, 1.0),
}
TESTS: dict[str, Callable] = ORDERED | MATCHING | YES_OR_NO
GROUPS: dict[str, Callable] = {"all": all_of, "any": any_of, "none": none_of}
ENOUGH = {"all": Verdict.FAIL, "any": Verdict.PASS, "none": Verdict.FAIL}  # a group's verdict that one member settles


def settles(group: str, verdict: Any, member: Any) -> Any:  # noqa: ANN401
    """Say whether a member is one of those that give a settled group its verdict; of one row, or of arrays of rows."""
    return (verdict != ENOUGH[group]) | (member == (Verdict.PASS if group == "none" else ENOUGH[group]))
