"""Measure journeys by published timetables: there by the time asked and home again, for every area and destination."""
