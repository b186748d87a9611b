"""A file of applications decided as a whole: the run, its tables, its workbook and its summary."""
