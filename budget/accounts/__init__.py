"""TODO: budget/accounts."""
