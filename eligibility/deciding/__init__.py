"""TODO: eligibility/deciding."""
