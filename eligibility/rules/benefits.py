"""Which benefits have ended and when: one register for all policies, in benefits.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from eligibility.rules.basis import Basis, PolicySource

REGISTER_FILE = Path(__file__).with_name("benefits.toml")


@dataclass(frozen=True, slots=True)
class Ended:
    """The last day of a benefit, and what says so."""

    day: date
    basis: Basis


@cache
def ended() -> Mapping[str, Ended]:
    """Return what has ended, by the name of the fact that tells of it."""
    found: dict[str, Ended] = {}
    for name, entry in tomllib.loads(REGISTER_FILE.read_text(encoding="utf-8")).items():
        source = PolicySource(name, entry["title"], entry["url"], entry["checked"])
        end = Ended(entry["ended"], Basis("published", source, note=entry["note"]))
        found |= dict.fromkeys(entry["facts"], end)
    return found
