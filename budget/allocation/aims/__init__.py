"""Objectives beyond the most access: fair first, and robust plans."""
