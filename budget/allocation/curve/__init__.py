"""TODO: budget/allocation/curve."""
