"""Find the best plan of an integer problem and prove its bound, or name the limits that conflict."""
