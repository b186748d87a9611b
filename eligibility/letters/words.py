"""The words that letters have for each fact, from words.toml, whose head explains the keys."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORDS_FILE = Path(__file__).with_name("words.toml")


@dataclass(frozen=True, slots=True)
class Words:
    """What letters call a fact; see words.toml."""

    yes: str = ""
    no: str = ""
    # of a number, a date or a choice, with {x}
    number: str = ""
    find: str = ""
    ask: str = ""
    # of a number that is beyond its limit: what that means
    too_low: str = ""
    too_high: str = ""
    also: str = ""  # of a further number that does as well as the one before it, with {x}
    proof: str = ""  # what shows it, where a parent would not know the register's words
    of: str = ""  # the fact without which there is nothing of this kind
    topic: str = ""  # what it is about: "your household's benefits or pay"
    held: bool = False


@cache
def words() -> Mapping[str, Words]:
    """Return the words of every fact by its name."""
    entries = tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))
    return {name: Words(**{"number" if k == "is" else k: v for k, v in e.items()}) for name, e in entries.items()}
