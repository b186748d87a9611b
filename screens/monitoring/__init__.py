"""A saved plan against the ledger: actuals, forecast, variances and the balance."""
