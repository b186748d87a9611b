"""TODO: budget/monitoring."""
