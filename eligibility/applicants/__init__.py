"""Applicants: their files and forms read, their homes and places of study found, their distances bounded."""
