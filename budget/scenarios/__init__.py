"""Scenarios: everything that determines a plan, read from a file, written, and compared with another."""
