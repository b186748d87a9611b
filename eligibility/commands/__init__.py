"""TODO: eligibility/commands."""
