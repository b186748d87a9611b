"""Each way in which a policy file can be wrong, and what its author is told."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.faults import InputError
from eligibility.rules.criteria import Verdict
from eligibility.rules.policy_file import load, parse
from tests.draws import draws

SOUND = """
schema = 1
id = "small"
title = "A small policy"
kind = "entitlement"
year = "2026 to 2027"
covers = { from = 2026-09-01, until = 2027-08-31 }
summary = "Made up for tests."
result = "eligible"

[sources.scheme]
title = "Scheme rules"
url = "https://example.org/scheme"
checked = 2026-09-01

[facts.income]
label = "Household income"
unit = "pounds per year"
evidence = "payslips"

[facts.enrolled]
label = "Enrolled"
unit = "yes or no"
evidence = "college record"

[facts.course]
label = "Course"
unit = "text"
evidence = "college record"

[parameters.income_limit]
label = "Income limit"
unit = "pounds per year"
values = [
    { from = 2024-08-01, value = 31000, source = "scheme", at = "para 12" },
    { from = 2025-08-01, value = 33000, assumption = true, note = "for the council to replace" },
]

[parameters.courses]
label = "Courses"
unit = "text"
values = [{ from = 2024-08-01, value = ["full time", "part time"], source = "scheme" }]

[criteria.low_income]
label = "Income is within the limit"
fact = "income"
is = "at_most"
parameter = "income_limit"
source = "scheme"

[criteria.enrolled]
label = "Enrolled"
fact = "enrolled"
is = "true"
source = "scheme"

[criteria.on_course]
label = "On a course that counts"
fact = "course"
is = "one_of"
parameter = "courses"
source = "scheme"

[criteria.eligible]
label = "Eligible"
all = ["low_income", "enrolled", "on_course"]
"""


def faults(*changes: tuple[str, str], text: str = SOUND) -> str:
    """Return what the author is told after replacing each text by another."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    with pytest.raises(InputError) as caught:
        parse(text.encode(), "small.toml")
    return str(caught.value)


def test_a_sound_file_is_read_whole():
    policy = parse(SOUND.encode(), "small.toml")
    assert list(policy.criteria) == ["low_income", "enrolled", "on_course", "eligible"]
    assert policy.parameters["income_limit"].values[0].basis.at == "para 12"
    assert policy.parameters["courses"].values[0].value == ("full time", "part time")


