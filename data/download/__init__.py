"""TODO: data/download."""
