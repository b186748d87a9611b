"""How long each sign-in lasts: until nothing was done for a while, until its length is over, or until it is ended."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from screens.access.settings import AccessSettings

ENDED = float("-inf")  # in place of the time of the last act
Claims = Mapping[str, Any]


class SignIns:
    """The sign-ins of this server, each by who signed in and when; times in seconds since 1970.

    What it knows is in memory: after a restart, a sign-in counts as idle since it was made. `clock` returns the time.
    """

    def __init__(self, clock: Callable[[], float] = time.time):
        self._clock, self._lock = clock, threading.Lock()
        self._last: dict[tuple[str, str, float], float] = {}

    def why_ended(self, claims: Claims, settings: AccessSettings) -> str | None:
        """Return why a sign-in is over, in words, or None while it lasts."""
        key, now = _key(claims), self._clock()
        if key is None:
            return "The sign-in service did not say who signed in, or when."
        with self._lock:
            last = self._last.get(key, key[2])
        if last == ENDED:
            return "You have signed out."
        if now - key[2] > settings.session_seconds:
            return f"A sign-in lasts {settings.session_seconds / 3600:g} hours."
        if now - last > settings.idle_seconds:
            return f"Nothing was done for {settings.idle_seconds / 60:g} minutes."
        return None

    def act(self, claims: Claims, settings: AccessSettings) -> None:
        """Note that somebody, whose sign-in lasts, did something now."""
        if self.why_ended(claims, settings) is None:
            self._note(claims, self._clock(), settings)

    def end(self, claims: Claims, settings: AccessSettings) -> None:
        """End a sign-in for good: a copy of its cookie opens nothing."""
        self._note(claims, ENDED, settings)

    def _note(self, claims: Claims, at: float, settings: AccessSettings) -> None:
        if (key := _key(claims)) is None:
            return
        oldest = self._clock() - settings.session_seconds
        with self._lock:
            self._last[key] = at
            for old in [each for each in self._last if each[2] < oldest]:
                del self._last[old]  # too old to count, whatever was done


def _key(claims: Claims) -> tuple[str, str, float] | None:
    who, at = claims.get("sub"), claims.get("iat")
    if not (isinstance(who, str) and who) or isinstance(at, bool) or not isinstance(at, int | float):
        return None
    return str(claims.get("iss", "")), who, float(at)
