"""The form of a scenario, and saving, opening and reading it back."""
