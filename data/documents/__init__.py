"""TODO: data/documents."""
