"""Who is acting and what they may do, asked by every function that acts, whatever screen or call led to it.

On the command line, and in the app that a person runs for themselves, nobody signs in and everything may be done: who
can open the files and the database can do it all anyway. In an app that several people share, `ask_by` is called once
with a function that says who has signed in (`screens/access`). From then on a function that acts refuses whoever has
not signed in or has no role for it, and what is logged bears the name of the sign-in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from data.faults import InputError

SUBJECT = "Not allowed"
RIGHT = "right"  # the attribute of a function that `needs` one
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Right(StrEnum):
    """What a role allows, as sentences name it."""

    PLANS = "see plans"
    PEOPLE = "work with the data of young people"
    SCENARIOS = "save and change scenarios"
    MONITORING = "work with the ledger and the monitoring"
    EXPORT = "export scenarios and journals"
    DATA = "change the data of counties"
    POLICIES = "change policies"
    AUDIT = "read the audit log"


ROLES: Mapping[str, frozenset[Right]] = {
    "viewer": frozenset({Right.PLANS}),
    "adviser": frozenset({Right.PLANS, Right.PEOPLE}),
    "planner": frozenset({Right.PLANS, Right.SCENARIOS}),
    "finance": frozenset({Right.PLANS, Right.MONITORING, Right.EXPORT}),
    "administrator": frozenset({Right.PLANS, Right.DATA, Right.POLICIES, Right.AUDIT}),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has signed in: their name for the audit log, and their roles, which are keys of ROLES."""

    name: str
    roles: frozenset[str]

    def may(self, right: Right) -> bool:
        """Say whether one of the roles allows it."""
        return any(right in ROLES[role] for role in self.roles)


class NotAllowed(InputError):
    """Nobody has signed in, or whoever has may not do this."""


_ask: Callable[[], Person | None] | None = None


def ask_by(ask: Callable[[], Person | None] | None) -> None:
    """From now on, ask this function who has signed in; it returns None where nobody has. None: nobody needs to."""
    global _ask
    _ask = ask


def person() -> Person | None:
    """Return who has signed in, None where nobody needs to. Raises NotAllowed where somebody should have."""
    if _ask is None:
        return None
    if (found := _ask()) is None:
        raise NotAllowed(SUBJECT, ["Nobody has signed in, or the sign-in has ended. Sign in, and do it again."])
    return found


def may(right: Right) -> bool:
    """Say whether whoever acts may do it."""
    return _ask is None or ((found := _ask()) is not None and found.may(right))


def need(right: Right) -> None:
    """Raise NotAllowed unless whoever acts may do it."""
    if (found := person()) is None or found.may(right):
        return
    able = " or ".join(role for role, rights in ROLES.items() if right in rights)
    has = ", ".join(sorted(found.roles)) or "no role"
    problem = f"To {right} takes the role {able}; {found.name} has {has}. Ask an administrator of the sign-in for it."
    raise NotAllowed(SUBJECT, [problem])


def needs(right: Right) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Return a decorator: the function raises NotAllowed, before anything else, unless whoever calls it may do it."""

    def guarded(act: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @wraps(act)
        def allowed(*arguments: Arguments.args, **options: Arguments.kwargs) -> Result:
            need(right)
            return act(*arguments, **options)

        setattr(allowed, RIGHT, right)
        return allowed

    return guarded


def right_of(work: Callable) -> Right:
    """Return what whoever has work done in another process must be allowed, where nobody can be asked.

    It is the right that the function `needs`, else to see plans.
    """
    while isinstance(work, partial):
        work = work.func
    return getattr(work, RIGHT, Right.PLANS)


def name_for(given: str) -> str:
    """Return the name to log: that of whoever has signed in, whatever was given; else the one given."""
    return given if (found := person()) is None else found.name
