"""How many examples a property draws and how many dear cases a test has: all in `make test`, a part in `make check`.

The examples are the same in every run, so that a change is judged by what it changes and not by luck;
FAREBRIDGE_DRAWS=fresh draws others, which is how to look for faults that no run has met yet.

Making a failing example small can take minutes, so it is off unless FAREBRIDGE_SHRINK is set: the example that failed
is printed with what reproduces it, and whoever works on it lets it be shrunk.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

from hypothesis import HealthCheck, Phase, settings

FEW = os.environ.get("FAREBRIDGE_DRAWS") == "few"
FRESH = os.environ.get("FAREBRIDGE_DRAWS") == "fresh"
PART, LEAST = 8, 3  # of the examples in `make check`: an eighth, at least three
USUAL = 100
Case = TypeVar("Case")
SHRINK = (Phase.shrink,) if os.environ.get("FAREBRIDGE_SHRINK") else ()


def number(examples: int) -> int:
    """Return how many of so many examples or cases are drawn in this run."""
    return max(LEAST, examples // PART) if FEW else examples


def some(cases: Sequence[Case], least: int = LEAST) -> Sequence[Case]:
    """Return the dear cases of this run: all of them, or in `make check` an eighth, spread evenly from the first on."""
    return cases[:: max(1, len(cases) // max(least, len(cases) // PART))] if FEW else cases


def draws(examples: int, **more: object) -> settings:
    """Return the settings of a property that draws so many examples in a whole run."""
    return settings(max_examples=number(examples), **more)  # type: ignore[arg-type]


def register() -> None:
    """Make this the profile of every property: judged by what it finds, never by how fast the machine was."""
    settings.register_profile(
        "farebridge",
        deadline=None,
        max_examples=number(USUAL),
        derandomize=not FRESH,
        phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.target, *SHRINK),
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    settings.load_profile("farebridge")
