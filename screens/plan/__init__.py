"""The plan screen: figures, map, areas, frontier and risk."""