def test_the_hash_is_that_of_the_file(tmp_path):
    path = tmp_path / "small.toml"
    path.write_bytes(SOUND.encode())
    first = load(path).sha256
    path.write_bytes(SOUND.encode() + b"\n")
    assert len(first) == 64 and load(path).sha256 != first


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        # keys
        ('title = "A small policy"', 'titel = "A small policy"', 'titel: is not a key that is known here.*"title"'),
        ('title = "A small policy"\n', "", 'lacks "title". Add it.'),
        ("schema = 1", "schema = 2", "schema: is 2; this version reads schema 1."),
        ('kind = "entitlement"', 'kind = "entitelment"', 'kind: "entitelment" is not.*Did you mean "entitlement"?'),
        ('id = "small"', "id = 7", "id: is 7; text is expected."),
        ('id = "small"', 'id = " "', "id: is empty. Write it or remove the key."),
        (
            'result = "eligible"',
            'result = "eligable"',
            'result: "eligable" is not a criterion.*Did you mean "eligible"?',
        ),
        (
            'result = "eligible"',
            'result = "eligible"\nparts = ["enroled"]',
            'parts: "enroled" is not.*mean "enrolled"?',
        ),
        ('result = "eligible"', 'result = "eligible"\nparts = [3]', r"parts: is \[3\]; a list of names of criteria"),
        # sources
        ("https://example.org", "http://example.org", "sources.scheme.url: .* does not begin with https://"),
        ("checked = 2026-09-01", 'checked = "2026-09-01"', "sources.scheme.checked: .*a date such as 2026-09-01"),
        (
            "checked = 2026-09-01",
            "checked = 2026-09-01T00:00:00",
            "sources.scheme.checked: .*a date such as 2026-09-01",
        ),
        ('source = "scheme", at', 'source = "sheme", at', r'values\[1\].source: "sheme".*Did you mean "scheme"?'),
        # facts and parameters
        ('evidence = "payslips"\n', "", 'facts.income: lacks "evidence"'),
        ("value = 31000", 'value = "31000"', "income_limit.*value: is '31000'; a finite number"),
        ("value = 31000", "value = true", "income_limit.*value: is True; a finite number"),
        ("value = 31000", "value = nan", "income_limit.*value: is nan; a finite number"),
        ('value = ["full time", "part time"]', "value = []", "courses.*value: is an empty list"),
        ('value = ["full time", "part time"]', 'value = ["full time", 3]', "courses.*value: .*text is expected"),
        ('source = "scheme", at = "para 12"', 'at = "para 12"', r"income_limit.values\[1\]: rests on nothing"),
        (
            'assumption = true, note = "for the council to replace"',
            "assumption = true",
            'an assumption without a "note"',
        ),
        ('source = "scheme", at', 'source = "scheme", assumption = true, at', "has a source and is an assumption"),
        ("from = 2025-08-01", "from = 2024-08-01", "income_limit: lists 2024-08-01 after 2024-08-01"),
        ("from = 2025-08-01", "from = 2023-08-01", "income_limit: lists 2023-08-01 after 2024-08-01"),
        (
            "from = 2024-08-01, value = 31000",
            "from = 2024-08-01, until = 2025-08-01, value = 31000",
            "two values on 2025",
        ),
        (
            "from = 2024-08-01, value = 31000",
            "from = 2024-08-01, until = 2024-07-31, value = 31000",
            "ends on 2024-07-31",
        ),
        (
            'values = [{ from = 2024-08-01, value = ["full time", "part time"], source = "scheme" }]',
            "values = []",
            "no val",
        ),
        (
            'label = "Income limit"',
            'label = "Income limit"\nhighest = 32000',
            "33000 pounds per year, above the highest",
        ),
        ('label = "Income limit"', 'label = "Income limit"\nlowest = 32000', "31000 pounds per year, below the lowest"),
        ('label = "Courses"', 'label = "Courses"\nlowest = 1', "courses: has a lowest or a highest, and is text"),
        # criteria
        ('fact = "income"', 'fact = "incom"', 'low_income: fact "incom" is not defined. .*Did you mean "income"?'),
        (
            'parameter = "income_limit"',
            'parameter = "income_cap"',
            'parameter "income_cap" is not.*mean "income_limit"?',
        ),
        ('parameter = "income_limit"\n', "", 'low_income: "at_most" needs a "parameter" to compare with'),
        ('is = "at_most"', 'is = "atmost"', 'low_income.is: "atmost" is not.*Did you mean "at_most"?'),
        ('is = "at_most"', 'is = "true"', 'low_income: "true" cannot be asked of a fact in "pounds per year"'),
        ('is = "at_most"', 'is = "one_of"', '"one_of" needs a list in parameter "income_limit"'),
        ('is = "one_of"', 'is = "equals"', '"equals" needs a single value in parameter "courses"'),
        ('is = "one_of"', 'is = "above"', 'on_course: "above" cannot be asked of a fact in "text"'),
        ('is = "true"', 'is = "equals"', 'enrolled: "equals" cannot be asked of a fact in "yes or no"'),
        ('is = "true"', 'is = "true"\nparameter = "courses"', 'enrolled: "true" compares with nothing'),
        ('is = "true"\nsource = "scheme"', 'is = "true"', "criteria.enrolled: rests on nothing"),
        ('is = "true"', 'is = "true"\nwhen_missing = "fail"', "when_missing_source"),
        ('is = "true"', 'is = "true"\nwhen_missing_source = "scheme"', 'but no "when_missing"'),
        (
            'is = "true"',
            'is = "true"\nwhen_missing = "no"\nwhen_missing_source = "scheme"',
            'when_missing: "no" is not',
        ),
        ('"low_income", "enrolled", "on_course"', '"low_incom", "enrolled", "on_course"', 'Did you mean "low_income"?'),
        ('"low_income", "enrolled", "on_course"', '"low_income", "enrolled"', "on_course: has no effect on the result"),
        ('"on_course"]', '"on_course", "enrolled"]', 'eligible: names "enrolled" twice'),
        ('"on_course"]', '"on_course"]\nany = ["enrolled"]', "eligible: is both all and any"),
        ('all = ["low_income", "enrolled", "on_course"]', "all = []", r"eligible.all: is \[\]; a list of names"),
        (
            'all = ["low_income"',
            'threshold = 3\nall = ["low_income"',
            "eligible.threshold: is not a key that is known here",
        ),
    ],
)
def test_a_fault_is_told_so_that_it_can_be_mended(old, new, told):
    assert re.search(told.replace("?", r"\?"), faults((old, new))), faults((old, new))


def test_a_parameter_in_other_units_than_its_fact_is_refused():
    text = 'label = "Income limit"\nunit = "pounds per year"'
    told = faults((text, 'label = "Income limit"\nunit = "pounds per month"'))
    assert 'fact "income" is in "pounds per year" and parameter "income_limit" in "pounds per month"' in told


