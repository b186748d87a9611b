"""TODO: budget/planning."""
