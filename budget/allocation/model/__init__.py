"""The allocation in integers: its PuLP model, the solver, and the checks of a plan."""
