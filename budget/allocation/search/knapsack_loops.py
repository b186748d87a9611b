"""The loops of the multiple-choice knapsack: `budget.allocation.search.knapsack` says what they do.

They run as they stand, and are compiled for large problems by `budget.allocation.search.compiled_knapsack`.

Cohort c has the options from `starts[c]` up to `starts[c + 1]`. Scores and weights are whole numbers in floats.
"""

import numpy as np

TURNS = 60  # of the bisection for the row's price, at most
CLOSE = 1e-7  # of the price: any proves a bound
FEW = 16  # options beside each cohort's best that are tried first
MARGIN = 1e-9  # of the size of the scores: what rounding may cost a bound


def best_choice(
    starts: np.ndarray,
    score: np.ndarray,
    weight: np.ndarray,
    room: float,
    near: float,
    close: float,
    most_states: int,
) -> tuple[float, float, float, np.ndarray]:
    """Return a bound on what a choice that fits is worth, the worth of the best one found, the price, and that choice.

    `near` is a price to start with. The search ends where no more than a part `close` of the worth is missing. With
    more than `most_states` partial choices the bound of the price stands.
    """
    chosen = np.zeros(len(starts) - 1, np.int64)
    if _at(starts, score, weight, 0.0, chosen) <= room:
        return score[chosen].sum(), score[chosen].sum(), 0.0, chosen
    price = _price(starts, score, weight, room, near, chosen)
    value = score[chosen].sum()
    bound, size = price * room, abs(price * room) + 1.0
    worth = score - price * weight
    loss = np.zeros(len(score))
    for c in range(len(chosen)):
        own = slice(starts[c], starts[c + 1])
        top = worth[own].max()
        loss[own] = top - worth[own]
        bound += top
        size += abs(top)
    margin = MARGIN * size
    bound += margin
    if len(loss) - len(chosen) > FEW:
        nearest = np.sort(loss)[len(chosen) + FEW]
        if nearest < bound - value:
            value, _ = _among(
                starts, score, weight, room, price, loss, nearest, value + 1 - margin, most_states, chosen
            )
    if bound - value > close * abs(value):
        most, least = bound - value + margin, value + max(np.floor(close * abs(value)), 1.0)
        value, is_whole = _among(starts, score, weight, room, price, loss, most, least - margin, most_states, chosen)
        if is_whole:
            bound = max(value, least - 1.0)
    return bound, value, price, chosen


def _at(starts: np.ndarray, score: np.ndarray, weight: np.ndarray, price: float, chosen: np.ndarray) -> float:
    """Write each cohort's best option at a price, the lightest of equals, into `chosen`; return what they weigh."""
    total = 0.0
    for c in range(len(chosen)):
        top = starts[c]
        best = score[top] - price * weight[top]
        for i in range(top + 1, starts[c + 1]):
            worth = score[i] - price * weight[i]
            if worth > best or (worth == best and weight[i] < weight[top]):
                top, best = i, worth
        chosen[c] = top
        total += weight[top]
    return total


def _price(
    starts: np.ndarray, score: np.ndarray, weight: np.ndarray, room: float, near: float, chosen: np.ndarray
) -> float:
    """Return a price at which the choice fits, as low as bisection finds one, and write that choice into `chosen`."""
    low, high, wider, spread = 0.0, near, 0.01, np.abs(score).max() + 1.0
    there = np.zeros_like(chosen)
    taken = _at(starts, score, weight, high, chosen)
    while taken > room and high < 2 * spread:
        low, high, wider = high, max(high * (1 + wider), spread * 2.0**-30), 4 * wider
        taken = _at(starts, score, weight, high, chosen)
    if taken > room:
        _at(starts, np.zeros_like(score), weight, 1.0, chosen)  # of options worth nothing the lightest is best
        return high
    if low == 0.0 and high > 0.0 and _at(starts, score, weight, 0.99 * high, there) > room:
        low = 0.99 * high
    for _ in range(TURNS):
        if high - low <= CLOSE * high or taken == room:
            break
        middle = (low + high) / 2
        taken = _at(starts, score, weight, middle, there)
        if taken <= room:
            high = middle
            chosen[:] = there
        else:
            low = middle
    return high


def _among(
    starts: np.ndarray,
    score: np.ndarray,
    weight: np.ndarray,
    room: float,
    price: float,
    loss: np.ndarray,
    most_loss: float,
    least: float,
    most_states: int,
    chosen: np.ndarray,
) -> tuple[float, bool]:
    """Write a choice worth `least` or more into `chosen`, the best whose options lose no more than `most_loss` each.

    Returns the worth of `chosen`, which is as it was where there is none, and whether all these choices were looked at.
    A partial choice is kept where none that is lighter is worth as much, and what the others add can make it enough.
    """
    worth = score - price * weight
    count, first = np.zeros(len(chosen), np.int64), np.zeros(len(chosen), np.int64)
    only_score, only_weight, ahead = 0.0, 0.0, 0.0
    for c in range(len(chosen)):
        for i in range(starts[c + 1] - 1, starts[c] - 1, -1):
            if loss[i] <= most_loss:
                count[c] += 1
                first[c] = i
        if count[c] == 1:
            only_score += score[first[c]]
            only_weight += weight[first[c]]
        else:
            ahead += worth[starts[c] : starts[c + 1]].max()
    order = np.argsort(-count, kind="mergesort")[: (count > 1).sum()]
    scores, weights = np.array([only_score]), np.array([only_weight])
    taken, before = np.zeros(1024, np.int64), np.zeros(1024, np.int64)
    begins = np.zeros(len(order) + 1, np.int64)
    for level, c in enumerate(order):
        ahead -= worth[starts[c] : starts[c + 1]].max()
        enough = least - ahead - price * room
        if len(scores) * count[c] > most_states:
            return score[chosen].sum(), False
        own = np.array([i for i in range(starts[c], starts[c + 1]) if loss[i] <= most_loss])
        next_scores, next_weights = np.zeros(len(scores) * len(own)), np.zeros(len(scores) * len(own))
        if begins[level] + len(next_scores) > len(taken):
            more = np.zeros(len(taken) + len(next_scores), np.int64)
            taken, before = np.concatenate((taken, more)), np.concatenate((before, more))
        at = np.zeros(len(own), np.int64)  # how many states each option has been added to, the lightest first
        made, top = 0, -np.inf
        for _ in range(len(next_scores)):
            k, lightest, best = -1, np.inf, -np.inf
            for j in range(len(own)):
                if at[j] < len(scores):
                    w, s = weights[at[j]] + weight[own[j]], scores[at[j]] + score[own[j]]
                    if w < lightest or (w == lightest and s > best):
                        k, lightest, best = j, w, s
            at[k] += 1
            if lightest > room:
                break
            if best > top and best - price * lightest >= enough:
                next_scores[made], next_weights[made], top = best, lightest, best
                taken[begins[level] + made], before[begins[level] + made] = own[k], at[k] - 1
                made += 1
        scores, weights = next_scores[:made], next_weights[:made]
        begins[level + 1] = begins[level] + made
    if len(scores) and scores[-1] >= least and weights[-1] <= room:
        chosen[:] = first
        state = len(scores) - 1
        for level in range(len(order) - 1, -1, -1):
            chosen[order[level]] = taken[begins[level] + state]
            state = before[begins[level] + state]
    return score[chosen].sum(), True


HELPERS = (_at, _price, _among)  # of `best_choice`, to be compiled with it
