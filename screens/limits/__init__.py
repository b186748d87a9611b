"""TODO: screens/limits."""
