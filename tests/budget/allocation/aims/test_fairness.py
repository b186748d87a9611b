"""Fair first: what is called proved, and what is infeasible and what is not where hardly anything is affordable."""

from fractions import Fraction
from importlib import import_module

from budget.allocation.aims import fairness as module
from budget.allocation.aims.fairness import Fairness
from budget.allocation.allocate import SHARE_OPEN, allocate
from budget.allocation.inputs.limits import Limits
from budget.allocation.inputs.objective import Objective
from budget.allocation.search.stop_rule import SearchResult
from tests.budget.allocation.allocations import offer, offers_of, services_of

FAIR = Objective("fair_first", by="district")


def two_districts():
    return offers_of(
        *(offer(f"{d}{n}", "x", 1000 + 37 * n, 1.0 + n / 10, district=d) for d in ("N", "S") for n in range(6))
    )


def test_a_plan_is_proved_only_where_its_share_is(monkeypatch):
    proved = allocate(two_districts(), 6000, objective=FAIR, gap=0)
    assert (proved.status, proved.gap) == ("optimal", 0)
    monkeypatch.setattr(module, "MOST_TRIALS", 0)  # no share is tried after the first plan
    left_open = allocate(two_districts(), 6000, objective=FAIR, gap=0)
    assert left_open.fairness.share < left_open.fairness.bound
    assert left_open.status == "time_limit"
    assert left_open.gap >= float(left_open.fairness.gap) > 0
    assert SHARE_OPEN in left_open.notes


def test_where_no_share_is_found_in_time_the_one_that_is_told_is_the_plan_s_own(monkeypatch):
    monkeypatch.setattr(module._Shares, "begin", lambda shares, deadline: False)  # as where its time is over
    allocating = import_module("budget.allocation.allocate")  # its function has the same name
    monkeypatch.setattr(allocating, "LEAST_SECONDS", 1000)  # what is left is not enough to go on with it
    offers = offers_of(
        offer("N1", "x", 1000, 4.0, district="N"),
        offer("S1", "x", 1000, 3.0, district="S"),
        offer("S2", "x", 1000, -1.0, district="S"),
    )
    told = allocate(offers, 1000, objective=FAIR)
    assert (told.status, told.fairness.share, told.fairness.bound) == ("time_limit", 0, 1)
    must = Limits(must_fund=("S2",))
    told = allocate(offers, 2000, objective=FAIR, limits=must)
    assert (told.status, told.fairness.share) == ("time_limit", Fraction(-1, 3))


def test_the_gap_of_a_share_is_a_part_of_its_bound():
    assert Fairness("district", Fraction(3, 10), Fraction(4, 10), {}).gap == Fraction(1, 4)


def test_a_share_between_two_steps_of_access_is_not_left_open():
    """One area that the money does not reach: its share is nothing, and the bound says nothing more."""
    plan = allocate(offers_of(offer("A", "x", 1000, 1.0, district="N")), 10, objective=FAIR)
    assert (plan.status, plan.fairness.share, plan.fairness.bound) == ("optimal", 0, 0)


def test_a_promised_unit_of_a_free_service_is_kept_where_no_offer_is_affordable():
    offers = offers_of(offer("A", "x", 1000, 1.0, service="s"))
    free = services_of({"service": "s", "unit_cost_pence": 0, "seats_per_unit": 4, "max_units": 2})
    plan = allocate(offers, 10, services=free, limits=Limits(committed_units={"s": 1}))
    assert (plan.status, plan.services["units"].to_dict()) == ("optimal", {"s": 1})


def test_while_no_plan_gives_everybody_something_the_least_share_above_nothing_is_soon_tried(monkeypatch):
    tried, search = [], module.search

    def undecided(problem, *args, **kwargs):
        floors = [row.right for row in problem.rows if row.name.startswith("fair_")]
        tried.append(floors)
        return search(problem, *args, **kwargs) if len(tried) == 1 else SearchResult(None, 0, {})

    monkeypatch.setattr(module, "search", undecided)
    allocate(two_districts(), 500, objective=FAIR)  # the cheapest offer of a district costs £10
    assert tried[0] == [0, 0]
    assert [1, 1] in tried[1:5]
