"""The tables of a run: errors of one kind are one line."""

import pandas as pd

from eligibility.runs.tables import grouped_errors


def test_one_college_spelled_wrongly_by_many_is_one_line_with_its_rows():
    wrong = [
        (row, "College", "Grimsby Institue", "is not known. Did you mean Grimsby Institute?") for row in range(2, 16)
    ]
    errors = pd.DataFrame(
        [(20, "Date of birth", None, "is empty."), *wrong], columns=["row", "column", "value", "problem"]
    )
    found = grouped_errors(errors)
    assert found[["rows", "column", "value"]].to_numpy().tolist() == [
        [14, "College", "Grimsby Institue"],
        [1, "Date of birth", ""],
    ]
    assert found["which"].tolist() == ["2, 3, 4, 5, 6 and 9 more", "20"]


def test_no_error_is_no_line():
    assert grouped_errors(pd.DataFrame(columns=["row", "column", "value", "problem"])).empty
