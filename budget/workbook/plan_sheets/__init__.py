"""TODO: budget/workbook/plan_sheets."""
