"""Risk: what a plan spends and brings when take-up and prices differ, its reserve, and plans made robust."""
