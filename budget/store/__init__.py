"""TODO: budget/store."""
