"""TODO: screens/scenario."""
