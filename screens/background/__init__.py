"""TODO: screens/background."""
