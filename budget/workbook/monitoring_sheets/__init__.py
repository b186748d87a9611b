"""TODO: budget/workbook/monitoring_sheets."""
