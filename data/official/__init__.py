"""TODO: data/official."""
