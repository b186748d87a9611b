"""TODO: budget/workbook/comparison_sheets."""
