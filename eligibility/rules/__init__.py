"""TODO: eligibility/rules."""
