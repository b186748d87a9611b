"""The screens about young people: one person, a file of applicants, and the policies."""
