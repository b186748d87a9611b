"""What goes into an allocation: tables, limits, objective and money, read and checked."""
