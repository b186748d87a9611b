"""TODO: eligibility/runs."""
