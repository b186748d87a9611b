"""How the money is spent."""
