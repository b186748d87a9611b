"""TODO: screens/people."""
