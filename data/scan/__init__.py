"""Find the quickest journeys to one place over every connection of a day: a profile connection scan.

The method is of Dibbelt, Pausch, Strasser and Wagner, "Connection Scan Algorithm" (ACM Journal of Experimental
Algorithmics 23, 2018, section 4): connections are looked at once each, the latest departure first, and each stop keeps
the departures that are worth taking with when they arrive.
"""

from data.scan.network import Changes, Network, network_of
from data.scan.search import NONE, Found, Search, Walks, shortest

__all__ = ["Changes", "Found", "NONE", "Network", "Search", "Walks", "network_of", "shortest"]
