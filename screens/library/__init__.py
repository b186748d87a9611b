"""TODO: screens/library."""
