"""TODO: budget/scenarios."""
