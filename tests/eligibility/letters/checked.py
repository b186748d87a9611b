"""Rules whose policy says who checked it, so that letters by them are no drafts."""

from dataclasses import replace
from datetime import date

from eligibility.rules.policy import Rules
from eligibility.rules.terms import PolicyCheck


def as_checked(pack: Rules, **changes: object) -> Rules:
    """Return rules as if somebody had checked their policy; `changes` are further ones to the policy."""
    check = PolicyCheck("B. Officer", date(2026, 6, 1), "https://www.example.org/policy")
    terms = replace(pack.policy.terms, checked=check)
    return replace(pack, policy=replace(pack.policy, terms=terms, **changes))  # type: ignore[arg-type]
