"""A dozen sentences about entry, solved again at the budget that they name; `make bench` draws others afresh."""

import pytest

from tests.budget.allocation.why.entry_claims import EACH, claims, county


@pytest.mark.parametrize("seed", range(3))
def test_at_the_budget_that_the_sentence_names_a_best_plan_holds_the_cohort(seed):
    told = list(claims(seed))[seed::7]
    assert len(told) >= 3
    assert [claim for claim in told if claim.loses_at(claim.pence) != pytest.approx(0, abs=EACH)] == []


def test_somebody_is_not_in_a_best_plan_a_pound_before_so_that_the_figure_is_no_mere_ceiling():
    told = list(claims(1))[:3]
    assert any((claim.loses_at(claim.pence - 100) or 0) > EACH for claim in told)


def test_with_limits_a_plan_at_about_that_budget_loses_no_more_by_the_cohort_than_one_offer_brings():
    told = list(claims(1, has_limits=True))[::6]
    brings = county(1, has_limits=True)[0]["access"].max()
    assert len(told) >= 3
    assert all(lost is not None and lost <= brings for lost in (claim.loses_at(claim.pence) for claim in told))
