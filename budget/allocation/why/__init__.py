"""TODO: budget/allocation/why."""
