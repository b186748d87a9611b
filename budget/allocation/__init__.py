"""Choose offers for cohorts within a budget, with a proof of how far from the best the plan can be.

A library of its own: tables of offers and services and limits go in, a plan with its proof comes out. It knows nothing
of councils, areas or young people. docs/allocation-library.md shows every name below at work.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from budget.allocation.allocate import allocate, solve
from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.limits import Grant, Limit, Limits, PartFunding, Share, read_limits
from budget.allocation.inputs.objective import Objective
from budget.allocation.price_of_fairness import price_of_fairness
from budget.allocation.result import Allocation

if TYPE_CHECKING:
    from budget.allocation.curve.frontier import Frontier, trace
    from budget.allocation.why.explain import explain

__all__ = [
    "Allocation",
    "AllocationProblem",
    "Frontier",
    "Grant",
    "Limit",
    "Limits",
    "Objective",
    "PartFunding",
    "Share",
    "allocate",
    "explain",
    "price_of_fairness",
    "read_limits",
    "solve",
    "trace",
]

LATE = {"Frontier": "curve.frontier", "trace": "curve.frontier", "explain": "why.explain"}  # a plan alone needs none


def __getattr__(name: str) -> Any:  # noqa: ANN401 - of any of the names above
    """Import what traces and explains when it is first asked for."""
    if name not in LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{LATE[name]}"), name)
