"""The workbook of several scenarios side by side, and its checks."""
