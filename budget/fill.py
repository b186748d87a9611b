"""A plan from prices: what they choose, once it keeps every limit, and what the money left can still buy."""

import numpy as np

from budget.market import Choice, Market
from budget.model import Plan

TRIES = 14


def plan_near(market: Market, choice: Choice) -> Plan | None:
    """Raise the prices of what a choice exceeds, a little and then more, until it keeps every row; then spend the rest.

    None where that does not come to a plan, as with floors that need other offers than the prices choose.
    """
    prices = choice.prices / choice.scale
    natural = np.where(prices > 0, prices, np.median(prices[prices > 0]) if (prices > 0).any() else 1.0)
    step, at = 1e-7, choice
    for _ in range(TRIES):
        over = at.activity > market.right
        if not over.any():
            return _filled(market, at)
        prices = prices + np.where(over, natural * step, 0.0)
        step *= 4
        at = market.at(prices)
    return None


def _filled(market: Market, choice: Choice) -> Plan:
    offers, left = choice.offers.copy(), market.right - choice.activity
    while True:
        now = offers[market.group]
        has = now >= 0
        gain = market.value - np.where(has, market.value[now], 0)
        rides = has & ~market.walks[now]
        able = np.flatnonzero((gain > 0) & market.walks & ~rides)
        more = _more(market, able, now[able])
        fits = (more <= left).all(axis=1)
        able, more = able[fits], more[fits]
        if not len(able):
            break
        order = np.argsort(-gain[able] / np.maximum(more[:, 0], 1), kind="stable")
        moved: set[int] = set()
        for n in order.tolist():
            group = int(market.group[able[n]])
            if group not in moved and (more[n] <= left).all():
                offers[group] = able[n]
                left = left - more[n]
                moved.add(group)
    return Plan(tuple(sorted(offers[offers >= 0].tolist())), tuple(choice.units.tolist()))


def _more(market: Market, offers: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Return how much more of each row the offers take than what their cohorts have now."""
    has = now >= 0
    taken = np.zeros((len(offers), len(market.right)), dtype=np.int64)
    if has.any():
        taken[has] = market.by_offer[now[has]].toarray()
    return market.by_offer[offers].toarray() - taken
