"""The commands of `python -m budget`, one module each; `budget.__main__` loads only the one that is run."""
