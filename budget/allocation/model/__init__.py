"""TODO: budget/allocation/model."""
