"""The commands `check` and `assess` of `python -m eligibility`."""
