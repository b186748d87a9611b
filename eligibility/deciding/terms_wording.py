"""What a policy says besides its criteria, in plain English: charges, help, referrals, notes and appeals."""

from data.wording import long_date, pounds
from eligibility.deciding.contribution import rate_pence
from eligibility.rules.facts import register
from eligibility.rules.policy import Rules
from eligibility.rules.terms import PolicyText, Rate

UNCHECKED = "By nobody yet: letters are drafts until the file says so under [checked]."


def pence_range(low: int | None, high: int | None) -> str:
    """Return a yearly charge from the least to the most that is possible.

    >>> pence_range(0, 65000), pence_range(0, 0), pence_range(39300, None), pence_range(None, None)
    ('£0 to £650 a year', 'nothing', '£393 a year or more', 'an amount that is not known')
    """
    if low is None:
        return "an amount that is not known"
    if high is None:
        return f"{pounds(low)} a year or more"
    if low == high:
        return f"{pounds(low)} a year" if low else "nothing"
    return f"{pounds(low)} to {pounds(high)} a year"


def terms_lines(rules: Rules) -> list[str]:
    """Return what a policy says besides its criteria on one day, a heading before each part that it has."""
    terms, day = rules.policy.terms, rules.day
    check = terms.checked
    checked = [f"By {check.by} on {long_date(check.on)}, against {check.against}."] if check else [UNCHECKED]
    parts = {
        "What is charged, the first that applies:": [rate_line(rate, rules) for rate in terms.contribution],
        "What may be provided:": [_with_source(text) for text in terms.provision if text.holds(day)],
        "What others may ask for:": [_with_source(text) for text in terms.otherwise if text.holds(day)],
        "Referred to an officer, where the criteria are not met:": [_with_source(text) for text in terms.refer],
        "Notes:": [_with_source(text) for text in terms.note if text.holds(day)],
        "To be seen by an officer before an award stands:": [rules_label(name, rules) for name in terms.sight],
        "Exceptional circumstances:": [_with_source(t) for t in [terms.exceptional_circumstances] if t],
        "Appeals:": [f"{s.stage}: {s.text}{_days(s.working_days)} Source: {s.basis}." for s in terms.appeal],
        "Not seen when this policy was written down:": list(terms.not_seen),
        "Checked against the published page:": checked if rules.policy.kind == "entitlement" else [],
    }
    return [line for head, items in parts.items() if items for line in ("", head, *(f"- {item}" for item in items))]


def rules_label(name: str, rules: Rules) -> str:
    """Return what a fact is called by a policy, else by the register."""
    return rules.facts[name].label if name in rules.facts else register()[name].label


def rate_line(rate: Rate, rules: Rules) -> str:
    """Return one line of a contribution: to whom it applies, what it comes to, what it rests on."""
    whom = f"Where met: {rules.criteria[rate.when].label}" if rate.when else "Everybody else"
    pence = rate_pence(rate, rules)
    basis = rules.values[rate.amount].basis if rate.amount in rules.values else rate.basis
    return f"{whom}: {pence_range(pence, pence)} ({rate.label}). {rate_words(rate, rules)} Source: {basis}."


def rate_words(rate: Rate, rules: Rules) -> str:
    """Return a rate in the policy's own words, with the last amount that was seen where there is none on the day."""
    if rate_pence(rate, rules) is not None:
        return rate.text
    if not rate.amount:
        return f"{rate.text} The amount was not seen: ask the council."
    parameter = rules.policy.parameters[rate.amount]
    last = parameter.values[-1]
    until = f", until {long_date(last.until)}" if last.until else ""
    unit = parameter.unit.removeprefix("pounds")
    amount = pounds(round(last.number * 100))
    return f"{rate.text} The amount on this day is not known; the last one seen was {amount}{unit}{until}."


def _with_source(text: PolicyText) -> str:
    return f"{text.text} Source: {text.basis}."


def _days(working_days: int | None) -> str:
    return f" Within {working_days} working days." if working_days else ""
