"""TODO: eligibility/letters."""
