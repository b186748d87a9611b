"""The loops of the multiple-choice knapsack, compiled by numba."""

from numba.extending import register_jitable

from budget.allocation.search import knapsack_loops
from data.scan.compiled import compiled

for helper in knapsack_loops.HELPERS:
    register_jitable(helper)
best_choice = compiled(knapsack_loops.best_choice)
