"""What the council fills in on its letters: the names of the fields, and what was given for them."""

from collections.abc import Mapping

from data.faults import Fault, InputError
from data.suggest import did_you_mean
from eligibility.rules.terms import LETTER_FIELDS as FIELDS

DEFAULTS = {"kind_told_by": "before the help starts"}  # what stands in a field that nobody gave, without a mark


def checked_fields(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return the council's own words for FIELDS. Raises InputError for names that are not among them."""
    unknown = [name for name in given if name not in FIELDS]
    if unknown:
        raise InputError(
            "the letter",
            [Fault(name, f"is no field of a letter. {did_you_mean(name, list(FIELDS))}") for name in unknown],
        )
    return given
