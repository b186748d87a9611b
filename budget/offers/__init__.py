"""Offers: the kinds of support, whom they could be offered to, what they cost and what they bring within reach."""
