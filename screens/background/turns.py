"""Whose work is done next, where more is asked for than can be done at once.

Work that has run for long keeps its process and counts no more: the next may begin beside it, so that one plan for all
of England does not stop twenty for a county. Of those that wait, whoever has the least under way comes first, then
whoever came first; work that no page looks at any more comes last.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

LONG_SECONDS = 20.0  # work that has run for so long holds nobody up
MOST_FOR_EACH = 2  # times `at_once`: processes there are at most, for each has its memory
LOOK_SECONDS = 0.5  # how often those that wait look whether what runs has become long


@dataclass(eq=False)
class Turn:
    """One piece of work in the queue; `who` returns the sessions that wait for it now."""

    who: Callable[[], set[str]]
    began: float | None = None
    is_given_up: bool = False


class Turns:
    """The work that runs and the work that waits. `clock` returns seconds."""

    def __init__(self, at_once: int, clock: Callable[[], float] = time.monotonic):
        self._at_once, self._clock = at_once, clock
        self._changed = threading.Condition()
        self._waiting: list[Turn] = []
        self._running: list[Turn] = []

    def join(self, turn: Turn) -> None:
        """Stand in the queue."""
        with self._changed:
            self._waiting.append(turn)

    def take(self, turn: Turn) -> bool:
        """Wait until it is the turn of work that has joined; return False where it was given up before."""
        with self._changed:
            while not turn.is_given_up and not self._may_begin(turn):
                self._changed.wait(LOOK_SECONDS)
            self._waiting.remove(turn)
            if not turn.is_given_up:
                turn.began = self._clock()
                self._running.append(turn)
            self._changed.notify_all()
            return not turn.is_given_up

    def give_back(self, turn: Turn) -> None:
        """Let the next begin."""
        with self._changed:
            self._running.remove(turn)
            self._changed.notify_all()

    def give_up(self, turn: Turn) -> None:
        """Leave the queue, if it is not over yet."""
        with self._changed:
            turn.is_given_up = True
            self._changed.notify_all()

    def before(self, turn: Turn) -> int:
        """Return how many others that wait come before this one; 0 where it runs, is over or is the next."""
        with self._changed:
            return self._order().index(turn) if turn in self._waiting else 0

    def _may_begin(self, turn: Turn) -> bool:
        now = self._clock()
        short = sum(other.began is not None and now - other.began < LONG_SECONDS for other in self._running)
        is_room = short < self._at_once and len(self._running) < MOST_FOR_EACH * self._at_once
        return is_room and self._order()[0] is turn

    def _order(self) -> list[Turn]:
        """Return those that wait in the order in which they will begin."""
        taken = [other.who() for other in self._running]
        ranked = []
        for place, turn in enumerate(self._waiting):
            if turn.is_given_up:
                continue
            who = turn.who()
            ranked.append((not who, sum(bool(who & others) for others in taken), place, turn))
            taken.append(who)
        return [turn for *_, turn in sorted(ranked, key=lambda each: each[:3])]
