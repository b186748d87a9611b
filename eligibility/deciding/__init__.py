"""Decide about places and people by the rules, and explain and compare what was decided."""
