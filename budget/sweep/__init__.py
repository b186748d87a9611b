"""Sweeps: many scenarios planned one by one, on this machine or on many."""
