"""TODO: budget/commands."""
