"""The parts of a letter: headings, paragraphs, bullets, tables, and fields that somebody must fill in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Field:
    """A place that somebody must fill in, marked and in square brackets."""

    words: str


Piece = str | Field


@dataclass(frozen=True, slots=True)
class LetterBlock:
    """One part of a letter."""

    style: str  # "title", "lead", "heading", "text", "bullet"; "annex" and "officer" are headings that begin a page
    pieces: tuple[Piece, ...]
    keep: bool = False  # on the page of the part that follows


@dataclass(frozen=True, slots=True)
class LetterTable:
    """A table with a heading row."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Part = LetterBlock | LetterTable


def text(*lines: tuple[Piece, ...]) -> list[Part]:
    """Return a paragraph for each line."""
    return [LetterBlock("text", line) for line in lines]


def section(heading: str, lines: Iterable[str]) -> list[Part]:
    """Return a heading and a paragraph for each line that is not empty."""
    return [LetterBlock("heading", (heading,)), *(LetterBlock("text", (line,)) for line in lines if line)]


def kept(parts: list[Part]) -> list[Part]:
    """Return parts that stand on one page, where one is long enough for them."""
    *whole, last = parts
    return [*(replace(part, keep=True) if isinstance(part, LetterBlock) else part for part in whole), last]


def bulleted(lines: Iterable[str]) -> list[Part]:
    """Return a bullet for each line."""
    return [LetterBlock("bullet", (line,)) for line in lines]


def bullets(heading: str, lines: Iterable[str]) -> list[Part]:
    """Return a heading and a bullet for each line that is not empty; nothing where all are."""
    bullets: list[Part] = [LetterBlock("bullet", (line,)) for line in lines if line]
    return [LetterBlock("heading", (heading,)), *bullets] if bullets else []
