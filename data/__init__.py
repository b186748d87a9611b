"""What the places are like: areas, destinations, journeys."""
