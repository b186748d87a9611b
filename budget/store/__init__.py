"""The library of saved scenarios: a database of versions, results, actuals and who did what."""
