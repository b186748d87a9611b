"""TODO: budget/offers."""
