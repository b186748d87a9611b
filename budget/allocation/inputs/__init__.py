"""TODO: budget/allocation/inputs."""
