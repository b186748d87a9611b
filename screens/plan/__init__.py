"""TODO: screens/plan."""
