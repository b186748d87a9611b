"""The limits and aims of a plan, written in sentences."""
