"""TODO: budget/allocation/search."""
