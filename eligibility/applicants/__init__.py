"""TODO: eligibility/applicants."""
