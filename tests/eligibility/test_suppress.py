from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from eligibility.suppress import HIDDEN, LEAST, suppressed, total

COUNTS = st.integers(0, 30)


@given(st.lists(COUNTS, min_size=1, max_size=6))
def test_no_count_below_five_is_shown(counts):
    table = {(str(n),): count for n, count in enumerate(counts)}
    shown = suppressed({"t": table})["t"]
    assert all(count == HIDDEN or (count >= LEAST and count == table[key]) for key, count in shown.items())


@given(st.lists(COUNTS, min_size=2, max_size=6))
def test_a_total_never_gives_a_hidden_count_away(counts):
    table = {(str(n),): count for n, count in enumerate(counts)}
    shown = suppressed({"t": table})["t"]
    whole = total(table, shown)
    hidden = [key for key, count in shown.items() if count == HIDDEN]
    if whole == HIDDEN or not hidden:
        return
    left = whole - sum(count for count in shown.values() if count != HIDDEN)
    assert len(hidden) >= 2 and left >= LEAST


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=3))
def test_each_hidden_count_could_have_been_another(counts):
    """Every table of the same shape and total is suppressed too; more than one of them must look like this one."""
    table = {(str(n),): count for n, count in enumerate(counts)}
    shown = suppressed({"t": table})["t"]
    whole = total(table, shown)
    if HIDDEN not in shown.values():
        return
    seen: dict[tuple, set[int]] = {key: set() for key, count in shown.items() if count == HIDDEN}
    for other in product(range(sum(counts) + 1 if whole != HIDDEN else 10), repeat=len(counts)):
        guess = {(str(n),): count for n, count in enumerate(other)}
        like = suppressed({"t": guess})["t"]
        if like == shown and total(guess, like) == whole:
            for key in seen:
                seen[key].add(guess[key])
    assert all(len(values) > 1 for values in seen.values())


def test_what_is_hidden_in_one_table_is_hidden_in_another():
    shared = ("refused",)
    tables = {
        "outcome": {("eligible",): 40, shared: 3, ("refer",): 12},
        "charged": {("full",): 30, ("nil",): 22, shared: 3},
    }
    shown = suppressed(tables)
    assert shown["outcome"][shared] == shown["charged"][shared] == HIDDEN
    assert sum(count == HIDDEN for count in shown["charged"].values()) == 2


def test_a_table_without_small_counts_is_shown_whole():
    assert suppressed({"t": {("a",): 5, ("b",): 6}}) == {"t": {("a",): 5, ("b",): 6}}
