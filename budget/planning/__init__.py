"""Plans: made from a county and a scenario, and what each gives, to whom and why."""
