"""TODO: budget/allocation/aims."""
