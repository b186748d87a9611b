"""A workbook read back: the scenario of its plan, with what a person has changed in the yellow cells."""
