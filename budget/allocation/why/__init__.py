"""Explain a plan: why a cohort is funded or not, and what would change it."""
