"""Write workbooks and Word documents whose bytes depend on their content alone."""
