"""The prose of a policy says the numbers that its rules compare with, whoever changes them."""

import re
from datetime import date

import pytest

from data.faults import InputError
from eligibility.letters.cost import LESS, _part
from eligibility.rules import library, policy_file
from eligibility.rules.prose import in_words

DAY = date(2026, 9, 7)
DEFAULT = library.find("post16-default")
FILE = library.FOLDER / "post16-default.toml"
CHANGED = {"concession_share": 0.6, "minimum_distance": 5, "long_journey": 90}


def test_whoever_changes_a_number_finds_it_in_labels_charges_and_the_summary():
    own = DEFAULT.with_values(CHANGED).on(DAY)
    labels = {name: criterion.label for name, criterion in own.criteria.items()}
    assert "More than five miles away by the shortest safe walking route" in labels.values()
    assert "More than 90 minutes each way" in labels.values()
    assert own.policy.terms.contribution[1].text == "60% of the charge, on a low income, in three termly parts."
    assert "more than five miles" in own.policy.summary and "the others 60% of the charge" in own.policy.summary
    back = own.policy.with_values({"minimum_distance": 3}).on(DAY)
    assert "More than three miles away by the shortest safe walking route" in {
        criterion.label for criterion in back.criteria.values()
    }


def test_prose_has_the_value_of_the_day():
    was = "    { from = 2025-09-01, value = 3, "
    text = FILE.read_text("utf-8")
    assert text.count(was) == 1
    later = was.replace("2025", "2027").replace("3", "4")
    line = next(line for line in text.splitlines() if line.startswith(was))
    policy = policy_file.parse(text.replace(line, f"{line}\n{later}{line.removeprefix(was)}").encode(), "own.toml")
    far = [
        next(label for label in (each.label for each in policy.on(day).criteria.values()) if "miles away" in label)
        for day in (DAY, date(2027, 9, 7))
    ]
    assert [label.split(" miles")[0] for label in far] == ["More than three", "More than four"]


def test_a_name_in_braces_that_is_no_number_of_the_policy_is_a_fault():
    text = FILE.read_text("utf-8").replace("{long_journey} minutes each way", "{long_jorney} minutes each way")
    with pytest.raises(InputError, match="names no number of the policy.*long_journey"):
        policy_file.parse(text.encode(), "own.toml")


@pytest.mark.parametrize("policy", library.shipped(), ids=lambda policy: policy.id)
def test_no_shipped_policy_repeats_a_number_that_its_prose_could_name(policy):
    written = policy.written or policy
    repeated = [
        criterion.label
        for criterion in written.criteria.values()
        if criterion.parameter
        for dated in policy.parameters[criterion.parameter].values
        if isinstance(dated.value, int | float)
        for said in (in_words(dated.value, policy.parameters[criterion.parameter].unit), f"{dated.value:,g}")
        if re.search(rf"(?<![\w.,]){re.escape(said)}(?![\w.,])", criterion.label, re.IGNORECASE)
    ]
    repeated += [rate.text for rate in written.terms.contribution if rate.share and "{" not in rate.text]
    assert repeated == []


def test_a_letter_says_the_share_that_is_paid():
    for text, said in (
        ("Half the charge, on a low income.", "half the usual charge"),
        ("Three quarters of the charge, on a low income.", "three quarters of the usual charge"),
        ("60% of the charge, on a low income, in three termly parts.", "60% of the usual charge"),
        ("A third of the charge, on a low income.", "a third of the usual charge"),
    ):
        found = LESS.fullmatch(text)
        assert found is not None and _part(found) == said