def test_a_group_cannot_name_what_is_defined_below_it():
    early = '[criteria.in_need]\nlabel = "In need"\nany = ["low_income"]\n\n[criteria.low_income]'
    told = faults(("[criteria.low_income]", early), ('"on_course"]', '"on_course", "in_need"]'))
    assert 'criteria.in_need: "low_income" is not defined above it. Move [criteria.low_income] further up.' in told


def test_a_criterion_used_as_it_is_and_negated_is_refused():
    early = '[criteria.not_enrolled]\nlabel = "n"\nnone = ["enrolled"]\n\n[criteria.eligible]'
    told = faults(("[criteria.eligible]", early), ('"on_course"]', '"on_course", "not_enrolled"]'))
    assert 'criteria.enrolled: is used as it is and negated (by "none") under "eligible"' in told


def test_a_criterion_negated_twice_is_used_one_way_only():
    early = '[criteria.not_enrolled]\nlabel = "n"\nnone = ["enrolled"]\n\n[criteria.eligible]'
    twice = early.replace(
        "[criteria.eligible]", '[criteria.again]\nlabel = "a"\nnone = ["not_enrolled"]\n[criteria.eligible]'
    )
    text = SOUND.replace("[criteria.eligible]", twice).replace('"on_course"]', '"on_course", "again"]')
    assert "again" in parse(text.encode(), "small.toml").criteria


def test_a_parameter_that_nothing_uses_is_refused():
    unused = (
        '[parameters.spare]\nlabel = "s"\nunit = "km"\nvalues = [{ from = 2024-08-01, value = 3, source = "scheme" }]\n'
    )
    assert "parameters.spare: is used by no criterion" in faults(
        ("[criteria.low_income]", f"{unused}[criteria.low_income]")
    )


def test_a_fact_that_nothing_uses_is_refused():
    unused = '[facts.spare]\nlabel = "s"\nunit = "km"\nevidence = "e"\n'
    assert "facts.spare: is used by no criterion" in faults(("[facts.income]", f"{unused}[facts.income]"))


def test_every_fault_is_told_at_once():
    told = faults(
        ('kind = "entitlement"', 'kind = "rules"'),
        ("https://example.org", "http://example.org"),
        ('evidence = "payslips"\n', ""),
        ("value = 31000", 'value = "many"'),
        ('is = "true"', 'is = "yes"'),
        ('"low_income", "enrolled", "on_course"', '"low_incom", "enrolled", "on_course"'),
    )
    places = ["kind", "scheme.url", "facts.income", "income_limit.values[1].value", "enrolled.is", "criteria.eligible"]
    assert "6 problems" in told and all(place in told for place in places), told


def test_a_name_whose_own_entry_is_faulty_is_not_also_called_undefined():
    assert "is not defined" not in faults(('evidence = "payslips"\n', ""))


def test_the_line_of_a_fault_in_the_toml_is_told():
    assert "is not a TOML file" in faults(("schema = 1", "schema = "))
    assert "line 2" in faults(("schema = 1", "schema = "))


def test_a_key_given_twice_is_refused():
    assert "is not a TOML file" in faults(("schema = 1", "schema = 1\nschema = 1"))


def test_a_file_in_another_encoding_is_refused():
    with pytest.raises(InputError, match="is not text in UTF-8"):
        parse(SOUND.replace("small policy", "small café").encode("latin-1"), "small.toml")


def test_a_section_that_is_no_table_is_told():
    assert "criteria.low_income: is 3; a table is expected" in faults(
        text='criteria.low_income = 3\nfacts = {}\nresult = "x"'
    )


def test_the_policy_may_settle_a_gap_itself_with_a_source():
    settled = 'is = "true"\nwhen_missing = "fail"\nwhen_missing_source = "scheme"\nwhen_missing_at = "para 4"'
    criterion = parse(SOUND.replace('is = "true"', settled).encode(), "small.toml").criteria["enrolled"]
    assert (criterion.when_missing, criterion.missing_basis.at) == (Verdict.FAIL, "para 4")


TOKENS = re.findall(r'"[^"]*"|[\w.-]+|[^\s\w]|\n', SOUND)
OTHERS = [
    "",
    "3",
    "-1.5",
    "nan",
    "true",
    "2026-02-30",
    "2025-01-01",
    "[]",
    "{}",
    '""',
    '"scheme"',
    '"income"',
    "all",
    "any",
]


@draws(300)
@given(st.lists(st.tuples(st.integers(0, len(TOKENS) - 1), st.sampled_from(OTHERS + TOKENS)), min_size=1, max_size=3))
def test_a_spoilt_file_is_read_or_refused_and_never_breaks_the_reader(changes):
    tokens = list(TOKENS)
    for position, other in changes:
        tokens[position] = other
    try:
        parse(" ".join(tokens).encode(), "spoilt.toml")
    except InputError as error:
        assert error.faults
