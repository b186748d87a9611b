from hypothesis import example, given
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


@given(st.lists(COUNTS, min_size=2, max_size=6))
@example([5, 4, 4])
@example([0, 4, 9])
def test_each_hidden_count_may_be_small_or_not_for_all_that_the_rest_tells(counts):
    table = {(str(n),): count for n, count in enumerate(counts)}
    shown = suppressed({"t": table})["t"]
    hidden = [table[key] for key, count in shown.items() if count == HIDDEN]
    if total(table, shown) == HIDDEN or not hidden:
        return
    # with two or more hidden whose sum is five or more, any one of them can be nought, and any one can be the sum
    assert len(hidden) >= 2 and sum(hidden) >= LEAST


def test_two_small_counts_whose_sum_would_tell_them_hide_a_third():
    shown = suppressed({"t": {("a",): 4, ("b",): 4, ("c",): 9, ("d",): 20}})["t"]
    assert [key for key, count in shown.items() if count != HIDDEN] == [("d",)]


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
