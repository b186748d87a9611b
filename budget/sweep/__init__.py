"""TODO: budget/sweep."""
