"""Budget monitoring: a plan's lines compared with the ledger's actuals, a forecast of each, and what is left over."""
