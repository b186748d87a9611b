"""TODO: budget/workbook/read_back."""
