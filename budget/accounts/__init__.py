"""The plan in whole pence: its statement and its ledger, which the workbook and the report share."""
