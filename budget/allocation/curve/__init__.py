"""Trace what every budget buys: the frontier of access against money."""
