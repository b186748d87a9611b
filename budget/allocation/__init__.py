"""TODO: budget/allocation."""
