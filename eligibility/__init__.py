"""Who qualifies, and why."""
