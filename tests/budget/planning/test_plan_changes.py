import pandas as pd

from budget.planning import plan_changes
from budget.planning.plan_changes import ANOTHER_KIND, GAINS_SUPPORT, LOSES_ACCESS, LOSES_SUPPORT, OTHER_FIGURES
from tests.budget.planning.test_plan_frontier import plan


def said(*changes: str) -> str:
    return plan_changes.sentence(pd.DataFrame({"change": changes}, dtype=object))


def test_who_gains_changes_and_loses_is_counted_in_words():
    assert said(GAINS_SUPPORT, ANOTHER_KIND, LOSES_ACCESS, LOSES_SUPPORT) == (
        "1 area would gain support, 2 areas would have another kind of support and 1 area would lose theirs."
    )


def test_another_share_of_a_vehicle_is_not_another_support():
    assert said(OTHER_FIGURES) == said() == "The same areas would have the same support."


def test_what_changes_makes_up_the_whole_difference():
    less = plan(600_000)
    table = plan_changes.changes(plan(), less)
    for measure, whole in (("cost_pence", "spent_pence"), ("people", "people"), ("access", "access")):
        listed = (table[f"{measure}_after"] - table[f"{measure}_before"]).sum()
        assert round(listed - (getattr(less.allocation, whole) - getattr(plan().allocation, whole)), 6) == 0


def test_only_vehicles_whose_number_differs_are_named():
    minibus = plan(10**8, kinds=("minibus",))
    vehicles = plan_changes.vehicles(plan(0, kinds=("minibus",)), minibus)
    assert vehicles["before"].eq(0).all() and vehicles["after"].gt(0).all()
    assert vehicles["label"].str.startswith("Minibus").all() and len(vehicles)
    assert plan_changes.vehicles(minibus, minibus).empty
