"""The sheets Monitoring and Actuals, and their checks."""
