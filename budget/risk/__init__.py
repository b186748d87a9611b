"""TODO: budget/risk."""
