"""Saved scenarios: the list, their versions, and comparisons."""
