"""TODO: screens/monitoring."""
